"""A function with two versions and an alias, an application for it, and functions for hooks."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from deploy_lab import SHIFTED, DeployLab

from offline_aws import OfflineAWS
from offline_aws.clients import client

HOOK = """
import boto3
def handler(event, context):
    print(sorted(event))
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="{status}",
    )
"""


def make_function(name: str, code: str) -> None:
    """Make a function of these lines, with version 1."""
    role = "arn:aws:iam::123456789012:role/run"
    functions = client("lambda", "us-east-1")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": zipped(code)},
        Publish=True,
    )


def make_role() -> None:
    client("iam", "us-east-1").create_role(RoleName="run", AssumeRolePolicyDocument="{}")


def make_hook(name: str, status: str) -> None:
    """Make a function that answers for a lifecycle event."""
    make_function(name, HOOK.format(status=status))


def zipped(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", code)
    return buffer.getvalue()


def appspec(current: int = 1, target: int = 2, hooks: str = "") -> str:
    return f"""
version: 0.0
Resources:
  - orders:
      Type: AWS::Lambda::Function
      Properties:
        Name: orders
        Alias: live
        CurrentVersion: "{current}"
        TargetVersion: "{target}"
{hooks}
"""


def hooks(**functions: str) -> str:
    lines = "".join(f"  - {event}: {name}\n" for event, name in functions.items())
    return f"Hooks:\n{lines}"


class FunctionLab(DeployLab):
    """The alias live of orders points to version 1; there are three versions."""

    def __init__(self, aws: OfflineAWS) -> None:
        super().__init__(aws)
        make_role()
        make_function("orders", "def handler(event, context): return 1")
        self.functions = client("lambda", "us-east-1")
        for i in (2, 3):
            code = zipped(f"def handler(event, context): return {i}")
            self.functions.update_function_code(FunctionName="orders", ZipFile=code, Publish=True)
        self.functions.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
        self.application("Lambda")

    def group_of(self, config: str, **more: Any) -> None:
        name = f"CodeDeployDefault.Lambda{config}"
        self.group(deploymentConfigName=name, deploymentStyle=SHIFTED, **more)

    def weights(self) -> dict[str, float]:
        """Return the part of the traffic that each version has."""
        alias = self.functions.get_alias(FunctionName="orders", Name="live")
        routing = alias.get("RoutingConfig") or {}
        more = dict(routing.get("AdditionalVersionWeights", {}))
        return {alias["FunctionVersion"]: round(1 - sum(more.values()), 3), **more}
