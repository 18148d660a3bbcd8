"""``orders`` on ECS Express Mode: one call, and ordinary parts of ECS come out of it."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.running_containers.account import PORT, image, role, wait
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.display import Table
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop.processes import READINESS
from offline_aws import clients

NAME = "orders-express"
_TASKS = 3


def container(tag: str) -> dict[str, Any]:
    """Return the primary container of a version."""
    return {"image": image(tag), "containerPort": PORT}


def deploy(recorder: Recorder, tag: str, name: str = NAME) -> None:
    """Make the service with a version."""
    recorder.call(
        "ecs",
        "create_express_gateway_service",
        serviceName=name,
        executionRoleArn=role("shop-execution"),
        infrastructureRoleArn=role("shop-infrastructure"),
        primaryContainer=container(tag),
        healthCheckPath=READINESS,
        cpu="512",
        memory="1024",
        scalingTarget={"minTaskCount": _TASKS, "maxTaskCount": 9},
    )


def arn_of(name: str = NAME) -> str:
    """Return the ARN of a service in the default cluster."""
    return f"arn:aws:ecs:us-east-1:123456789012:service/default/{name}"


def release(tag: str, name: str = NAME) -> None:
    """Let the service run another version."""
    client: Any = clients.client("ecs", REGION)
    client.update_express_gateway_service(serviceArn=arn_of(name), primaryContainer=container(tag))


def _has_settled(name: str) -> bool:
    client: Any = clients.client("ecs", REGION)
    asked: dict[str, Any] = {"services": [name], "cluster": "default"}
    found = client.describe_services(**asked)["services"][0]
    listed = client.list_service_deployments(service=name, cluster="default", maxResults=1)
    newest = listed["serviceDeployments"][0]["status"]
    ended = not newest.endswith(("PENDING", "IN_PROGRESS", "REQUESTED"))
    return ended and found["runningCount"] >= _TASKS


def settle(lab: Lab, name: str = NAME) -> bool:
    """Move the clock until the newest deployment of a service has ended; return whether it has."""
    return wait(lab, lambda: _has_settled(name))


def parts(name: str = NAME) -> Table:
    """Return what the one call made in the account, with the services that it is in."""
    asked: dict[str, Any] = {"services": [name], "cluster": "default"}
    client: Any = clients.client("ecs", REGION)
    [balancer] = client.describe_services(**asked)["services"][0]["loadBalancers"]
    advanced = balancer["advancedConfiguration"]
    alarms = clients.client("cloudwatch", REGION).describe_alarms()["MetricAlarms"]
    policies = clients.client("application-autoscaling", REGION).describe_scaling_policies(
        ServiceNamespace="ecs", ResourceId=f"service/default/{name}"
    )["ScalingPolicies"]
    groups = (balancer["targetGroupArn"], advanced["alternateTargetGroupArn"])
    made = [("ECS", "service", name)]
    made += [("ELB", "target group", arn.split("/")[1]) for arn in groups]
    made += [("ELB", "listener rule", advanced["productionListenerRule"].split("/")[2])]
    made += [("Application Auto Scaling", "policy", each["PolicyName"]) for each in policies]
    made += [("CloudWatch", "alarm", each["AlarmName"]) for each in alarms]
    return Table(f"Made for {name}", ("Service", "What", "Name"), made)
