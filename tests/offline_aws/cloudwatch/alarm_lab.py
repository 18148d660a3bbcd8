"""An account with alarms on one metric, Shop/Errors, fed minute by minute."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class AlarmLab:
    """CloudWatch of an account, with what tests ask it often."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.clock = aws.clock
        self.client: Any = boto3.client("cloudwatch")

    def put_alarm(self, name: str = "errors", **settings: Any) -> None:
        """Create an alarm that a sum above 5 in one minute puts into ALARM, or one with changes."""
        common = {
            "Namespace": "Shop",
            "MetricName": "Errors",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 5.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        given = {key: value for key, value in (common | settings).items() if value is not None}
        self.client.put_metric_alarm(AlarmName=name, **given)

    def put(self, *values: float, name: str = "Errors", **more: Any) -> None:
        """Put values of a metric now."""
        for value in values:
            self.client.put_metric_data(
                Namespace="Shop", MetricData=[{"MetricName": name, "Value": value, **more}]
            )

    def feed(self, *values: float | None, name: str = "Errors") -> None:
        """Put a value, or none, in each of the next minutes, and come to the end of them."""
        for value in values:
            if value is not None:
                self.put(value, name=name)
            self.clock.advance(minutes=1)

    def alarm(self, name: str = "errors") -> dict[str, Any]:
        """Return an alarm of either kind."""
        kinds = ["MetricAlarm", "CompositeAlarm"]
        answer = self.client.describe_alarms(AlarmNames=[name], AlarmTypes=kinds)
        (found,) = answer["MetricAlarms"] + answer["CompositeAlarms"]
        return dict(found)

    def state(self, name: str = "errors") -> str:
        """Return the state of an alarm."""
        return str(self.alarm(name)["StateValue"])

    def set_state(self, state: str, name: str = "errors", **more: Any) -> None:
        """Set a state by hand."""
        self.client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="by hand", **more)

    def history(self, kind: str = "StateUpdate", **more: Any) -> list[str]:
        """Return the summaries of the history's items of a kind, the oldest first."""
        answer = self.client.describe_alarm_history(
            HistoryItemType=kind, ScanBy="TimestampAscending", **more
        )
        return [item["HistorySummary"] for item in answer["AlarmHistoryItems"]]

    def topic(self) -> str:
        """Create a topic whose messages ``messages`` gives."""
        topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        self._queue = boto3.client("sqs").create_queue(QueueName="alerts")["QueueUrl"]
        queue = "arn:aws:sqs:us-east-1:123456789012:alerts"
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
        return topic

    def messages(self) -> list[dict[str, Any]]:
        """Return the notifications that came since the last look."""
        sqs, found = boto3.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=self._queue).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def events(self) -> str:
        """Have the events of CloudWatch sent to a queue that ``messages`` gives."""
        self._queue = boto3.client("sqs").create_queue(QueueName="events")["QueueUrl"]
        events = boto3.client("events")
        events.put_rule(Name="alarms", EventPattern=json.dumps({"source": ["aws.cloudwatch"]}))
        arn = "arn:aws:sqs:us-east-1:123456789012:events"
        events.put_targets(Rule="alarms", Targets=[{"Id": "q", "Arn": arn}])
        return arn
