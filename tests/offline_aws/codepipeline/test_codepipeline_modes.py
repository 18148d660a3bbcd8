"""What several executions of a pipeline do beside each other, in each execution mode."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from pipeline_lab import PipelineLab, approval, stage, work

TEST, GATE = stage("Test", work()), stage("Gate", approval())


def start_three(lab: PipelineLab, mode: str) -> list[str]:
    """Return three executions, of which the first is in the stage Test."""
    ids = [lab.declare(TEST, GATE, executionMode=mode)]
    for _ in range(2):
        lab.wait()
        ids.append(lab.start())
    lab.wait()
    return ids


def test_the_newest_takes_the_place_of_the_one_that_waits(lab: PipelineLab) -> None:
    first, second, third = start_three(lab, "SUPERSEDED")
    assert lab.statuses([first, second, third]) == ["InProgress", "Superseded", "InProgress"]
    assert lab.stage_status("Test") == (first, "InProgress")
    inbound = lab.stage("Test")["inboundExecution"]
    assert inbound == {"pipelineExecutionId": third, "status": "InProgress", "type": "STANDARD"}
    lab.succeed()
    assert lab.stage_status("Test") == (third, "InProgress")
    assert lab.stage_status("Gate") == (first, "InProgress")


def test_one_that_is_in_a_stage_is_not_superseded(lab: PipelineLab) -> None:
    first, *_, third = start_three(lab, "SUPERSEDED")
    lab.succeed()
    lab.succeed()
    assert lab.stage_status("Gate") == (first, "InProgress")
    lab.approve()
    assert lab.status(first) == "Succeeded"
    lab.approve()
    assert lab.status(third) == "Succeeded"


def test_executions_started_together_meet_in_front_of_the_source(lab: PipelineLab) -> None:
    first = lab.declare(TEST)
    second, third = lab.start(), lab.start()
    assert lab.statuses([first, second, third]) == ["InProgress", "Superseded", "InProgress"]
    assert lab.stage("Source")["inboundExecution"]["pipelineExecutionId"] == third


def test_none_is_lost_of_those_that_queue(lab: PipelineLab) -> None:
    ids = start_three(lab, "QUEUED")
    waiting = lab.stage("Test")["inboundExecutions"]
    assert [each["pipelineExecutionId"] for each in waiting] == ids[1:]
    for each in ids:
        assert lab.stage_status("Test") == (each, "InProgress")
        lab.succeed()
    for each in ids:
        assert lab.stage_status("Gate") == (each, "InProgress")
        lab.approve()
    assert lab.statuses(ids) == ["Succeeded"] * 3


def test_a_failure_lets_the_next_in_the_queue_come(lab: PipelineLab) -> None:
    first, second, _ = start_three(lab, "QUEUED")
    lab.fail()
    assert lab.status(first) == "Failed"
    assert lab.stage_status("Test") == (second, "InProgress")


def test_parallel_executions_do_not_wait(lab: PipelineLab) -> None:
    ids = start_three(lab, "PARALLEL")
    assert len(lab.jobs()) == 3
    for _ in ids:
        lab.succeed()
    runs = [lab.actions(each)[0] for each in ids]
    assert {(run["actionName"], run["status"]) for run in runs} == {("Approve", "InProgress")}
    last = runs[-1]["output"]["executionResult"]["externalExecutionId"]
    lab.client.put_approval_result(
        pipelineName="shop",
        stageName="Gate",
        actionName="Approve",
        token=last,
        result={"summary": "", "status": "Approved"},
    )
    lab.wait()
    assert lab.statuses(ids) == ["InProgress", "InProgress", "Succeeded"]


def test_the_state_of_a_pipeline_shows_no_parallel_execution(lab: PipelineLab) -> None:
    start_three(lab, "PARALLEL")
    for state in lab.client.get_pipeline_state(name="shop")["stageStates"]:
        assert "latestExecution" not in state
        assert "inboundExecution" not in state
        assert all("latestExecution" not in action for action in state["actionStates"])


@pytest.mark.parametrize("mode", ["QUEUED", "PARALLEL"])
def test_more_than_fifty_at_a_time_are_refused(lab: PipelineLab, mode: str) -> None:
    lab.declare(GATE, executionMode=mode)
    for _ in range(49):
        lab.start()
    with pytest.raises(ClientError) as error:
        lab.start()
    code = error.value.response["Error"]["Code"]
    assert code == "ConcurrentPipelineExecutionsLimitExceededException"
    assert len(lab.executions()) == 50


def test_an_update_cancels_what_cannot_complete(lab: PipelineLab) -> None:
    first, _, third = start_three(lab, "SUPERSEDED")
    lab.client.update_pipeline(pipeline=lab.declaration(TEST, stage("Gate", approval("Sign"))))
    assert lab.statuses([first, third]) == ["Cancelled", "Cancelled"]
    assert lab.stage_status("Test") == (first, "Cancelled")
    assert lab.action("Test", "Work")["status"] == "Abandoned"
    assert lab.jobs() == []
    lab.wait(3600)
    assert {each["status"] for each in lab.executions()[:1]} == {"Cancelled"}
    fourth = lab.start()
    lab.wait()
    assert lab.stage_status("Test") == (fourth, "InProgress")
    assert lab.execution(fourth)["pipelineVersion"] == 2


def test_an_update_lets_parallel_executions_go_on_by_their_own_declaration(
    lab: PipelineLab,
) -> None:
    first = lab.declare(TEST, executionMode="PARALLEL")
    lab.wait()
    lab.client.update_pipeline(pipeline=lab.declaration(TEST, GATE, executionMode="QUEUED"))
    second = lab.start()
    lab.wait()
    lab.succeed()
    lab.succeed()
    assert lab.statuses([first, second]) == ["Succeeded", "InProgress"]
    assert lab.stage_status("Gate") == (second, "InProgress")


def test_a_deleted_pipeline_leaves_nothing_behind(lab: PipelineLab) -> None:
    lab.declare(TEST)
    lab.wait()
    lab.client.delete_pipeline(name="shop")
    assert lab.jobs() == []
    lab.wait(3600)
    first = lab.declare(TEST)
    assert [each["pipelineExecutionId"] for each in lab.executions()] == [first]
