"""Functions as actions and as rules: they say themselves how it went."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import boto3
import pytest
from pipeline_lab import PipelineLab, approval, stage, type_of

HEAD = """
import json
import boto3

def handler(event, context):
    job = event["CodePipeline.job"]
    client = boto3.client("codepipeline")
"""
SUCCEED = (
    HEAD
    + """
    text = job["data"]["actionConfiguration"]["configuration"]["UserParameters"]
    client.put_job_success_result(jobId=job["id"], outputVariables={"said": text})
"""
)
FAIL = (
    HEAD
    + """
    details = {"type": "JobFailed", "message": "the shop does not answer"}
    client.put_job_failure_result(jobId=job["id"], failureDetails=details)
"""
)
THREE_TIMES = (
    HEAD
    + """
    times = int(job["data"].get("continuationToken", "0")) + 1
    if times < 3:
        client.put_job_success_result(jobId=job["id"], continuationToken=str(times))
    else:
        client.put_job_success_result(jobId=job["id"], outputVariables={"said": str(times)})
"""
)
SILENT = HEAD


@pytest.fixture
def role(lab: PipelineLab) -> str:
    """Return the role of the functions."""
    iam = boto3.client("iam")
    return str(iam.create_role(RoleName="f", AssumeRolePolicyDocument="{}")["Role"]["Arn"])


def create(role: str, code: str) -> None:
    """Create the function check."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", code)
    boto3.client("lambda").create_function(
        FunctionName="check",
        Runtime="python3.11",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": buffer.getvalue()},
    )


def invoke(text: str = "hello") -> dict[str, Any]:
    return {
        "name": "Check",
        "actionTypeId": type_of("Invoke", "Lambda"),
        "configuration": {"FunctionName": "check", "UserParameters": text},
        "namespace": "Check",
    }


def test_a_function_says_that_it_succeeded(lab: PipelineLab, role: str) -> None:
    create(role, SUCCEED)
    gate = approval(configuration={"CustomData": "#{Check.said}"})
    first = lab.declare(
        stage("Check", invoke("#{codepipeline.PipelineExecutionId}")), stage("Gate", gate)
    )
    lab.wait()
    assert lab.action("Check", "Check")["status"] == "Succeeded"
    shown = lab.actions(first)[0]["input"]["resolvedConfiguration"]["CustomData"]
    assert shown == first


def test_a_function_says_that_it_failed(lab: PipelineLab, role: str) -> None:
    create(role, FAIL)
    first = lab.declare(stage("Check", invoke()))
    lab.wait()
    assert lab.status(first) == "Failed"
    error = lab.action("Check", "Check")["errorDetails"]
    assert error == {"code": "JobFailed", "message": "the shop does not answer"}


def test_a_function_goes_on_by_its_token(lab: PipelineLab, role: str) -> None:
    create(role, THREE_TIMES)
    first = lab.declare(stage("Check", invoke()))
    lab.wait()
    assert lab.action("Check", "Check")["status"] == "InProgress"
    lab.wait()
    assert lab.status(first) == "Succeeded"
    assert lab.actions(first)[0]["output"]["outputVariables"] == {"said": "3"}


def test_a_function_that_says_nothing_times_out(lab: PipelineLab, role: str) -> None:
    create(role, SILENT)
    first = lab.declare(stage("Check", invoke()))
    lab.clock.advance(minutes=19)
    assert lab.status(first) == "InProgress"
    lab.clock.advance(minutes=2)
    assert lab.status(first) == "Failed"
    message = lab.action("Check", "Check")["errorDetails"]["message"]
    assert "check failed to return a result" in message


def test_a_function_that_is_not_there(lab: PipelineLab) -> None:
    first = lab.declare(stage("Check", invoke()))
    lab.wait()
    assert lab.status(first) == "Failed"
    assert "check" in lab.action("Check", "Check")["errorDetails"]["message"]


@pytest.mark.parametrize(("code", "status"), [(SUCCEED, "InProgress"), (FAIL, "Failed")])
def test_a_function_as_a_rule(lab: PipelineLab, role: str, code: str, status: str) -> None:
    create(role, code)
    kind = {"category": "Rule", "owner": "AWS", "provider": "LambdaInvoke", "version": "1"}
    rules = [
        {
            "name": name,
            "ruleTypeId": kind,
            "configuration": {"FunctionName": "check", "UserParameters": "x"},
        }
        for name in ("One", "Two")
    ]
    gate = {"conditions": [{"result": "FAIL", "rules": rules}]}
    lab.declare(stage("Gate", approval(), beforeEntry=gate))
    lab.wait()
    assert lab.stage_status("Gate")[1] == status
    state = lab.stage("Gate")["beforeEntryConditionState"]["conditionStates"][0]
    assert len(state["ruleStates"]) == 2
