"""Pipelines that deploy by CodeDeploy: to instances, and to ECS with new images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deploy_lab import DeployLab
from ecs_lab import EcsLab, appspec
from server_lab import ServerLab, zipped
from server_lab import appspec as server_appspec

from offline_aws.clients import client

ROLE = "arn:aws:iam::123456789012:role/pipeline"


class Pipeline:
    """A pipeline named shop that takes shop.zip from S3 and deploys it by one action."""

    def __init__(self, lab: DeployLab, provider: str, **configuration: str) -> None:
        self._clock, self._client = lab.clock, client("codepipeline", "us-east-1")
        self._s3 = client("s3", "us-east-1")
        self._s3.create_bucket(Bucket="sources")
        enabled = {"Status": "Enabled"}
        self._s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration=enabled)
        names = {"ApplicationName": "shop", "DeploymentGroupName": "prod"}
        source = {"S3Bucket": "sources", "S3ObjectKey": "shop.zip", "PollForSourceChanges": "false"}
        self._stages = [
            _stage("Source", "S3", source, outputArtifacts=[{"name": "Code"}]),
            _stage("Deploy", provider, names | configuration, inputArtifacts=[{"name": "Code"}]),
        ]

    def run(self, files: Mapping[str, str]) -> dict[str, Any]:
        """Put the source, run the pipeline to its end; return how the deploy action ended."""
        self._s3.put_object(Bucket="sources", Key="shop.zip", Body=zipped(files))
        if not self._client.list_pipelines()["pipelines"]:
            store = {"type": "S3", "location": "sources"}
            pipeline = {
                "name": "shop",
                "roleArn": ROLE,
                "artifactStore": store,
                "stages": self._stages,
            }
            self._client.create_pipeline(pipeline=pipeline)
        else:
            self._client.start_pipeline_execution(name="shop")
        self._clock.advance_until(lambda: self._newest()["status"] != "InProgress")
        details = self._client.list_action_executions(pipelineName="shop")
        found: dict[str, Any] = details["actionExecutionDetails"][0]
        assert found["actionName"] == "Deploy"
        return found

    def _newest(self) -> dict[str, Any]:
        found = self._client.list_pipeline_executions(pipelineName="shop")
        summary: dict[str, Any] = found["pipelineExecutionSummaries"][0]
        return summary


def _stage(category: str, provider: str, configuration: Any, **more: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    action = {"name": category, "actionTypeId": kind, "configuration": configuration, **more}
    return {"name": category, "actions": [action]}


def test_a_pipeline_deploys_its_artifact_to_instances(servers: ServerLab) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    pipeline = Pipeline(servers, "CodeDeploy")
    done = pipeline.run({"appspec.yml": server_appspec(), "index.html": "1"})
    assert done["status"] == "Succeeded"
    assert (servers.root(instance) / "srv/shop/index.html").read_text() == "1"
    result = done["output"]["executionResult"]
    assert result["externalExecutionSummary"] == "Deployment Succeeded"
    deployment = servers.look(result["externalExecutionId"])
    assert deployment["description"] == "Initiated by CodePipeline shop"
    assert done["output"]["outputVariables"] == {"DeploymentId": deployment["deploymentId"]}
    took = (done["lastUpdateTime"] - done["startTime"]).total_seconds()
    assert took == 10
    lasted = (deployment["completeTime"] - deployment["createTime"]).total_seconds()
    assert lasted == 9


def test_a_deployment_that_fails_fails_the_action(servers: ServerLab) -> None:
    servers.instances()
    servers.group_of()
    done = Pipeline(servers, "CodeDeploy").run({"index.html": "1"})
    assert done["status"] == "Failed"
    details = done["output"]["executionResult"]["errorDetails"]
    assert details["code"] == "JobFailed"
    assert "HEALTH_CONSTRAINTS" in details["message"]


def test_a_pipeline_deploys_new_images_to_ecs(ecs: EcsLab) -> None:
    ecs.group_of("Canary10Percent5Minutes")
    definition = {
        "family": "orders",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [
            {
                "name": "orders",
                "image": "<IMAGE>",
                "memory": 128,
                "portMappings": [{"containerPort": 8080}],
            }
        ],
    }
    pipeline = Pipeline(
        ecs,
        "CodeDeployToECS",
        TaskDefinitionTemplateArtifact="Code",
        AppSpecTemplateArtifact="Code",
        Image1ArtifactName="Code",
        Image1ContainerName="IMAGE",
    )
    done = pipeline.run(
        {
            "taskdef.json": json.dumps(definition),
            "appspec.yaml": appspec("<TASK_DEFINITION>").replace('"', ""),
            "imageDetail.json": json.dumps({"ImageURI": "orders:9"}),
        }
    )
    assert done["status"] == "Succeeded"
    assert ecs.weights() == {"green": 100}
    assert ecs.task_sets() == {"4": "PRIMARY"}
    found = ecs.ecs.describe_task_definition(taskDefinition="orders:4")["taskDefinition"]
    assert found["containerDefinitions"][0]["image"] == "orders:9"
    deployment = ecs.look(done["output"]["executionResult"]["externalExecutionId"])
    took = deployment["completeTime"] - deployment["createTime"]
    assert 5 * 60 < took.total_seconds() < 8 * 60


def test_what_codedeploy_refuses_is_quoted(servers: ServerLab) -> None:
    servers.group_of("AllAtOnce", name="other")
    done = Pipeline(servers, "CodeDeploy").run({"index.html": "1"})
    message = done["output"]["executionResult"]["errorDetails"]["message"]
    assert "Error Code: DeploymentGroupDoesNotExistException" in message
