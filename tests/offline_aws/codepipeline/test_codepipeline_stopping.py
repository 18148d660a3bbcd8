"""Stop an execution, hold it in front of a stage, and run a stage again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pipeline_lab import PipelineLab, approval, stage, work

TEST, GATE = stage("Test", work()), stage("Gate", approval())


def stop(lab: PipelineLab, execution: str, **more: Any) -> None:
    answer = lab.client.stop_pipeline_execution(
        pipelineName="shop", pipelineExecutionId=execution, **more
    )
    assert answer["pipelineExecutionId"] == execution


def test_stop_and_wait_lets_the_actions_end(lab: PipelineLab) -> None:
    first = lab.declare(stage("Test", work(), work("After", runOrder=2)))
    lab.wait()
    stop(lab, first, reason="a mistake")
    lab.wait()
    assert lab.status(first) == "Stopping"
    assert lab.stage_status("Test") == (first, "Stopping")
    assert lab.action("Test", "Work")["status"] == "InProgress"
    lab.succeed()
    assert lab.status(first) == "Stopped"
    assert lab.stage_status("Test") == (first, "Stopped")
    assert lab.action("Test", "Work")["status"] == "Succeeded"
    assert lab.action("Test", "After") == {}
    assert lab.executions()[0]["stopTrigger"] == {"reason": "a mistake"}


def test_stop_and_abandon_waits_for_nothing(lab: PipelineLab) -> None:
    first = lab.declare(TEST, GATE)
    lab.wait()
    stop(lab, first, abandon=True)
    assert lab.status(first) == "Stopping"
    lab.wait()
    assert lab.status(first) == "Stopped"
    assert lab.action("Test", "Work")["status"] == "Abandoned"
    assert lab.jobs() == []


def test_stopping_can_turn_into_abandoning_and_not_back(lab: PipelineLab) -> None:
    first = lab.declare(TEST)
    lab.wait()
    stop(lab, first)
    with pytest.raises(lab.client.exceptions.DuplicatedStopRequestException):
        stop(lab, first)
    stop(lab, first, abandon=True)
    lab.wait()
    assert lab.status(first) == "Stopped"
    with pytest.raises(lab.client.exceptions.PipelineExecutionNotStoppableException):
        stop(lab, first, abandon=True)


def test_a_stopped_execution_lets_the_next_in(lab: PipelineLab) -> None:
    first = lab.declare(TEST)
    lab.wait()
    second = lab.start()
    lab.wait()
    stop(lab, first, abandon=True)
    lab.wait()
    assert lab.stage_status("Test") == (second, "InProgress")


def test_an_execution_that_waits_can_be_stopped(lab: PipelineLab) -> None:
    lab.declare(TEST)
    lab.wait()
    second = lab.start()
    lab.wait()
    stop(lab, second)
    lab.wait()
    assert lab.status(second) == "Stopped"
    assert lab.stage("Test")["inboundExecution"]["status"] == "Stopped"
    lab.succeed()
    assert lab.stage_status("Test")[0] != second
    assert lab.jobs() == []


def disable(lab: PipelineLab, name: str = "Test", kind: str = "Inbound") -> None:
    lab.client.disable_stage_transition(
        pipelineName="shop", stageName=name, transitionType=kind, reason="Freeze until Friday"
    )


def enable(lab: PipelineLab, name: str = "Test", kind: str = "Inbound") -> None:
    lab.client.enable_stage_transition(pipelineName="shop", stageName=name, transitionType=kind)
    lab.wait()


def test_a_disabled_transition_holds_executions_back(lab: PipelineLab) -> None:
    first = lab.declare(TEST)
    disable(lab)
    lab.wait()
    assert "latestExecution" not in lab.stage("Test")
    state = lab.stage("Test")
    assert state["inboundExecution"]["pipelineExecutionId"] == first
    assert state["inboundTransitionState"] == {
        "enabled": False,
        "disabledReason": "Freeze until Friday",
        "lastChangedBy": boto3.client("sts").get_caller_identity()["Arn"],
        "lastChangedAt": lab.clock.now() - timedelta(minutes=1),
    }
    enable(lab)
    assert lab.stage_status("Test") == (first, "InProgress")
    assert lab.stage("Test")["inboundTransitionState"]["enabled"] is True


def test_a_newer_execution_takes_the_place_in_front_of_a_disabled_transition(
    lab: PipelineLab,
) -> None:
    first = lab.declare(TEST)
    disable(lab)
    lab.wait()
    second = lab.start()
    lab.wait()
    assert lab.statuses([first, second]) == ["Superseded", "InProgress"]
    enable(lab)
    assert lab.stage_status("Test") == (second, "InProgress")


def test_the_outbound_transition_of_a_stage_is_the_way_into_the_next(lab: PipelineLab) -> None:
    first = lab.declare(TEST)
    disable(lab, "Source", "Outbound")
    disable(lab, "Test", "Outbound")
    lab.wait()
    assert lab.stage("Test")["inboundTransitionState"]["enabled"] is False
    enable(lab, "Source", "Outbound")
    assert lab.stage_status("Test") == (first, "InProgress")


@pytest.mark.parametrize("reason", ["nö", "x" * 301])
def test_a_reason_has_few_signs(lab: PipelineLab, reason: str) -> None:
    lab.declare(TEST)
    with pytest.raises(ClientError, match="1 validation error detected"):
        lab.client.disable_stage_transition(
            pipelineName="shop", stageName="Test", transitionType="Inbound", reason=reason
        )


def test_a_transition_into_a_stage_that_is_not_there(lab: PipelineLab) -> None:
    lab.declare(TEST)
    with pytest.raises(lab.client.exceptions.StageNotFoundException):
        disable(lab, "Nowhere")


def retry(lab: PipelineLab, execution: str, mode: str = "FAILED_ACTIONS") -> None:
    answer = lab.client.retry_stage_execution(
        pipelineName="shop", stageName="Test", pipelineExecutionId=execution, retryMode=mode
    )
    assert answer["pipelineExecutionId"] == execution


TWO = stage("Test", work("A"), work("B"))


def test_failed_actions_run_again(lab: PipelineLab) -> None:
    first = lab.declare(TWO, GATE)
    lab.wait()
    lab.succeed("A")
    lab.fail("B")
    retry(lab, first)
    assert lab.status(first) == "InProgress"
    lab.wait()
    assert [j["data"]["pipelineContext"]["action"]["name"] for j in lab.jobs()] == ["B"]
    assert lab.stage("Test")["retryStageMetadata"] == {
        "manualStageRetryAttempt": 1,
        "latestRetryTrigger": "ManualStageRetry",
    }
    lab.succeed("B")
    assert lab.stage_status("Gate") == (first, "InProgress")
    shown = [(run["actionName"], run["status"]) for run in lab.actions(first)]
    assert shown[1:4] == [("B", "Succeeded"), ("B", "Failed"), ("A", "Succeeded")]


def test_the_latest_attempts_can_be_asked_for(lab: PipelineLab) -> None:
    first = lab.declare(TWO)
    lab.wait()
    lab.succeed("A")
    lab.fail("B")
    retry(lab, first)
    lab.wait()
    for time, count in (("Latest", 3), ("All", 4)):
        answer = lab.client.list_action_executions(
            pipelineName="shop",
            filter={
                "latestInPipelineExecution": {"pipelineExecutionId": first, "startTimeRange": time}
            },
        )
        assert len(answer["actionExecutionDetails"]) == count


def test_all_actions_run_again(lab: PipelineLab) -> None:
    first = lab.declare(TWO)
    lab.wait()
    lab.succeed("A")
    lab.fail("B")
    retry(lab, first, "ALL_ACTIONS")
    lab.wait()
    assert len(lab.jobs()) == 2
    lab.succeed("A")
    lab.succeed("B")
    assert lab.status(first) == "Succeeded"


def test_a_failed_action_runs_again_while_others_go_on(lab: PipelineLab) -> None:
    first = lab.declare(TWO)
    lab.wait()
    lab.fail("A")
    with pytest.raises(lab.client.exceptions.StageNotRetryableException):
        retry(lab, first, "ALL_ACTIONS")
    retry(lab, first)
    assert lab.action("Test", "A")["status"] == "InProgress"
    lab.succeed("A")
    assert lab.stage_status("Test") == (first, "InProgress")
    lab.succeed("B")
    assert lab.status(first) == "Succeeded"


def test_a_stopped_stage_can_be_run_again(lab: PipelineLab) -> None:
    first = lab.declare(TWO)
    lab.wait()
    lab.succeed("A")
    stop(lab, first, abandon=True)
    lab.wait()
    retry(lab, first)
    lab.wait()
    lab.succeed("B")
    assert lab.status(first) == "Succeeded"


def test_a_retry_goes_on_where_stop_and_wait_ended(lab: PipelineLab) -> None:
    first = lab.declare(stage("Test", work("A"), work("B", runOrder=2)))
    lab.wait()
    stop(lab, first)
    lab.succeed("A")
    assert lab.status(first) == "Stopped"
    retry(lab, first)
    lab.wait()
    lab.succeed("B")
    assert lab.status(first) == "Succeeded"


def test_a_stage_that_another_has_entered_is_not_run_again(lab: PipelineLab) -> None:
    first = lab.declare(TEST)
    lab.wait()
    lab.start()
    lab.wait()
    lab.fail()
    with pytest.raises(lab.client.exceptions.NotLatestPipelineExecutionException):
        retry(lab, first)


def test_a_retry_holds_the_stage(lab: PipelineLab) -> None:
    first = lab.declare(TEST)
    lab.wait()
    disable(lab)
    second = lab.start()
    lab.wait()
    lab.fail()
    retry(lab, first)
    enable(lab)
    assert lab.stage_status("Test") == (first, "InProgress")
    lab.succeed()
    assert lab.stage_status("Test") == (second, "InProgress")


def test_what_is_not_retryable(lab: PipelineLab) -> None:
    first = lab.declare(TEST, GATE)
    lab.wait()
    not_retryable = lab.client.exceptions.StageNotRetryableException
    with pytest.raises(not_retryable):
        retry(lab, first)
    lab.succeed()
    with pytest.raises(not_retryable):
        retry(lab, first)
    lab.approve(status="Rejected")
    lab.client.update_pipeline(pipeline=lab.declaration(TEST, GATE))
    with pytest.raises(not_retryable):
        lab.client.retry_stage_execution(
            pipelineName="shop",
            stageName="Gate",
            pipelineExecutionId=first,
            retryMode="FAILED_ACTIONS",
        )
    with pytest.raises(lab.client.exceptions.StageNotFoundException):
        lab.client.retry_stage_execution(
            pipelineName="shop",
            stageName="Nowhere",
            pipelineExecutionId=first,
            retryMode="FAILED_ACTIONS",
        )


def test_parallel_executions_are_run_again_each_by_itself(lab: PipelineLab) -> None:
    first = lab.declare(TEST, executionMode="PARALLEL")
    lab.wait()
    lab.fail()
    second = lab.start()
    lab.wait()
    retry(lab, first)
    lab.wait()
    lab.succeed()
    lab.succeed()
    assert lab.statuses([first, second]) == ["Succeeded", "Succeeded"]
