"""The shop's code: clean by every gate of chapter 03, and put into CodeCommit as it is."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from devops_workbook.chapters.build_and_test.buildspecs import GATES
from devops_workbook.chapters.build_and_test.trial import try_out
from devops_workbook.lab import MONDAY
from devops_workbook.paths import DATA
from devops_workbook.shop_repository import (
    PARTS,
    commit_files,
    create_shop_repository,
    files_at,
    shop_files,
    tip_of_main,
)
from offline_aws import OfflineAWS
from offline_aws.codebuild.buildspec import read_buildspec


@pytest.fixture
def _account() -> Iterator[None]:
    with OfflineAWS(region="us-east-1"):
        yield


def test_the_orders_service_passes_its_tests_and_every_gate() -> None:
    trial = try_out(GATES, shop_files())
    assert trial.succeeded, trial.log
    assert "18 passed" in trial.log


def test_the_shop_has_every_part_and_nothing_that_running_it_left() -> None:
    files = shop_files()
    assert {path.partition("/")[0] for path in files} == set(PARTS)
    assert not [path for path in files if "/." in path or "__pycache__" in path]


def test_parts_can_be_had_alone() -> None:
    assert set(shop_files("infrastructure")) == {"infrastructure/template.yaml"}


@pytest.mark.parametrize("folder", ["orders-spring", "storefront"])
def test_the_buildspecs_that_are_only_read_can_be_read(folder: str) -> None:
    assert read_buildspec(shop_files(folder)[f"{folder}/buildspec.yml"]).artifact


def test_the_services_code_is_small_enough_to_read() -> None:
    lines = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for path in (DATA / "shop" / "orders" / "service").glob("*.py")
    }
    assert sum(lines.values()) < 400
    assert max(lines.values()) < 100


@pytest.mark.usefixtures("_account")
def test_the_repository_holds_the_files_as_they_are() -> None:
    commit = create_shop_repository()
    assert tip_of_main() == commit
    assert files_at(commit) == shop_files()
    assert files_at(commit, "infrastructure", "no-such-folder") == shop_files("infrastructure")


@pytest.mark.usefixtures("_account")
def test_a_commit_goes_on_top_of_main() -> None:
    first = create_shop_repository({"README.md": "The shop\n"})
    second = commit_files("Say more", {"README.md": "The web shop\n"})
    found = boto3.client("codecommit").get_commit(repositoryName="shop", commitId=second)
    assert found["commit"]["parents"] == [first]
    assert found["commit"]["author"]["email"] == "orders@shop.example"
    assert files_at(second) == {"README.md": "The web shop\n"}


def test_two_accounts_get_the_same_commit() -> None:
    commits = set()
    for _ in range(2):
        with OfflineAWS(region="us-east-1", now=MONDAY):
            commits.add(create_shop_repository())
    assert len(commits) == 1
