"""Bring a stage back to what an earlier execution brought into it."""

from __future__ import annotations

import json
from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import ClientError
from pipeline_lab import PipelineLab, approval, stage, type_of, work

DEPLOY = {
    "name": "Deploy",
    "actionTypeId": type_of("Deploy", "S3"),
    "configuration": {"BucketName": "site", "Extract": "false", "ObjectKey": "shop.zip"},
    "inputArtifacts": [{"name": "SourceOutput"}],
}
PROD = stage("Prod", DEPLOY, work(runOrder=2))


def site() -> bytes:
    body = boto3.client("s3").get_object(Bucket="site", Key="shop.zip")["Body"]
    return bytes(body.read())


@pytest.fixture
def two(lab: PipelineLab, sources: Callable[[bytes], str]) -> tuple[str, str]:
    """Return two executions that succeeded in production."""
    boto3.client("s3").create_bucket(Bucket="site")
    ids = [lab.declare(PROD, stage("After", work("Smoke")))]
    lab.wait()
    lab.succeed()
    sources(b"second")
    ids.append(lab.start())
    lab.wait()
    lab.succeed()
    assert site() == b"second"
    return ids[0], ids[1]


def roll_back(lab: PipelineLab, target: str, name: str = "Prod") -> str:
    answer = lab.client.rollback_stage(
        pipelineName="shop", stageName=name, targetPipelineExecutionId=target
    )
    return str(answer["pipelineExecutionId"])


def test_a_rollback_is_a_new_execution_of_one_stage(lab: PipelineLab, two: tuple[str, str]) -> None:
    first, _ = two
    rollback = roll_back(lab, first)
    lab.wait()
    assert site() == b"first"
    assert lab.stage("Prod")["latestExecution"] == {
        "pipelineExecutionId": rollback,
        "status": "InProgress",
        "type": "ROLLBACK",
    }
    lab.succeed()
    summary = lab.executions()[0]
    assert summary["pipelineExecutionId"] == rollback
    assert (summary["status"], summary["executionType"]) == ("Succeeded", "ROLLBACK")
    assert summary["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}
    assert summary["trigger"]["triggerType"] == "ManualRollback"
    arn = boto3.client("sts").get_caller_identity()["Arn"]
    assert summary["trigger"]["triggerDetail"] == arn
    shown = {run["actionName"] for run in lab.actions(rollback)}
    assert shown == {"Deploy", "Work"}
    before = lab.execution(first)["artifactRevisions"]
    assert lab.execution(rollback)["artifactRevisions"] == before


def test_the_code_says_why_a_stage_is_not_rolled_back(
    lab: PipelineLab, two: tuple[str, str]
) -> None:
    first, second = two

    def code(target: str, name: str = "Prod") -> str:
        with pytest.raises(ClientError) as error:
            roll_back(lab, target, name)
        return str(error.value.response["Error"]["Code"])

    assert code("00000000-0000-0000-0000-000000000000") == "PipelineExecutionNotFoundException"
    assert code(first, "Nowhere") == "StageNotFoundException"
    assert code(first, "Source") == "UnableToRollbackStageException"
    rollback = roll_back(lab, first)
    assert code(second) == "UnableToRollbackStageException"  # the stage is running
    lab.wait()
    lab.succeed()
    assert code(rollback) == "UnableToRollbackStageException"  # a rollback itself
    third = lab.start()
    lab.wait()
    lab.fail()
    assert code(third) == "UnableToRollbackStageException"  # did not succeed there
    lab.client.update_pipeline(pipeline=lab.declaration(PROD, stage("After", work("Smoke"))))
    assert code(first) == "PipelineExecutionOutdatedException"


def test_a_failure_rolls_back_by_itself(lab: PipelineLab, sources: Callable[[bytes], str]) -> None:
    boto3.client("s3").create_bucket(Bucket="site")
    first = lab.declare(PROD | {"onFailure": {"result": "ROLLBACK"}})
    lab.wait()
    lab.succeed()
    sources(b"broken")
    second = lab.start()
    lab.wait()
    assert site() == b"broken"
    lab.fail()
    assert site() == b"first"
    lab.succeed()
    assert lab.status(second) == "Failed"
    summary = lab.executions()[0]
    assert summary["status"] == "Succeeded"
    assert summary["trigger"]["triggerType"] == "AutomatedRollback"
    detail = json.loads(summary["trigger"]["triggerDetail"])
    assert detail == {"FailedPipelineExecutionId": second}
    assert summary["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}


def test_there_may_be_nothing_to_roll_back_to(lab: PipelineLab) -> None:
    first = lab.declare(stage("Prod", work(), onFailure={"result": "ROLLBACK"}))
    lab.wait()
    lab.fail()
    assert [each["pipelineExecutionId"] for each in lab.executions()] == [first]
    assert lab.status(first) == "Failed"


def test_a_rollback_that_fails_is_not_rolled_back(lab: PipelineLab) -> None:
    lab.declare(stage("Prod", work(), onFailure={"result": "ROLLBACK"}))
    lab.wait()
    lab.succeed()
    lab.start()
    lab.wait()
    lab.fail()
    lab.fail()
    lab.wait(3600)
    assert [each["status"] for each in lab.executions()] == ["Failed", "Failed", "Succeeded"]


def test_a_rollback_comes_before_who_waits(lab: PipelineLab) -> None:
    first = lab.declare(stage("Prod", work(), onFailure={"result": "ROLLBACK"}))
    lab.wait()
    lab.succeed()
    lab.start()
    lab.wait()
    third = lab.start()
    lab.wait()
    lab.fail()
    latest = lab.stage("Prod")["latestExecution"]
    assert latest["type"] == "ROLLBACK"
    assert lab.stage("Prod")["inboundExecution"]["pipelineExecutionId"] == third
    lab.succeed()
    assert lab.stage_status("Prod") == (third, "InProgress")
    assert lab.status(first) == "Succeeded"


def test_parallel_executions_are_not_rolled_back(lab: PipelineLab) -> None:
    first = lab.declare(stage("Gate", approval(timeoutInMinutes=5)), executionMode="PARALLEL")
    lab.wait()
    with pytest.raises(lab.client.exceptions.UnableToRollbackStageException):
        roll_back(lab, first, "Gate")
