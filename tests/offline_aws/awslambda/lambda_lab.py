"""What the tests of Lambda say again and again."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from datetime import UTC, datetime
from typing import Any

import boto3

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, textwrap.dedent(text))
    return buffer.getvalue()


class Lab:
    """A role, and functions that have it."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.clock = aws.clock
        self.client = boto3.client("lambda")
        self.logs = boto3.client("logs")
        role = boto3.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")
        self.role = role["Role"]["Arn"]

    def create(self, code: str, files: dict[str, str] | None = None, **more: Any) -> None:
        """Create a function ``orders`` with a module ``app``, or what ``more`` says."""
        settings: dict[str, Any] = {
            "FunctionName": "orders",
            "Runtime": "python3.12",
            "Role": self.role,
            "Handler": "app.handler",
            "Code": {"ZipFile": zipped({"app.py": code, **(files or {})})},
        }
        self.client.create_function(**(settings | more))

    def invoke(self, event: Any = None, **more: Any) -> dict[str, Any]:
        """Invoke a function; return the answer, its payload read."""
        payload = {} if event is None else {"Payload": json.dumps(event).encode()}
        answer = self.client.invoke(**{"FunctionName": "orders", **payload, **more})
        text = answer.pop("Payload").read()
        return {**answer, "Payload": json.loads(text) if text else None}

    def run(self, code: str, event: Any = None, **settings: Any) -> dict[str, Any]:
        """Create a function and invoke it."""
        self.create(code, **settings)
        return self.invoke(event)

    def log(self, name: str = "orders") -> list[str]:
        """Return what the log group of a function has."""
        found = self.logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        return [event["message"] for event in found]
