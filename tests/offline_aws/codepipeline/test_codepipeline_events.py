"""What EventBridge is told of executions, stages and actions."""

from __future__ import annotations

from typing import Any

import boto3
from pipeline_lab import PipelineLab, approval, stage, work

from offline_aws.event_bus import Event


def told(events: list[Event], level: str) -> list[dict[str, Any]]:
    """Return the details of the events of a level."""
    kind = f"CodePipeline {level} Execution State Change"
    return [each.detail for each in events if each.detail_type == kind]


def states(events: list[Event], level: str, **wanted: str) -> list[str]:
    details = told(events, level)
    return [d["state"] for d in details if all(d.get(k) == v for k, v in wanted.items())]


def test_a_run_from_its_start_to_its_end(lab: PipelineLab, events: list[Event]) -> None:
    first = lab.declare(stage("Gate", approval()))
    lab.wait()
    lab.approve()
    assert states(events, "Pipeline") == ["STARTED", "SUCCEEDED"]
    assert states(events, "Stage", stage="Source") == ["STARTED", "SUCCEEDED"]
    assert states(events, "Action", action="Approve") == ["STARTED", "SUCCEEDED"]
    ours = [each for each in events if each.source == "aws.codepipeline"]
    assert {each.resources for each in ours} == {
        ("arn:aws:codepipeline:us-east-1:123456789012:shop",)
    }
    assert {each.detail["execution-id"] for each in ours} == {first}
    assert [each.time for each in ours] == sorted(each.time for each in ours)


def test_the_fields_of_a_pipeline_event(lab: PipelineLab, events: list[Event]) -> None:
    first = lab.declare(stage("Gate", approval()))
    assert told(events, "Pipeline") == [
        {
            "pipeline": "shop",
            "execution-id": first,
            "start-time": "2026-01-05T09:00:00.000Z",
            "execution-trigger": {
                "trigger-type": "CreatePipeline",
                "trigger-detail": boto3.client("sts").get_caller_identity()["Arn"],
            },
            "state": "STARTED",
            "version": 1,
            "pipeline-execution-attempt": 1,
        }
    ]


def test_the_fields_of_an_action_event(lab: PipelineLab, events: list[Event]) -> None:
    lab.declare(stage("Test", work(inputArtifacts=[{"name": "SourceOutput"}])))
    lab.wait()
    lab.fail(message="red")
    started, ended = (d for d in told(events, "Action") if d["action"] == "Source")
    place = ended["output-artifacts"]
    assert started["type"] == {
        "owner": "AWS",
        "provider": "S3",
        "category": "Source",
        "version": "1",
    }
    assert (ended["region"], ended["stage"]) == ("us-east-1", "Source")
    assert set(ended["execution-result"]) >= {
        "external-execution-id",
        "external-execution-summary",
    }
    began, failed = (d for d in told(events, "Action") if d["action"] == "Work")
    assert began["input-artifacts"] == place
    assert failed["state"] == "FAILED"
    assert failed["execution-result"] == {
        "external-execution-summary": "red",
        "error-code": "JobFailed",
    }


def test_stop_retry_supersede_and_cancel(lab: PipelineLab, events: list[Event]) -> None:
    first = lab.declare(stage("Test", work()))
    lab.wait()
    lab.client.stop_pipeline_execution(
        pipelineName="shop", pipelineExecutionId=first, abandon=True, reason="a mistake"
    )
    lab.wait()
    assert states(events, "Pipeline") == ["STARTED", "STOPPING", "STOPPED"]
    assert told(events, "Pipeline")[1]["stop-execution-comments"] == "a mistake"
    assert states(events, "Stage", stage="Test") == ["STARTED", "STOPPING", "STOPPED"]
    assert states(events, "Action", action="Work") == ["STARTED", "ABANDONED"]
    lab.client.retry_stage_execution(
        pipelineName="shop",
        stageName="Test",
        pipelineExecutionId=first,
        retryMode="FAILED_ACTIONS",
    )
    assert states(events, "Pipeline")[3:] == ["RESUMED"]
    assert told(events, "Pipeline")[3]["pipeline-execution-attempt"] == 2
    assert states(events, "Stage", stage="Test")[3:] == ["RESUMED"]
    lab.wait()
    second = lab.start()
    lab.wait()
    third = lab.start()
    lab.wait()
    lab.client.update_pipeline(pipeline=lab.declaration(stage("Test", work())))
    wanted = {"execution-id": second}
    assert states(events, "Pipeline", **wanted) == ["STARTED", "SUPERSEDED"]
    for each in (first, third):
        assert states(events, "Pipeline", **{"execution-id": each})[-1] == "CANCELED"


def test_an_ended_action_has_the_fields_of_aws_s_own_events(
    lab: PipelineLab, events: list[Event]
) -> None:
    lab.declare(stage("Gate", approval()))
    lab.wait()
    # The keys of an event of AWS that was recorded: docs of awslabs' monitoring dashboard.
    recorded = "pipeline execution-id stage execution-result action state region type version"
    ended = told(events, "Action")[1]
    assert set(recorded.split()) <= set(ended)
    assert set(ended["type"]) == {"owner", "provider", "category", "version"}
