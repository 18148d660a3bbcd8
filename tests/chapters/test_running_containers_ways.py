"""Chapter 09: what is compared is computed, and its manifests are those of a production service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from devops_workbook.chapters.running_containers import decision, ecs, eks, prices, ways
from devops_workbook.chapters.running_containers.account import chapter
from devops_workbook.chapters.running_containers.manifest import BARE
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.chapters.running_containers.stuck import manifest as stuck_manifest
from devops_workbook.chapters.running_containers.upgrade import budget
from devops_workbook.kubernetes import documents
from devops_workbook.lab import Lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(chapter, recording=False)
    yield lab
    lab.close()


@pytest.mark.parametrize(
    "text",
    [
        eks.manifest("1.4.0"),
        eks.INGRESS,
        BARE,
        stuck_manifest("1.5.1", "1500m", "pasword"),
        budget(minAvailable=3),
    ],
)
def test_every_manifest_of_the_chapter_is_valid(text: str) -> None:
    assert documents.read(text)


def test_the_ways_are_compared_by_what_they_take(lab: Lab) -> None:
    found = ways.compare(lab)
    assert ways.compare(lab) is found
    simplest, dearest = found.loc["App Runner"], found.loc["EKS"]
    assert simplest["moving parts"] == 1
    assert (found["lines"].idxmax(), found["first, min"].idxmax()) == ("EKS", "EKS")
    assert dearest["first, min"] > 10 > simplest["first, min"]
    assert found.loc["ECS Express Mode", "next, min"] > found.loc["ECS on Fargate", "next, min"]
    assert found["$ a month"].idxmin() == "App Runner"


def test_lines_are_those_of_the_yaml_without_comments() -> None:
    recorder = Recorder()
    recorder.documents = [("ecs create_cluster", {"clusterName": "shop", "tags": [{"key": "a"}]})]
    assert recorder.text().startswith("# ecs create_cluster\n")
    assert recorder.lines == 3


def test_prices_are_what_the_file_says() -> None:
    assert prices.fargate(1, 1, 0) == pytest.approx(730 * 0.04048)
    assert prices.nodes(3, 0.5, 1.0) == 2
    assert prices.nodes(20, 0.5, 1.0) == 7, "three pods of half a core on each"
    shared = prices.cluster_share(20, 3, 0.5, 1.0)
    assert shared < prices.fargate(3, 0.5, 1.0) < prices.month("EKS", 3, 0.5, 1.0)
    assert "EKS is cheaper than ECS from 4 services on" in prices.chart().alt
    with pytest.raises(KeyError):
        prices.month("a server under the desk", 1, 1, 1)


SHOP: dict[str, Any] = {
    "services": 1,
    "people": 1,
    "knows_kubernetes": False,
    "needs_kubernetes": False,
    "only_http": True,
    "has_app_runner": True,
    "busy": 0.3,
}


@pytest.mark.parametrize(
    ("changed", "first"),
    [
        ({}, "App Runner"),
        ({"has_app_runner": False}, "ECS Express Mode"),
        ({"only_http": False}, "ECS on Fargate"),
        ({"needs_kubernetes": True, "people": 2}, "EKS"),
        ({"needs_kubernetes": True}, ""),
    ],
)
def test_a_workload_decides_by_what_rules_out(changed: dict[str, Any], first: str) -> None:
    left = decision.remaining({**SHOP, **changed})
    assert (left[0].name if left else "") == first
    verdicts = [row[1] for row in decision.table({**SHOP, **changed}).rows]
    assert verdicts.count("first choice") == bool(first)


def test_an_unanswered_question_leaves_the_table_empty() -> None:
    assert decision.table({**SHOP, "busy": ...}).rows == []


def test_workloads_are_shown_side_by_side() -> None:
    found = decision.side_by_side({"shop": SHOP, "worker": {**SHOP, "only_http": False}})
    assert found.columns == ("Way", "shop", "worker")
    assert found.rows[0][1].startswith("first choice, ")
    assert found.rows[0][2] == "no: answers HTTP requests, and nothing else"


def test_a_service_settles_on_the_version_that_is_released(lab: Lab) -> None:
    ecs.deploy(Recorder(), "1.4.0")
    assert ecs.settle(lab)
    ecs.release("1.7.0")
    assert ecs.settle(lab)
    assert ecs.versions() == ["1.4.0"] * 3, "the circuit breaker went back"


def test_the_manifest_asks_for_readiness_where_the_shop_tells_it() -> None:
    [deployment, service] = yaml.safe_load_all(eks.manifest("1.4.0"))
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/actuator/health/readiness"
    assert service["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]
