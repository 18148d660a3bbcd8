"""Chapter 08: the year of pushes, the stand-ins, and what the checks look at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest

from devops_workbook import chapters
from devops_workbook.chapters.container_images.good_image import findings, judge
from devops_workbook.chapters.container_images.orders_image import IGNORE, WANTED
from devops_workbook.chapters.container_images.past import (
    images_in,
    kind_of,
    year_of_images,
    year_of_pushes,
)
from devops_workbook.chapters.container_images.production import built, running_digests, service
from devops_workbook.chapters.container_images.pushing import wire_cost
from devops_workbook.chapters.container_images.shielding import POLICY, preview, previewed
from devops_workbook.chapters.container_images.storefront_image import ready_image
from devops_workbook.chapters.container_images.working_folder import build_of, dockerfile_of
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab
from devops_workbook.shop.base_images import shop_bases

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
GOOD = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY pom.xml ./
RUN mvn dependency:go-offline
COPY src ./src
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination out
FROM shop/jre:2025.11
WORKDIR /app
COPY --from=build /src/out/dependencies/ ./
COPY --from=build /src/out/application/ ./
USER app
HEALTHCHECK CMD ["wget", "-q", "http://localhost:8080/health"]
ENTRYPOINT ["java", "-jar", "orders.jar"]
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(chapters.load("container-images"), recording=False)
    yield lab
    lab.close()


def test_the_registry_opens_with_the_year_that_the_check_knows(lab: Lab) -> None:
    images = images_in("orders")
    assert sorted(images["tags"]) == sorted(each.tags for each in year_of_images())
    assert images["pushed"].max() < MONDAY
    kinds = Counter(kind_of(each.tags) for each in year_of_images())
    assert set(kinds) == {"release", "main", "pull request", "untagged"}
    assert min(kinds.values()) > 20
    latest = [each for each in year_of_images() if "latest" in each.tags]
    assert len(latest) == 1
    times = [each.at for each in year_of_pushes()]
    assert times == sorted(times)


def test_a_preview_of_the_year_is_what_the_rules_make_of_it(lab: Lab) -> None:
    found = previewed("orders", POLICY)
    assert found["summary"]["expiringImageTotalCount"] == len(found["previewResults"]) > 100
    kept = {tag for tags in images_in("orders")["tags"] for tag in tags}
    gone = {tag for each in found["previewResults"] for tag in each["imageTags"]}
    releases = sorted((tag for tag in kept if tag[0].isdigit()), key=lambda t: int(t.split(".")[1]))
    assert {tag for tag in gone if tag[0].isdigit()} == set(releases[:-2])
    assert preview(lab) == {"A": 1, "D": 2, "E": 2}


def test_the_bases_are_the_same_every_time_and_latest_is_an_old_one() -> None:
    bases = shop_bases()
    assert bases["shop/jdk:latest"].digest == bases["shop/jdk:2023.11"].digest
    severe = {
        name: sum(each.severity in ("CRITICAL", "HIGH") for each in findings(image))
        for name, image in bases.items()
    }
    assert all(count == 0 for name, count in severe.items() if name.endswith("2025.11"))
    assert severe["shop/jdk:latest"] > severe["shop/jre:2023.11"] > 0


def test_another_good_way_passes_and_friday_s_does_not() -> None:
    assert judge(GOOD, WANTED, IGNORE).misses > 0
    for text, why in (
        (dockerfile_of("orders-spring"), "hadolint, line 1: DL3007"),
        (GOOD.replace("USER app\n", ""), "as root"),
        (GOOD.replace("USER app\n", "USER 0:0\n"), "DL3002"),
        (GOOD.replace("/health", "/"), "at /health"),
        (GOOD.replace("2025.11", "2023.11"), "Grave vulnerabilities"),
        (GOOD.replace("WORKDIR /app\n", "WORKDIR /app\nCOPY . .\n"), "The sources are for"),
        (GOOD.replace("FROM shop/jre:2025.11", "FROM build"), "Maven"),
        (5, "should be a text"),
        ("FROM nothing:1", "found no base nothing:1"),
    ):
        with pytest.raises(NotYet, match=why):
            judge(text, WANTED, IGNORE)


def test_a_changed_line_costs_little_where_the_libraries_are_apart(lab: Lab) -> None:
    rows = wire_cost({"friday": dockerfile_of("orders-spring"), "good": GOOD}).rows
    then = {row[0]: float(row[2].replace(",", "")) for row in rows}
    assert then["good"] * 20 < then["friday"]
    assert wire_cost({"good": GOOD}).rows[0] == rows[1]


def test_production_runs_an_image_that_the_registry_has_no_more(lab: Lab) -> None:
    lab.catch_up("production")
    ecr = boto3.client("ecr")
    with pytest.raises(ecr.exceptions.ImageNotFoundException):
        ecr.describe_images(repositoryName="payments", imageIds=[{"imageTag": "3.2.0"}])
    assert running_digests() == {built("3.2.0").digest}
    assert built("3.2.0").digest != built("3.3.0").digest
    assert (service()["runningCount"], service()["desiredCount"]) == (2, 4)
    # A policy of another form that spares releases is as good.
    rules = json.loads(ecr.get_lifecycle_policy(repositoryName="payments")["lifecyclePolicyText"])
    (keep,) = rules["rules"]
    keep["selection"] |= {"tagStatus": "tagged", "tagPatternList": ["main-*"]}
    ecr.put_lifecycle_policy(repositoryName="payments", lifecyclePolicyText=json.dumps(rules))
    assert not lab.check("production").passed


def test_the_front_end_s_image_has_what_a_browser_needs() -> None:
    image = ready_image()
    assert image.digest == ready_image().digest
    assert build_of("storefront", dockerfile_of("storefront")).image.size > 10 * image.size


@pytest.mark.parametrize("answer", ["ADE", [["A", "D", "E"]], ["AB"], [1], 5])
def test_what_is_no_list_of_letters_is_told_so(lab: Lab, answer: object) -> None:
    assert "should be a list of letters from A to F" in lab.check("shielding", answer).message
