"""A repository's lifecycle policy: previewed, put, and run on the clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from image_pushes import OCI_MANIFEST, index, push

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SHOP = {"repositoryName": "shop"}


def policy(*rules: dict[str, Any]) -> str:
    """Return the text of a policy; a rule is its selection, with ``action`` where it is another."""
    made = []
    for priority, selection in enumerate(rules, 1):
        action = selection.pop("action", {"type": "expire"})
        made.append({"rulePriority": priority, "selection": selection, "action": action})
    return json.dumps({"rules": made}, indent=4)


def keep(count: int, status: str = "any", **more: Any) -> dict[str, Any]:
    counted = {"countType": "imageCountMoreThan", "countNumber": count}
    return {"tagStatus": status, **counted, **more}


def older(days: int, of: str = "sinceImagePushed", **more: Any) -> dict[str, Any]:
    counted = {"countType": of, "countUnit": "days", "countNumber": days}
    return {"tagStatus": "any", **counted, **more}


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        boto3.client("ecr").create_repository(**SHOP)
        yield running


@pytest.fixture
def ecr(aws: OfflineAWS) -> Any:
    return boto3.client("ecr")


def tags(ecr: Any, status: str = "ACTIVE") -> list[str]:
    found = ecr.describe_images(**SHOP, filter={"imageStatus": status})["imageDetails"]
    return [tag for each in found for tag in each.get("imageTags", ["-"])]


def push_daily(aws: OfflineAWS, *names: str) -> list[str]:
    digests = []
    for build, name in enumerate(names):
        digests.append(push("shop", name, build=build))
        aws.clock.advance(days=1)
    return digests


def test_a_policy_runs_within_a_day_and_then_every_day(aws: OfflineAWS, ecr: Any) -> None:
    push_daily(aws, "1", "2", "3")
    text = policy(keep(2))
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=text)
    assert "lastEvaluatedAt" not in ecr.get_lifecycle_policy(**SHOP)
    assert tags(ecr) == ["1", "2", "3"]
    now = aws.clock.advance(hours=24)
    assert tags(ecr) == ["2", "3"]
    shown = ecr.get_lifecycle_policy(**SHOP)
    assert shown["lifecyclePolicyText"] == text
    assert now - timedelta(hours=24) < shown["lastEvaluatedAt"] <= now
    push("shop", "4", build=9)
    aws.clock.advance(hours=24)
    assert tags(ecr) == ["3", "4"]


def test_a_policy_that_was_deleted_or_replaced_does_not_run(aws: OfflineAWS, ecr: Any) -> None:
    push_daily(aws, "1", "2", "3")
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=policy(keep(1)))
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=policy(keep(2)))
    aws.clock.advance(days=2)
    assert tags(ecr) == ["2", "3"]
    ecr.delete_lifecycle_policy(**SHOP)
    push("shop", "4", build=9)
    aws.clock.advance(days=2)
    assert tags(ecr) == ["2", "3", "4"]
    for call in (ecr.get_lifecycle_policy, ecr.delete_lifecycle_policy):
        with pytest.raises(ecr.exceptions.LifecyclePolicyNotFoundException):
            call(**SHOP)


def test_a_policy_does_not_run_on_a_repository_that_has_another_s_name(
    aws: OfflineAWS, ecr: Any
) -> None:
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=policy(keep(1)))
    ecr.delete_repository(**SHOP)
    ecr.create_repository(**SHOP)
    push_daily(aws, "1", "2")
    assert tags(ecr) == ["1", "2"]


def test_a_preview_says_what_a_policy_would_do_and_does_nothing(aws: OfflineAWS, ecr: Any) -> None:
    digests = push_daily(aws, "1", "2", "", "3")
    text = policy(
        keep(1, "untagged"),
        older(2, action={"type": "transition", "targetStorageClass": "archive"}),
    )
    with pytest.raises(ecr.exceptions.LifecyclePolicyPreviewNotFoundException):
        ecr.get_lifecycle_policy_preview(**SHOP)
    with pytest.raises(ecr.exceptions.LifecyclePolicyNotFoundException):
        ecr.start_lifecycle_policy_preview(**SHOP)
    started = ecr.start_lifecycle_policy_preview(**SHOP, lifecyclePolicyText=text)
    assert started["status"] == "IN_PROGRESS"
    assert "previewResults" not in ecr.get_lifecycle_policy_preview(**SHOP)
    with pytest.raises(ecr.exceptions.LifecyclePolicyPreviewInProgressException):
        ecr.start_lifecycle_policy_preview(**SHOP, lifecyclePolicyText=text)
    ecr.get_waiter("lifecycle_policy_preview_complete").wait(**SHOP)
    shown = ecr.get_lifecycle_policy_preview(**SHOP)
    assert shown["summary"] == {
        "expiringImageTotalCount": 0,
        "transitioningImageTotalCounts": [{"targetStorageClass": "ARCHIVE", "imageTotalCount": 2}],
    }
    first = shown["previewResults"][0]
    assert first == {
        "imageTags": ["1"],
        "imageDigest": digests[0],
        "imagePushedAt": MONDAY,
        "action": {"type": "TRANSITION", "targetStorageClass": "ARCHIVE"},
        "appliedRulePriority": 2,
        "storageClass": "STANDARD",
    }
    assert [each["imageTags"] for each in shown["previewResults"]] == [["1"], ["2"]]
    assert tags(ecr) == ["1", "2", "-", "3"]
    aws.clock.advance(days=1)
    assert ecr.get_lifecycle_policy_preview(**SHOP)["status"] == "EXPIRED"
    with pytest.raises(ecr.exceptions.LifecyclePolicyNotFoundException):
        ecr.get_lifecycle_policy(**SHOP)


def test_a_preview_is_filtered_and_comes_in_pages(aws: OfflineAWS, ecr: Any) -> None:
    digests = push_daily(aws, "1", "", "2", "3")
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=policy(keep(1)))
    ecr.start_lifecycle_policy_preview(**SHOP)
    ecr.get_waiter("lifecycle_policy_preview_complete").wait(**SHOP)

    def shown(**asked: Any) -> list[str]:
        answer = ecr.get_lifecycle_policy_preview(**SHOP, **asked)
        assert answer["summary"]["expiringImageTotalCount"] == 3
        return [each["imageDigest"] for each in answer["previewResults"]]

    assert shown() == digests[:3]
    assert shown(filter={"tagStatus": "UNTAGGED"}) == [digests[1]]
    assert shown(imageIds=[{"imageTag": "2"}, {"imageTag": "3"}]) == [digests[2]]
    paginator = ecr.get_paginator("get_lifecycle_policy_preview")
    pages = list(paginator.paginate(**SHOP, PaginationConfig={"PageSize": 2}))
    assert [len(page["previewResults"]) for page in pages] == [2, 1]
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        shown(imageIds=[{"imageTag": "2"}], maxResults=1)


def test_an_image_goes_to_archive_when_nobody_pulls_it_and_later_goes(
    aws: OfflineAWS, ecr: Any
) -> None:
    archive = {"type": "transition", "targetStorageClass": "archive"}
    text = policy(
        older(30, "sinceImagePulled", action=archive),
        older(90, "sinceImageTransitioned", storageClass="archive"),
    )
    for build, name in enumerate(("idle", "used")):
        push("shop", name, build=build)
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=text)
    aws.clock.advance(days=20)
    ecr.batch_get_image(**SHOP, imageIds=[{"imageTag": "used"}])
    aws.clock.advance(days=12)
    assert (tags(ecr), tags(ecr, "ARCHIVED")) == (["used"], ["idle"])
    aws.clock.advance(days=19)
    assert tags(ecr, "ARCHIVED") == ["idle", "used"]
    aws.clock.advance(days=72)
    assert tags(ecr, "ARCHIVED") == ["used"]


def test_the_images_of_a_list_go_a_run_later_and_signatures_at_once(
    aws: OfflineAWS, ecr: Any
) -> None:
    one, two = (push("shop", build=n) for n in range(2))
    index("shop", one, two, tag="1.0")
    subject = {"mediaType": OCI_MANIFEST, "digest": one, "size": 1}
    push("shop", "sig", build=7, subject=subject)
    aws.clock.advance(days=1)
    push("shop", "2.0", build=9)
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=policy(keep(1)))
    aws.clock.advance(hours=6)
    assert tags(ecr) == ["-", "-", "sig", "2.0"]
    aws.clock.advance(hours=24)
    assert tags(ecr) == ["2.0"]


def test_cloudtrail_and_eventbridge_are_told_what_a_policy_did(aws: OfflineAWS, ecr: Any) -> None:
    sqs, events = boto3.client("sqs"), boto3.client("events")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    pattern = {"source": ["aws.ecr"], "detail": {"eventName": ["PolicyExecutionEvent"]}}
    events.put_rule(Name="ran", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="ran", Targets=[{"Id": "1", "Arn": arn["QueueArn"]}])
    first, _ = push_daily(aws, "1", "2")
    ecr.put_lifecycle_policy(**SHOP, lifecyclePolicyText=policy(keep(1)))
    aws.clock.advance(days=3)
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    event = json.loads(message["Body"])
    assert event["detail-type"] == "AWS Service Event via CloudTrail"
    details = event["detail"]["serviceEventDetails"]
    assert details["repositoryName"] == "shop"
    (action,) = details["lifecycleEventImageActions"]
    assert action["rulePriority"] == 1
    assert action["lifecycleEventImage"] == {
        "digest": first,
        "tagStatus": "Tagged",
        "tagList": ["1"],
        "pushedAt": int(MONDAY.timestamp() * 1000),
    }
