"""Deploy ECS: a new revision of a service's task definition, with the images of a file.

The action fails with its own deployment, also when the service has gone back to the one before.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from offline_aws import clients
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers import input_files
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.codepipeline.store import Shape

_SERVICE = "AmazonECS"
_FILE = "imagedefinitions.json"
_LONGEST_MINUTES = 60
# What DescribeTaskDefinition has and RegisterTaskDefinition does not take.
_NOT_REGISTERED = (
    *("taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities"),
    *("registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt"),
)


@provides("Deploy", "ECS")
class EcsDeploy:
    """Update the service, and wait until it is stable."""

    @reported(_SERVICE)
    def start(self, job: Job) -> Status:
        """Register the new revision and deploy it."""
        images = _images(job)
        client = clients.client("ecs", job.region)
        service = _service(client, job)
        current = client.describe_task_definition(
            taskDefinition=service["taskDefinition"], include=["TAGS"]
        )
        wanted = _with_images(current["taskDefinition"], images)
        tags = {"tags": current["tags"]} if current.get("tags") else {}
        made = client.register_task_definition(**wanted, **tags)["taskDefinition"]
        updated = client.update_service(
            cluster=job.configuration["ClusterName"],
            service=job.configuration["ServiceName"],
            taskDefinition=made["taskDefinitionArn"],
        )["service"]
        return _status(job, updated)

    @reported(_SERVICE)
    def poll(self, job: Job) -> Status:
        """Return how the deployment stands."""
        client = clients.client("ecs", job.region)
        return _status(job, _service(client, job))


def _images(job: Job) -> dict[str, str]:
    """Return the image of each container that the image definitions file names."""
    artifact = input_files.only(job)
    name = job.configuration.get("FileName") or _FILE
    data = input_files.file(artifact, name, job.region)
    if data is None:
        raise ActionError(
            "ConfigurationError",
            f"Did not find the image definition file {name} in the input artifacts ZIP file. "
            "Verify the file is stored in your pipeline's Amazon S3 artifact bucket: "
            f"{artifact.bucket} key: {artifact.key}",
        )
    try:
        return {each["name"]: each["imageUri"] for each in json.loads(data)}
    except (ValueError, KeyError, TypeError) as error:
        raise ActionError(
            "ConfigurationError",
            f"The image definition file {name} is not a JSON array of objects with name and "
            "imageUri.",
        ) from error


def _service(client: Any, job: Job) -> Shape:
    cluster, name = job.configuration["ClusterName"], job.configuration["ServiceName"]
    for service in client.describe_services(cluster=cluster, services=[name])["services"]:
        if service["status"] == "ACTIVE":
            return dict(service)
    raise ActionError(
        "ConfigurationError", f"The Amazon ECS service {name} was not found in cluster {cluster}."
    )


def _with_images(current: Shape, images: dict[str, str]) -> Shape:
    """Return what is to be registered: a task definition with the images replaced."""
    containers = [dict(each) for each in current["containerDefinitions"]]
    unknown = images.keys() - {each["name"] for each in containers}
    if unknown:
        raise ActionError(
            "ConfigurationError",
            f"The container {min(unknown)} of the image definition file is not in the task "
            f"definition {current['taskDefinitionArn']}.",
        )
    for each in containers:
        each["image"] = images.get(each["name"], each["image"])
    kept = {name: value for name, value in current.items() if name not in _NOT_REGISTERED}
    return {**kept, "containerDefinitions": containers}


def _status(job: Job, service: Shape) -> Status:
    deployments: list[Shape] = service["deployments"]
    primary: Shape = next((d for d in deployments if d["status"] == "PRIMARY"), {})
    if job.external_id:
        # Once rolled back, another deployment is the primary one, and this one goes.
        mine: Shape = next((d for d in deployments if d["id"] == job.external_id), {})
        if mine.get("status") != "PRIMARY":
            gone = {"id": job.external_id, "rolloutState": "FAILED"}
            gone["rolloutStateReason"] = "The deployment was replaced by another one"
            primary = mine if mine.get("rolloutState") == "FAILED" else gone
    where: dict[str, Any] = {
        "external_id": primary.get("id", service["serviceArn"]),
        "external_url": f"https://console.aws.amazon.com/ecs/home?region={job.region}"
        f"#/clusters/{job.configuration['ClusterName']}"
        f"/services/{job.configuration['ServiceName']}/deployments",
    }
    if primary.get("rolloutState") == "FAILED":
        reason = primary.get("rolloutStateReason", "The deployment failed")
        return Status(
            "Failed", summary=reason, error_code="JobFailed", error_message=reason, **where
        )
    # While alarms are watched after the last task was replaced, it can still be taken back.
    settled = primary.get("rolloutState") != "IN_PROGRESS" and len(deployments) == 1
    if settled and service["runningCount"] == service["desiredCount"]:
        return Status("Succeeded", summary="Deployment Succeeded", **where)
    minutes = float(job.configuration.get("DeploymentTimeout") or _LONGEST_MINUTES)
    begun = primary.get("createdAt", job.now)
    if job.now - begun >= timedelta(minutes=minutes):
        text = f"The deployment did not become stable within {minutes:g} minutes"
        return Status("Failed", summary=text, error_code="JobFailed", error_message=text, **where)
    return Status("InProgress", **where)
