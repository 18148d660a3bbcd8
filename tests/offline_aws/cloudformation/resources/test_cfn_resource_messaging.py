from __future__ import annotations

import pytest
from cfn_examples import Example, World, client, known, lives

from offline_aws.cloudformation.resource_type import Failed

TAGS = [{"Key": "team", "Value": "shop"}]


def allow(action: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def queue(world: World) -> dict[str, object]:
    dead = world.make("AWS::SQS::Queue")
    return {
        "DelaySeconds": 5,
        "KmsDataKeyReusePeriodSeconds": 60,
        "KmsMasterKeyId": "alias/shop",
        "MaximumMessageSize": 2000,
        "MessageRetentionPeriod": 3600,
        "QueueName": "orders",
        "ReceiveMessageWaitTimeSeconds": 3,
        "RedriveAllowPolicy": {"redrivePermission": "denyAll"},
        "RedrivePolicy": {
            "deadLetterTargetArn": world.attribute(dead, "Arn"),
            "maxReceiveCount": 3,
        },
        "Tags": TAGS,
        "VisibilityTimeout": "77",
    }


def subscription(world: World) -> dict[str, object]:
    arn = world.attribute(world.make("AWS::SQS::Queue"), "Arn")
    return {
        "DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": 3}},
        "Endpoint": arn,
        "FilterPolicy": {"kind": ["order"]},
        "FilterPolicyScope": "MessageBody",
        "Protocol": "sqs",
        "RawMessageDelivery": True,
        "RedrivePolicy": {"deadLetterTargetArn": arn},
        "SubscriptionRoleArn": "arn:aws:iam::123456789012:role/shop",
        "TopicArn": world.make("AWS::SNS::Topic"),
    }


def subscribed(world: World) -> dict[str, object]:
    arn = world.attribute(world.make("AWS::SQS::Queue"), "Arn")
    return {"Subscription": [{"Endpoint": arn, "Protocol": "sqs"}], "TopicName": "orders"}


EXAMPLES = [
    Example(
        "AWS::SQS::Queue",
        queue,
        {
            "DelaySeconds": "9",
            "KmsDataKeyReusePeriodSeconds": 300,
            "KmsMasterKeyId": "alias/till",
            "MaximumMessageSize": None,
            "MessageRetentionPeriod": None,
            "ReceiveMessageWaitTimeSeconds": None,
            "RedriveAllowPolicy": {"redrivePermission": "allowAll"},
            "RedrivePolicy": None,
            "Tags": [{"Key": "team", "Value": "till"}],
            "VisibilityTimeout": None,
        },
        unset={
            "MaximumMessageSize": 1048576,
            "MessageRetentionPeriod": 345600,
            "VisibilityTimeout": 30,
        },
    ),
    Example(
        "AWS::SQS::Queue",
        {
            "ContentBasedDeduplication": True,
            "DeduplicationScope": "messageGroup",
            "FifoQueue": True,
            "FifoThroughputLimit": "perMessageGroupId",
            "SqsManagedSseEnabled": True,
        },
        {
            "ContentBasedDeduplication": False,
            "DeduplicationScope": "queue",
            "FifoThroughputLimit": "perQueue",
            "SqsManagedSseEnabled": False,
        },
    ),
    Example("AWS::SQS::Queue", {"KmsMasterKeyId": "alias/shop"}, {"KmsMasterKeyId": None}),
    Example(
        "AWS::SQS::QueuePolicy",
        lambda world: {
            "PolicyDocument": allow("sqs:SendMessage"),
            "Queues": [world.make("AWS::SQS::Queue"), world.make("AWS::SQS::Queue")],
        },
        lambda world: {
            "PolicyDocument": allow("sqs:ReceiveMessage"),
            "Queues": [world.made[1][1]],
        },
    ),
    Example(
        "AWS::SNS::Topic",
        {
            "DisplayName": "Orders",
            "KmsMasterKeyId": "alias/shop",
            "SignatureVersion": "2",
            "Tags": TAGS,
            "TracingConfig": "Active",
        },
        {
            "DisplayName": "All orders",
            "KmsMasterKeyId": None,
            "Tags": None,
            "SignatureVersion": "1",
            "TracingConfig": "PassThrough",
        },
    ),
    Example("AWS::SNS::Topic", subscribed, {"Subscription": None}),
    Example(
        "AWS::SNS::Topic",
        {"ContentBasedDeduplication": True, "FifoTopic": True},
        {"ContentBasedDeduplication": False},
    ),
    Example(
        "AWS::SNS::Subscription",
        subscription,
        {
            "DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": 5}},
            "FilterPolicyScope": "MessageAttributes",
            "FilterPolicy": {"kind": ["refund"]},
            "RawMessageDelivery": "false",
            "RedrivePolicy": {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
            "SubscriptionRoleArn": "arn:aws:iam::123456789012:role/till",
        },
    ),
    Example(
        "AWS::SNS::TopicPolicy",
        lambda world: {
            "PolicyDocument": allow("sns:Publish"),
            "Topics": [world.make("AWS::SNS::Topic"), world.make("AWS::SNS::Topic")],
        },
        lambda world: {
            "PolicyDocument": allow("sns:Subscribe"),
            "Topics": [world.made[1][1]],
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_sqs_or_sns_lives(world: World, example: Example) -> None:
    lives(world, example)


@pytest.mark.parametrize(
    ("type_name", "name"), [("AWS::SQS::Queue", "QueueName"), ("AWS::SNS::Topic", "TopicName")]
)
def test_what_is_there_is_not_made_twice(world: World, type_name: str, name: str) -> None:
    world.make(type_name, **{name: "orders"})
    with pytest.raises(Failed, match="'orders' already exists"):
        world.make(type_name, **{name: "orders"})


def test_what_is_changed_by_hand_is_read(world: World) -> None:
    url = world.make("AWS::SQS::Queue", DelaySeconds=5)
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "90"})
    live = known("AWS::SQS::Queue").read(world.context(), url)
    assert live is not None
    assert live["DelaySeconds"] == 90
