"""The real AWS CLI drives a pipeline over http."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from terminal import aws_cli

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SOURCE = {
    "name": "Source",
    "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
    "configuration": {"S3Bucket": "shop", "S3ObjectKey": "shop.zip"},
    "outputArtifacts": [{"name": "Code"}],
}
APPROVE = {
    "name": "Approve",
    "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"},
}
PIPELINE = {
    "name": "shop",
    "roleArn": "arn:aws:iam::123456789012:role/pipeline",
    "artifactStore": {"type": "S3", "location": "shop"},
    "stages": [{"name": "Source", "actions": [SOURCE]}, {"name": "Gate", "actions": [APPROVE]}],
}
OF_SHOP = ("--pipeline-name", "shop")


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="shop")
        s3.put_bucket_versioning(Bucket="shop", VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket="shop", Key="shop.zip", Body=b"shop")
        yield running


def ask(aws: OfflineAWS, *arguments: str) -> dict[str, Any]:
    """Run a command of the AWS CLI on CodePipeline, then let a minute pass."""
    done = aws_cli(aws.server(), "codepipeline", *arguments, "--output", "json")
    assert (done.returncode, done.stderr.strip()) == (0, "")
    aws.clock.advance(minutes=1)
    found: dict[str, Any] = json.loads(done.stdout or "{}")
    return found


def test_create_start_approve_stop_and_look(aws: OfflineAWS, tmp_path: Path) -> None:
    declaration = tmp_path / "pipeline.json"
    declaration.write_text(json.dumps({"pipeline": PIPELINE}))
    created = ask(aws, "create-pipeline", "--cli-input-json", declaration.as_uri())
    assert created["pipeline"]["version"] == 1
    second = ask(aws, "start-pipeline-execution", "--name", "shop")["pipelineExecutionId"]
    gate = ask(aws, "get-pipeline-state", "--name", "shop")["stageStates"][1]
    assert gate["inboundExecution"]["pipelineExecutionId"] == second
    token = gate["actionStates"][0]["latestExecution"]["token"]
    answered = ask(
        aws,
        "put-approval-result",
        *(*OF_SHOP, "--stage-name", "Gate", "--action-name", "Approve"),
        *("--token", token, "--result", "summary=fine,status=Approved"),
    )
    assert answered["approvedAt"] == (MONDAY + timedelta(minutes=3)).timestamp()
    listed = ask(aws, "list-pipeline-executions", *OF_SHOP)["pipelineExecutionSummaries"]
    assert [each["status"] for each in listed] == ["InProgress", "Succeeded"]
    one = ("--pipeline-execution-id", second)
    ask(aws, "stop-pipeline-execution", *OF_SHOP, *one, "--abandon", "--reason", "a rehearsal")
    found = ask(aws, "get-pipeline-execution", *OF_SHOP, *one)["pipelineExecution"]
    assert found["status"] == "Stopped"
