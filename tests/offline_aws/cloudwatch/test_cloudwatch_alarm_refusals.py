"""What PutMetricAlarm refuses. No test changes the account, which they share."""

from __future__ import annotations

from typing import Any

import pytest
from alarm_lab import AlarmLab
from refused import refusal

GOOD: dict[str, Any] = {
    "AlarmName": "errors",
    "Namespace": "Shop",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
STAT = {"Metric": {"Namespace": "Shop", "MetricName": "Errors"}, "Period": 60, "Stat": "Sum"}
MATH: dict[str, Any] = {
    "AlarmName": "errors",
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def of_one(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (GOOD | changes).items() if value is not None}


def of_many(*queries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {k: v for k, v in (MATH | {"Metrics": list(queries)} | changes).items() if v is not None}


def metric(name: str = "m", returned: bool = False) -> dict[str, Any]:
    return {"Id": name, "MetricStat": STAT, "ReturnData": returned}


BAD = [
    (of_one(Period=45), "Period must be 10, 20, 30 or a multiple of 60"),
    (of_one(Period=300, EvaluationPeriods=289), "more than a day"),
    (of_one(Period=3600, EvaluationPeriods=169), "more than a week"),
    (of_one(DatapointsToAlarm=4), "DatapointsToAlarm must be less than or equal"),
    (of_one(TreatMissingData="fine"), "The value fine is not supported for TreatMissingData"),
    (of_one(Threshold=None), "The parameter Threshold is required"),
    (of_one(EvaluationPeriods=None), "The parameter EvaluationPeriods is required"),
    (of_one(ComparisonOperator=None), "The parameter ComparisonOperator is required"),
    (of_one(ComparisonOperator="Above"), "Member must satisfy enum value set"),
    (of_one(Statistic=None), "Must specify either Statistic or ExtendedStatistic"),
    (of_one(ExtendedStatistic="p9"), "Must specify either Statistic or ExtendedStatistic"),
    (of_one(Statistic=None, ExtendedStatistic="p101"), "is not supported"),
    (of_one(MetricName=None), "The parameter MetricName is required"),
    (of_one(Period=None), "The parameter Period is required"),
    (of_one(AlarmActions=["fix it"]), "Invalid use of the arn fix it"),
    (of_one(EvaluateLowSampleCountPercentile="ignore"), "only supported for percentile"),
    (of_one(ThresholdMetricId="band"), "ThresholdMetricId requires a ComparisonOperator"),
    (of_one(ComparisonOperator="GreaterThanUpperThreshold"), "requires ThresholdMetricId"),
    (of_many(metric(returned=True), Period=60), "are mutually exclusive"),
    (of_many(metric("M", returned=True)), "not matching the expected pattern"),
    (of_many(metric("m", True), metric("n", True)), "Exactly one element"),
    (of_many(metric("m", True), metric("m")), "are not unique"),
    (of_many(metric(), {"Id": "e", "Expression": "m +"}), "ends too soon"),
    (of_many(metric(), {"Id": "e", "Expression": "m + n"}), "Undefined variable n"),
    (of_many(metric(), {"Id": "e", "Expression": "MEAN(m)"}), "Unsupported function MEAN"),
    (of_many({"Id": "e", "Expression": "TIME_SERIES(1)"}), "at least one metric"),
    (
        of_many(
            metric(returned=True),
            Threshold=None,
            ComparisonOperator="GreaterThanUpperThreshold",
            ThresholdMetricId="band",
        ),
        "exactly one metric matching the ThresholdMetricId",
    ),
]


@pytest.mark.parametrize(("parameters", "said"), BAD, ids=lambda value: str(value)[:40])
def test_an_alarm_that_is_refused(shared: AlarmLab, parameters: dict[str, Any], said: str) -> None:
    code, message = refusal(shared.client.put_metric_alarm, **parameters)
    assert code == "ValidationError"
    assert said in message
    assert shared.client.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("SEARCH('{Shop} Errors', 'Sum', 60)", "SEARCH in an expression"),
        ("SELECT AVG(Errors) FROM Shop", "SELECT in an expression"),
    ],
)
def test_what_looks_for_metrics_is_refused_by_name(
    shared: AlarmLab, expression: str, said: str
) -> None:
    parameters = of_many(metric(), {"Id": "e", "Expression": expression})
    code, message = refusal(shared.client.put_metric_alarm, **parameters)
    assert code == "NotSimulatedOffline"
    assert f"PutMetricAlarm with {said} is not simulated offline" in message


def test_a_rule_of_contributor_insights_is_refused_by_name(shared: AlarmLab) -> None:
    code, message = refusal(shared.client.put_insight_rule, RuleName="a", RuleDefinition="{}")
    assert code == "NotSimulatedOffline"
    assert "PutInsightRule" in message
    assert shared.client.describe_insight_rules()["InsightRules"] == []


def test_a_promql_alarm_is_refused_by_name(shared: AlarmLab) -> None:
    criteria = {"PromQLCriteria": {"Query": "up"}}
    code, message = refusal(
        shared.client.put_metric_alarm, AlarmName="a", EvaluationCriteria=criteria
    )
    assert code == "NotSimulatedOffline"
    assert "EvaluationCriteria" in message
