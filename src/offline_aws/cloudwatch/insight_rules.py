"""Contributor Insights, which is not simulated: moto would keep a rule that never counts."""

from __future__ import annotations

from offline_aws.cloudwatch.checks import Shape, metric_operation, not_simulated
from offline_aws.operations import Call


@metric_operation("PutInsightRule")
def put_insight_rule(_: Call, __: Shape) -> Shape:
    """Refuse it: no log would be looked at."""
    raise not_simulated("PutInsightRule", "a rule that counts contributors")
