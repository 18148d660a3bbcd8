"""AWS::SQS::Queue and AWS::SQS::QueuePolicy."""

from __future__ import annotations

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._policies import PolicyOfSeveral
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE

register(
    Declared(
        "AWS::SQS::Queue",
        service="sqs",
        properties="""
            ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue
            FifoThroughputLimit KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize
            MessageRetentionPeriod QueueName ReceiveMessageWaitTimeSeconds RedriveAllowPolicy
            RedrivePolicy SqsManagedSseEnabled Tags VisibilityTimeout
        """,
        named=Named(
            "QueueName", 80, end=lambda new: ".fifo" if new.get("FifoQueue") is True else ""
        ),
        id="QueueUrl",
        make=Call("create_queue", under="Attributes"),
        look=Look(
            "get_queue_attributes", {"QueueUrl": ID, "AttributeNames": ["All"]}, "Attributes"
        ),
        change=(Call("set_queue_attributes", {"QueueUrl": ID}, under="Attributes"),),
        remove=Call("delete_queue", {"QueueUrl": ID}),
        parts=(Tags(tag="tag_queue", untag="untag_queue", listed="list_queue_tags"),),
        show={
            "Arn": "QueueArn",
            "QueueUrl": lambda it: it.id,
            "QueueName": lambda it: it.id.rpartition("/")[2],
        },
        defaults={
            "DelaySeconds": 0,
            "KmsMasterKeyId": "",
            "MaximumMessageSize": 1048576,
            "MessageRetentionPeriod": 345600,
            "ReceiveMessageWaitTimeSeconds": 0,
            "RedrivePolicy": "",
            "VisibilityTimeout": 30,
        },
        unread="RedriveAllowPolicy",
        taken=Look("get_queue_url", {"QueueName": ID}, "QueueUrl"),
    )
)

register(
    PolicyOfSeveral(
        "AWS::SQS::QueuePolicy",
        service="sqs",
        targets="Queues",
        put=Call("set_queue_attributes", {"QueueUrl": ID, "Attributes": {"Policy": VALUE}}),
        look=Look(
            "get_queue_attributes",
            {"QueueUrl": ID, "AttributeNames": ["Policy"]},
            "Attributes.Policy",
        ),
    )
)
