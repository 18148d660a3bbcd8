"""Rules that run something: a build, or commands."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from pipeline_lab import ROLE, PipelineLab, approval, stage

CODE = [{"name": "SourceOutput"}]


def shop(version: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("VERSION", version)
    return buffer.getvalue()


def run(lab: PipelineLab, provider: str, **more: Any) -> dict[str, Any]:
    """Run a pipeline to its gate; return the execution of the gate's rule."""
    kind = {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"}
    rule = {"name": "Rule", "ruleTypeId": kind, "inputArtifacts": CODE, **more}
    gate = {"conditions": [{"result": "FAIL", "rules": [rule]}]}
    lab.declare(stage("Gate", approval(), beforeEntry=gate))
    lab.wait(300)
    (detail,) = lab.client.list_rule_executions(pipelineName="shop")["ruleExecutionDetails"]
    return dict(detail)


@pytest.mark.parametrize(("version", "status"), [("2", "Succeeded"), ("1", "Failed")])
def test_commands(
    lab: PipelineLab, sources: Callable[[bytes], str], version: str, status: str
) -> None:
    sources(shop(version))
    detail = run(lab, "Commands", commands=["grep -q 2 VERSION"])
    assert detail["status"] == status
    assert lab.stage_status("Gate")[1] == {"Succeeded": "InProgress"}.get(status, status)
    (given,) = detail["input"]["inputArtifacts"]
    assert given["name"] == "SourceOutput"


@pytest.mark.parametrize(("version", "status"), [("2", "Succeeded"), ("1", "Failed")])
def test_a_build(
    lab: PipelineLab, sources: Callable[[bytes], str], version: str, status: str
) -> None:
    sources(shop(version))
    spec = "version: 0.2\nphases:\n  build:\n    commands:\n      - grep -q 2 VERSION\n"
    boto3.client("codebuild").create_project(
        name="check",
        source={"type": "CODEPIPELINE", "buildspec": spec},
        artifacts={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=ROLE,
    )
    detail = run(lab, "CodeBuild", configuration={"ProjectName": "check"})
    assert detail["status"] == status
    identifier = detail["output"]["executionResult"]["externalExecutionId"]
    assert identifier.startswith("check:")
    assert lab.stage_status("Gate")[1] == {"Succeeded": "InProgress"}.get(status, status)
