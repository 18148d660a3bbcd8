"""What the team changes: real edits, real tests, and what each mistake does to customers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from devops_workbook.quarter import ChangeError
from devops_workbook.quarter.behaviour import build_of
from devops_workbook.quarter.changes import (
    DRILL,
    GOOD,
    ONLY_IN_PRODUCTION,
    UNTESTED,
    WITH_A_MIGRATION,
    Change,
)
from devops_workbook.shop import Version
from devops_workbook.shop_repository import shop_files

SHOP = shop_files("orders")
TABLES = {"orders", "customers", "loyalty"}
EVERY = (DRILL, *UNTESTED, *ONLY_IN_PRODUCTION, WITH_A_MIGRATION, GOOD[0])


def by_message(change: Change) -> str:
    return change.message


def passes(files: dict[str, str], folder: Path) -> bool:
    """Run the shop's own tests on these files, as a build does."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder / "orders",
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def behaviour(files: dict[str, str], tables: set[str] = TABLES) -> Version:
    return build_of("v", {path: text.encode() for path, text in files.items()}).in_production(
        tables
    )


@pytest.mark.parametrize("change", UNTESTED, ids=by_message)
def test_the_shops_tests_know_a_mistake_and_pass_when_it_is_mended(
    change: Change, tmp_path: Path
) -> None:
    assert not passes({**SHOP, **change.edit(SHOP)}, tmp_path / "bad")
    assert change.mended
    assert passes({**SHOP, **change.mended(SHOP)}, tmp_path / "good")


@pytest.mark.parametrize("change", [DRILL, *ONLY_IN_PRODUCTION, WITH_A_MIGRATION], ids=by_message)
def test_the_shops_tests_do_not_know_what_shows_in_production_alone(
    change: Change, tmp_path: Path
) -> None:
    assert passes({**SHOP, **change.edit(SHOP)}, tmp_path)


def test_all_edits_go_together_when_each_was_mended(tmp_path: Path) -> None:
    files = dict(SHOP)
    for change in (*EVERY, *GOOD[1:]):
        files |= (change.mended or change.edit)(files)
    assert passes(files, tmp_path)
    assert behaviour(files) == Version("v")


@pytest.mark.parametrize("change", [DRILL, *UNTESTED, *ONLY_IN_PRODUCTION], ids=by_message)
def test_a_mistake_behaves_worse_and_its_mending_does_not(change: Change) -> None:
    bad = behaviour({**SHOP, **change.edit(SHOP)})
    assert bad.error_rate > 0.02 or bad.p99 > 1 or bad.ready_after > 1000
    assert change.mended
    assert behaviour({**SHOP, **change.mended(SHOP)}) == Version("v")


def test_code_that_needs_a_table_fails_until_the_table_is_there() -> None:
    files = {**SHOP, **WITH_A_MIGRATION.edit(SHOP)}
    assert behaviour(files, {"orders", "customers"}).error_rate > 0.02
    assert behaviour(files, TABLES) == Version("v")
    assert behaviour(files, set()).error_rate == 1


def test_code_that_is_not_the_shops_is_refused_with_the_place() -> None:
    with pytest.raises(ChangeError, match=r"orders/service/pricing\.py on the branch main"):
        UNTESTED[0].edit({"orders/service/pricing.py": "print('another shop')\n"})
