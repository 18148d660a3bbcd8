"""Deployments by CodeDeploy: refused in a pipeline, and what they begin; and what ECS's begin.

What an action does at its start is asked for here as the engine would.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS
from offline_aws.codepipeline.provider import Artifact, Job
from offline_aws.codepipeline.providers.codedeploy import CodeDeploy
from offline_aws.codepipeline.providers.codedeploy_to_ecs import CodeDeployToEcs
from offline_aws.codepipeline.providers.ecs_deploy import EcsDeploy


@pytest.mark.parametrize(
    ("provider", "configuration"),
    [
        ("CodeDeploy", {"ApplicationName": "shop", "DeploymentGroupName": "all"}),
        (
            "CodeDeployToECS",
            {
                "ApplicationName": "shop",
                "DeploymentGroupName": "all",
                "TaskDefinitionTemplateArtifact": "Code",
                "AppSpecTemplateArtifact": "Code",
            },
        ),
        ("ElasticBeanstalk", {"ApplicationName": "shop", "EnvironmentName": "all"}),
    ],
)
def test_a_pipeline_with_one_of_them_is_refused_by_name(
    provider: str, configuration: dict[str, str], shop: Any, act: Any
) -> None:
    shop.commit(page="1")
    with pytest.raises(ClientError, match=provider) as refused:
        shop.pipeline(act("Deploy", provider, **configuration))
    assert refused.value.response["Error"]["Code"] == "NotSimulatedOffline"


@pytest.fixture
def job(aws: OfflineAWS) -> Callable[..., Job]:
    """Return an action execution whose input artifacts hold files."""

    def make(configuration: dict[str, str], **artifacts: dict[str, Any]) -> Job:
        inputs = {}
        for name, files in artifacts.items():
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                for path, content in files.items():
                    archive.writestr(path, json.dumps(content))
            key = f"shop/{name}/1.zip"
            boto3.client("s3").put_object(Bucket="artifacts", Key=key, Body=buffer.getvalue())
            inputs[name] = Artifact(name, "artifacts", key)
        return Job(
            pipeline="shop",
            execution_id="e-1",
            stage="Deploy",
            action="Deploy",
            action_execution_id="a-1",
            region=aws.region,
            account="123456789012",
            configuration=configuration,
            inputs=inputs,
            outputs={},
            now=aws.clock.now(),
        )

    return make


ORDERS = {"ClusterName": "shop", "ServiceName": "orders"}


@pytest.fixture
def ecs(aws: OfflineAWS) -> Any:
    client = boto3.client("ecs")
    client.create_cluster(clusterName="shop")
    container = {"name": "web", "image": "orders:1", "memory": 128}
    sidecar = {"name": "log", "image": "log:1", "memory": 64}
    client.register_task_definition(family="orders", containerDefinitions=[container, sidecar])
    client.create_service(
        cluster="shop", serviceName="orders", taskDefinition="orders:1", desiredCount=1
    )
    return client


def test_ecs_deploys_a_new_revision_with_the_images_of_the_file(
    ecs: Any, job: Callable[..., Job]
) -> None:
    images = [{"name": "web", "imageUri": "orders:2"}]
    status = EcsDeploy().start(job(ORDERS, Code={"imagedefinitions.json": images}))

    assert status.state == "InProgress"
    found = ecs.describe_task_definition(taskDefinition="orders")["taskDefinition"]
    used = {each["name"]: each["image"] for each in found["containerDefinitions"]}
    assert (found["revision"], used) == (2, {"web": "orders:2", "log": "log:1"})
    service = ecs.describe_services(cluster="shop", services=["orders"])["services"][0]
    assert service["taskDefinition"] == found["taskDefinitionArn"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {},
            "Did not find the image definition file imagedefinitions.json in the input artifacts "
            "ZIP file. Verify the file is stored in your pipeline's Amazon S3 artifact bucket: "
            "artifacts key: shop/Code/1.zip",
        ),
        ({"imagedefinitions.json": {"name": "web"}}, "is not a JSON array of objects"),
        (
            {"imagedefinitions.json": [{"name": "api", "imageUri": "x"}]},
            "The container api of the image definition file is not in the task definition",
        ),
    ],
)
def test_ecs_names_what_is_wrong_with_the_file(
    files: dict[str, Any], message: str, ecs: Any, job: Callable[..., Job]
) -> None:
    status = EcsDeploy().start(job(ORDERS, Code=files))
    assert (status.state, status.error_code) == ("Failed", "ConfigurationError")
    assert message in status.error_message
    families = ecs.list_task_definitions()["taskDefinitionArns"]
    assert len(families) == 1


def test_ecs_names_a_missing_service(ecs: Any, job: Callable[..., Job]) -> None:
    images = {"imagedefinitions.json": [{"name": "web", "imageUri": "x"}]}
    status = EcsDeploy().start(job({**ORDERS, "ServiceName": "basket"}, Code=images))
    assert "service basket was not found in cluster shop" in status.error_message


@pytest.fixture
def codedeploy(aws: OfflineAWS) -> Any:
    client = boto3.client("codedeploy")
    client.create_application(applicationName="shop", computePlatform="ECS")
    client.create_deployment_group(
        applicationName="shop",
        deploymentGroupName="all",
        serviceRoleArn="arn:aws:iam::123456789012:role/deploy",
    )
    return client


GROUP = {"ApplicationName": "shop", "DeploymentGroupName": "all"}


def test_codedeploy_deploys_the_artifact_as_a_revision(
    codedeploy: Any, job: Callable[..., Job]
) -> None:
    status = CodeDeploy().start(job(GROUP, Code={"appspec.yml": {}}))

    assert status.state == "InProgress"
    found = codedeploy.get_deployment(deploymentId=status.external_id)["deploymentInfo"]
    assert found["revision"]["s3Location"] == {
        "bucket": "artifacts",
        "key": "shop/Code/1.zip",
        "bundleType": "zip",
    }
    assert status.variables == {"DeploymentId": status.external_id}
    assert status.external_url.endswith(f"#/deployments/{status.external_id}")


def test_codedeploy_to_ecs_fills_in_the_templates(codedeploy: Any, job: Callable[..., Job]) -> None:
    definition = {
        "family": "orders",
        "containerDefinitions": [{"name": "web", "image": "<IMAGE1_NAME>", "memory": 128}],
    }
    settings = {
        "TaskDefinitionTemplateArtifact": "Code",
        "AppSpecTemplateArtifact": "Code",
        "AppSpecTemplatePath": "appspec.json",
        "Image1ArtifactName": "Image",
        "Image1ContainerName": "IMAGE1_NAME",
    }
    files = {"taskdef.json": definition, "appspec.json": {"TaskDefinition": "<TASK_DEFINITION>"}}
    status = CodeDeployToEcs().start(
        job(
            GROUP | settings,
            Code=files,
            Image={"imageDetail.json": {"ImageURI": "orders@sha256:1"}},
        )
    )

    assert status.state == "InProgress", status.error_message
    made = boto3.client("ecs").describe_task_definition(taskDefinition="orders")["taskDefinition"]
    assert made["containerDefinitions"][0]["image"] == "orders@sha256:1"
    found = codedeploy.get_deployment(deploymentId=status.external_id)["deploymentInfo"]
    content = json.loads(found["revision"]["appSpecContent"]["content"])
    assert content == {"TaskDefinition": made["taskDefinitionArn"]}


def test_codedeploy_quotes_what_is_refused(codedeploy: Any, job: Callable[..., Job]) -> None:
    status = CodeDeploy().start(job({**GROUP, "DeploymentGroupName": "none"}, Code={"a": 1}))
    assert status.error_code == "JobFailed"
    assert "(Service: AmazonCodeDeploy; Status Code: 400; Error Code: " in status.error_message
