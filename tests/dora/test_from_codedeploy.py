"""The deployments of a CodeDeploy application, read from one that really deployed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pandas as pd
import pytest
from botocore.exceptions import ClientError

from devops_workbook import dora
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/run"
APPSPEC = """
version: 0.0
Resources:
  - orders:
      Type: AWS::Lambda::Function
      Properties: {{Name: orders, Alias: live, CurrentVersion: {}, TargetVersion: {}}}
"""


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


class Orders:
    """A function with five versions, deployed by a canary that an alarm watches."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.clock = aws.clock
        boto3.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")
        functions = boto3.client("lambda")
        functions.create_function(
            FunctionName="orders",
            Runtime="python3.12",
            Role=ROLE,
            Handler="app.handler",
            Code={"ZipFile": _code(1)},
            Publish=True,
        )
        for i in range(2, 6):
            functions.update_function_code(FunctionName="orders", ZipFile=_code(i), Publish=True)
        functions.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
        self.alarms = boto3.client("cloudwatch")
        self.client = boto3.client("codedeploy")
        self.client.create_application(applicationName="shop", computePlatform="Lambda")

    def group(self, name: str = "prod", alarm: bool = True) -> None:
        if alarm:
            self.alarms.put_metric_alarm(
                AlarmName="errors",
                MetricName="Errors",
                Namespace="Shop",
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanThreshold",
                TreatMissingData="ignore",
            )
        self.client.create_deployment_group(
            applicationName="shop",
            deploymentGroupName=name,
            serviceRoleArn=ROLE,
            deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
            deploymentStyle={
                "deploymentType": "BLUE_GREEN",
                "deploymentOption": "WITH_TRAFFIC_CONTROL",
            },
            alarmConfiguration={"enabled": alarm, "alarms": [{"name": "errors"}] * alarm},
            autoRollbackConfiguration={
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
            },
        )

    def deploy(self, current: int, target: int, minutes: int = 10, group: str = "prod") -> str:
        """Deploy a version, and let the minutes pass."""
        content = {"content": APPSPEC.format(current, target)}
        made = self.client.create_deployment(
            applicationName="shop",
            deploymentGroupName=group,
            revision={"revisionType": "AppSpecContent", "appSpecContent": content},
        )["deploymentId"]
        self.clock.advance(minutes=minutes)
        return str(made)

    def errors(self, state: str) -> None:
        self.alarms.set_alarm_state(AlarmName="errors", StateValue=state, StateReason="test")


def _code(version: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", f"def handler(event, context): return {version}")
    return buffer.getvalue()


@pytest.fixture
def orders(aws: OfflineAWS) -> Orders:
    return Orders(aws)


def test_deployments_rollbacks_and_the_incident_of_an_alarm(orders: Orders) -> None:
    orders.group()
    good = orders.deploy(1, 2)
    bad = orders.deploy(2, 3, minutes=2)
    orders.errors("ALARM")
    orders.clock.advance(minutes=5)
    orders.errors("OK")
    wrong = orders.deploy(1, 4)
    events: Any = dora.from_codedeploy(orders.client, "shop")
    table: Any = events.deployments.set_index("deployment_id")
    rollback = table.index[2]
    assert list(table.index) == [good, bad, rollback, wrong]
    assert list(table["status"]) == ["succeeded", "succeeded", "succeeded", "failed"]
    assert list(table["kind"]) == ["planned", "planned", "rollback", "planned"]
    assert table.loc[rollback, "repairs"] == bad
    assert table["service"].unique() == ["shop"]
    assert table.loc[good, "finished_at"] - MONDAY > timedelta(minutes=5)
    assert events.incidents is not None
    incident: Any
    (incident,) = events.incidents.itertuples()
    assert (incident.incident_id, incident.deployment_id) == (f"alarm/{bad}", bad)
    assert incident.started_at == table.loc[bad, "finished_at"]
    assert incident.resolved_at == table.loc[rollback, "finished_at"]
    assert events.changes is None
    assert events.notes == ()


def test_what_was_measured_is_what_happened(orders: Orders) -> None:
    orders.group()
    orders.deploy(1, 2)
    orders.deploy(2, 3, minutes=2)
    orders.errors("ALARM")
    orders.clock.advance(minutes=5)
    orders.errors("OK")
    orders.deploy(2, 3)
    metrics = dora.measure(dora.from_codedeploy(orders.client, "shop"))
    assert metrics.change_fail_rate.detail["n_failed"] == 1
    assert 0 < metrics.failed_deployment_recovery_time.value < 0.1


def test_without_alarms_incidents_are_not_recorded(orders: Orders) -> None:
    orders.group(alarm=False)
    orders.deploy(1, 2)
    events: Any = dora.from_codedeploy(orders.client, "shop")
    assert events.incidents is None
    assert len(events.deployments) == 1


def test_what_goes_on_is_left_out_and_noted(orders: Orders) -> None:
    orders.group(alarm=False)
    orders.deploy(1, 2, minutes=1)
    events: Any = dora.from_codedeploy(orders.client, "shop")
    assert events.deployments.empty
    assert events.notes == ("1 deployment left out: InProgress",)


def test_groups_that_are_no_production_are_left_out(orders: Orders) -> None:
    orders.group(alarm=False)
    orders.group("beta", alarm=False)
    orders.deploy(1, 2, group="beta")
    live = orders.deploy(2, 3)
    events: Any = dora.from_codedeploy(orders.client, "shop", production="prod")
    assert list(events.deployments["deployment_id"]) == [live]
    assert isinstance(events.deployments, pd.DataFrame)


def test_an_application_that_is_not_there_is_aws_s_error(orders: Orders) -> None:
    with pytest.raises(ClientError, match="No application found for name: none"):
        dora.from_codedeploy(orders.client, "none")
