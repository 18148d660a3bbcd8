"""What a change of state leads to: messages, invocations, events, and a line in the history."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import boto3
from alarm_lab import MINUTE, MONDAY, AlarmLab

ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors"
REASON = (
    "Threshold Crossed: 1 datapoint [9.0 (05/01/26 09:00:00)] was greater than the threshold (5.0)."
)


def test_a_message_to_a_topic(lab: AlarmLab) -> None:
    topic = lab.topic()
    lab.put_alarm(
        AlarmActions=[topic], AlarmDescription="Too many", Dimensions=[{"Name": "S", "Value": "a"}]
    )
    lab.put(9, Dimensions=[{"Name": "S", "Value": "a"}])
    lab.clock.advance(minutes=1)
    (sent,) = lab.messages()
    assert sent["Subject"] == 'ALARM: "errors" in US East (N. Virginia)'
    message = json.loads(sent["Message"])
    assert message == {
        "AlarmName": "errors",
        "AlarmDescription": "Too many",
        "AWSAccountId": "123456789012",
        "AlarmConfigurationUpdatedTimestamp": "2026-01-05T09:00:00.000+0000",
        "NewStateValue": "ALARM",
        "NewStateReason": REASON,
        "StateChangeTime": "2026-01-05T09:01:00.000+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": ARN,
        "OldStateValue": "INSUFFICIENT_DATA",
        "OKActions": [],
        "AlarmActions": [topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "Errors",
            "Namespace": "Shop",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [{"value": "a", "name": "S"}],
            "Period": 60,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 5.0,
            "TreatMissingData": "missing",
            "EvaluateLowSampleCountPercentile": "",
        },
    }
    lab.clock.advance(minutes=10)
    assert lab.history("Action") == [f"Successfully executed action {topic}"]


def test_actions_of_each_state(lab: AlarmLab) -> None:
    topic = lab.topic()
    lab.put_alarm(OKActions=[topic], InsufficientDataActions=[topic])
    lab.feed(1, 9, 1, None, None, None)
    states = [json.loads(each["Message"])["NewStateValue"] for each in lab.messages()]
    assert states == ["OK", "OK", "INSUFFICIENT_DATA"]


def test_a_state_set_by_hand_acts(lab: AlarmLab) -> None:
    topic = lab.topic()
    lab.put_alarm(AlarmActions=[topic])
    lab.set_state("ALARM")
    lab.set_state("ALARM")
    (sent,) = lab.messages()
    assert json.loads(sent["Message"])["NewStateReason"] == "by hand"


def test_actions_can_be_switched_off_and_on(lab: AlarmLab) -> None:
    topic = lab.topic()
    lab.put_alarm(AlarmActions=[topic])
    lab.client.disable_alarm_actions(AlarmNames=["errors", "none"])
    assert lab.alarm()["ActionsEnabled"] is False
    lab.feed(9)
    assert (lab.state(), lab.messages()) == ("ALARM", [])
    lab.client.enable_alarm_actions(AlarmNames=["errors"])
    lab.clock.advance(minutes=1)
    assert lab.messages() == []  # no change of state
    lab.set_state("OK")
    lab.set_state("ALARM")
    assert len(lab.messages()) == 1


def test_a_function_is_invoked(lab: AlarmLab) -> None:
    bucket = boto3.client("s3")
    bucket.create_bucket(Bucket="seen")
    code = (
        "import boto3, json\n"
        "def handler(event, context):\n"
        "    boto3.client('s3').put_object("
        "Bucket='seen', Key='event', Body=json.dumps(event).encode())\n"
    )
    lab.put_alarm(AlarmActions=[function(code)])
    lab.feed(9)
    lab.clock.advance(minutes=1)
    event = json.loads(bucket.get_object(Bucket="seen", Key="event")["Body"].read())
    assert event["source"] == "aws.cloudwatch"
    assert (event["alarmArn"], event["accountId"]) == (ARN, "123456789012")
    assert (event["region"], event["time"]) == ("us-east-1", "2026-01-05T09:01:00.000+0000")
    assert event["alarmData"]["alarmName"] == "errors"
    assert event["alarmData"]["state"]["value"] == "ALARM"
    assert event["alarmData"]["previousState"]["value"] == "INSUFFICIENT_DATA"


def function(code: str) -> str:
    role = boto3.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", code)
    made = boto3.client("lambda").create_function(
        FunctionName="alert",
        Runtime="python3.12",
        Role=role["Arn"],
        Handler="app.handler",
        Code={"ZipFile": buffer.getvalue()},
    )
    return made["FunctionArn"]


def test_what_cannot_be_done_is_told_of_in_the_history(lab: AlarmLab) -> None:
    absent = "arn:aws:sns:us-east-1:123456789012:none"
    stop = "arn:aws:automate:us-east-1:ec2:stop"
    lab.put_alarm(AlarmActions=[absent, stop])
    lab.feed(9)
    assert lab.history("Action") == [
        f'Failed to execute action {absent}. Received error: "Endpoint does not exist"',
        f"Failed to execute action {stop}. Received error: "
        '"An action of automate is not simulated offline."',
    ]
    items = lab.client.describe_alarm_history(HistoryItemType="Action")["AlarmHistoryItems"]
    data = json.loads(items[0]["HistoryData"])
    assert (data["actionState"], data["notificationResource"]) == ("Failed", stop)


def events(lab: AlarmLab, kind: str) -> list[dict[str, Any]]:
    return [event for event in lab.messages() if event["detail-type"] == kind]


def test_the_event_of_a_change_of_state(lab: AlarmLab) -> None:
    lab.events()
    lab.put_alarm(AlarmDescription="Too many")
    lab.feed(9)
    (event,) = events(lab, "CloudWatch Alarm State Change")
    assert (event["source"], event["resources"]) == ("aws.cloudwatch", [ARN])
    assert event["time"] == "2026-01-05T09:01:00Z"
    detail = event["detail"]
    reason_data = detail["state"].pop("reasonData")
    assert json.loads(reason_data)["recentDatapoints"] == [9.0]
    (metric,) = detail["configuration"].pop("metrics")
    assert len(metric.pop("id")) == 36
    assert metric == {
        "metricStat": {
            "metric": {"namespace": "Shop", "name": "Errors", "dimensions": {}},
            "period": 60,
            "stat": "Sum",
        },
        "returnData": True,
    }
    assert detail == {
        "alarmName": "errors",
        "state": {"value": "ALARM", "reason": REASON, "timestamp": "2026-01-05T09:01:00.000+0000"},
        "previousState": {
            "value": "INSUFFICIENT_DATA",
            "reason": "Unchecked: Initial alarm creation",
            "timestamp": "2026-01-05T09:00:00.000+0000",
        },
        "configuration": {"description": "Too many"},
    }


def test_the_events_of_a_configuration(lab: AlarmLab) -> None:
    lab.events()
    lab.put_alarm()
    lab.put_alarm(Threshold=7)
    lab.client.delete_alarms(AlarmNames=["errors"])
    found = [event["detail"] for event in events(lab, "CloudWatch Alarm Configuration Change")]
    assert [detail["operation"] for detail in found] == ["create", "update", "delete"]
    assert [detail["configuration"]["threshold"] for detail in found] == [5.0, 7.0, 7.0]


def test_the_history_of_everything(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.feed(9)
    lab.put_alarm(Threshold=100)
    lab.clock.advance(minutes=1)
    lab.client.delete_alarms(AlarmNames=["errors"])
    items = lab.client.describe_alarm_history(AlarmName="errors")["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in items] == [
        'Alarm "errors" deleted',
        "Alarm updated from ALARM to OK",
        'Alarm "errors" updated',
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        'Alarm "errors" created',
    ]
    assert {item["AlarmType"] for item in items} == {"MetricAlarm"}
    assert items[-1]["Timestamp"] == MONDAY
    assert json.loads(items[-1]["HistoryData"])["createdAlarm"]["threshold"] == 5.0
    changed = json.loads(items[3]["HistoryData"])
    assert changed["oldState"]["stateValue"] == "INSUFFICIENT_DATA"
    assert changed["newState"]["stateReasonData"]["recentDatapoints"] == [9.0]
    since = {"StartDate": MONDAY + MINUTE, "EndDate": MONDAY + MINUTE}
    found = lab.client.describe_alarm_history(**since)["AlarmHistoryItems"]
    assert [item["HistoryItemType"] for item in found] == ["ConfigurationUpdate", "StateUpdate"]


def test_the_history_comes_in_pages_and_is_kept_for_a_month(lab: AlarmLab) -> None:
    lab.put_alarm()
    for _ in range(3):
        lab.set_state("OK")
        lab.set_state("ALARM")
    pages = lab.client.get_paginator("describe_alarm_history").paginate(
        PaginationConfig={"PageSize": 3}
    )
    assert [len(page["AlarmHistoryItems"]) for page in pages] == [3, 3, 1]
    lab.clock.advance(days=31)
    lab.set_state("OK")
    found = lab.client.describe_alarm_history()["AlarmHistoryItems"]
    assert [item["HistoryItemType"] for item in found] == ["StateUpdate"]
