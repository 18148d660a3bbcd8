"""Conditions of stages: the rules that let an execution in, on, or back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from pipeline_lab import PipelineLab, stage, work


def rule(provider: str, name: str = "Rule", **configuration: str) -> dict[str, Any]:
    kind = {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "ruleTypeId": kind, "configuration": configuration}


def when(result: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {"conditions": [{"result": result, "rules": list(rules)}]}


def check(value: str = "go", name: str = "Rule", operator: str = "EQ") -> dict[str, Any]:
    variable = "#{variables.GATE}"
    return rule("VariableCheck", name, Variable=variable, Value=value, Operator=operator)


GATE = [{"name": "GATE", "defaultValue": "go"}]
CLOSED = [{"name": "GATE", "value": "wait"}]


def declare(lab: PipelineLab, **gates: Any) -> str:
    """Create a pipeline whose stage Test has conditions, and run it to there."""
    first = lab.declare(stage("Test", work(), **gates), variables=GATE)
    lab.wait()
    return first


def rules(lab: PipelineLab, **more: Any) -> list[dict[str, Any]]:
    answer = lab.client.list_rule_executions(pipelineName="shop", **more)
    return list(answer["ruleExecutionDetails"])


def test_an_entry_condition_that_is_met(lab: PipelineLab) -> None:
    first = declare(lab, beforeEntry=when("FAIL", check()))
    assert lab.stage_status("Test") == (first, "InProgress")
    state = lab.stage("Test")["beforeEntryConditionState"]
    assert state["latestExecution"]["status"] == "Succeeded"
    (condition,) = state["conditionStates"]
    (shown,) = condition["ruleStates"]
    assert (shown["ruleName"], shown["latestExecution"]["status"]) == ("Rule", "Succeeded")
    (detail,) = rules(lab)
    assert detail["input"]["resolvedConfiguration"] == {
        "Variable": "go",
        "Value": "go",
        "Operator": "EQ",
    }
    assert detail["input"]["configuration"]["Variable"] == "#{variables.GATE}"
    assert (detail["stageName"], detail["pipelineExecutionId"]) == ("Test", first)


def test_an_entry_condition_fails_the_stage_before_its_actions(lab: PipelineLab) -> None:
    declare(lab, beforeEntry=when("FAIL", check()))
    lab.succeed()
    second = lab.start(variables=CLOSED)
    lab.wait()
    assert lab.stage_status("Test") == (second, "Failed")
    assert lab.status(second) == "Failed"
    assert lab.jobs() == []
    state = lab.stage("Test")["beforeEntryConditionState"]["latestExecution"]
    assert state["status"] == "Failed"
    assert "wait EQ go" in state["summary"]


def test_an_entry_condition_skips_the_stage(lab: PipelineLab) -> None:
    gates = {"beforeEntry": when("SKIP", check("wait", operator="NE"))}
    lab.declare(stage("Test", work(), **gates), stage("Prod", work("Release")), variables=GATE)
    lab.wait()
    lab.succeed()
    lab.succeed("Release")
    second = lab.start(variables=CLOSED)
    lab.wait()
    assert lab.stage_status("Test") == (second, "Skipped")
    assert lab.stage_status("Prod") == (second, "InProgress")


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        ("EQ", "go", True),
        ("EQ", "g", False),
        ("NE", "stop", True),
        ("NE", "go", False),
        ("CONTAINS", "o", True),
        ("CONTAINS", "x", False),
        ("MATCHES", "g.", True),
        ("MATCHES", "o", False),
        ("MATCHES", "(", False),
    ],
)
def test_operators_of_a_variable_check(
    lab: PipelineLab, operator: str, value: str, met: bool
) -> None:
    declare(lab, beforeEntry=when("FAIL", check(value, operator=operator)))
    assert lab.stage_status("Test")[1] == ("InProgress" if met else "Failed")


def test_one_rule_that_fails_is_enough(lab: PipelineLab) -> None:
    declare(lab, beforeEntry=when("FAIL", check(name="Good"), check("stop", name="Bad")))
    assert lab.stage_status("Test")[1] == "Failed"
    assert [(each["ruleName"], each["status"]) for each in rules(lab)] == [
        ("Bad", "Failed"),
        ("Good", "Succeeded"),
    ]


def test_a_condition_can_be_overridden(lab: PipelineLab) -> None:
    first = declare(lab, beforeEntry=when("FAIL", check("stop")))
    assert lab.status(first) == "Failed"
    override(lab, first)
    lab.wait()
    assert lab.stage_status("Test") == (first, "InProgress")
    state = lab.stage("Test")["beforeEntryConditionState"]["latestExecution"]
    assert state["status"] == "Overridden"
    lab.succeed()
    assert lab.status(first) == "Succeeded"


def override(lab: PipelineLab, execution: str, kind: str = "BEFORE_ENTRY") -> None:
    lab.client.override_stage_condition(
        pipelineName="shop",
        stageName="Test",
        pipelineExecutionId=execution,
        conditionType=kind,
    )


def test_a_success_condition_can_be_overridden(lab: PipelineLab) -> None:
    first = declare(lab, onSuccess=when("FAIL", check("stop")))
    lab.succeed()
    assert lab.status(first) == "Failed"
    override(lab, first, "ON_SUCCESS")
    lab.wait()
    assert lab.status(first) == "Succeeded"


def test_a_window_can_be_overridden_while_it_is_waited_for(lab: PipelineLab) -> None:
    window = rule("DeploymentWindow", Cron="0 * 14 ? * SAT", TimeZone="UTC")
    first = declare(lab, beforeEntry=when("FAIL", window, check(name="Good")))
    assert lab.jobs() == []
    override(lab, first)
    lab.wait()
    assert len(lab.jobs()) == 1
    statuses = {each["ruleName"]: each["status"] for each in rules(lab)}
    assert statuses == {"Rule": "Abandoned", "Good": "Succeeded"}
    lab.succeed()
    assert lab.status(first) == "Succeeded"
    lab.clock.advance(days=6)
    assert lab.status(first) == "Succeeded"


def test_what_holds_nothing_back_is_not_overridden(lab: PipelineLab) -> None:
    first = declare(lab, beforeEntry=when("FAIL", check()))
    for kind in ("BEFORE_ENTRY", "ON_SUCCESS"):
        with pytest.raises(lab.client.exceptions.ConditionNotOverridableException):
            override(lab, first, kind)
    lab.start()
    lab.wait()
    lab.fail()
    with pytest.raises(lab.client.exceptions.NotLatestPipelineExecutionException):
        override(lab, first)


@pytest.fixture
def alarm(lab: PipelineLab) -> Callable[[str], None]:
    """Put the alarm that is named errors into a state: by what its metric is, a minute later."""
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        MetricName="Errors",
        Namespace="Shop",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Period=60,
        Statistic="Sum",
        Threshold=1.0,
        TreatMissingData="ignore",
    )

    def turn(state: str) -> None:
        value = 5 if state == "ALARM" else 0
        cloudwatch.put_metric_data(
            Namespace="Shop", MetricData=[{"MetricName": "Errors", "Value": value}]
        )
        lab.clock.advance(minutes=1)
        (found,) = cloudwatch.describe_alarms()["MetricAlarms"]
        assert found["StateValue"] == state

    turn("OK")
    return turn


def test_a_retry_asks_the_entry_condition_again(
    lab: PipelineLab, alarm: Callable[[str], None]
) -> None:
    alarm("ALARM")
    gate = rule("CloudWatchAlarm", AlarmName="errors", AlarmStates="ALARM")
    first = declare(lab, beforeEntry=when("FAIL", gate))
    assert lab.status(first) == "Failed"
    alarm("OK")
    lab.client.retry_stage_execution(
        pipelineName="shop",
        stageName="Test",
        pipelineExecutionId=first,
        retryMode="FAILED_ACTIONS",
    )
    lab.wait()
    assert lab.stage_status("Test") == (first, "InProgress")
    assert len(lab.jobs()) == 1


def watch(minutes: int = 0) -> dict[str, Any]:
    waits = {"WaitTime": str(minutes)} if minutes else {}
    return rule("CloudWatchAlarm", AlarmName="errors", AlarmStates="ALARM", **waits)


def test_an_entry_waits_for_an_alarm_to_pass(
    lab: PipelineLab, alarm: Callable[[str], None]
) -> None:
    alarm("ALARM")
    declare(lab, beforeEntry=when("FAIL", watch(20)))
    lab.clock.advance(minutes=10)
    state = lab.stage("Test")
    assert state["latestExecution"]["status"] == "InProgress"
    assert state["beforeEntryConditionState"]["latestExecution"]["status"] == "InProgress"
    alarm("OK")
    lab.clock.advance(minutes=2)
    assert len(lab.jobs()) == 1


def test_an_entry_does_not_wait_for_ever(lab: PipelineLab, alarm: Callable[[str], None]) -> None:
    alarm("ALARM")
    declare(lab, beforeEntry=when("FAIL", watch(20)))
    lab.clock.advance(minutes=22)
    assert lab.stage_status("Test")[1] == "Failed"


def test_a_bake_time_after_the_actions(lab: PipelineLab, alarm: Callable[[str], None]) -> None:
    first = declare(lab, onSuccess=when("ROLLBACK", watch(30)))
    lab.succeed()
    lab.clock.advance(minutes=25)
    assert lab.stage_status("Test") == (first, "InProgress")
    lab.clock.advance(minutes=7)
    assert lab.status(first) == "Succeeded"


def test_an_alarm_in_the_bake_time_rolls_back(
    lab: PipelineLab, alarm: Callable[[str], None]
) -> None:
    first = declare(lab, onSuccess=when("ROLLBACK", watch(30)))
    lab.succeed()
    lab.clock.advance(minutes=32)
    second = lab.start()
    lab.wait()
    lab.succeed()
    lab.clock.advance(minutes=5)
    alarm("ALARM")
    lab.clock.advance(minutes=2)
    assert lab.status(second) == "Failed"
    rollback = lab.executions()[0]
    assert rollback["trigger"]["triggerType"] == "AutomatedRollback"
    assert rollback["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}


def test_an_alarm_that_is_not_there(lab: PipelineLab) -> None:
    declare(lab, beforeEntry=when("FAIL", watch()))
    state = lab.stage("Test")["beforeEntryConditionState"]["conditionStates"][0]["ruleStates"]
    assert state[0]["latestExecution"]["errorDetails"] == {
        "code": "ConfigurationError",
        "message": "There is no alarm errors",
    }


def test_a_deployment_window(lab: PipelineLab) -> None:
    window = rule("DeploymentWindow", Cron="0 0-59 14-15 ? * TUE-THU", TimeZone="Europe/Berlin")
    first = declare(lab, beforeEntry=when("FAIL", window))
    state = lab.stage("Test")["beforeEntryConditionState"]
    said = state["conditionStates"][0]["ruleStates"][0]["latestExecution"]["summary"]
    assert "2026-01-06T13:00:00+00:00" in said
    lab.clock.advance_until(lab.jobs, timeout=timedelta(days=3))
    assert lab.stage_status("Test") == (first, "InProgress")
    tuesday = datetime(2026, 1, 6, 13, tzinfo=UTC)
    assert timedelta(0) <= lab.clock.now() - tuesday <= timedelta(seconds=2)


def test_a_failure_is_run_again_once(lab: PipelineLab) -> None:
    first = declare(lab, onFailure={"result": "RETRY"})
    lab.fail()
    assert lab.stage_status("Test") == (first, "InProgress")
    assert lab.stage("Test")["retryStageMetadata"] == {
        "autoStageRetryAttempt": 1,
        "latestRetryTrigger": "AutomatedStageRetry",
    }
    lab.fail()
    assert lab.status(first) == "Failed"


def test_a_retry_of_all_actions(lab: PipelineLab) -> None:
    on_failure = {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}
    lab.declare(stage("Test", work("A"), work("B"), onFailure=on_failure))
    lab.wait()
    lab.succeed("A")
    lab.fail("B")
    assert len(lab.jobs()) == 2


def test_a_failure_condition_that_is_met_leaves_it_at_the_failure(lab: PipelineLab) -> None:
    first = declare(lab, onFailure=when("ROLLBACK", check()))
    lab.succeed()
    second = lab.start()
    lab.wait()
    lab.fail()
    assert lab.statuses([first, second]) == ["Succeeded", "Failed"]
    third = lab.start(variables=CLOSED)
    lab.wait()
    lab.fail()
    assert lab.status(third) == "Failed"
    assert lab.executions()[0]["trigger"]["triggerType"] == "AutomatedRollback"


def test_the_rules_of_the_latest_evaluation(lab: PipelineLab) -> None:
    first = declare(lab, beforeEntry=when("FAIL", check("stop")))
    lab.client.retry_stage_execution(
        pipelineName="shop",
        stageName="Test",
        pipelineExecutionId=first,
        retryMode="ALL_ACTIONS",
    )
    lab.wait()
    latest = {"pipelineExecutionId": first, "startTimeRange": "Latest"}
    assert len(rules(lab, filter={"latestInPipelineExecution": latest})) == 1
    assert len(rules(lab, filter={"pipelineExecutionId": first})) == 2


def test_stopping_ends_the_wait_for_a_window(lab: PipelineLab) -> None:
    window = rule("DeploymentWindow", Cron="0 * 14 ? * SAT", TimeZone="UTC")
    first = declare(lab, beforeEntry=when("FAIL", window))
    lab.client.stop_pipeline_execution(pipelineName="shop", pipelineExecutionId=first)
    lab.wait()
    assert lab.status(first) == "Stopped"
    (detail,) = rules(lab)
    assert detail["status"] == "Abandoned"


def test_an_unknown_time_zone_fails_the_rule(lab: PipelineLab) -> None:
    window = rule("DeploymentWindow", Cron="0 * 14 ? * SAT", TimeZone="Mars/Olympus")
    first = declare(lab, beforeEntry=when("FAIL", window))
    assert lab.status(first) == "Failed"
    assert "Mars/Olympus" in rules(lab)[0]["output"]["executionResult"]["errorDetails"]["message"]
