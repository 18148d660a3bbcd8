"""Alarms as they are described, by what they are found, and their tags."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import awscli
import pytest
from alarm_lab import MONDAY, AlarmLab
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


def test_an_alarm_is_shown_as_it_was_put(lab: AlarmLab) -> None:
    lab.client.put_metric_alarm(**GOOD, AlarmDescription="Too many", Unit="Count")
    alarm = lab.alarm()
    assert GOOD.items() <= alarm.items()
    assert alarm["Dimensions"] == alarm["OKActions"] == alarm["AlarmActions"] == []
    assert (alarm["ActionsEnabled"], alarm["AlarmDescription"]) == (True, "Too many")
    assert alarm["AlarmArn"] == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors"
    assert (alarm["StateValue"], alarm["StateUpdatedTimestamp"]) == ("INSUFFICIENT_DATA", MONDAY)
    assert "TreatMissingData" not in alarm


EXAMPLES = Path(awscli.__file__).parent / "examples" / "cloudwatch" / "put-metric-alarm.rst"


def aws_s_own() -> list[list[str]]:
    """Return the words of the commands of the AWS CLI's examples."""
    lines = EXAMPLES.read_text().splitlines()
    commands = [line for line in lines if line.strip().startswith("aws cloudwatch")]
    return [shlex.split(command)[3:] for command in commands]


@pytest.mark.parametrize("words", aws_s_own(), ids=lambda words: words[1])
def test_an_example_of_aws_is_taken(lab: AlarmLab, words: list[str]) -> None:
    given: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            last = given.setdefault(word.removeprefix("--").title().replace("-", ""), [])
        else:
            last.append(word)
    parameters: dict[str, Any] = {name: values[0] for name, values in given.items()}
    parameters["Dimensions"] = [
        dict(part.split("=") for part in each.split(",")) for each in given["Dimensions"]
    ]
    for name in ("Period", "EvaluationPeriods"):
        parameters[name] = int(parameters[name])
    parameters["Threshold"] = float(parameters["Threshold"])
    if "AlarmActions" in parameters:
        parameters["AlarmActions"] = given["AlarmActions"]
    lab.client.put_metric_alarm(**parameters)
    assert parameters.items() <= lab.alarm(parameters["AlarmName"]).items()


def test_filters(lab: AlarmLab) -> None:
    topic = lab.topic()
    for name in ("shop-a", "shop-b", "other"):
        lab.put_alarm(name, MetricName=name)
    lab.put_alarm("shop-b", MetricName="shop-b", OKActions=[topic])
    lab.client.put_composite_alarm(AlarmName="shop", AlarmRule="ALARM(other)")
    lab.set_state("ALARM", "other")

    def names(**filters: Any) -> list[str]:
        answer = lab.client.describe_alarms(**filters)
        found = answer["MetricAlarms"] + answer["CompositeAlarms"]
        return [each["AlarmName"] for each in found]

    assert names() == ["other", "shop-a", "shop-b"]
    assert names(AlarmTypes=["CompositeAlarm"]) == ["shop"]
    assert names(AlarmNamePrefix="shop-") == ["shop-a", "shop-b"]
    assert names(AlarmNames=["other", "none", "shop"]) == ["other"]
    assert names(StateValue="ALARM") == ["other"]
    assert names(ActionPrefix="arn:aws:sns") == ["shop-b"]
    everything = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    pages = list(
        lab.client.get_paginator("describe_alarms").paginate(
            **everything, PaginationConfig={"PageSize": 3}
        )
    )
    assert [len(page["MetricAlarms"]) + len(page["CompositeAlarms"]) for page in pages] == [3, 1]
    code, _ = refusal(lab.client.describe_alarms, AlarmNames=["a"], AlarmNamePrefix="b")
    assert code == "ValidationError"
    assert refusal(lab.client.describe_alarms, NextToken="x")[0] == "InvalidNextToken"


def test_alarms_for_a_metric(lab: AlarmLab) -> None:
    service = [{"Name": "Service", "Value": "orders"}]
    lab.put_alarm("plain")
    lab.put_alarm("orders", Dimensions=service)
    lab.put_alarm("slow", Dimensions=service, Period=300)
    of = {"Namespace": "Shop", "MetricName": "Errors"}
    lab.client.put_metric_alarm(
        AlarmName="math",
        Metrics=[{"Id": "m", "MetricStat": {"Metric": of, "Period": 60, "Stat": "Sum"}}],
        EvaluationPeriods=1,
        Threshold=5.0,
        ComparisonOperator="GreaterThanThreshold",
    )

    def names(**more: Any) -> list[str]:
        found = lab.client.describe_alarms_for_metric(Namespace="Shop", MetricName="Errors", **more)
        return [each["AlarmName"] for each in found["MetricAlarms"]]

    assert names() == ["plain"]
    assert names(Dimensions=service) == ["orders", "slow"]
    assert names(Dimensions=service, Period=300) == ["slow"]
    assert names(Statistic="Average") == []


def test_tags(lab: AlarmLab) -> None:
    lab.put_alarm(Tags=[{"Key": "team", "Value": "shop"}])
    lab.put_alarm(Tags=[{"Key": "ignored", "Value": "by an update"}])
    arn = lab.alarm()["AlarmArn"]
    lab.client.tag_resource(ResourceARN=arn, Tags=[{"Key": "stage", "Value": "prod"}])
    lab.client.untag_resource(ResourceARN=arn, TagKeys=["team", "none"])
    tags = lab.client.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == [{"Key": "stage", "Value": "prod"}]
    lab.client.put_dashboard(DashboardName="shop", DashboardBody='{"widgets": []}')
    dashboard = lab.client.get_dashboard(DashboardName="shop")["DashboardArn"]
    lab.client.tag_resource(ResourceARN=dashboard, Tags=[{"Key": "a", "Value": "b"}])
    code, _ = refusal(lab.client.list_tags_for_resource, ResourceARN=f"{arn}s")
    assert code == "ResourceNotFoundException"
    assert refusal(lab.client.list_tags_for_resource, ResourceARN="x")[0] == "InvalidParameterValue"


def test_a_state_of_what_is_not_there(lab: AlarmLab) -> None:
    state = {"AlarmName": "none", "StateValue": "OK", "StateReason": "why"}
    assert refusal(lab.client.set_alarm_state, **state)[0] == "ResourceNotFound"
    lab.put_alarm()
    wrong = state | {"AlarmName": "errors", "StateReasonData": "no JSON"}
    assert refusal(lab.client.set_alarm_state, **wrong)[0] == "InvalidFormat"
