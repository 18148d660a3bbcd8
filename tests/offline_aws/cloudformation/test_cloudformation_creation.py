"""Stacks created, and what is left of those that fail."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.exceptions import WaiterError
from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal

QUEUE: Shape = {"Type": "AWS::SQS::Queue"}
TAKEN: Shape = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken"}}


def test_resources_are_made_in_the_order_of_their_needs_and_side_by_side(lab: StackLab) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "First"}}}
    lab.create({"Resources": {"Last": topic, "First": QUEUE, "Beside": QUEUE}})
    events = [(name, status) for name, status, _ in lab.events()]
    assert events == [
        ("shop", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("Beside", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("Beside", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_COMPLETE"),
        ("Beside", "CREATE_COMPLETE"),
        ("Last", "CREATE_IN_PROGRESS"),
        ("Last", "CREATE_IN_PROGRESS"),
        ("Last", "CREATE_COMPLETE"),
        ("shop", "CREATE_COMPLETE"),
    ]
    reasons = [reason for name, _, reason in lab.events() if name in ("shop", "First")]
    assert reasons == ["User Initiated", "", "Resource creation Initiated", "", ""]


def test_an_event_has_what_aws_gives_it(lab: StackLab) -> None:
    identifier = lab.begin({"Resources": {"Queue": QUEUE}}, ClientRequestToken="release-1")
    assert lab.stack()["StackStatus"] == "CREATE_IN_PROGRESS"
    lab.settled()
    made = lab.client.describe_stack_events(StackName="shop")["StackEvents"][1]
    assert made["StackId"] == identifier
    assert made["EventId"] == "Queue-CREATE_COMPLETE-2026-01-05T09:00:08.000Z"
    assert made["PhysicalResourceId"] == lab.physical("Queue")
    assert made["ClientRequestToken"] == "release-1"
    again = lab.client.create_stack(
        StackName="shop",
        TemplateBody=json.dumps({"Resources": {"Queue": QUEUE}}),
        ClientRequestToken="release-1",
    )
    assert again["StackId"] == identifier


def test_a_stack_is_as_it_was_asked_for(lab: StackLab) -> None:
    topic = aws_client("sns").create_topic(Name="news")["TopicArn"]
    queue = aws_client("sqs").create_queue(QueueName="listener")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:listener"
    aws_client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    stack = lab.create(
        {
            "Description": "the shop",
            "Parameters": {
                "Password": {"Type": "String", "NoEcho": True},
                "Stage": {"Type": "String", "Default": "test"},
            },
            "Resources": {"Queue": {**QUEUE, "Metadata": {"Owner": {"Ref": "Stage"}}}},
            "Outputs": {"Url": {"Value": {"Ref": "Queue"}, "Description": "where"}},
        },
        Parameters=[{"ParameterKey": "Password", "ParameterValue": "hidden"}],
        Tags=[{"Key": "team", "Value": "orders"}],
        NotificationARNs=[topic],
        RoleARN="arn:aws:iam::123456789012:role/stack",
        TimeoutInMinutes=10,
        EnableTerminationProtection=True,
        DisableRollback=False,
    )
    assert stack["Description"] == "the shop"
    assert stack["Parameters"] == [
        {"ParameterKey": "Password", "ParameterValue": "****"},
        {"ParameterKey": "Stage", "ParameterValue": "test"},
    ]
    assert stack["Outputs"] == [
        {"OutputKey": "Url", "OutputValue": lab.physical("Queue"), "Description": "where"}
    ]
    assert stack["Tags"] == [{"Key": "team", "Value": "orders"}]
    assert (stack["TimeoutInMinutes"], stack["EnableTerminationProtection"]) == (10, True)
    detail = lab.client.describe_stack_resource(StackName="shop", LogicalResourceId="Queue")
    assert json.loads(detail["StackResourceDetail"]["Metadata"]) == {"Owner": "test"}
    tags = aws_client("sqs").list_queue_tags(QueueUrl=lab.physical("Queue"))["Tags"]
    assert tags["team"] == "orders"
    received = aws_client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=1)
    message = json.loads(received["Messages"][0]["Body"])
    assert message["Subject"] == "AWS CloudFormation Notification"
    assert f"StackId='{stack['StackId']}'\n" in message["Message"]


def test_a_failure_cancels_what_runs_and_takes_everything_back(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    stack = lab.create(
        {
            "Resources": {
                "First": QUEUE,
                "Bucket": {**TAKEN, "DependsOn": "First"},
                "Beside": {**QUEUE, "DependsOn": "First"},
                "Never": {**QUEUE, "DependsOn": "Bucket"},
            }
        }
    )
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stack["DeletionTime"] > stack["CreationTime"]
    events = lab.events()
    failed = [each for each in events if each[1] == "CREATE_FAILED"]
    assert [name for name, _, _ in failed] == ["Bucket", "Beside"]
    assert "already exists" in failed[0][2]
    assert failed[1][2] == "Resource creation cancelled"
    assert (
        "shop",
        "ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [Bucket, Beside]. Rollback requested by user.",
    ) in events
    assert "Never" not in {name for name, _, _ in events}
    assert aws_client("sqs").list_queues().get("QueueUrls", []) == []
    assert refusal(lab.update, template={"Resources": {"First": QUEUE}}) == (
        "ValidationError",
        f"Stack:{stack['StackId']} is in ROLLBACK_COMPLETE state and can not be updated.",
    )
    lab.delete()
    assert lab.client.describe_stacks()["Stacks"] == []


def test_on_failure_and_disable_rollback_say_what_becomes_of_it(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    template = {"Resources": {"Bucket": TAKEN, "Queue": QUEUE}}
    kept = lab.create(template, "kept", OnFailure="DO_NOTHING")
    assert kept["StackStatus"] == "CREATE_FAILED"
    assert kept["StackStatusReason"] == "The following resource(s) failed to create: [Bucket]. "
    assert lab.physical("Queue", "kept") in aws_client("sqs").list_queues()["QueueUrls"]
    also = lab.create(template, "also", DisableRollback=True)
    assert also["StackStatus"] == "CREATE_FAILED"
    gone = lab.create(template, "gone", OnFailure="DELETE")
    assert gone["StackStatus"] == "DELETE_COMPLETE"
    sentence = "The following resource(s) failed to create: [Bucket, Queue]. Delete requested by"
    assert any(reason.startswith(sentence) for _, _, reason in lab.events(gone["StackId"]))

    lab.client.rollback_stack(StackName="kept")
    assert lab.settled("kept")["StackStatus"] == "ROLLBACK_COMPLETE"
    mended = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}, "Queue": QUEUE}}
    assert lab.update(mended, "also")["StackStatus"] == "UPDATE_COMPLETE"


def test_retain_is_kept_at_a_rollback_but_for_retain_except_on_create(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    resources = {
        "Kept": {**QUEUE, "DeletionPolicy": "Retain"},
        "Gone": {**QUEUE, "DeletionPolicy": "RetainExceptOnCreate"},
        "Bucket": {**TAKEN, "DependsOn": ["Kept", "Gone"]},
    }
    lab.create({"Resources": resources}, "one")
    assert ("Kept", "DELETE_SKIPPED", "") in lab.events("one")
    assert ("Gone", "DELETE_COMPLETE", "") in lab.events("one")
    assert len(aws_client("sqs").list_queues()["QueueUrls"]) == 1
    lab.create({"Resources": resources}, "two", RetainExceptOnCreate=True)
    assert len(aws_client("sqs").list_queues()["QueueUrls"]) == 1


def test_properties_are_held_against_the_schema(lab: StackLab) -> None:
    lab.create(
        {
            "Resources": {
                "Queue": {
                    "Type": "AWS::SQS::Queue",
                    "Properties": {"DelaySeconds": "soon", "Colour": "red", "FifoQueue": "true"},
                },
                "Role": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/"}},
            }
        },
        Capabilities=["CAPABILITY_IAM"],
        DisableRollback=True,
    )
    reasons = {name: reason for name, status, reason in lab.events() if "FAILED" in status}
    assert reasons["Queue"] == (
        "Properties validation failed for resource Queue with message:\n"
        "#/DelaySeconds: expected type: Integer, found: String\n"
        "#: extraneous key [Colour] is not permitted"
    )
    assert reasons["Role"] == (
        "Properties validation failed for resource Role with message:\n"
        "#: required key [AssumeRolePolicyDocument] not found"
    )


def test_a_name_that_is_taken(lab: StackLab) -> None:
    lab.create({"Resources": NOTHING})
    assert refusal(lab.begin, template={"Resources": NOTHING}) == (
        "AlreadyExistsException",
        "Stack [shop] already exists",
    )


def test_a_creation_that_takes_too_long(lab: StackLab) -> None:
    waits = {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Wait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": 3600},
        },
    }
    before = lab.aws.clock.now()
    stack = lab.create({"Resources": waits}, TimeoutInMinutes=5)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = "Stack creation time exceeded the specified timeout. Rollback requested by user."
    assert ("shop", "ROLLBACK_IN_PROGRESS", reason) in lab.events()
    assert lab.aws.clock.now() - before < timedelta(minutes=6)


def test_a_wait_condition_waits_for_its_signals(lab: StackLab) -> None:
    condition = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Nothing"}, "Count": 2, "Timeout": "300"},
    }
    template = {"Resources": {**NOTHING, "Wait": condition}}
    lab.begin(template)
    lab.aws.clock.advance(minutes=1)
    for name in ("one", "two"):
        assert lab.stack()["StackStatus"] == "CREATE_IN_PROGRESS"
        lab.client.signal_resource(
            StackName="shop", LogicalResourceId="Wait", UniqueId=name, Status="SUCCESS"
        )
    assert lab.settled()["StackStatus"] == "CREATE_COMPLETE"
    lab.create(template, "late")
    sentence = "WaitCondition timed out. Received 0 conditions when expecting 2"
    assert ("Wait", "CREATE_FAILED", sentence) in lab.events("late")


def test_waiters_move_the_clock(lab: StackLab) -> None:
    lab.begin({"Resources": {"Queue": QUEUE}})
    lab.client.get_waiter("stack_create_complete").wait(StackName="shop")
    assert lab.stack()["StackStatus"] == "CREATE_COMPLETE"
    lab.client.delete_stack(StackName="shop")
    lab.client.get_waiter("stack_delete_complete").wait(StackName="shop")
    aws_client("s3").create_bucket(Bucket="taken")
    lab.begin({"Resources": {"Bucket": TAKEN}}, "bad")
    with pytest.raises(WaiterError, match="ROLLBACK"):
        lab.client.get_waiter("stack_create_complete").wait(StackName="bad")
