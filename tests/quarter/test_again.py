"""A drill or a quarter again in the same account: the team puts its code back first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.capstone import bad_release, play
from devops_workbook.chapters.capstone.reference import build_all
from devops_workbook.lab import Lab
from devops_workbook.quarter import ChangeError
from devops_workbook.quarter.changes import GOOD
from devops_workbook.quarter.team import AGAIN, Repository
from devops_workbook.shop_repository import commit_files, files_at, shop_files, tip_of_main

WEB = "orders/service/web.py"


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = open_lab("capstone")
    build_all(lab)
    yield lab
    lab.close()


def test_a_drill_can_be_run_again_and_is_as_bad(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    first = bad_release(lab)
    assert AGAIN not in capsys.readouterr().out
    second = bad_release(lab)
    assert f"{AGAIN}: released" in capsys.readouterr().out
    assert first.caption != "0 requests were harmed" != second.caption
    assert lab.check("rollback").passed


def test_a_quarter_goes_on_over_what_a_drill_has_left(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_release(lab)
    play(lab, weeks=1, seed=68)
    assert AGAIN not in capsys.readouterr().out


def test_a_quarter_played_again_has_the_same_releases_from_the_next_monday_on(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    first = play(lab, weeks=1, seed=68)
    told = capsys.readouterr().out.splitlines()
    second = play(lab, weeks=1, seed=68)
    again, *told_again = capsys.readouterr().out.splitlines()
    assert AGAIN in again
    assert second.start > first.end
    assert [line[16:] for line in told_again] == [line[16:] for line in told]


def test_an_edit_that_made_new_files_alone_has_nothing_to_be_reverted(lab: Lab) -> None:
    repository = Repository({})
    commit = repository.push(GOOD[0].message, GOOD[0].edit)
    assert repository.revert(GOOD[0].message) == commit == tip_of_main()


def test_what_somebody_else_has_changed_since_stays(lab: Lab) -> None:
    bad_release(lab)
    mine = shop_files("orders")[WEB].replace("find_order(self._database, number)", "None")
    commit_files("My own way", {WEB: mine})
    with pytest.raises(ChangeError, match=r"web\.py on the branch main is not the shop's"):
        bad_release(lab)
    assert files_at(tip_of_main())[WEB] == mine
