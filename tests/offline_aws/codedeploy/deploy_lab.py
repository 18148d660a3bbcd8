"""What the tests of CodeDeploy say again and again, whatever they deploy to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import OfflineAWS
from offline_aws.clients import client

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/deploy"
SHIFTED = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
ROLLBACK = {
    "enabled": True,
    "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
}


def code_of(call: Any, **parameters: Any) -> str:
    """Call something that is refused; return the code of the error."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "nothing was refused"


class DeployLab:
    """CodeDeploy and the clock; the application is named shop and its group prod."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws, self.clock = aws, aws.clock
        self.client = client("codedeploy", "us-east-1")

    def application(self, platform: str = "Server") -> None:
        self.client.create_application(applicationName="shop", computePlatform=platform)

    def group(self, name: str = "prod", **more: Any) -> str:
        """Make a group; return its id."""
        made = self.client.create_deployment_group(
            applicationName="shop", deploymentGroupName=name, serviceRoleArn=ROLE, **more
        )
        return str(made["deploymentGroupId"])

    def create(self, content: str, **more: Any) -> str:
        """Create a deployment of an AppSpec; return its id."""
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
        return self.create_of(revision, **more)

    def create_of(self, revision: dict[str, Any], **more: Any) -> str:
        made = self.client.create_deployment(
            applicationName="shop",
            **({"deploymentGroupName": "prod", "revision": revision} | more),
        )
        return str(made["deploymentId"])

    def look(self, identifier: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get_deployment(deploymentId=identifier)
        info: dict[str, Any] = found["deploymentInfo"]
        return info

    def status(self, identifier: str) -> str:
        return str(self.look(identifier)["status"])

    def finish(self, identifier: str, hours: float = 60) -> dict[str, Any]:
        """Let a deployment come to its end; return how it stands."""
        ends = ("Succeeded", "Failed", "Stopped")
        self.clock.advance_until(lambda: self.status(identifier) in ends)
        return self.look(identifier)

    def rolled_back(self, identifier: str) -> dict[str, Any]:
        """Let the rollback of a deployment come to its end; return how it stands."""
        return self.finish(self.look(identifier)["rollbackInfo"]["rollbackDeploymentId"])

    def target(self, identifier: str) -> dict[str, Any]:
        """Return the one target of a deployment to Lambda or ECS."""
        (name,) = self.client.list_deployment_targets(deploymentId=identifier)["targetIds"]
        found = self.client.get_deployment_target(deploymentId=identifier, targetId=name)
        kind = found["deploymentTarget"]["deploymentTargetType"]
        shape: dict[str, Any] = found["deploymentTarget"][
            kind[:1].lower() + kind[1:] if kind != "ECSTarget" else "ecsTarget"
        ]
        return shape

    def events(self, identifier: str) -> dict[str, str]:
        """Return the status of each lifecycle event of a deployment's one target."""
        found = self.target(identifier)["lifecycleEvents"]
        return {each["lifecycleEventName"]: each["status"] for each in found}

    def minutes(self, time: datetime) -> float:
        """Return the minutes from the beginning to a time."""
        return (time - MONDAY).total_seconds() / 60
