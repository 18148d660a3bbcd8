"""Manual approvals: asked for, answered, overdue."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pipeline_lab import PipelineLab, approval, stage

from offline_aws import OfflineAWS

NO_TOKEN = "00000000-0000-0000-0000-000000000000"


def answer(lab: PipelineLab, token: str, status: str = "Approved", **more: str) -> None:
    lab.client.put_approval_result(
        **{"pipelineName": "shop", "stageName": "Gate", "actionName": "Approve", **more},
        token=token,
        result={"summary": "Looks good", "status": status},
    )


def ask(lab: PipelineLab, **more: Any) -> str:
    """Return the token of an approval that is asked for."""
    lab.declare(stage("Gate", approval(**more)))
    lab.wait()
    return str(lab.action("Gate", "Approve")["token"])


def test_an_approval_shows_who_said_what(lab: PipelineLab) -> None:
    token = ask(lab)
    answer(lab, token)
    shown = lab.action("Gate", "Approve")
    assert (shown["status"], shown["summary"]) == ("Succeeded", "Looks good")
    assert shown["lastUpdatedBy"] == boto3.client("sts").get_caller_identity()["Arn"]
    assert "token" not in shown


def test_a_rejection_fails_the_stage(lab: PipelineLab) -> None:
    token = ask(lab)
    answer(lab, token, "Rejected")
    lab.wait()
    shown = lab.action("Gate", "Approve")
    assert (shown["status"], shown["summary"]) == ("Failed", "Looks good")
    assert lab.stage_status("Gate")[1] == "Failed"
    assert lab.executions()[0]["status"] == "Failed"


def test_an_approval_holds_the_stage_for_seven_days(lab: PipelineLab) -> None:
    ask(lab)
    lab.clock.advance(days=6, hours=23)
    assert lab.stage_status("Gate")[1] == "InProgress"
    lab.clock.advance(hours=2)
    assert lab.stage_status("Gate")[1] == "Failed"
    assert "timed out" in lab.action("Gate", "Approve")["errorDetails"]["message"]


def test_an_approval_with_a_timeout_of_its_own(lab: PipelineLab) -> None:
    ask(lab, timeoutInMinutes=30)
    lab.clock.advance(minutes=28)
    assert lab.stage_status("Gate")[1] == "InProgress"
    lab.clock.advance(minutes=3)
    assert lab.stage_status("Gate")[1] == "Failed"


def test_a_token_is_good_for_one_answer(lab: PipelineLab) -> None:
    token = ask(lab)
    answer(lab, token)
    with pytest.raises(lab.client.exceptions.ApprovalAlreadyCompletedException):
        answer(lab, token, "Rejected")
    assert lab.action("Gate", "Approve")["status"] == "Succeeded"


def test_the_token_of_an_approval_that_nobody_gave_has_expired(lab: PipelineLab) -> None:
    token = ask(lab)
    lab.clock.advance(days=8)
    expired = "The approval request already received a response or has expired"
    with pytest.raises(lab.client.exceptions.InvalidApprovalTokenException, match=expired):
        answer(lab, token)
    execution = lab.executions()[0]["pipelineExecutionId"]
    lab.client.retry_stage_execution(
        pipelineName="shop",
        stageName="Gate",
        pipelineExecutionId=execution,
        retryMode="FAILED_ACTIONS",
    )
    lab.wait()
    with pytest.raises(lab.client.exceptions.InvalidApprovalTokenException, match=expired):
        answer(lab, token)
    lab.approve()
    assert lab.status(execution) == "Succeeded"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "InvalidApprovalTokenException"),
        ({"pipelineName": "other"}, "PipelineNotFoundException"),
        ({"stageName": "Other"}, "StageNotFoundException"),
        ({"actionName": "Other"}, "ActionNotFoundException"),
        ({"stageName": "Source", "actionName": "Source"}, "ValidationException"),
    ],
)
def test_what_is_not_an_open_approval(lab: PipelineLab, more: dict[str, str], code: str) -> None:
    ask(lab)
    with pytest.raises(ClientError) as error:
        answer(lab, NO_TOKEN, **more)
    assert error.value.response["Error"]["Code"] == code


def test_a_token_that_is_no_token(lab: PipelineLab) -> None:
    ask(lab)
    with pytest.raises(ClientError, match="1 validation error detected: Value 'mine' at 'token'"):
        answer(lab, "mine")


@pytest.fixture
def queue(aws: OfflineAWS) -> tuple[str, str]:
    """Return a topic, and the address of a queue that has its messages."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="approvals")["TopicArn"]
    url = sqs.create_queue(QueueName="approvals")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = attributes["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, url


def test_the_message_to_the_approvers(lab: PipelineLab, queue: tuple[str, str]) -> None:
    topic, url = queue
    token = ask(
        lab,
        configuration={
            "NotificationArn": topic,
            "ExternalEntityLink": "https://example.com/preview",
            "CustomData": "Look at #{SourceVariables.ObjectKey}",
        },
    )
    (received,) = boto3.client("sqs").receive_message(QueueUrl=url)["Messages"]
    envelope = json.loads(received["Body"])
    assert envelope["Subject"] == "APPROVAL NEEDED: AWS CodePipeline shop for action Approve"
    message = json.loads(envelope["Message"])
    view = "https://console.aws.amazon.com/codepipeline/home?region=us-east-1#/view/shop"
    assert message == {
        "region": "us-east-1",
        "consoleLink": view,
        "approval": {
            "pipelineName": "shop",
            "stageName": "Gate",
            "actionName": "Approve",
            "token": token,
            "expires": "2026-01-12T09:00Z",
            "externalEntityLink": "https://example.com/preview",
            "approvalReviewLink": f"{view}/Gate/Approve/approve/{token}",
            "customData": "Look at shop.zip",
        },
    }


def test_a_topic_that_is_not_there_fails_the_action(lab: PipelineLab) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:nowhere"
    lab.declare(stage("Gate", approval(configuration={"NotificationArn": topic})))
    lab.wait()
    error = lab.action("Gate", "Approve")["errorDetails"]
    assert error["code"] == "ConfigurationError"
    assert "The notification failed" in error["message"]
    assert lab.stage_status("Gate")[1] == "Failed"
