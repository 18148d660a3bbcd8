"""A bad canary, from its first customer to the last: alarm, stop, rollback, traffic back.

Told by boto3 alone, minute by minute. 600 requests a minute arrive; the new version fails one in
twenty of its own. The alarm goes off when more than 2 % of a target group's requests fail in two
minutes of three.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from deploy_lab import ROLLBACK
from ecs_lab import EcsLab

from offline_aws.clients import client

_MINUTE = timedelta(minutes=1)


def at(minute: float) -> datetime:
    return datetime(2026, 1, 5, 9, tzinfo=UTC) + minute * _MINUTE


class Shop:
    """Customers of both target groups, the alarm, and what can be seen of the deployment."""

    def __init__(self, lab: EcsLab, fails: float) -> None:
        self.lab, self.fails = lab, fails
        self.cloudwatch: Any = client("cloudwatch", "us-east-1")
        names = {"errors": "Errors", "requests": "Requests"}
        of_green = [{"Name": "TargetGroup", "Value": "green"}]
        metrics: list[dict[str, Any]] = [
            {
                "Id": each,
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {"Namespace": "Shop", "MetricName": name, "Dimensions": of_green},
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
            for each, name in names.items()
        ]
        self.cloudwatch.put_metric_alarm(
            AlarmName="bad-canary",
            Metrics=[*metrics, {"Id": "share", "Expression": "100 * errors / requests"}],
            Threshold=2,
            ComparisonOperator="GreaterThanThreshold",
            DatapointsToAlarm=2,
            EvaluationPeriods=3,
            TreatMissingData="notBreaching",
        )
        lab.group_of(
            "Canary10Percent5Minutes",
            alarmConfiguration={"enabled": True, "alarms": [{"name": "bad-canary"}]},
            autoRollbackConfiguration=ROLLBACK,
        )

    def minutes(self, number: int) -> Iterator[dict[str, int]]:
        """Let minutes pass, each with its customers; yield who got how many per cent."""
        for _ in range(number):
            begin = self.lab.clock.now()
            self.lab.clock.advance(seconds=30)
            weights = self.lab.weights()
            self.lab.clock.advance(seconds=30)
            for group, weight in weights.items():
                self._report(group, 6 * weight, begin)
            yield weights

    def _report(self, group: str, requests: int, begin: datetime) -> None:
        failed = requests * self.fails if group == "green" else 0.0
        of_group = [{"Name": "TargetGroup", "Value": group}]
        data = [
            {"MetricName": name, "Dimensions": of_group, "Timestamp": begin, "Value": value}
            for name, value in (("Requests", requests), ("Errors", failed))
        ]
        self.cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)

    def alarms(self) -> list[tuple[datetime, str]]:
        """Return when the alarm changed its state, and to which, the oldest first."""
        history = self.cloudwatch.describe_alarm_history(
            AlarmName="bad-canary", HistoryItemType="StateUpdate", ScanBy="TimestampAscending"
        )
        changes = history["AlarmHistoryItems"]
        return [(each["Timestamp"], each["HistorySummary"].split()[-1]) for each in changes]


@pytest.fixture
def bad(ecs: EcsLab) -> Shop:
    return Shop(ecs, fails=0.05)


def test_a_bad_canary_goes_back_at_the_minutes_of_aws_s_rules(bad: Shop) -> None:
    lab = bad.lab
    made = lab.deploy(2)
    weights = list(bad.minutes(12))

    canary = {"blue": 90, "green": 10}
    first = weights.index(canary)
    # Two minutes make two breaching datapoints. The second is put when its minute is over and the
    # alarm has just looked, so that it is seen a minute later.
    assert weights == [{"blue": 100}] * first + [canary] * 3 + [{"blue": 100}] * (9 - first)
    alarm = at(first + 3)
    assert (alarm, "ALARM") in bad.alarms()

    stopped = lab.look(made)
    assert (stopped["status"], stopped["completeTime"]) == ("Stopped", alarm)
    assert stopped["errorInformation"]["code"] == "ALARM_ACTIVE"
    back = lab.look(stopped["rollbackInfo"]["rollbackDeploymentId"])
    assert back["creator"] == "codeDeployRollback"
    assert back["rollbackInfo"]["rollbackTriggeringDeploymentId"] == made
    assert back["status"] == "Succeeded"
    assert alarm <= back["createTime"] <= back["completeTime"] < alarm + _MINUTE / 2
    assert lab.task_sets() == {"1": "PRIMARY"}


def test_a_good_canary_goes_on_to_everybody(ecs: EcsLab) -> None:
    good = Shop(ecs, fails=0.002)
    made = ecs.deploy(2)
    weights = list(good.minutes(12))
    canary = [each for each in weights if each == {"blue": 90, "green": 10}]
    assert (len(canary), weights[-1]) == (5, {"green": 100})
    assert [state for _, state in good.alarms()] == ["OK"]
    assert ecs.status(made) == "Succeeded"
