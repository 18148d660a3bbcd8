"""Alarms that stop a deployment, before it moves anything and while it goes on."""

from __future__ import annotations

from typing import Any

import pytest
from deploy_lab import ROLLBACK
from ecs_lab import EcsLab
from function_lab import FunctionLab, appspec

from offline_aws.clients import client


def watched(*names: str, **more: Any) -> dict[str, Any]:
    return {"enabled": True, "alarms": [{"name": name} for name in names], **more}


def make_alarm(name: str = "errors") -> None:
    client("cloudwatch", "us-east-1").put_metric_alarm(
        AlarmName=name,
        MetricName="Errors",
        Namespace="Shop",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )


def set_state(name: str, state: str) -> None:
    client("cloudwatch", "us-east-1").set_alarm_state(
        AlarmName=name, StateValue=state, StateReason="test"
    )


def test_an_alarm_stops_the_shift_and_the_rollback_sends_the_traffic_back(
    functions: FunctionLab,
) -> None:
    make_alarm()
    make_alarm("other")
    functions.group_of(
        "Canary10Percent5Minutes",
        alarmConfiguration=watched("errors"),
        autoRollbackConfiguration=ROLLBACK,
    )
    made = functions.create(appspec())
    functions.clock.advance(minutes=2)
    assert functions.weights() == {"1": 0.9, "2": 0.1}
    set_state("errors", "OK")
    set_state("other", "ALARM")
    assert functions.status(made) == "InProgress"
    set_state("errors", "ALARM")
    info = functions.look(made)
    assert info["status"] == "Stopped"
    assert info["errorInformation"] == {
        "code": "ALARM_ACTIVE",
        "message": "One or more alarms have been activated according to the Amazon CloudWatch "
        "metrics you selected, and the affected deployments have been stopped. Activated alarms: "
        "<errors>",
    }
    assert functions.rolled_back(made)["status"] == "Succeeded"
    assert functions.weights() == {"1": 1}
    # The rollback itself is not stopped by the alarm, and neither is what comes long after.
    functions.clock.advance(hours=1)
    assert functions.weights() == {"1": 1}


def test_without_a_rollback_for_alarms_the_weights_stay(functions: FunctionLab) -> None:
    make_alarm()
    events = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    functions.group_of(
        "Canary10Percent5Minutes",
        alarmConfiguration=watched("errors"),
        autoRollbackConfiguration=events,
    )
    made = functions.create(appspec())
    functions.clock.advance(minutes=2)
    set_state("errors", "ALARM")
    functions.clock.advance(minutes=20)
    assert functions.look(made)["rollbackInfo"] == {}
    assert functions.weights() == {"1": 0.9, "2": 0.1}


def test_an_alarm_that_is_active_already_lets_nothing_start(functions: FunctionLab) -> None:
    make_alarm()
    set_state("errors", "ALARM")
    functions.group_of("AllAtOnce", alarmConfiguration=watched("errors"))
    info = functions.finish(functions.create(appspec()))
    assert info["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert functions.weights() == {"1": 1}


def test_a_composite_alarm_is_watched_too(functions: FunctionLab) -> None:
    make_alarm()
    set_state("errors", "ALARM")
    client("cloudwatch", "us-east-1").put_composite_alarm(
        AlarmName="shop", AlarmRule="ALARM(errors)"
    )
    functions.group_of("Canary10Percent5Minutes", alarmConfiguration=watched("shop"))
    info = functions.finish(functions.create(appspec()))
    assert info["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert functions.weights() == {"1": 1}


def test_an_override_lets_a_good_revision_through_an_active_alarm(functions: FunctionLab) -> None:
    make_alarm()
    set_state("errors", "ALARM")
    functions.group_of("AllAtOnce", alarmConfiguration=watched("errors"))
    off = {"enabled": False, "alarms": []}
    made = functions.create(appspec(), overrideAlarmConfiguration=off)
    info = functions.finish(made)
    assert info["status"] == "Succeeded"
    assert info["overrideAlarmConfiguration"] == off
    group = {"applicationName": "shop", "deploymentGroupName": "prod"}
    found = functions.client.get_deployment_group(**group)["deploymentGroupInfo"]
    assert found["alarmConfiguration"]["enabled"] is True


@pytest.mark.parametrize(("ignored", "status"), [(False, "Failed"), (True, "Succeeded")])
def test_an_alarm_that_cannot_be_asked_stops_unless_it_is_ignored(
    functions: FunctionLab, ignored: bool, status: str
) -> None:
    watch = watched("none", ignorePollAlarmFailure=ignored)
    functions.group_of("AllAtOnce", alarmConfiguration=watch)
    assert functions.finish(functions.create(appspec()))["status"] == status


def test_an_alarm_while_blue_waits_sends_the_traffic_back(ecs: EcsLab) -> None:
    make_alarm()
    ecs.group_of(wait=60, alarmConfiguration=watched("errors"), autoRollbackConfiguration=ROLLBACK)
    made = ecs.deploy()
    ecs.clock.advance(minutes=30)
    assert ecs.weights() == {"green": 100}
    set_state("errors", "ALARM")
    assert ecs.rolled_back(made)["status"] == "Succeeded"
    assert ecs.weights() == {"blue": 100}
    assert ecs.task_sets() == {"1": "PRIMARY"}


def test_after_the_end_an_alarm_changes_nothing(functions: FunctionLab) -> None:
    make_alarm()
    functions.group_of(
        "AllAtOnce", alarmConfiguration=watched("errors"), autoRollbackConfiguration=ROLLBACK
    )
    made = functions.create(appspec())
    functions.finish(made)
    set_state("errors", "ALARM")
    assert functions.status(made) == "Succeeded"
    listed = functions.client.list_deployments(applicationName="shop", deploymentGroupName="prod")
    assert listed["deployments"] == [made]


def test_a_metric_that_breaches_stops_the_deployment_on_the_clock(functions: FunctionLab) -> None:
    make_alarm()
    functions.group_of(
        "Linear10PercentEvery1Minute",
        alarmConfiguration=watched("errors"),
        autoRollbackConfiguration=ROLLBACK,
    )
    made = functions.create(appspec())
    functions.clock.advance(minutes=3)
    assert functions.status(made) == "InProgress"
    client("cloudwatch", "us-east-1").put_metric_data(
        Namespace="Shop", MetricData=[{"MetricName": "Errors", "Value": 5}]
    )
    info = functions.finish(made)
    assert info["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert 3 < functions.minutes(info["completeTime"]) <= 6
    functions.rolled_back(made)
    assert functions.weights() == {"1": 1}
