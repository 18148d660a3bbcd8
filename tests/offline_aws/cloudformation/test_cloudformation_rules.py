"""What holds for any template: made from a few kinds of resources with properties that vary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stack_lab import Shape, StackLab, aws_client

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
TAGS = st.dictionaries(
    st.sampled_from(["team", "cost", "owner"]), st.sampled_from("abc"), max_size=2
)
SOME = settings(
    max_examples=5,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


def tagged(tags: dict[str, str]) -> list[Shape]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


@st.composite
def queues(draw: st.DrawFn) -> Shape:
    properties = {
        "DelaySeconds": draw(st.integers(0, 900)),
        "VisibilityTimeout": draw(st.integers(0, 43_200)),
        "MessageRetentionPeriod": draw(st.integers(60, 1_209_600)),
        "QueueName": draw(st.sampled_from(["orders", "bills"])),
        "Tags": tagged(draw(TAGS)),
    }
    kept = draw(st.sets(st.sampled_from(sorted(properties))))
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {name: properties[name] for name in kept | {"QueueName"}},
    }


@st.composite
def topics(draw: st.DrawFn) -> Shape:
    return {
        "Type": "AWS::SNS::Topic",
        "Properties": {
            "TopicName": "news",
            "DisplayName": draw(st.sampled_from(["News", "Olds"])),
            "Tags": tagged(draw(TAGS)),
        },
    }


@st.composite
def buckets(draw: st.DrawFn) -> Shape:
    properties: Shape = {"BucketName": "pictures", "Tags": tagged(draw(TAGS))}
    if draw(st.booleans()):
        status = draw(st.sampled_from(["Enabled", "Suspended"]))
        properties["VersioningConfiguration"] = {"Status": status}
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


@st.composite
def roles(draw: st.DrawFn) -> Shape:
    service = draw(st.sampled_from(["lambda.amazonaws.com", "ecs.amazonaws.com"]))
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    properties: Shape = {
        "RoleName": "worker",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }
    if draw(st.booleans()):
        properties["Description"] = draw(st.sampled_from(["works", "rests"]))
    return {"Type": "AWS::IAM::Role", "Properties": properties}


@st.composite
def templates(draw: st.DrawFn) -> Shape:
    kinds = {"Queue": queues(), "Topic": topics(), "Bucket": buckets(), "Role": roles()}
    names = draw(st.sets(st.sampled_from(sorted(kinds)), min_size=1))
    resources = {name: draw(kinds[name]) for name in sorted(names)}
    if {"Queue", "Topic"} <= set(resources) and draw(st.booleans()):
        resources["Topic"]["Properties"]["DisplayName"] = {"Fn::GetAtt": ["Queue", "QueueName"]}
    if {"Bucket", "Role"} <= set(resources) and draw(st.booleans()):
        resources["Bucket"]["DependsOn"] = "Role"
    return {"Resources": resources}


def account() -> dict[str, Any]:
    """Return what there is in the account."""
    return {
        "queues": aws_client("sqs").list_queues().get("QueueUrls", []),
        "topics": aws_client("sns").list_topics()["Topics"],
        "buckets": [each["Name"] for each in aws_client("s3").list_buckets()["Buckets"]],
        "roles": [each["RoleName"] for each in aws_client("iam").list_roles()["Roles"]],
    }


def live(lab: StackLab) -> dict[str, Any]:
    """Return the properties that the resources of the stack have, by their logical ids."""
    found = {}
    for each in lab.client.list_stack_resources(StackName="shop")["StackResourceSummaries"]:
        name = each["LogicalResourceId"]
        drift = lab.client.detect_stack_resource_drift(StackName="shop", LogicalResourceId=name)
        shape = drift["StackResourceDrift"]
        assert shape["StackResourceDriftStatus"] == "IN_SYNC", shape
        found[name] = json.loads(shape["ActualProperties"])
    return found


ALLOWED = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}


@SOME
@given(template=templates())
def test_a_stack_made_and_deleted_leaves_the_account_as_it_was(
    aws: OfflineAWS, template: Shape
) -> None:
    lab = StackLab(aws)
    before = account()
    assert lab.create(template, **ALLOWED)["StackStatus"] == "CREATE_COMPLETE", lab.events()
    assert account() != before
    assert lab.delete()["StackStatus"] == "DELETE_COMPLETE"
    assert account() == before


@SOME
@given(first=templates(), second=templates())
def test_an_update_leads_to_where_a_creation_does(
    aws: OfflineAWS, first: Shape, second: Shape
) -> None:
    lab = StackLab(aws)
    lab.create(second, **ALLOWED)
    expected, there = live(lab), account()
    lab.delete()
    lab.create(first, **ALLOWED)
    if first != second:
        assert lab.update(second, **ALLOWED)["StackStatus"] == "UPDATE_COMPLETE", lab.events()
    assert (live(lab), account()) == (expected, there)
    lab.delete()


@SOME
@given(first=templates(), second=templates())
def test_an_update_that_fails_leaves_everything_as_it_was(
    aws: OfflineAWS, first: Shape, second: Shape
) -> None:
    lab = StackLab(aws)
    lab.create(first, **ALLOWED)
    expected, there = live(lab), account()
    wrong = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"DelaySeconds": "soon"},
        "DependsOn": sorted(second["Resources"]),
    }
    body = {"Resources": {**second["Resources"], "Wrong": wrong}}
    assert lab.update(body, **ALLOWED)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (live(lab), account()) == (expected, there)
    lab.delete()


@SOME
@given(template=templates(), delay=st.integers(0, 900))
def test_a_change_by_hand_is_drift_until_it_is_taken_back(
    aws: OfflineAWS, template: Shape, delay: int
) -> None:
    lab = StackLab(aws)
    template["Resources"]["Drifting"] = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"DelaySeconds": 7},
    }
    lab.create(template, **ALLOWED)
    assert live(lab)["Drifting"] == {"DelaySeconds": 7}
    url = lab.physical("Drifting")
    status = {}
    for seconds in (delay, 7):
        aws_client("sqs").set_queue_attributes(
            QueueUrl=url, Attributes={"DelaySeconds": str(seconds)}
        )
        lab.client.detect_stack_drift(StackName="shop")
        aws.clock.advance(minutes=1)
        status[seconds] = lab.stack()["DriftInformation"]["StackDriftStatus"]
    assert status == {delay: "IN_SYNC" if delay == 7 else "DRIFTED", 7: "IN_SYNC"}
    lab.delete()
