"""Log groups and streams: made, listed, tagged, kept for a time, deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from log_lab import LogLab, refused


def test_a_group_is_described_as_aws_does(lab: LogLab) -> None:
    lab.write("12345", "1234567890")
    (group,) = lab.logs.describe_log_groups()["logGroups"]
    assert group == {
        "logGroupName": "shop",
        "creationTime": lab.time(),
        "metricFilterCount": 0,
        "arn": "arn:aws:logs:us-east-1:123456789012:log-group:shop:*",
        "logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:shop",
        "storedBytes": 5 + 10 + 2 * 26,
        "logGroupClass": "STANDARD",
        "deletionProtectionEnabled": False,
    }


def test_groups_come_in_pages_by_name_prefix_and_part_of_the_name(lab: LogLab) -> None:
    for name in ("/aws/lambda/b", "/aws/lambda/a", "/aws/ecs/orders"):
        lab.logs.create_log_group(logGroupName=name)

    def names(**more: str) -> list[str]:
        pages = lab.logs.get_paginator("describe_log_groups").paginate(limit=2, **more)
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]

    assert names() == ["/aws/ecs/orders", "/aws/lambda/a", "/aws/lambda/b", "shop"]
    assert names(logGroupNamePrefix="/aws/lambda/") == ["/aws/lambda/a", "/aws/lambda/b"]
    assert names(logGroupNamePattern="ORD") == ["/aws/ecs/orders"]
    listed = lab.logs.list_log_groups(logGroupNamePattern="^/aws/ecs")["logGroups"]
    assert [group["logGroupName"] for group in listed] == ["/aws/ecs/orders"]


def test_a_name_is_taken_once(lab: LogLab) -> None:
    with pytest.raises(lab.logs.exceptions.ResourceAlreadyExistsException) as caught:
        lab.logs.create_log_group(logGroupName="shop")
    assert refused(caught)[1] == "The specified log group already exists"
    with pytest.raises(lab.logs.exceptions.ResourceAlreadyExistsException):
        lab.logs.create_log_stream(logGroupName="shop", logStreamName="web")


def test_a_deleted_group_and_stream_are_gone(lab: LogLab) -> None:
    lab.logs.delete_log_stream(logGroupName="shop", logStreamName="web")
    with pytest.raises(ClientError) as caught:
        lab.write("lost")
    assert refused(caught) == (
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )
    lab.logs.delete_log_group(logGroupName="shop")
    with pytest.raises(ClientError) as caught:
        lab.write("lost")
    assert refused(caught)[1] == "The specified log group does not exist."


def test_a_protected_group_is_not_deleted(lab: LogLab) -> None:
    shop = {"logGroupIdentifier": "shop"}
    lab.logs.put_log_group_deletion_protection(**shop, deletionProtectionEnabled=True)
    with pytest.raises(ClientError):
        lab.logs.delete_log_group(logGroupName="shop")
    lab.logs.put_log_group_deletion_protection(**shop, deletionProtectionEnabled=False)
    lab.logs.delete_log_group(logGroupName="shop")


def test_events_are_gone_when_the_days_of_the_group_are_over(lab: LogLab) -> None:
    lab.logs.put_retention_policy(logGroupName="shop", retentionInDays=3)
    lab.write("old")
    lab.aws.clock.advance(days=2)
    lab.write("new")
    assert len(lab.logs.filter_log_events(logGroupName="shop")["events"]) == 2
    lab.aws.clock.advance(days=1, seconds=1)
    (event,) = lab.logs.filter_log_events(logGroupName="shop")["events"]
    assert event["message"] == "new"
    assert lab.logs.describe_log_groups()["logGroups"][0]["storedBytes"] == 3 + 26
    lab.logs.delete_retention_policy(logGroupName="shop")
    assert "retentionInDays" not in lab.logs.describe_log_groups()["logGroups"][0]


def test_only_some_numbers_of_days_are_possible(lab: LogLab) -> None:
    with pytest.raises(lab.logs.exceptions.InvalidParameterException):
        lab.logs.put_retention_policy(logGroupName="shop", retentionInDays=4)


def test_tags_are_the_same_by_name_and_by_arn(lab: LogLab) -> None:
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:shop"
    lab.logs.tag_log_group(logGroupName="shop", tags={"team": "orders"})
    lab.logs.tag_resource(resourceArn=arn, tags={"cost center": "7"})
    tags = {"team": "orders", "cost center": "7"}
    assert lab.logs.list_tags_log_group(logGroupName="shop")["tags"] == tags
    lab.logs.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert lab.logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"cost center": "7"}


def test_streams_by_name_or_by_their_newest_event(lab: LogLab) -> None:
    lab.logs.create_log_stream(logGroupName="shop", logStreamName="api")
    lab.write("a", "b", every=1)
    web, api = lab.logs.describe_log_streams(
        logGroupName="shop", orderBy="LastEventTime", descending=True
    )["logStreams"]
    assert (web["logStreamName"], api["logStreamName"]) == ("web", "api")
    assert web["firstEventTimestamp"] == lab.time()
    assert web["lastEventTimestamp"] == lab.time(1)
    assert web["storedBytes"] == 0
    assert "lastEventTimestamp" not in api
    by_name = lab.logs.describe_log_streams(logGroupName="shop", logStreamNamePrefix="w")
    assert [stream["logStreamName"] for stream in by_name["logStreams"]] == ["web"]
