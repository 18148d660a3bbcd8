"""AWS::SNS::Topic, Subscription and TopicPolicy."""

from __future__ import annotations

import json

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._models import text
from offline_aws.cloudformation.resources._parts import Do, Each
from offline_aws.cloudformation.resources._policies import PolicyOfSeveral
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE

_TOPIC = {"TopicArn": ID}


def _set_attributes(*properties: str, operation: str, identity: str) -> Do:
    """Return properties that are set one by one, each an attribute of its own name."""

    def put(it: Resource, old: Properties) -> None:
        for name in properties:
            if old.get(name) != it[name]:
                value = "" if it[name] is None else text(it[name])
                it.ask(operation, **{identity: it.id}, AttributeName=name, AttributeValue=value)

    return Do(" ".join(properties), put)


def _subscriptions(it: Resource) -> list[Properties]:
    found = it.ask("list_subscriptions_by_topic", TopicArn=it.id)["Subscriptions"]
    return [{"Endpoint": each["Endpoint"], "Protocol": each["Protocol"]} for each in found]


def _subscription_arn(it: Resource) -> str | None:
    found = it.ask("list_subscriptions_by_topic", TopicArn=it.id)["Subscriptions"]
    return next(
        (
            each["SubscriptionArn"]
            for each in found
            if (each["Endpoint"], each["Protocol"]) == (it.value["Endpoint"], it.value["Protocol"])
        ),
        None,
    )


register(
    Declared(
        "AWS::SNS::Topic",
        service="sns",
        properties="""
            ContentBasedDeduplication DisplayName FifoTopic KmsMasterKeyId SignatureVersion
            Subscription Tags TopicName TracingConfig
        """,
        named=Named(
            "TopicName", 256, end=lambda new: ".fifo" if new.get("FifoTopic") is True else ""
        ),
        id="TopicArn",
        words={"TopicName": "Name"},
        make=Call("create_topic", under="Attributes"),
        taken=Look(
            "get_topic_attributes",
            {
                "TopicArn": lambda it: (
                    f"arn:aws:sns:{it.context.region}:{it.context.account}:{it.id}"
                )
            },
        ),
        look=Look("get_topic_attributes", _TOPIC, "Attributes"),
        remove=Call("delete_topic", _TOPIC),
        parts=(
            _set_attributes(
                "ContentBasedDeduplication",
                "DisplayName",
                "KmsMasterKeyId",
                "SignatureVersion",
                "TracingConfig",
                operation="set_topic_attributes",
                identity="TopicArn",
            ),
            Each(
                "Subscription",
                add=Call(
                    "subscribe",
                    {
                        **_TOPIC,
                        "Endpoint": lambda it: it.value["Endpoint"],
                        "Protocol": lambda it: it.value["Protocol"],
                    },
                ),
                remove=Call("unsubscribe", {"SubscriptionArn": _subscription_arn}),
                look=_subscriptions,
            ),
            Tags(),
        ),
        unread="SignatureVersion TracingConfig",
        show={"TopicArn": lambda it: it.id, "TopicName": lambda it: it.id.rpartition(":")[2]},
    )
)

register(
    Declared(
        "AWS::SNS::Subscription",
        service="sns",
        properties="""
            DeliveryPolicy Endpoint FilterPolicy FilterPolicyScope Protocol RawMessageDelivery
            RedrivePolicy SubscriptionRoleArn TopicArn
        """,
        id="SubscriptionArn",
        make=Call("subscribe", {"ReturnSubscriptionArn": True}, "Endpoint Protocol TopicArn"),
        look=Look("get_subscription_attributes", {"SubscriptionArn": ID}, "Attributes"),
        remove=Call("unsubscribe", {"SubscriptionArn": ID}),
        parts=(
            _set_attributes(
                "DeliveryPolicy",
                "FilterPolicy",
                "FilterPolicyScope",
                "RawMessageDelivery",
                "RedrivePolicy",
                "SubscriptionRoleArn",
                operation="set_subscription_attributes",
                identity="SubscriptionArn",
            ),
        ),
        show={"Arn": lambda it: it.id},
        accepted="Region",
    )
)

_OWNER_MAY = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


def _own_policy(it: Resource) -> str:
    """Return the policy that SNS gives a topic, and that it has again without another."""
    statement = {
        "Effect": "Allow",
        "Sid": "__default_statement_ID",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{each}" for each in _OWNER_MAY],
        "Resource": it.id,
        "Condition": {"StringEquals": {"AWS:SourceOwner": it.context.account}},
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    return json.dumps(policy)


register(
    PolicyOfSeveral(
        "AWS::SNS::TopicPolicy",
        service="sns",
        targets="Topics",
        put=Call(
            "set_topic_attributes",
            {**_TOPIC, "AttributeName": "Policy", "AttributeValue": VALUE},
        ),
        look=Look("get_topic_attributes", _TOPIC, "Attributes.Policy"),
        none=_own_policy,
    )
)
