"""A repository ``orders`` in ECR, and services that run its images."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS
from offline_aws.clients import client
from offline_aws.event_bus import Event, EventBus

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REGION, ACCOUNT = "us-east-1", "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ecr-access"
REPOSITORY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/orders"
URL = "https://github.com/shop/orders"
FILE = """
version: 1.0
runtime: python311
build:
  commands:
    build: [pip install -r requirements.txt]
run:
  command: python app.py
  network: {port: 8000, env: APP_PORT}
  env: [{name: MODE, value: shop}]
"""


class Lab:
    """Services of App Runner; ``events`` are what App Runner sends to EventBridge."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.api: Any = client("apprunner", REGION)
        self.ecr: Any = client("ecr", REGION)
        self.ecr.create_repository(repositoryName="orders")
        self.events: list[Event] = []
        self.bus = aws._state.get(ACCOUNT, REGION, EventBus)
        self.bus.listen(self._note)

    def _note(self, event: Event) -> None:
        if event.source == "aws.apprunner":
            self.events.append(event)

    def push(self, tag: str, content: str = "") -> str:
        """Push an image for no platform, told apart by its content; return its digest."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [],
            "annotations": {"content": content or tag},
        }
        made = self.ecr.put_image(
            repositoryName="orders", imageManifest=json.dumps(manifest), imageTag=tag
        )
        return str(made["image"]["imageId"]["imageDigest"])

    def source(self, tag: str = "1", **changed: Any) -> dict[str, Any]:
        image = {"ImageIdentifier": f"{REPOSITORY}:{tag}", "ImageRepositoryType": "ECR"}
        return {
            "ImageRepository": {**image, **changed.pop("image", {})},
            "AuthenticationConfiguration": {"AccessRoleArn": ROLE},
            **changed,
        }

    def create(self, name: str = "orders", **changed: Any) -> str:
        """Begin to create a service; return its ARN."""
        changed.setdefault("SourceConfiguration", self.source())
        made = self.api.create_service(ServiceName=name, **changed)
        return str(made["Service"]["ServiceArn"])

    def running(self, name: str = "orders", **changed: Any) -> str:
        """Create a service that runs; return its ARN."""
        arn = self.create(name, **changed)
        assert self.end(arn) == ("RUNNING", "SUCCEEDED")
        return arn

    def connection(self, name: str = "github") -> str:
        """Make a connection with GitHub that may be used."""
        made = self.api.create_connection(ConnectionName=name, ProviderType="GITHUB")
        arn = str(made["Connection"]["ConnectionArn"])
        self.aws.code_hosts.accept(arn)
        return arn

    def code(self, connection: str, **configuration: Any) -> dict[str, Any]:
        """Return the source of a service that is built from the branch main."""
        configuration = configuration or {"ConfigurationSource": "REPOSITORY"}
        return {
            "CodeRepository": {
                "RepositoryUrl": URL,
                "SourceCodeVersion": {"Type": "BRANCH", "Value": "main"},
                "CodeConfiguration": configuration,
            },
            "AuthenticationConfiguration": {"ConnectionArn": connection},
        }

    def service(self, arn: str) -> dict[str, Any]:
        return dict(self.api.describe_service(ServiceArn=arn)["Service"])

    def status(self, arn: str) -> str:
        return str(self.service(arn)["Status"])

    def operations(self, arn: str) -> list[tuple[str, str]]:
        """Return type and status of the operations, the last first."""
        listed = self.api.list_operations(ServiceArn=arn)["OperationSummaryList"]
        return [(each["Type"], each["Status"]) for each in listed]

    def end(self, arn: str) -> tuple[str, str]:
        """Wait for the end of the operation; return the statuses of service and operation."""
        self.aws.clock.advance_until(lambda: self.status(arn) != "OPERATION_IN_PROGRESS")
        return self.status(arn), self.operations(arn)[0][1]

    def log(self, arn: str, stream: str = "events") -> list[str]:
        """Return the lines of a log of the service without their prefix.

        ``deployment`` is the log of the last deployment.
        """
        logs: Any = client("logs", REGION)
        _, name, identifier = arn.split("/")
        group = f"/aws/apprunner/{name}/{identifier}/service"
        if stream == "deployment":
            found = logs.describe_log_streams(logGroupName=group)["logStreams"]
            last = self.api.list_operations(ServiceArn=arn)["OperationSummaryList"][0]["Id"]
            wanted = last.replace("-", "")
            stream = next(each["logStreamName"] for each in found if wanted in str(each))
        events = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
        return [each["message"].removeprefix("[AppRunner] ") for each in events["events"]]

    def answer(self, arn: str, path: str = "/") -> int:
        """Return what the service answers at its URL now."""
        url = self.service(arn)["ServiceUrl"]
        return self.aws.workloads.answer(url, 443, path, self.aws.clock.now())


def refused(code: str, message: str = "") -> Any:
    """Expect an error of AWS."""
    return pytest.raises(ClientError, match=rf"\({code}\).*{message}")
