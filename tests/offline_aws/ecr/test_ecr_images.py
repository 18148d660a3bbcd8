"""Layers and images: pushed by the real calls, checked by digest, listed, fetched and deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from image_pushes import OCI_MANIFEST, digest, index, layer, push, put, upload

from offline_aws import OfflineAWS
from offline_aws.errors import ClockError

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SHOP = {"repositoryName": "shop"}


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        boto3.client("ecr").create_repository(**SHOP)
        yield running


@pytest.fixture
def ecr(aws: OfflineAWS) -> Any:
    return boto3.client("ecr")


def message(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Message"]


def test_a_layer_comes_in_parts_that_follow_each_other(ecr: Any) -> None:
    mebibyte = 1024 * 1024
    data = bytes(range(256)) * (6 * 4096)
    upload_id = ecr.initiate_layer_upload(**SHOP)["uploadId"]
    where = {**SHOP, "uploadId": upload_id}
    first = data[: 5 * mebibyte]
    ecr.upload_layer_part(
        **where, partFirstByte=0, partLastByte=len(first) - 1, layerPartBlob=first
    )
    with pytest.raises(ecr.exceptions.InvalidLayerPartException) as gap:
        ecr.upload_layer_part(**where, partFirstByte=7, partLastByte=7, layerPartBlob=b"x")
    assert gap.value.response["lastValidByteReceived"] == len(first) - 1
    rest = data[len(first) :]
    ecr.upload_layer_part(
        **where, partFirstByte=len(first), partLastByte=len(data) - 1, layerPartBlob=rest
    )
    with pytest.raises(ecr.exceptions.InvalidLayerException):
        ecr.complete_layer_upload(**where, layerDigests=["sha256:" + "0" * 64])
    done = ecr.complete_layer_upload(**where, layerDigests=[digest(data)])
    assert done["layerDigest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    with pytest.raises(ecr.exceptions.UploadNotFoundException):
        ecr.complete_layer_upload(**where, layerDigests=[digest(data)])


def test_an_upload_needs_parts_and_all_but_the_last_of_some_size(ecr: Any) -> None:
    where = {**SHOP, "uploadId": ecr.initiate_layer_upload(**SHOP)["uploadId"]}
    with pytest.raises(ecr.exceptions.EmptyUploadException):
        ecr.complete_layer_upload(**where, layerDigests=[digest(b"")])
    for place in (0, 1):
        ecr.upload_layer_part(**where, partFirstByte=place, partLastByte=place, layerPartBlob=b"x")
    with pytest.raises(ecr.exceptions.LayerPartTooSmallException):
        ecr.complete_layer_upload(**where, layerDigests=[digest(b"xx")])


def test_layers_are_known_by_digest_and_downloaded_once_an_image_has_them(ecr: Any) -> None:
    data = layer({"app/main.py": b"print()"})
    upload("shop", data)
    asked = ecr.batch_check_layer_availability(
        **SHOP, layerDigests=[digest(data), digest(b"no"), "nonsense"]
    )
    states = [each["layerAvailability"] for each in asked["layers"]]
    assert states == ["AVAILABLE", "UNAVAILABLE"]
    assert asked["layers"][0]["layerSize"] == len(data)
    assert [each["failureCode"] for each in asked["failures"]] == ["InvalidLayerDigest"]
    with pytest.raises(ecr.exceptions.LayerInaccessibleException):
        ecr.get_download_url_for_layer(**SHOP, layerDigest=digest(data))
    push("shop", "1", [data])
    for _ in range(2):
        url = ecr.get_download_url_for_layer(**SHOP, layerDigest=digest(data))["downloadUrl"]
        assert requests.get(url, timeout=9).content == data
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    with pytest.raises(ecr.exceptions.LayersNotFoundException):
        ecr.get_download_url_for_layer(**SHOP, layerDigest=digest(b"no"))


def test_an_image_is_described_by_what_was_pushed(ecr: Any) -> None:
    data = layer({"a": b"1"})
    name = push("shop", "1.0", [data])
    push("shop", "1.0.0", [data])
    (image,) = ecr.describe_images(**SHOP)["imageDetails"]
    assert image["imageDigest"] == name
    assert image["imageTags"] == ["1.0", "1.0.0"]
    assert image["imagePushedAt"] == MONDAY
    assert image["imageStatus"] == "ACTIVE"
    (got,) = ecr.batch_get_image(**SHOP, imageIds=[{"imageTag": "1.0"}])["images"]
    assert digest(got["imageManifest"].encode()) == name
    config = int(got["imageManifest"].partition('"size": ')[2].partition("}")[0])
    assert image["imageSizeInBytes"] == len(data) + config


def test_a_manifest_needs_what_it_refers_to(ecr: Any) -> None:
    absent = {"mediaType": "x", "digest": digest(b"no"), "size": 2}
    manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": absent, "layers": []}
    with pytest.raises(ecr.exceptions.LayersNotFoundException) as layers:
        put("shop", manifest)
    assert f"Layers with digests '[{digest(b'no')}]' required for pushing" in message(layers)
    with pytest.raises(ecr.exceptions.ReferencedImagesNotFoundException):
        index("shop", digest(b"no"))
    with pytest.raises(ecr.exceptions.ImageDigestDoesNotMatchException):
        ecr.put_image(
            **SHOP,
            imageManifest='{"schemaVersion": 2, "mediaType": "x", "manifests": []}',
            imageDigest=digest(b"no"),
        )


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", '{"schemaVersion": 1}', '{"schemaVersion": 2, "layers": 1}', "{}", "1"),
        *('{"schemaVersion": 2, "config": {}}', '{"schemaVersion": 2, "manifests": []}'),
    ],
)
def test_what_is_no_manifest_is_refused(ecr: Any, text: str) -> None:
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.put_image(**SHOP, imageManifest=text)


def test_a_tag_moves_unless_it_is_immutable(ecr: Any) -> None:
    first, second = push("shop", "latest", build=1), push("shop", "latest", build=2)
    assert ids(ecr) == {(first, None), (second, "latest")}
    with pytest.raises(ecr.exceptions.ImageAlreadyExistsException):
        push("shop", "latest", build=2)
    ecr.put_image_tag_mutability(**SHOP, imageTagMutability="IMMUTABLE")
    with pytest.raises(ecr.exceptions.ImageTagAlreadyExistsException) as kept:
        push("shop", "latest", build=3)
    assert message(kept) == (
        "The image tag 'latest' already exists in the 'shop' repository and cannot be overwritten "
        "because the tag is immutable."
    )
    push("shop", "new", build=2)


@pytest.mark.parametrize(
    ("mode", "movable"),
    [("IMMUTABLE_WITH_EXCLUSION", "dev-1"), ("MUTABLE_WITH_EXCLUSION", "1.0")],
)
def test_exclusions_are_the_other_way_round(ecr: Any, mode: str, movable: str) -> None:
    ecr.put_image_tag_mutability(
        **SHOP,
        imageTagMutability=mode,
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "dev-*"}],
    )
    for build, tag in enumerate(("dev-1", "1.0")):
        push("shop", tag, build=build)
    for build, tag in enumerate(("dev-1", "1.0"), 10):
        if tag == movable:
            push("shop", tag, build=build)
        else:
            with pytest.raises(ecr.exceptions.ImageTagAlreadyExistsException):
                push("shop", tag, build=build)


def ids(ecr: Any, **more: Any) -> set[tuple[str, str | None]]:
    found = ecr.get_paginator("list_images").paginate(**SHOP, **more).search("imageIds[]")
    return {(each["imageDigest"], each.get("imageTag")) for each in found}


def test_lists_are_filtered_and_come_in_pages(ecr: Any) -> None:
    tagged, plain, archived = (push("shop", tag, build=n) for n, tag in enumerate(("1", "", "2")))
    ecr.update_image_storage_class(**SHOP, imageId={"imageTag": "2"}, targetStorageClass="ARCHIVE")
    assert ids(ecr) == {(tagged, "1"), (plain, None)}
    assert ids(ecr, filter={"tagStatus": "UNTAGGED"}) == {(plain, None)}
    assert ids(ecr, filter={"tagStatus": "TAGGED", "imageStatus": "ANY"}) == {
        (tagged, "1"),
        (archived, "2"),
    }
    assert ids(ecr, PaginationConfig={"PageSize": 1}) == {(tagged, "1"), (plain, None)}
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.list_images(**SHOP, nextToken="other")


def test_deleting_by_tag_takes_the_tag_and_with_the_last_one_the_image(ecr: Any) -> None:
    name = push("shop", "1")
    push("shop", "2")
    assert ecr.batch_delete_image(**SHOP, imageIds=[{"imageTag": "1"}])["imageIds"] == [
        {"imageDigest": name, "imageTag": "1"}
    ]
    assert ids(ecr) == {(name, "2")}
    ecr.batch_delete_image(**SHOP, imageIds=[{"imageTag": "2"}])
    assert ids(ecr) == set()


def test_a_batch_says_what_it_could_not_do(ecr: Any) -> None:
    name, other = push("shop", "1"), push("shop", "2", build=2)
    several = index("shop", name, tag="all")
    wrong = [
        {},
        {"imageDigest": "nonsense"},
        {"imageTag": "9"},
        {"imageTag": "2", "imageDigest": name},
        {"imageDigest": name},
    ]
    codes = [
        "MissingDigestAndTag",
        "InvalidImageDigest",
        "ImageNotFound",
        "ImageTagDoesNotMatchDigest",
        "ImageReferencedByManifestList",
    ]
    answer = ecr.batch_delete_image(**SHOP, imageIds=wrong)
    assert [each["failureCode"] for each in answer["failures"]] == codes
    assert answer["imageIds"] == []
    answer = ecr.batch_get_image(**SHOP, imageIds=wrong[:4])
    assert [each["failureCode"] for each in answer["failures"]] == codes[:4]
    ecr.batch_delete_image(**SHOP, imageIds=[{"imageDigest": several}])
    ecr.batch_delete_image(**SHOP, imageIds=[{"imageDigest": name}])
    assert ids(ecr) == {(other, "2")}


def test_a_repository_with_images_is_deleted_by_force_alone(ecr: Any) -> None:
    push("shop", "1")
    with pytest.raises(ecr.exceptions.RepositoryNotEmptyException):
        ecr.delete_repository(**SHOP)
    ecr.delete_repository(**SHOP, force=True)
    for call in (ecr.list_images, ecr.initiate_layer_upload):
        with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
            call(**SHOP)
    ecr.create_repository(**SHOP)
    assert ids(ecr) == set()


def test_signatures_are_listed_and_go_with_their_subject(ecr: Any) -> None:
    name = push("shop", "1")
    subject = {"mediaType": OCI_MANIFEST, "digest": name, "size": 1}
    signature = push("shop", build=9, subject=subject, artifactType="application/signature")
    (found,) = ecr.list_image_referrers(**SHOP, subjectId={"imageDigest": name})["referrers"]
    assert (found["digest"], found["artifactType"]) == (signature, "application/signature")
    ecr.batch_delete_image(**SHOP, imageIds=[{"imageDigest": name}])
    assert ids(ecr) == set()


def test_an_archived_image_cannot_be_pulled_until_it_is_restored(aws: OfflineAWS, ecr: Any) -> None:
    push("shop", "1")
    image = {**SHOP, "imageId": {"imageTag": "1"}}

    def state() -> str:
        return ecr.describe_images(**SHOP, imageIds=[{"imageTag": "1"}])["imageDetails"][0][
            "imageStatus"
        ]

    ecr.update_image_storage_class(**image, targetStorageClass="ARCHIVE")
    (refused,) = ecr.batch_get_image(**SHOP, imageIds=[{"imageTag": "1"}])["failures"]
    assert refused["failureCode"] == "ImageInaccessible"
    with pytest.raises(ecr.exceptions.ImageStorageClassUpdateNotSupportedException):
        ecr.update_image_storage_class(**image, targetStorageClass="ARCHIVE")
    ecr.update_image_storage_class(**image, targetStorageClass="STANDARD")
    assert state() == "ACTIVATING"
    aws.clock.advance(minutes=20)
    assert state() == "ACTIVE"
    assert ecr.batch_get_image(**SHOP, imageIds=[{"imageTag": "1"}])["failures"] == []
    ecr.update_image_storage_class(**image, targetStorageClass="ARCHIVE")
    push("shop", "1")  # to push it again restores it
    assert state() == "ACTIVE"


def test_pulls_are_recorded_once_a_day(aws: OfflineAWS, ecr: Any) -> None:
    push("shop", "1")

    def pulled() -> datetime | None:
        ecr.batch_get_image(**SHOP, imageIds=[{"imageTag": "1"}])
        return ecr.describe_images(**SHOP)["imageDetails"][0].get("lastRecordedPullTime")

    assert "lastRecordedPullTime" not in ecr.describe_images(**SHOP)["imageDetails"][0]
    assert pulled() == MONDAY
    aws.clock.advance(hours=23)
    assert pulled() == MONDAY
    assert aws.clock.advance(hours=1) == pulled()


def test_eventbridge_hears_of_pushes_deletions_and_replication(aws: OfflineAWS, ecr: Any) -> None:
    events, queue = boto3.client("events"), boto3.client("sqs")
    url = queue.create_queue(QueueName="heard")["QueueUrl"]
    arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="ecr", EventPattern='{"source": ["aws.ecr"]}')
    events.put_targets(Rule="ecr", Targets=[{"Id": "1", "Arn": arn["QueueArn"]}])
    ecr.put_replication_configuration(
        replicationConfiguration={
            "rules": [
                {
                    "destinations": [{"region": "eu-west-1", "registryId": "123456789012"}],
                    "repositoryFilters": [{"filter": "sh", "filterType": "PREFIX_MATCH"}],
                }
            ]
        }
    )
    name = push("shop", "1")
    ecr.batch_delete_image(**SHOP, imageIds=[{"imageTag": "1"}])
    received = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    bodies = [each["Body"] for each in received]
    texts = sorted(
        next(word for word in ("PUSH", "DELETE", "REPLICATE") if f'"{word}"' in body)
        for body in bodies
    )
    assert texts == ["DELETE", "PUSH", "REPLICATE"]
    assert all(name in body for body in bodies)


def test_replication_is_recorded_for_the_repositories_of_a_rule(ecr: Any) -> None:
    destination = {"region": "eu-west-1", "registryId": "123456789012"}
    ecr.put_replication_configuration(
        replicationConfiguration={"rules": [{"destinations": [destination]}]}
    )
    push("shop", "1")
    answer = ecr.describe_image_replication_status(**SHOP, imageId={"imageTag": "1"})
    assert answer["replicationStatuses"] == [{**destination, "status": "COMPLETE"}]


def test_a_registry_can_have_a_past(aws: OfflineAWS, ecr: Any) -> None:
    push("shop", "now")
    (got,) = ecr.batch_get_image(**SHOP, imageIds=[{"imageTag": "now"}])["images"]
    manifests = [
        json.dumps({**json.loads(got["imageManifest"]), "annotations": {"build": str(n)}})
        for n in range(3)
    ]
    days = [MONDAY - timedelta(days=n) for n in (3, 2, 1)]
    aws.record_pushes(
        "shop",
        [
            {"pushedAt": when, "imageManifest": text, "imageTag": tag}
            for when, text, tag in zip(days, manifests, ("1", "latest", "latest"), strict=True)
        ],
    )
    found = ecr.describe_images(**SHOP)["imageDetails"]
    assert [each["imagePushedAt"] for each in found] == [MONDAY, *days]
    assert [each.get("imageTags") for each in found] == [["now"], ["1"], None, ["latest"]]
    with pytest.raises(ClockError):
        aws.record_pushes("shop", [{"pushedAt": MONDAY + timedelta(1), "imageManifest": "{}"}])
