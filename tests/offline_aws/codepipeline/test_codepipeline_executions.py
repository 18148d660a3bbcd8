"""An execution from its source to its last stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from pipeline_lab import STORE, PipelineLab, approval, stage, work

PIPELINE = "shop"


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_nothing_advances_without_the_clock(lab: PipelineLab) -> None:
    first = lab.declare(stage("Gate", approval()))
    assert lab.stage_status("Source") == (first, "InProgress")
    assert lab.actions(first) == []
    lab.wait(1)
    assert lab.action("Source", "Source")["status"] == "InProgress"
    assert "latestExecution" not in lab.stage("Gate")


def test_an_execution_from_creation_to_success(lab: PipelineLab) -> None:
    first = lab.declare(stage("Gate", approval()))
    lab.wait()
    assert lab.stage_status("Source") == (first, "Succeeded")
    assert lab.stage_status("Gate") == (first, "InProgress")
    lab.approve()
    assert lab.status(first) == "Succeeded"
    (summary,) = lab.executions()
    assert summary["trigger"] == {
        "triggerType": "CreatePipeline",
        "triggerDetail": boto3.client("sts").get_caller_identity()["Arn"],
    }
    assert summary["executionMode"] == "SUPERSEDED"
    assert summary["executionType"] == "STANDARD"
    assert summary["lastUpdateTime"] - summary["startTime"] == timedelta(seconds=61)


def test_what_is_known_of_the_source(lab: PipelineLab, sources: Callable[[bytes], str]) -> None:
    version = sources(b"the second")
    first = lab.declare(stage("Gate", approval()))
    lab.wait()
    (revision,) = lab.execution(first)["artifactRevisions"]
    assert (revision["name"], revision["revisionId"]) == ("SourceOutput", version)
    (listed,) = lab.executions()[0]["sourceRevisions"]
    assert (listed["actionName"], listed["revisionId"]) == ("Source", version)
    current = lab.stage("Source")["actionStates"][0]["currentRevision"]
    assert current["revisionId"] == version


def test_an_artifact_is_where_the_history_says(lab: PipelineLab) -> None:
    first = lab.declare(stage("Test", work(inputArtifacts=[{"name": "SourceOutput"}])))
    lab.wait()
    worked, taken = lab.actions(first)
    (made,) = taken["output"]["outputArtifacts"]
    assert worked["input"]["inputArtifacts"] == [made]
    place = made["s3location"]
    pipeline, artifact, name = place["key"].split("/")
    assert (place["bucket"], pipeline, artifact) == (STORE, "shop", "SourceOutp")
    assert len(name) == len("AbCdEfG.zip")
    body = boto3.client("s3").get_object(Bucket=STORE, Key=place["key"])["Body"]
    assert body.read() == b"first"


def test_the_folder_of_a_long_name_is_cut_to_twenty_letters(lab: PipelineLab) -> None:
    lab.declare(stage("Gate", approval()), name="a-pipeline-with-a-long-name")
    lab.wait()
    (found,) = boto3.client("s3").list_objects_v2(Bucket=STORE)["Contents"]
    assert found["Key"].startswith("a-pipeline-with-a-lo/SourceOutp/")


def test_an_action_execution_shows_what_went_in_and_what_came_out(lab: PipelineLab) -> None:
    text = "version #{SourceVariables.VersionId} of #{codepipeline.PipelineExecutionId}"
    first = lab.declare(stage("Gate", approval(configuration={"CustomData": text})))
    lab.wait()
    gate, source = lab.actions(first)
    version = source["output"]["outputVariables"]["VersionId"]
    assert gate["input"]["configuration"] == {"CustomData": text}
    assert gate["input"]["resolvedConfiguration"] == {"CustomData": f"version {version} of {first}"}
    assert source["output"]["executionResult"]["externalExecutionId"] == version
    assert source["input"]["namespace"] == "SourceVariables"
    assert (source["stageName"], source["actionName"]) == ("Source", "Source")
    assert source["status"] == "Succeeded"
    assert source["lastUpdateTime"] - source["startTime"] == timedelta(seconds=3)
    assert source["pipelineExecutionId"] == first


def test_run_orders_follow_each_other_and_equal_ones_run_together(lab: PipelineLab) -> None:
    actions = [work("A"), work("B"), work("C", runOrder=2)]
    first = lab.declare(stage("Test", *actions))
    lab.wait()
    assert {job["data"]["pipelineContext"]["action"]["name"] for job in lab.jobs()} == {"A", "B"}
    lab.succeed("B")
    assert lab.action("Test", "C") == {}
    lab.succeed("A")
    lab.succeed("C")
    assert lab.status(first) == "Succeeded"


def test_a_stage_fails_when_the_actions_beside_the_failed_one_have_ended(
    lab: PipelineLab,
) -> None:
    first = lab.declare(stage("Test", work("A"), work("B"), work("C", runOrder=2)))
    lab.wait()
    lab.fail("A", "three tests failed")
    assert lab.stage_status("Test") == (first, "InProgress")
    lab.succeed("B")
    assert lab.stage_status("Test") == (first, "Failed")
    assert lab.status(first) == "Failed"
    assert lab.action("Test", "C") == {}
    assert lab.action("Test", "A")["errorDetails"] == {
        "code": "JobFailed",
        "message": "three tests failed",
    }


def test_a_source_that_is_not_there_fails_the_execution(lab: PipelineLab) -> None:
    boto3.client("s3").delete_object(Bucket="sources", Key="shop.zip")
    first = lab.declare(stage("Gate", approval()))
    lab.wait()
    assert lab.status(first) == "Failed"
    assert "shop.zip" in lab.action("Source", "Source")["errorDetails"]["message"]
    assert "latestExecution" not in lab.stage("Gate")


def test_a_missing_artifact_bucket_fails_the_action_and_loses_no_execution(
    lab: PipelineLab,
) -> None:
    store = {"type": "S3", "location": "not-there"}
    first = lab.declare(stage("Gate", approval()), artifactStore=store)
    lab.wait()
    assert lab.status(first) == "Failed"
    assert "does not exist" in lab.action("Source", "Source")["errorDetails"]["message"]


def test_an_action_in_another_region_gets_a_copy_of_its_artifact(lab: PipelineLab) -> None:
    there = boto3.client("s3", region_name="eu-west-1")
    there.create_bucket(
        Bucket="artifacts-eu", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    stores = {
        "us-east-1": {"type": "S3", "location": STORE},
        "eu-west-1": {"type": "S3", "location": "artifacts-eu"},
    }
    target = {"BucketName": "artifacts-eu", "Extract": "false", "ObjectKey": "release.zip"}
    deploy = {
        "name": "Deploy",
        "region": "eu-west-1",
        "actionTypeId": {"category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"},
        "configuration": target,
        "inputArtifacts": [{"name": "SourceOutput"}],
    }
    declaration = lab.declaration(stage("Deploy", deploy), artifactStores=stores)
    del declaration["artifactStore"]
    lab.client.create_pipeline(pipeline=declaration)
    lab.wait()
    (execution,) = lab.executions()
    deployed, _ = lab.actions(execution["pipelineExecutionId"])
    assert deployed["input"]["region"] == "eu-west-1"
    (given,) = deployed["input"]["inputArtifacts"]
    assert given["s3location"]["bucket"] == "artifacts-eu"
    assert there.get_object(Bucket="artifacts-eu", Key="release.zip")["Body"].read() == b"first"


def test_the_same_token_starts_one_execution(lab: PipelineLab) -> None:
    lab.declare(stage("Gate", approval()))
    assert lab.start(clientRequestToken="t-1") == lab.start(clientRequestToken="t-1")
    assert lab.start(clientRequestToken="t-2") != lab.start()
    assert len(lab.executions()) == 4


def test_the_caller_is_in_the_trigger(lab: PipelineLab) -> None:
    lab.declare(stage("Gate", approval()))
    lab.start()
    trigger = lab.executions()[0]["trigger"]
    arn = boto3.client("sts").get_caller_identity()["Arn"]
    assert trigger == {"triggerType": "StartPipelineExecution", "triggerDetail": arn}


def test_history_comes_in_pages_newest_first_and_for_a_year(lab: PipelineLab) -> None:
    ids = [lab.declare(stage("Gate", approval()))]
    lab.wait()
    for _ in range(4):
        ids.append(lab.start())
        lab.wait()
    pages = lab.client.get_paginator("list_pipeline_executions").paginate(
        pipelineName=PIPELINE, PaginationConfig={"PageSize": 2}
    )
    found = [[e["pipelineExecutionId"] for e in p["pipelineExecutionSummaries"]] for p in pages]
    assert found == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    pages = lab.client.get_paginator("list_action_executions").paginate(
        pipelineName=PIPELINE, PaginationConfig={"PageSize": 3}
    )
    times = [each["startTime"] for page in pages for each in page["actionExecutionDetails"]]
    assert times == sorted(times, reverse=True)
    lab.clock.advance(days=366)
    assert lab.executions() == []


@pytest.mark.parametrize(
    "listing", ["list_pipeline_executions", "list_action_executions", "list_rule_executions"]
)
def test_a_token_that_is_none(lab: PipelineLab, listing: str) -> None:
    lab.declare(stage("Gate", approval()))
    with pytest.raises(ClientError) as error:
        getattr(lab.client, listing)(pipelineName=PIPELINE, nextToken="nonsense")
    assert code_of(error) == "InvalidNextTokenException"


def test_executions_that_succeeded_in_a_stage(lab: PipelineLab) -> None:
    first = lab.declare(stage("Test", work()), stage("Gate", approval()))
    lab.wait()
    lab.succeed()
    second = lab.start()
    lab.wait()
    lab.fail()
    wanted = {"succeededInStage": {"stageName": "Test"}}
    assert [e["pipelineExecutionId"] for e in lab.executions(filter=wanted)] == [first]
    wanted = {"succeededInStage": {"stageName": "Source"}}
    ids = [e["pipelineExecutionId"] for e in lab.executions(filter=wanted)]
    assert ids == [second, first]
    with pytest.raises(ClientError) as error:
        lab.executions(filter={"succeededInStage": {"stageName": "Nowhere"}})
    assert code_of(error) == "StageNotFoundException"


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("start_pipeline_execution", {"name": "other"}),
        ("get_pipeline_state", {"name": "other"}),
        ("list_pipeline_executions", {"pipelineName": "other"}),
        ("list_action_executions", {"pipelineName": "other"}),
        ("list_rule_executions", {"pipelineName": "other"}),
    ],
)
def test_a_pipeline_that_is_not_there(
    lab: PipelineLab, operation: str, parameters: dict[str, str]
) -> None:
    with pytest.raises(ClientError) as error:
        getattr(lab.client, operation)(**parameters)
    assert code_of(error) == "PipelineNotFoundException"
    assert "does not have a pipeline with name 'other'" in str(error.value)


def test_an_execution_that_is_not_there(lab: PipelineLab) -> None:
    lab.declare(stage("Gate", approval()))
    with pytest.raises(ClientError) as error:
        lab.execution("00000000-0000-0000-0000-000000000000")
    assert code_of(error) == "PipelineExecutionNotFoundException"


def test_targets_of_a_deployment(lab: PipelineLab) -> None:
    first = lab.declare(stage("Gate", approval()))
    lab.wait()
    identifier = lab.actions(first)[0]["actionExecutionId"]
    answer = lab.client.list_deploy_action_execution_targets(actionExecutionId=identifier)
    assert answer["targets"] == []
    with pytest.raises(ClientError) as error:
        lab.client.list_deploy_action_execution_targets(actionExecutionId=first)
    assert code_of(error) == "ActionExecutionNotFoundException"
