"""Scans find what is in the layers of an image, and no more."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import boto3
import pytest
from image_pushes import index, layer, push

from offline_aws import OfflineAWS
from offline_aws.ecr.contents import files_of, packages_of
from offline_aws.ecr.debian_versions import debian_key

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SHOP = {"repositoryName": "shop"}
OS = {"etc/os-release": b'ID=debian\nVERSION_ID="12"\n'}


def dpkg(**versions: str) -> bytes:
    paragraphs = [
        f"Package: {name}\nStatus: install ok installed\nVersion: {version}\n"
        for name, version in versions.items()
    ]
    return "\n".join(paragraphs).encode()


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        boto3.client("ecr").create_repository(
            **SHOP, imageScanningConfiguration={"scanOnPush": True}
        )
        yield running


@pytest.fixture
def ecr(aws: OfflineAWS) -> Any:
    return boto3.client("ecr")


def scanned(ecr: Any, tag: str) -> Any:
    image = {"imageTag": tag}
    ecr.get_waiter("image_scan_complete").wait(**SHOP, imageId=image)
    return ecr.describe_image_scan_findings(**SHOP, imageId=image)["imageScanFindings"]


def test_a_push_is_scanned_and_what_is_old_is_found(ecr: Any) -> None:
    base = layer({**OS, "var/lib/dpkg/status": dpkg(curl="7.88.1-10+deb12u3", tar="1.35")})
    wheel = b"Metadata-Version: 2.1\nName: Waitress\nVersion: 2.1.0\n\nText"
    app = layer({"usr/lib/python3/site-packages/waitress-2.1.0.dist-info/METADATA": wheel})
    push("shop", "1", [base, app])
    started = ecr.describe_image_scan_findings(**SHOP, imageId={"imageTag": "1"})
    assert started["imageScanStatus"]["status"] == "IN_PROGRESS"
    found = scanned(ecr, "1")
    assert [(each["name"], each["severity"]) for each in found["findings"]] == [
        ("CVE-2023-38545", "CRITICAL"),
        ("CVE-2022-24761", "HIGH"),
        ("CVE-2022-31015", "MEDIUM"),
        ("CVE-2024-7264", "MEDIUM"),
    ]
    assert found["findingSeverityCounts"] == {"CRITICAL": 1, "HIGH": 1, "MEDIUM": 2}
    attributes = {each["key"]: each["value"] for each in found["findings"][0]["attributes"]}
    assert attributes["package_name"] == "curl"
    assert attributes["fixed_in_version"] == "7.88.1-10+deb12u4"
    (image,) = ecr.describe_images(**SHOP)["imageDetails"]
    assert image["imageScanFindingsSummary"]["findingSeverityCounts"]["CRITICAL"] == 1


def test_what_is_mended_or_removed_by_a_later_layer_is_not_found(ecr: Any) -> None:
    base = layer({**OS, "var/lib/dpkg/status": dpkg(curl="7.88.1-10+deb12u3")})
    mended = layer({"var/lib/dpkg/status": dpkg(curl="7.88.1-10+deb12u14")})
    removed = layer({"var/lib/dpkg/.wh.status": b""})
    emptied = layer({"var/lib/.wh..wh..opq": b""})
    for tag, top in (("mended", mended), ("removed", removed), ("emptied", emptied)):
        push("shop", tag, [base, top])
        assert scanned(ecr, tag)["findings"] == []


def test_an_image_without_packages_is_not_supported_and_one_without_tar_fails(
    aws: OfflineAWS, ecr: Any
) -> None:
    push("shop", "scratch", [layer({"app": b"binary"})])
    push("shop", "broken", [b"not a tar file, whatever it says"])
    aws.clock.advance(minutes=1)
    states = {
        each["imageTags"][0]: each["imageScanStatus"]["status"]
        for each in ecr.describe_images(**SHOP)["imageDetails"]
    }
    assert states == {"scratch": "UNSUPPORTED_IMAGE", "broken": "FAILED"}


def test_an_image_is_scanned_once_a_day(aws: OfflineAWS, ecr: Any) -> None:
    push("shop", "1", [layer(OS)])
    image = {**SHOP, "imageId": {"imageTag": "1"}}
    with pytest.raises(ecr.exceptions.LimitExceededException):
        ecr.start_image_scan(**image)
    aws.clock.advance(days=1)
    assert ecr.start_image_scan(**image)["imageScanStatus"] == {"status": "IN_PROGRESS"}
    assert scanned(ecr, "1")["imageScanCompletedAt"] > aws.clock.now().replace(minute=0, hour=0)


def test_the_registry_can_have_every_push_scanned(aws: OfflineAWS, ecr: Any) -> None:
    every = {"filter": "*", "filterType": "WILDCARD"}
    ecr.put_registry_scanning_configuration(
        rules=[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [every]}]
    )
    states = []
    for name in ("every", "none"):
        ecr.create_repository(repositoryName=name)
        push(name, "1", [layer(OS)])
        aws.clock.advance(minutes=1)
        states += [each.get("imageScanStatus") for each in described(ecr, name)]
        ecr.put_registry_scanning_configuration(rules=[])
    done = {"status": "COMPLETE", "description": "The scan was completed successfully."}
    assert states == [done, None]


def described(ecr: Any, name: str) -> list[Any]:
    return ecr.describe_images(repositoryName=name)["imageDetails"]


def test_what_cannot_be_scanned_is_said(ecr: Any) -> None:
    several = index("shop", push("shop", "1", [layer(OS)]))
    with pytest.raises(ecr.exceptions.UnsupportedImageTypeException):
        ecr.start_image_scan(**SHOP, imageId={"imageDigest": several})
    with pytest.raises(ecr.exceptions.ScanNotFoundException):
        ecr.describe_image_scan_findings(**SHOP, imageId={"imageDigest": several})
    ecr.update_image_storage_class(
        **SHOP, imageId={"imageDigest": push("shop", "2", build=2)}, targetStorageClass="ARCHIVE"
    )
    with pytest.raises(ecr.exceptions.ImageArchivedException):
        ecr.start_image_scan(**SHOP, imageId={"imageTag": "2"})


def test_eventbridge_hears_the_end_of_a_scan(aws: OfflineAWS, ecr: Any) -> None:
    sqs, events = boto3.client("sqs"), boto3.client("events")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="scan", EventPattern='{"detail-type": ["ECR Image Scan"]}')
    events.put_targets(Rule="scan", Targets=[{"Id": "1", "Arn": arn["QueueArn"]}])
    push("shop", "1", [layer({**OS, "var/lib/dpkg/status": dpkg(perl="5.36.0-7")})])
    aws.clock.advance(minutes=1)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    detail = json.loads(message["Body"])["detail"]
    assert detail["scan-status"] == "COMPLETE"
    assert detail["finding-severity-counts"] == {"HIGH": 1}
    assert detail["image-tags"] == ["1"]


def test_packages_of_node_and_java_are_found_also_within_a_jar() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as jar:
        jar.writestr("BOOT-INF/lib/log4j-core-2.14.1.jar", b"")
        jar.writestr("BOOT-INF/lib/spring-beans-5.3.17.jar", b"")
    package = json.dumps({"name": "@scope/minimist", "version": "1.2.5"}).encode()
    files = {
        "app/orders.jar": buffer.getvalue(),
        "web/node_modules/@scope/minimist/package.json": package,
        "web/package.json": b'{"name": "storefront", "version": "1.0.0"}',
        "web/node_modules/bad/package.json": b"{",
    }
    found = [(each.ecosystem, each.name, each.version) for each in packages_of(files)]
    assert found == [
        ("Maven", "log4j-core", "2.14.1"),
        ("Maven", "spring-beans", "5.3.17"),
        ("npm", "@scope/minimist", "1.2.5"),
    ]
    assert files_of(iter([layer({"./a/b": b"1"}), layer({"/a/c": b"2"})])) == {
        "a/b": b"1",
        "a/c": b"2",
    }


def test_debian_s_versions_are_sorted_as_dpkg_sorts_them() -> None:
    # Each later than the one before it, by ``dpkg --compare-versions``.
    order = ["1.0~rc1-1", "1.0-1", "1.0-1+deb12u1", "1.0-1+deb12u10", "1.0.1-1", "1.10-1"]
    order += ["1.10a-1", "1:0.1-1", "1:0.1-2"]
    assert all(debian_key(low) < debian_key(high) for low, high in pairwise(order))
