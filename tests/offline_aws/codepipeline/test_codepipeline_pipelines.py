"""Pipelines declared, declared anew, shown, listed and deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from declared import (
    Shape,
    approval,
    build,
    connection,
    deploy,
    of_stages,
    pipeline,
    rule,
    stage,
    when,
)

from offline_aws import OfflineAWS


def error_of(client: Any, operation: str, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def shown(client: Any, name: str = "shop", **which: Any) -> Shape:
    declaration: Shape = client.get_pipeline(name=name, **which)["pipeline"]
    return declaration


def test_what_was_left_out_is_filled_in(client: Any) -> None:
    declared = client.create_pipeline(pipeline=pipeline())["pipeline"]
    whole = pipeline(version=1, executionMode="SUPERSEDED", pipelineType="V1")
    for each in whole["stages"]:
        for action in each["actions"]:
            filled: Shape = {"inputArtifacts": [], "outputArtifacts": [], "configuration": {}}
            action.update({"runOrder": 1, **filled, **action})
    assert declared == whole
    assert shown(client) == whole


def test_metadata(aws: OfflineAWS, client: Any) -> None:
    created = aws.clock.now()
    client.create_pipeline(pipeline=pipeline())
    updated = aws.clock.advance(hours=1)
    client.update_pipeline(pipeline=pipeline())
    assert client.get_pipeline(name="shop")["metadata"] == {
        "pipelineArn": "arn:aws:codepipeline:us-east-1:123456789012:shop",
        "created": created,
        "updated": updated,
    }


@pytest.mark.parametrize(
    "declaration",
    [
        pipeline(variables=[{"name": "Target"}]),
        pipeline(executionMode="PARALLEL"),
        pipeline(stage("Beta", approval(), beforeEntry=when("FAIL"))),
        pipeline(stage("Beta", approval(), onFailure={"result": "RETRY"})),
        pipeline(stage("Beta", approval(), onFailure={"result": "ROLLBACK"})),
        pipeline(
            stage(
                "Beta",
                approval(),
                onSuccess=when("ROLLBACK", rule("DeploymentWindow", Cron="* * *")),
            )
        ),
    ],
)
def test_what_only_v2_has_makes_it_v2(client: Any, declaration: Shape) -> None:
    assert client.create_pipeline(pipeline=declaration)["pipeline"]["pipelineType"] == "V2"


def test_a_trigger_makes_it_v2(client: Any) -> None:
    git = {"sourceActionName": "Git", "push": [{"tags": {"includes": ["v*"]}}]}
    trigger = {"providerType": "CodeStarSourceConnection", "gitConfiguration": git}
    stages = (stage("Source", connection()), stage("Beta", approval()))
    declared = client.create_pipeline(pipeline=of_stages(*stages, triggers=[trigger]))["pipeline"]
    assert (declared["pipelineType"], declared["triggers"]) == ("V2", [trigger])


def test_a_pipeline_that_uses_all(aws: OfflineAWS, client: Any) -> None:
    told = {"CustomData": "Deploy #{Built.Version} of #{Src.CommitId} to #{variables.Target}?"}
    stages = (
        stage("Source", {**connection(output="App"), "namespace": "Src"}),
        stage(
            "Build",
            build(outputArtifacts=[{"name": "Site"}], namespace="Built"),
            approval(configuration=told, runOrder=2, timeoutInMinutes=60),
        ),
        stage("Live", deploy(inputArtifacts=[{"name": "Site"}])),
    )
    whole = of_stages(*stages, variables=[{"name": "Target", "defaultValue": "blue"}])
    declared = client.create_pipeline(pipeline=whole)["pipeline"]
    # What GetPipeline shows is what UpdatePipeline takes.
    assert client.update_pipeline(pipeline=declared)["pipeline"] == {**declared, "version": 2}


def test_stores_of_two_regions(aws: OfflineAWS, client: Any) -> None:
    boto3.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    whole = pipeline(stage("Beta", deploy(), deploy("Far", region="eu-west-1")))
    store = whole.pop("artifactStore")
    stores = {"us-east-1": store, "eu-west-1": {"type": "S3", "location": "far"}}
    declared = client.create_pipeline(pipeline={**whole, "artifactStores": stores})["pipeline"]
    assert declared["artifactStores"] == stores
    assert "artifactStore" not in declared


def test_each_update_is_a_version(client: Any) -> None:
    client.create_pipeline(pipeline=pipeline(version=7))
    gamma = pipeline(stage("Gamma", approval()), version=1)
    assert client.update_pipeline(pipeline=gamma)["pipeline"]["version"] == 2
    assert [each["name"] for each in shown(client)["stages"]] == ["Source", "Gamma"]
    assert [each["name"] for each in shown(client, version=1)["stages"]] == ["Source", "Beta"]
    assert error_of(client, "get_pipeline", name="shop", version=3) == (
        "PipelineVersionNotFoundException",
        "Pipeline 'shop' does not have a version '3'",
    )


def test_an_update_that_is_refused_changes_nothing(client: Any) -> None:
    client.create_pipeline(pipeline=pipeline())
    code, _ = error_of(client, "update_pipeline", pipeline=of_stages(pipeline()["stages"][0]))
    assert code == "InvalidStructureException"
    assert shown(client)["version"] == 1


@pytest.mark.parametrize("operation", ["get_pipeline", "update_pipeline"])
def test_a_pipeline_that_there_is_not(client: Any, operation: str) -> None:
    asked: Shape = {"name": "shop"} if operation == "get_pipeline" else {"pipeline": pipeline()}
    assert error_of(client, operation, **asked) == (
        "PipelineNotFoundException",
        "Account '123456789012' does not have a pipeline with name 'shop'",
    )


def test_a_name_is_there_once(client: Any) -> None:
    client.create_pipeline(pipeline=pipeline())
    assert error_of(client, "create_pipeline", pipeline=pipeline()) == (
        "PipelineNameInUseException",
        "A pipeline with the name 'shop' already exists in account '123456789012'",
    )
    far = boto3.client("codepipeline", region_name="eu-west-1")
    far.create_pipeline(pipeline=pipeline())
    client.delete_pipeline(name="shop")
    client.delete_pipeline(name="shop")
    client.create_pipeline(pipeline=pipeline())
    assert shown(client)["version"] == 1


def test_list_pipelines_in_pages(aws: OfflineAWS, client: Any) -> None:
    for name in ("c", "a", "b"):
        client.create_pipeline(pipeline=pipeline(name=name, executionMode="QUEUED"))
        aws.clock.advance(minutes=1)
    pages = list(client.get_paginator("list_pipelines").paginate(PaginationConfig={"PageSize": 2}))
    assert [[one["name"] for one in page["pipelines"]] for page in pages] == [["a", "b"], ["c"]]
    begin = aws.clock.now() - timedelta(minutes=3)
    assert pages[1]["pipelines"] == [
        {
            "name": "c",
            "version": 1,
            "pipelineType": "V2",
            "executionMode": "QUEUED",
            "created": begin,
            "updated": begin,
        }
    ]
    code, _ = error_of(client, "list_pipelines", nextToken="elsewhere")
    assert code == "InvalidNextTokenException"


def custom_source(client: Any) -> Shape:
    """Make a custom source with a secret; return an action of it."""
    counts = {"minimumCount": 0, "maximumCount": 1}
    properties = [
        {"name": "Url", "required": True, "key": True, "secret": False},
        {"name": "Token", "required": True, "key": False, "secret": True},
    ]
    client.create_custom_action_type(
        category="Source",
        provider="Svn",
        version="1",
        configurationProperties=properties,
        inputArtifactDetails=counts,
        outputArtifactDetails=counts,
    )
    kind = {"category": "Source", "owner": "Custom", "provider": "Svn", "version": "1"}
    return {
        "name": "Svn",
        "actionTypeId": kind,
        "configuration": {"Url": "svn://shop", "Token": "hush"},
        "outputArtifacts": [{"name": "App"}],
    }


def test_a_secret_is_hidden_and_kept(aws: OfflineAWS, client: Any) -> None:
    stages = (stage("Source", custom_source(client)), stage("Beta", approval()))
    hidden = {"Url": "svn://shop", "Token": "****"}
    declared = client.create_pipeline(pipeline=of_stages(*stages))["pipeline"]
    assert declared["stages"][0]["actions"][0]["configuration"] == hidden
    client.update_pipeline(pipeline=shown(client))
    assert shown(client)["stages"][0]["actions"][0]["configuration"] == hidden
    client.start_pipeline_execution(name="shop")
    aws.clock.advance(minutes=1)
    kind = {"category": "Source", "owner": "Custom", "provider": "Svn", "version": "1"}
    (job,) = client.poll_for_jobs(actionTypeId=kind)["jobs"]
    assert job["data"]["actionConfiguration"]["configuration"]["Token"] == "hush"


def test_a_secret_of_a_stage_by_another_name_is_not_kept(client: Any) -> None:
    stages = (stage("Source", custom_source(client)), stage("Beta", approval()))
    client.create_pipeline(pipeline=of_stages(*stages))
    renamed = shown(client)
    renamed["stages"][0]["name"] = "Sources"
    code, message = error_of(client, "update_pipeline", pipeline=renamed)
    assert code == "InvalidActionDeclarationException"
    assert "may be used in secret properties only when updating an existing action" in message
