"""The prediction: what becomes of an alarm when its metric falls silent."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.monitoring.account import NAMESPACE, balancer, chapter, client_of
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
_WHY = {
    "missing": "With nothing to look at, it says that it has nothing to look at.",
    "ignore": "`ignore` keeps the state that it had. Which one was that?",
    "breaching": "`breaching` counts each silent minute as a bad one.",
    "notBreaching": "`notBreaching` counts each silent minute as a good one.",
}
_RIGHT = {
    "missing": "INSUFFICIENT_DATA",
    "ignore": "ALARM",
    "breaching": "ALARM",
    "notBreaching": "OK",
}


@chapter.exercise(
    "missing-data",
    title="Predict: the errors stop, and so does the metric",
    minutes=4,
    kind="prediction",
    answer="states",
    hints=(
        "A load balancer reports HTTPCode_Target_5XX_Count only for minutes that had one. After "
        "the errors, there is no zero: there is nothing.",
        "The four words say how a period without data counts: not at all, as the state before, as "
        "bad, as good.",
    ),
)
def check_missing_data(lab: Lab, answer: Any) -> str:
    """The state of four alarms half an hour after the last error."""
    require_entries(answer, "states", TREATMENTS)
    for treatment, state in answer.items():
        require(
            isinstance(state, str) and state in _STATES,
            f"states['{treatment}'] should be one of {', '.join(_STATES)}. "
            f"Found {describe(state)}.",
        )
    wrong = [each for each in TREATMENTS if answer[each] != _RIGHT[each]]
    if wrong:
        raise NotYet(f"{len(wrong)} of 4 do not hold. {_WHY[wrong[0]]}")
    return (
        "Two of the four never come back to OK by themselves. For a count that has no zeros, "
        "notBreaching is what you want."
    )


def put_four_alarms() -> None:
    """Put an alarm on a count of errors for each way to treat missing data."""
    for treatment in TREATMENTS:
        client_of("cloudwatch").put_metric_alarm(
            AlarmName=f"payments-{treatment}",
            Namespace=NAMESPACE,
            MetricName="HTTPCode_Target_5XX_Count",
            Dimensions=[
                {"Name": "LoadBalancer", "Value": balancer()},
                {"Name": "TargetGroup", "Value": "targetgroup/payments/0123456789abcdef"},
            ],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=3,
            Threshold=5,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData=treatment,
        )


def have_errors(lab: Lab, minutes: int) -> None:
    """Have a service fail for some minutes, and then not be asked any more."""
    dimensions = [
        {"Name": "LoadBalancer", "Value": balancer()},
        {"Name": "TargetGroup", "Value": "targetgroup/payments/0123456789abcdef"},
    ]
    for _ in range(minutes):
        now = lab.clock.now()
        errors = {"MetricName": "HTTPCode_Target_5XX_Count", "Unit": "Count", "Value": 20.0}
        datum = {**errors, "Timestamp": now, "Dimensions": dimensions}
        lab.aws.record_metrics(NAMESPACE, [datum])
        lab.clock.advance(minutes=1)
