"""Commits and tags from a table: those of a real project, and tables that are wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from git_repos import (
    owned,
)

from devops_workbook.dora.commit_table import from_commit_table
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.paths import DATA

HISTORY = DATA / "git_history"
HEAD_OF_CLICK = "f37bae7e25a9f99807fa8cd9bea9175f398306a8"


def click(**options: object) -> Events:
    files = HISTORY / "click_commits.csv", HISTORY / "click_tags.csv"
    return from_commit_table(*files, **options)  # type: ignore[arg-type] # passed on as they are


def test_click_has_70_releases_under_71_tags_and_63_with_a_number() -> None:
    everything = click()
    assert len(everything.deployments) == 70
    assert everything.notes[:2] == (
        "1 tag (8.0.x = 8.0.4) not counted again: another tag of a released commit",
        "7 releases (1.x, 2.x, 3.x, 4.x, 5.x, 6.x, 7.x) without a commit that was not released"
        " before",
    )
    assert len(click(tags="*[0-9]").deployments) == 63
    assert len(click(tags=re.compile(r"^[\d.]+$")).deployments) == 61


def test_click_releases_own_what_set_arithmetic_on_the_table_says() -> None:
    """Facts computed once from the two files with plain sets, by the definition."""
    own = {name: len(shas) for name, shas in owned(click()).items()}
    facts = {"0.1": 53, "6.6": 1, "7.0": 251, "8.0.4": 25, "8.1.0": 64, "8.1.8": 62, "8.2.0": 152}
    assert {name: own[name] for name in facts} == facts
    assert own["7.x"] == 0
    assert sum(own.values()) == 2149


def test_the_first_click_release_reaches_back_over_its_whole_past() -> None:
    events = click()
    assert events.deployments["deployment_id"].iloc[0] == "0.1"
    author, commit_time = click(time="author").changes, click(time="commit").changes
    assert author is not None
    assert commit_time is not None
    earlier = author.set_index("change_id")["committed_at"]
    later = commit_time.set_index("change_id")["committed_at"]
    assert (earlier != later.reindex(earlier.index)).sum() == 670


def test_the_head_of_the_table_says_what_is_not_deployed_yet() -> None:
    without, with_head = click(), click(head=HEAD_OF_CLICK)
    assert without.notes[-1] == "1,777 commits left out: in no release and not in the head"
    assert with_head.notes[-1] == "1,776 commits left out: in no release and not in the head"


def _table(folder: Path, commits: str, tags: str = "v1,1700000000,a\n") -> Events:
    commit_file, tag_file = folder / "commits.csv", folder / "tags.csv"
    commit_file.write_text(f"sha,author_ts,commit_ts,parents\n{commits}")
    tag_file.write_text(f"tag,created_ts,sha\n{tags}")
    return from_commit_table(commit_file, tag_file)


@pytest.mark.parametrize(
    ("commits", "tags", "message"),
    [
        ("a,1600000000,,\n", "v1,1700000000,a\n", r"commits.csv, row 2, column commit_ts: .*noth"),
        ("a,1600000000,1600000000,\n" * 2, "v1,1700000000,a\n", r"row 3, column sha: found 'a'"),
        ("a,1600000000,1600000000,a\n", "v1,1700000000,a\n", "commit a is its own ancestor"),
        ("a,1600000000,1600000000,\n", "v1,soon,a\n", "tags.csv, row 2, column created_ts"),
        ("a,1600000000,1600000000,\n", "", "it has no tags"),
    ],
)
def test_a_wrong_table_names_file_row_and_column(
    tmp_path: Path, commits: str, tags: str, message: str
) -> None:
    with pytest.raises(EventsError, match=message):
        _table(tmp_path, commits, tags)


def test_a_tag_on_a_commit_that_is_not_in_the_table_is_left_out_and_said(tmp_path: Path) -> None:
    events = _table(tmp_path, "a,1600000000,1600000000,\n", "v1,1700000000,a\nv2,1700000001,b\n")
    assert list(events.deployments["deployment_id"]) == ["v1"]
    assert events.notes == ("1 tag (v2) left out: the commit it points at is missing",)
