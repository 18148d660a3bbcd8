"""``orders`` on App Runner: one call."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.running_containers.account import PORT, SERVICE, image, role, wait
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop.processes import READINESS
from offline_aws import clients


def source(tag: str) -> dict[str, Any]:
    """Return the source configuration of a version."""
    return {
        "ImageRepository": {
            "ImageIdentifier": image(tag),
            "ImageRepositoryType": "ECR",
            "ImageConfiguration": {"Port": str(PORT)},
        },
        "AuthenticationConfiguration": {"AccessRoleArn": role("shop-pull")},
        "AutoDeploymentsEnabled": False,
    }


def deploy(recorder: Recorder, tag: str, name: str = SERVICE) -> None:
    """Make the service with a version."""
    recorder.call(
        "apprunner",
        "create_service",
        ServiceName=name,
        SourceConfiguration=source(tag),
        InstanceConfiguration={"Cpu": "512", "Memory": "1024"},
        HealthCheckConfiguration={"Protocol": "HTTP", "Path": READINESS},
    )


def arn_of(name: str = SERVICE) -> str:
    """Return the ARN of a service, "" for none."""
    client: Any = clients.client("apprunner", REGION)
    for each in client.list_services()["ServiceSummaryList"]:
        if each["ServiceName"] == name and each["Status"] != "DELETED":
            return str(each["ServiceArn"])
    return ""


def release(tag: str, name: str = SERVICE) -> None:
    """Let the service run another version."""
    client: Any = clients.client("apprunner", REGION)
    client.update_service(ServiceArn=arn_of(name), SourceConfiguration=source(tag))


def operations(name: str = SERVICE) -> list[Any]:
    """Return what was done with a service, the newest first."""
    client: Any = clients.client("apprunner", REGION)
    return list(client.list_operations(ServiceArn=arn_of(name))["OperationSummaryList"])


def status(name: str = SERVICE) -> str:
    """Return the state of a service."""
    client: Any = clients.client("apprunner", REGION)
    return str(client.describe_service(ServiceArn=arn_of(name))["Service"]["Status"])


def version(name: str = SERVICE) -> str:
    """Return the version that a service is set to."""
    client: Any = clients.client("apprunner", REGION)
    found = client.describe_service(ServiceArn=arn_of(name))["Service"]
    image_id = found["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"]
    return str(image_id).rpartition(":")[2]


def settle(lab: Lab, name: str = SERVICE) -> bool:
    """Move the clock until nothing is under way; return whether that came."""
    return wait(lab, lambda: status(name) != "OPERATION_IN_PROGRESS")
