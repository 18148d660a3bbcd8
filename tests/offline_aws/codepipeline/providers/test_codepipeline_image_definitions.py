"""The image definitions that a deployment to ECS reads; and a provider that is refused.

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
from offline_aws.codepipeline.providers.ecs_deploy import EcsDeploy


def test_a_provider_that_is_not_simulated_is_refused_by_name(shop: Any, act: Any) -> None:
    shop.commit(page="1")
    beanstalk = act("Deploy", "ElasticBeanstalk", ApplicationName="shop", EnvironmentName="all")
    with pytest.raises(ClientError, match="ElasticBeanstalk") as refused:
        shop.pipeline(beanstalk)
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
