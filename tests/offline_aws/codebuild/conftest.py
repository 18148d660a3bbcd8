"""An offline AWS with a role, a bucket and CodeBuild, whose every output fits AWS's model."""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.validate import ParamValidator

import offline_aws.codebuild  # noqa: F401 - registers its operations, which are wrapped below
from offline_aws import OfflineAWS
from offline_aws.operations import REGISTRY, Call, Operation

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/build"


@pytest.fixture(autouse=True)
def _outputs_fit_their_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which an operation returns what AWS's model does not have."""
    model = botocore.session.get_session().get_service_model("codebuild")
    validator = ParamValidator()

    def checked(name: str, function: Operation) -> Operation:
        @functools.wraps(function)
        def operation(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
            output = function(call, parameters)
            shape = model.operation_model(name).output_shape
            assert shape is not None
            report = validator.validate(output, shape).generate_report()
            # AWS's own answers have empty lists where its model wants one member or more.
            wrong = [line for line in report.splitlines() if "valid min length: 1" not in line]
            assert wrong == [], f"{name}: {wrong}"
            return output

        return operation

    for name, function in REGISTRY["codebuild"].items():
        monkeypatch.setitem(REGISTRY["codebuild"], name, checked(name, function))


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        yield aws


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


@pytest.fixture
def lab(aws: OfflineAWS) -> Lab:
    return Lab(aws)


@pytest.fixture
def states() -> Callable[[dict[str, Any]], dict[str, str]]:
    """Return the status of each phase of a build."""
    return lambda build: {p["phaseType"]: p.get("phaseStatus", "") for p in build["phases"]}
