"""Chapter 08: other sound answers pass, and half-done ones are told what they lack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import numpy as np
import pandas as pd
import pytest

from devops_workbook import chapters
from devops_workbook.chapters.container_images.by_hand import as_bytes
from devops_workbook.chapters.container_images.past import images_in
from devops_workbook.chapters.container_images.production import built
from devops_workbook.chapters.container_images.shielding import previewed
from devops_workbook.chapters.container_images.storefront_image import ready_image
from devops_workbook.images import digest, push
from devops_workbook.images.oci import CONFIG, LAYER, MANIFEST
from devops_workbook.lab import Lab

ORDERS = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY . .
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination out
FROM shop/jre:2025.11
WORKDIR /app
COPY --from=build /src/out/dependencies/ ./
COPY --from=build /src/out/application/ ./
USER 10001:10001
HEALTHCHECK CMD ["wget", "-q", "http://localhost:8080/health"]
ENTRYPOINT ["java", "-jar", "orders.jar"]
"""
STOREFRONT = """
FROM shop/node:2025.11 AS build
WORKDIR /web
COPY package.json ./
RUN npm ci
COPY . .
RUN npm run build
FROM shop/nginx:2025.11
COPY nginx.conf /etc/nginx/conf.d/shop.conf
COPY --from=build /web/dist /usr/share/nginx/html
USER 10001:10001
HEALTHCHECK CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(chapters.load("container-images"), recording=False)
    yield lab
    lab.close()


def image_by(changes: dict[str, Any], pair: Callable[[Any], Any] = tuple) -> Any:
    """Return an ``image_of`` whose config and manifest differ in these entries."""

    def described(data: bytes, kind: str) -> dict[str, Any]:
        return {"mediaType": kind, "digest": digest(data), "size": len(data)}

    def image_of(tar: bytes, blob: bytes) -> Any:
        config: dict[str, Any] = {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Cmd": ["python"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(tar)]},
        } | changes.get("config", {})
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": described(as_bytes(config), CONFIG),
            "layers": [described(blob, LAYER)],
        } | changes.get("manifest", {})
        return pair((config, manifest))

    return image_of


def test_a_list_or_an_entrypoint_is_as_good(lab: Lab) -> None:
    assert lab.check("by-hand", image_by({}, list)).passed
    assert lab.check("by-hand", image_by({"config": {"config": {"Entrypoint": ["python"]}}})).passed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"config": {"os": None}}, "for its own processor and system"),
        ({"config": {"rootfs": {"diff_ids": []}}}, "should be 'layers'"),
        ({"config": {"rootfs": ["x"]}}, "config['rootfs'] should be a dict"),
        ({"config": {"config": "python"}}, "config['config'] should be a dict"),
        ({"manifest": {"config": "sha256:1"}}, "manifest['config'] should be a dict"),
        ({"manifest": {"layers": ["sha256:1"]}}, "layers[0]: mediaType, digest, size"),
    ],
)
def test_documents_that_are_half_done_are_named(
    lab: Lab, changes: dict[str, Any], said: str
) -> None:
    assert said in lab.check("by-hand", image_by(changes)).message


@pytest.mark.parametrize(
    "change",
    [
        ("ENTRYPOINT", "CMD"),
        ('["java", "-jar", "orders.jar"]', '["java"]\nCMD ["-jar", "/app/orders.jar"]'),
        ("http://localhost", "127.0.0.1"),
        ("RUN mvn", "RUN --mount=type=cache,target=/root/.m2 mvn"),
        ("COPY --from", "COPY --chown=10001:10001 --from"),
    ],
)
def test_other_dockerfiles_of_orders_pass(lab: Lab, change: tuple[str, str]) -> None:
    assert lab.check("orders-dockerfile", ORDERS.replace(*change)).passed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('ENTRYPOINT ["java", "-jar", "orders.jar"]\n', ""), "would start '/bin/sh'"),
        (('"java", "-jar", "orders.jar"', '"echo", "hello"'), "would start 'echo hello'"),
        ((":8080/health", ":9999/health"), "at /health, port 8080"),
        ((":8080/health", ":8080/healthz"), "at /health, port 8080"),
        (('"wget", "-q", "http://localhost:8080', '"echo", "'), "at /health, port 8080"),
        (("USER", "COPY --from=build /src/src /srv/\nUSER"), "Sources are for the build alone"),
        (("mvn package", "./build.sh"), "takes a jar apart that is not there"),
    ],
)
def test_images_of_orders_that_would_not_do_are_refused(
    lab: Lab, change: tuple[str, str], said: str
) -> None:
    assert said in lab.check("orders-dockerfile", ORDERS.replace(*change)).message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("--from=build /web/dist /usr/share/nginx/html", "index.html /usr/share/nginx/html/"),
            "no usr/share/nginx/html/assets/",
        ),
        (("USER", "COPY src /usr/share/nginx/html/src\nUSER"), "Sources are for the build"),
        (("USER", 'CMD ["true"]\nUSER'), "looked for nginx"),
    ],
)
def test_a_front_end_has_to_be_built_and_served(
    lab: Lab, change: tuple[str, str], said: str
) -> None:
    assert lab.check("storefront-dockerfile", STOREFRONT).passed
    assert said in lab.check("storefront-dockerfile", STOREFRONT.replace(*change)).message


def test_the_registry_may_scan_and_a_tag_may_stand_beside_the_digest(lab: Lab) -> None:
    lab.reset()
    ecr: Any = boto3.client("ecr")
    made = ecr.create_repository(repositoryName="storefront", imageTagMutability="IMMUTABLE")
    where = made["repository"]["repositoryUri"]
    pushed = push(ecr, "storefront", ready_image(), "2.0.0")
    assert "does not scan" in lab.check("push", f"{where}@{pushed.digest}").message
    everything = [{"filter": "*", "filterType": "WILDCARD"}]
    rule = {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": everything}
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[rule])
    for reference in (f"{where}@{pushed.digest}", f"{where}:2.0.0@{pushed.digest}"):
        assert lab.check("push", reference).passed


def rule(priority: int, status: str, patterns: tuple[str, ...], most: int, **unit: str) -> Any:
    tags = {"tagPatternList": list(patterns)} if patterns else {}
    kind = "sinceImagePushed" if unit else "imageCountMoreThan"
    selection = {"tagStatus": status, **tags, "countType": kind, "countNumber": most, **unit}
    return {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}


DAYS = {"countUnit": "days"}
POLICY = {
    "rules": [
        rule(1, "tagged", ("1.*",), 10),
        rule(2, "tagged", ("pr-*",), 14, **DAYS),
        rule(3, "untagged", (), 7, **DAYS),
        rule(4, "any", (), 60, **DAYS),
    ]
}


def apply(repository: str, policy: dict[str, Any]) -> None:
    boto3.client("ecr").put_lifecycle_policy(
        repositoryName=repository, lifecyclePolicyText=json.dumps(policy)
    )


def test_what_is_left_may_be_counted_on_another_day(lab: Lab) -> None:
    lab.reset()
    lab.clock.advance(days=5)
    expiring = previewed("orders", POLICY)["summary"]["expiringImageTotalCount"]
    left = len(images_in("orders")) - expiring
    apply("orders", POLICY)
    lab.clock.advance(days=1)
    result = lab.check("lifecycle", left)
    assert result.passed
    assert f"{left} are left" in result.message
    assert "should be" in lab.check("lifecycle", left + 300).message


def test_what_an_earlier_policy_took_is_told(lab: Lab) -> None:
    lab.reset()
    apply("orders", {"rules": [rule(1, "any", (), 100)]})
    lab.clock.advance(days=1)
    apply("orders", POLICY)
    lab.clock.advance(days=1)
    message = lab.check("lifecycle", len(images_in("orders"))).message
    assert "images that it keeps are gone" in message
    assert 'lab.catch_up("lifecycle")' in message


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (rule(1, "tagged", ("*.*.*",), 20), "no policy takes them away again"),
        (rule(1, "tagged", ("3.2.0",), 1), "this policy would take 3.3.0"),
        (rule(1, "tagged", ("*.*.*",), 400, **DAYS), "would take 3.2.0 once more"),
    ],
)
def test_a_policy_has_to_spare_the_next_release_too(lab: Lab, first: Any, said: str) -> None:
    lab.catch_up("production")
    apply("payments", {"rules": [first, rule(2, "any", (), 100)]})
    push(boto3.client("ecr"), "payments", built("3.2.0"), "3.2.0")
    lab.clock.advance(minutes=60)
    assert said in lab.check("production").message


@pytest.mark.parametrize(
    "letters", [{"A", "D", "E"}, np.array(["E", "D", "A"]), pd.Series(["A", "D", "E"])]
)
def test_letters_come_in_any_collection(lab: Lab, letters: Any) -> None:
    assert lab.check("shielding", letters).passed


def test_another_number_of_tasks_is_no_matter_of_time(lab: Lab) -> None:
    lab.catch_up("production")
    apply("payments", {"rules": [rule(1, "tagged", ("main-*",), 100)]})
    push(boto3.client("ecr"), "payments", built("3.2.0"), "3.2.0")
    boto3.client("ecs").update_service(cluster="shop", service="payments", desiredCount=2)
    lab.clock.advance(minutes=60)
    assert "asked for 2 tasks now, and 4 are wanted" in lab.check("production").message


def test_a_tag_that_was_given_to_another_image_is_told_how_to_free(lab: Lab) -> None:
    lab.reset()
    ecr: Any = boto3.client("ecr")
    scans = {"imageScanningConfiguration": {"scanOnPush": True}}
    ecr.create_repository(repositoryName="storefront", imageTagMutability="IMMUTABLE", **scans)
    push(ecr, "storefront", built("9"), "2.0.0")
    assert "batch_delete_image" in lab.check("push", "storefront@sha256:1").message
    ecr.batch_delete_image(repositoryName="storefront", imageIds=[{"imageTag": "2.0.0"}])
    push(ecr, "storefront", ready_image(), "2.0.0")
    assert "should be of storefront" in lab.check("push", "storefront@sha256:1").message
