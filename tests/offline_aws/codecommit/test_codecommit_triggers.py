"""Triggers tell a topic of what happens to branches and tags."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from offline_aws import OfflineAWS

TOPIC = "arn:aws:sns:us-east-1:123456789012:shop"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:none"
TRIGGER = {"name": "tell", "destinationArn": TOPIC, "branches": [], "events": ["all"]}
Received = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def received(aws: OfflineAWS) -> Received:
    """Take what the topic has sent since the last time."""
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName="shop")["QueueUrl"]
    queue = "arn:aws:sqs:us-east-1:123456789012:shop"
    sns.subscribe(
        TopicArn=sns.create_topic(Name="shop")["TopicArn"], Protocol="sqs", Endpoint=queue
    )

    def take() -> list[dict[str, Any]]:
        found = []
        while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return take


def references(notice: dict[str, Any]) -> list[dict[str, Any]]:
    (record,) = json.loads(notice["Message"])["Records"]
    found: list[dict[str, Any]] = record["codecommit"]["references"]
    return found


def test_the_message_of_a_push(client: Any, commit: Callable[..., str], received: Received) -> None:
    triggers = [{**TRIGGER, "customData": "#shop"}]
    configuration = client.put_repository_triggers(repositoryName="shop", triggers=triggers)
    made = commit(a=b"1")
    (notice,) = received()
    assert notice["Subject"] == "UPDATE: AWS CodeCommit us-east-1 push: shop"
    (record,) = json.loads(notice["Message"])["Records"]
    assert record.pop("eventId")
    assert record == {
        "awsRegion": "us-east-1",
        "codecommit": {"references": [{"commit": made, "created": True, "ref": "refs/heads/main"}]},
        "customData": "#shop",
        "eventName": "ReferenceChanges",
        "eventPartNumber": 1,
        "eventSource": "aws:codecommit",
        "eventSourceARN": "arn:aws:codecommit:us-east-1:123456789012:shop",
        "eventTime": "2026-01-05T09:00:00.000+0000",
        "eventTotalParts": 1,
        "eventTriggerConfigId": configuration["configurationId"],
        "eventTriggerName": "tell",
        "eventVersion": "1.0",
        "userIdentityARN": boto3.client("sts").get_caller_identity()["Arn"],
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["created main", "moved main", "created fix", "deleted fix"]),
        ({"events": ["createReference"]}, ["created main", "created fix"]),
        ({"events": ["updateReference", "deleteReference"]}, ["moved main", "deleted fix"]),
        ({"branches": ["fix"]}, ["created fix", "deleted fix"]),
        ({"branches": ["fix", "x"], "events": ["deleteReference"]}, ["deleted fix"]),
        ({"branches": ["x"]}, []),
    ],
    ids=str,
)
def test_a_trigger_is_for_its_branches_and_events(
    change: dict[str, Any],
    expected: list[str],
    client: Any,
    commit: Callable[..., str],
    received: Received,
) -> None:
    client.put_repository_triggers(repositoryName="shop", triggers=[{**TRIGGER, **change}])
    first = commit(a=b"1")
    commit(a=b"2")
    client.create_branch(repositoryName="shop", branchName="fix", commitId=first)
    client.delete_branch(repositoryName="shop", branchName="fix")
    heard = []
    for notice in received():
        (reference,) = references(notice)
        verb = next((name for name in ("created", "deleted") if reference.get(name)), "moved")
        heard.append(f"{verb} {reference['ref'].removeprefix('refs/heads/')}")
    assert heard == expected


def test_what_git_pushed_together_is_one_message(
    client: Any, commit: Callable[..., str], received: Received, aws: OfflineAWS
) -> None:
    triggers = [TRIGGER, {**TRIGGER, "name": "branch", "branches": ["fix"]}]
    client.put_repository_triggers(repositoryName="shop", triggers=triggers)
    made = commit(a=b"1")
    received()
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    for name in ("refs/heads/fix", "refs/tags/v1"):
        subprocess.run(["git", "-C", folder, "update-ref", name, made], check=True)
    aws.clock.advance(minutes=1)
    whole, branch = received()
    created = {"commit": made, "created": True}
    fix, tag = {**created, "ref": "refs/heads/fix"}, {**created, "ref": "refs/tags/v1"}
    assert references(whole) == [fix, tag]
    assert references(branch) == [fix]


def test_a_trigger_that_reaches_nobody_fails_no_commit(
    client: Any, commit: Callable[..., str], received: Received
) -> None:
    triggers = [
        {**TRIGGER, "destinationArn": TOPIC + "x", "name": "lost"},
        {**TRIGGER, "destinationArn": FUNCTION, "name": "function"},
        TRIGGER,
    ]
    client.put_repository_triggers(repositoryName="shop", triggers=triggers)
    commit(a=b"1")
    assert len(received()) == 1


def make_function(runtime: str) -> str:
    """Make a Lambda function that logs who tells it of what; return its ARN."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handle(event, _): print(event['Records'][0]['eventName'])")
    role = boto3.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")
    made = boto3.client("lambda").create_function(
        FunctionName="told",
        Runtime=runtime,
        Role=role["Role"]["Arn"],
        Handler="app.handle",
        Code={"ZipFile": code.getvalue()},
    )
    return str(made["FunctionArn"])


def test_a_function_is_told(client: Any, commit: Callable[..., str]) -> None:
    commit(a=b"1")
    trigger = {**TRIGGER, "destinationArn": make_function("python3.12")}
    answer = client.test_repository_triggers(repositoryName="shop", triggers=[trigger])
    assert answer["successfulExecutions"] == ["tell"]
    told = boto3.client("logs").filter_log_events(logGroupName="/aws/lambda/told")["events"]
    assert "TriggerEventTest" in [event["message"].strip() for event in told]


def test_a_function_that_cannot_run_here_is_no_success(
    client: Any, commit: Callable[..., str]
) -> None:
    commit(a=b"1")
    trigger = {**TRIGGER, "destinationArn": make_function("nodejs20.x")}
    answer = client.test_repository_triggers(repositoryName="shop", triggers=[trigger])
    (failed,) = answer["failedExecutions"]
    assert "nodejs20.x" in failed["failureMessage"]


def test_triggers_are_tried_without_being_kept(
    client: Any, commit: Callable[..., str], received: Received
) -> None:
    lost = {**TRIGGER, "destinationArn": FUNCTION, "name": "lost"}
    answer = client.test_repository_triggers(repositoryName="shop", triggers=[TRIGGER, lost])
    assert answer["successfulExecutions"] == ["tell"]
    (failed,) = answer["failedExecutions"]
    assert failed["trigger"] == "lost"
    assert FUNCTION in failed["failureMessage"]
    made = commit(a=b"1")
    client.test_repository_triggers(repositoryName="shop", triggers=[TRIGGER])
    empty, full = received()
    assert references(empty) == [{"commit": "0" * 40, "ref": "refs/heads/main"}]
    assert references(full) == [{"commit": made, "ref": "refs/heads/main"}]
    (record,) = json.loads(full["Message"])["Records"]
    assert record["eventName"] == "TriggerEventTest"
    assert client.get_repository_triggers(repositoryName="shop")["triggers"] == []
