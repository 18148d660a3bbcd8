"""ListRuleTypes."""

from __future__ import annotations

from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.rule_catalogue import AWS_RULE_TYPES
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call


@codepipeline_operation("ListRuleTypes")
def list_rule_types(call: Call, parameters: Shape) -> Shape:
    """Return every rule type; all are AWS's and in every region."""
    return {"ruleTypes": [rule_type.described() for rule_type in AWS_RULE_TYPES]}
