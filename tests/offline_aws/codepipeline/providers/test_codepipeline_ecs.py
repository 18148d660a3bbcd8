"""A pipeline deploys to an ECS service, and fails when the deployment does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shop_lab import Shop

from offline_aws import OfflineAWS
from offline_aws.clients import client
from offline_aws.workloads import Behaviour

REGION = "us-east-1"


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch, aws: OfflineAWS) -> Any:
    """Return a client; the service orders runs version 1, and what is named broken crashes."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    broken = Behaviour(health=500)
    aws.workloads.provide(lambda each: broken if each.tag == "broken" else None)
    made: Any = client("ecs", REGION)
    subnet = client("ec2", REGION).describe_subnets()["Subnets"][0]["SubnetId"]
    check = {"command": ["CMD", "curl", "-f", "http://localhost/"], "interval": 10}
    made.create_cluster(clusterName="shop")
    made.register_task_definition(
        family="orders",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "web", "image": "orders:1", "healthCheck": check}],
    )
    made.create_service(
        cluster="shop",
        serviceName="orders",
        taskDefinition="orders",
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    )
    made.get_waiter("services_stable").wait(cluster="shop", services=["orders"])
    aws.clock.advance(minutes=1)
    return made


def deploy(shop: Shop, act: Any, image: str, **more: str) -> None:
    images = json.dumps([{"name": "web", "imageUri": image}])
    shop.commit(imagedefinitions__json=images)
    settings = {"ClusterName": "shop", "ServiceName": "orders", **more}
    shop.pipeline(act("Deploy", "ECS", **settings))


def service(ecs: Any) -> dict[str, Any]:
    (found,) = ecs.describe_services(cluster="shop", services=["orders"])["services"]
    return dict(found)


def test_a_pipeline_deploys_and_waits_until_the_service_is_stable(
    ecs: Any, shop: Shop, act: Any
) -> None:
    deploy(shop, act, "orders:2")
    assert shop.status() == "Succeeded"
    (deployment,) = service(ecs)["deployments"]
    assert deployment["taskDefinition"].endswith("orders:2")
    assert shop.result("Deploy")["externalExecutionId"] == deployment["id"]
    (arn,) = ecs.list_tasks(cluster="shop")["taskArns"]
    (task,) = ecs.describe_tasks(cluster="shop", tasks=[arn])["tasks"]
    assert task["containers"][0]["image"] == "orders:2"


def test_a_deployment_that_rolls_back_fails_the_pipeline(ecs: Any, shop: Shop, act: Any) -> None:
    deploy(shop, act, "orders:broken")
    assert shop.error("Deploy") == (
        "JobFailed",
        "ECS deployment circuit breaker: tasks failed to start.",
    )
    ecs.get_waiter("services_stable").wait(cluster="shop", services=["orders"])
    assert service(ecs)["taskDefinition"].endswith("orders:1")


def test_a_deployment_has_its_time(ecs: Any, shop: Shop, act: Any) -> None:
    never = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    ecs.update_service(cluster="shop", service="orders", deploymentConfiguration=never)
    deploy(shop, act, "orders:broken", DeploymentTimeout="10")
    code, message = shop.error("Deploy")
    assert (code, "within 10 minutes" in message) == ("JobFailed", True)
