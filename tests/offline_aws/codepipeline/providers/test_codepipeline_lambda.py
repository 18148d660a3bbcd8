"""Invoke actions: a function reaches the artifacts that the job names, and has its settings."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest

ANSWERS = """
import boto3

def handler(event, context):
    job = event["CodePipeline.job"]
    data = job["data"]
    place = data["inputArtifacts"][0]["location"]["s3Location"]
    size = boto3.client("s3").head_object(
        Bucket=place["bucketName"], Key=place["objectKey"]
    )["ContentLength"]
    boto3.client("codepipeline").put_job_success_result(
        jobId=job["id"],
        executionDetails={"summary": "Checked", "externalExecutionId": "check-1"},
        outputVariables={
            "Word": data["actionConfiguration"]["configuration"]["UserParameters"],
            "HasSize": str(size > 0),
        },
    )
"""


@pytest.fixture
def function(shop: Any) -> Callable[[str], None]:
    """Create the function check."""
    iam = boto3.client("iam")
    role = iam.create_role(RoleName="check", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    shop.commit(index__html="page")

    def make(code: str) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("app.py", code)
        boto3.client("lambda").create_function(
            FunctionName="check",
            Runtime="python3.12",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": buffer.getvalue()},
        )

    return make


@pytest.fixture
def invoke(act: Any) -> dict[str, Any]:
    settings = {"FunctionName": "check", "UserParameters": "on #{Source.BranchName}"}
    return dict(act("Invoke", "Lambda", **settings))


def test_a_function_has_the_artifact_and_the_settings_of_the_action(
    shop: Any, function: Callable[[str], None], invoke: dict[str, Any]
) -> None:
    function(ANSWERS)
    shop.pipeline(invoke)
    assert shop.status() == "Succeeded"
    assert shop.variables("Invoke") == {"Word": "on main", "HasSize": "True"}
    assert shop.result("Invoke")["externalExecutionId"] == "check-1"
    assert shop.result("Invoke")["externalExecutionSummary"] == "Checked"
