"""Chapter 05: releases are rehearsed with real services on a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.pipelines import history
from devops_workbook.chapters.pipelines.account import database_of
from devops_workbook.chapters.pipelines.rehearsal_of_releases import FINE, rehearse
from devops_workbook.chapters.pipelines.releases_in_production import release
from devops_workbook.chapters.pipelines.running_service import RunningService, ServiceError
from devops_workbook.chapters.pipelines.versions import VERSIONS, Release, files_of
from devops_workbook.display import Table
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import tip_of_main

EXPAND = "ALTER TABLE customers ADD COLUMN full_name TEXT"
BACKFILL = "UPDATE customers SET full_name = name WHERE full_name IS NULL"
CONTRACT = "ALTER TABLE customers DROP COLUMN name"
RIGHT: list[Release] = [(EXPAND, "1.5"), (BACKFILL, "1.6"), ("", "1.7"), (CONTRACT, "1.7")]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = open_lab("pipelines")
    yield lab
    lab.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_takes_an_order_and_finds_it(version: str, tmp_path: Path) -> None:
    database = tmp_path / "orders.db"
    with RunningService("1.4", files_of("1.4"), database) as first:
        first.order("Ada Lovelace")
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(f"{EXPAND}; {BACKFILL}")
    with RunningService(version, files_of(version), database) as service:
        assert service.name_on(service.order("Grace Hopper")) == "Grace Hopper"
        assert service.name_on(1) == "Ada Lovelace"
        with pytest.raises(ServiceError, match=r"404 Not Found\. no order 99"):
            service.name_on(99)


@pytest.mark.parametrize(
    "releases",
    [
        pytest.param(RIGHT, id="as shown"),
        pytest.param(
            [(EXPAND, "1.4"), ("", "1.5"), (BACKFILL, "1.5"), ("", "1.6"), *RIGHT[2:]],
            id="one thing at a time",
        ),
        pytest.param([*RIGHT[:3], ("", "1.7"), RIGHT[3]], id="with a pause"),
        pytest.param(
            [
                (
                    f"{EXPAND}; {BACKFILL};"
                    "CREATE TRIGGER old AFTER INSERT ON customers WHEN NEW.full_name IS NULL"
                    " BEGIN UPDATE customers SET full_name = NEW.name WHERE id = NEW.id; END;"
                    "CREATE TRIGGER new AFTER INSERT ON customers WHEN NEW.name = ''"
                    " BEGIN UPDATE customers SET name = NEW.full_name WHERE id = NEW.id; END;",
                    "1.7",
                ),
                (f"DROP TRIGGER old; DROP TRIGGER new; {CONTRACT}", "1.7"),
            ],
            id="with triggers",
        ),
    ],
)
def test_any_releases_that_hurt_nobody_pass(lab: Lab, releases: list[Release]) -> None:
    result = lab.check("expand-contract", releases)
    assert result.passed, result


@pytest.mark.parametrize(
    ("releases", "said"),
    [
        ([("", "1.5")], "Release 1, while instances are replaced: orders 1.5: 500"),
        ([(EXPAND, "1.6")], "order 1 of Ada Lovelace is addressed to None"),
        ([(EXPAND, "1.5"), (BACKFILL, "1.7")], "is addressed to ''"),
        ([(f"{EXPAND} NOT NULL", "1.5")], "SQLite says: Cannot add a NOT NULL column"),
        ([("ALTER TABLE customer", "1.5")], "SQLite says: "),
        ([("DELETE FROM customers", "1.4")], "order 1 of Ada Lovelace is addressed to"),
        ([(EXPAND, "1.5")], "1.5 serves in the end"),
        ([], "should be a list of releases"),
        ([EXPAND], "Release 1 should be a pair of texts"),
        ([(EXPAND, 1.5)], "Release 1 should be a pair of texts"),
        ([(EXPAND, "1.8")], "Release 1 deploys '1.8'. There are 1.4, 1.5, 1.6, 1.7."),
        ([("", "1.4")] * 13, "should be a list of releases"),
    ],
)
def test_each_mistake_is_named(lab: Lab, releases: list[Any], said: str) -> None:
    result = lab.check("expand-contract", releases)
    assert result.outcome is Outcome.NOT_YET
    assert said in result.message


def test_releases_that_change_nothing_are_no_start(lab: Lab) -> None:
    assert lab.check("expand-contract", [("", "1.4")]).outcome is Outcome.NOT_STARTED


def test_a_rehearsal_shows_every_moment() -> None:
    rows = rehearse(RIGHT).rows
    assert len(rows) == 11
    assert {row[3] for row in rows} == {FINE}
    assert ["1", "while instances are replaced", "1.5 and 1.4", FINE] in map(list, rows)


def test_a_rehearsal_ends_where_somebody_is_hurt() -> None:
    rows = rehearse([RIGHT[0], (CONTRACT, "1.6"), *RIGHT[2:]]).rows
    assert rows[-1][:3] == ("2", "after its migration", "1.5")
    assert "no such column" in rows[-1][3] or "has no column named name" in rows[-1][3]


def test_a_service_whose_database_is_no_database_says_that_it_stopped(tmp_path: Path) -> None:
    database = tmp_path / "orders.db"
    database.write_text("no database", encoding="utf-8")
    with (
        RunningService("1.4", files_of("1.4"), database) as service,
        pytest.raises(ServiceError, match=r"orders 1\.4 "),
    ):
        service.order("Ada")


def test_releases_go_through_the_pipeline_while_the_old_version_serves(lab: Lab) -> None:
    lab.catch_up("expand-contract")
    table = release(lab, RIGHT)
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4"]
    served = [(row[2], row[4]) for row in table.rows]
    assert served[0] == (f"1.4: {FINE}", f"1.4: {FINE}; 1.5: {FINE}")
    assert served[3] == (f"1.7: {FINE}", f"1.7: {FINE}")
    assert history.commit_in(history.deployed()) == tip_of_main()
    with closing(sqlite3.connect(database_of(lab))) as database:
        names = database.execute("SELECT full_name FROM customers").fetchall()
    assert ("Ada Lovelace",) in names
    assert (None,) not in names


def test_a_release_that_hurts_users_is_green_and_shows_what_they_saw(lab: Lab) -> None:
    lab.catch_up("expand-contract")
    table = release(lab, [("ALTER TABLE customers RENAME COLUMN name TO full_name", "1.7")])
    assert isinstance(table, Table)
    [(_, _, then, live, both)] = table.rows
    assert "OperationalError" in then
    assert live
    assert both.endswith(f"1.7: {FINE}")


def test_a_migration_that_fails_is_not_deployed(lab: Lab) -> None:
    lab.catch_up("expand-contract")
    table = release(lab, [(f"{EXPAND} NOT NULL", "1.5"), *RIGHT[1:]])
    assert isinstance(table, Table)
    assert [row[1:] for row in table.rows] == [("failed", f"1.4: {FINE}", "not deployed", "")]


def test_nothing_planned_is_nothing_released(lab: Lab) -> None:
    assert "Plan your releases first" in repr(release(lab, ...))


def test_what_is_no_plan_is_named_where_it_is_tried(lab: Lab) -> None:
    said = "Release 1 deploys '1.8'. There are 1.4, 1.5, 1.6, 1.7."
    assert said in repr(release(lab, [("", "1.8")]))
    with pytest.raises(ValueError, match=r"deploys '1\.8'"):
        rehearse([("", "1.8")])
