"""Deploy CodeDeploy: a deployment of the input artifact to a deployment group."""

from __future__ import annotations

from typing import Any

from offline_aws import clients
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers import input_files
from offline_aws.codepipeline.providers.action_errors import reported
from offline_aws.codepipeline.store import Shape

SERVICE = "AmazonCodeDeploy"
_FAILED = ("Failed", "Stopped")


@provides("Deploy", "CodeDeploy")
class CodeDeploy:
    """Create a deployment, and wait for its end."""

    @reported(SERVICE)
    def start(self, job: Job) -> Status:
        """Deploy the input artifact as a revision in S3."""
        artifact = input_files.only(job)
        location = {"bucket": artifact.bucket, "key": artifact.key, "bundleType": "zip"}
        return deploy(job, {"revisionType": "S3", "s3Location": location})

    @reported(SERVICE)
    def poll(self, job: Job) -> Status:
        """Return how the deployment stands."""
        return status_of(job, job.external_id)


def deploy(job: Job, revision: Shape) -> Status:
    """Create a deployment of a revision. Raises ``ClientError``."""
    client = clients.client("codedeploy", job.region)
    made = client.create_deployment(
        applicationName=job.configuration["ApplicationName"],
        deploymentGroupName=job.configuration["DeploymentGroupName"],
        revision=revision,
        description=f"Initiated by CodePipeline {job.pipeline}",
    )
    return status_of(job, made["deploymentId"])


def status_of(job: Job, identifier: str) -> Status:
    """Return how a deployment stands. Raises ``ClientError``."""
    client = clients.client("codedeploy", job.region)
    found = client.get_deployment(deploymentId=identifier)["deploymentInfo"]
    state = found["status"]
    settings: dict[str, Any] = {
        "external_id": identifier,
        "external_url": f"https://console.aws.amazon.com/codedeploy/home?region={job.region}"
        f"#/deployments/{identifier}",
        "variables": {"DeploymentId": identifier},
    }
    if state == "Succeeded":
        return Status("Succeeded", summary="Deployment Succeeded", **settings)
    if state not in _FAILED:
        return Status("InProgress", summary="Deployment in progress", **settings)
    summary = f"Deployment {identifier} failed"
    return Status(
        "Failed",
        summary=summary,
        error_code="JobFailed",
        error_message=summary + _reason(found.get("errorInformation")),
        **settings,
    )


def _reason(information: Shape | None) -> str:
    if not information:
        return ""
    return f". Error code: {information['code']}; Error message: {information['message']}"
