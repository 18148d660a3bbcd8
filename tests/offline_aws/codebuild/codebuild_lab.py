"""What the tests of CodeBuild say again and again."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import boto3

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/build"


class Lab:
    """Shortens what the tests say again and again."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.clock = aws.clock
        self.codebuild = boto3.client("codebuild")
        self.s3 = boto3.client("s3")
        self.logs = boto3.client("logs")
        self.s3.create_bucket(Bucket="shop")

    def create(self, buildspec: str = "", name: str = "orders", **more: Any) -> dict[str, Any]:
        """Create a project that builds an inline buildspec, or what ``more`` says."""
        source = {"type": "NO_SOURCE", "buildspec": buildspec}
        settings: dict[str, Any] = {
            "name": name,
            "source": source,
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            "serviceRole": ROLE,
        }
        project: dict[str, Any] = self.codebuild.create_project(**(settings | more))["project"]
        return project

    def build(self, name: str = "orders", **overrides: Any) -> dict[str, Any]:
        """Start a build and let it come to its end."""
        started = self.codebuild.start_build(projectName=name, **overrides)["build"]["id"]
        self.clock.advance_until(lambda: self.look(started)["buildComplete"])
        return self.look(started)

    def run(self, *commands: str, more: str = "", **settings: Any) -> dict[str, Any]:
        """Create a project whose build phase has these commands, and build it."""
        self.create(spec(*commands) + more, **settings)
        return self.build()

    def look(self, identifier: str) -> dict[str, Any]:
        found: dict[str, Any] = self.codebuild.batch_get_builds(ids=[identifier])["builds"][0]
        return found

    def log(self, build: dict[str, Any]) -> list[str]:
        """Return the lines of a build's log."""
        events = self.logs.get_log_events(
            logGroupName=build["logs"]["groupName"],
            logStreamName=build["logs"]["streamName"],
            startFromHead=True,
        )["events"]
        return [event["message"] for event in events]

    def put_zip(self, key: str, files: dict[str, str]) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        self.s3.put_object(Bucket="shop", Key=key, Body=buffer.getvalue())

    def get(self, key: str) -> bytes:
        data: bytes = self.s3.get_object(Bucket="shop", Key=key)["Body"].read()
        return data

    def get_zip(self, key: str) -> dict[str, str]:
        with zipfile.ZipFile(io.BytesIO(self.get(key))) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def objects(self) -> list[str]:
        return [o["Key"] for o in self.s3.list_objects_v2(Bucket="shop").get("Contents", [])]


def spec(*commands: str) -> str:
    lines = "".join(f"      - |\n        {command}\n" for command in commands)
    return f"version: 0.2\nphases:\n  build:\n    commands:\n{lines}"
