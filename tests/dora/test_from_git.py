"""Release tags as deployments; plain git is the oracle for which commits a release brought."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from git_repos import (
    START,
    commit,
    git,
    instant,
    merge,
    new_repo,
    owned,
    rev_list,
    tag,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook.dora.git_history import from_git


def test_each_release_owns_the_commits_since_the_one_before(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    first, second = commit(repo, 0), commit(repo, 1)
    tag(repo, "v1", day=2)
    third = commit(repo, 3)
    tag(repo, "v2", day=5)
    waiting = commit(repo, 6)

    events = from_git(repo)

    assert list(events.deployments["deployment_id"]) == ["v1", "v2"]
    assert list(events.deployments["version"]) == ["v1", "v2"]
    assert list(events.deployments["finished_at"]) == [instant(2), instant(5)]
    assert owned(events) == {"v1": {first, second}, "v2": {third}}
    assert events.changes is not None
    undeployed = events.changes[events.changes["deployment_id"].isna()]
    assert list(undeployed["change_id"]) == [waiting]
    assert events.incidents is None
    assert events.notes == ()


def test_a_lightweight_tag_has_the_time_of_its_commit(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    commit(repo, 4, author_day=1)
    tag(repo, "v1")
    assert list(from_git(repo).deployments["finished_at"]) == [instant(4)]


def test_a_maintenance_release_owns_only_the_commits_of_its_branch(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    commit(repo, 0)
    tag(repo, "8.0.0", day=0)
    git(repo, "branch", "8.0.x")
    feature = commit(repo, 1)
    tag(repo, "8.1.0", day=2)
    git(repo, "switch", "--quiet", "8.0.x")
    backport = commit(repo, 3)
    tag(repo, "8.0.1", day=4)
    git(repo, "switch", "--quiet", "main")
    merge(repo, "8.0.x", day=5)
    later = commit(repo, 6)
    tag(repo, "8.1.1", day=7)

    events = from_git(repo)

    own = owned(events)
    assert (own["8.1.0"], own["8.0.1"], own["8.1.1"]) == ({feature}, {backport}, {later})
    assert "1 merge commit left out: merges only join changes" in events.notes


def test_two_tags_on_one_commit_are_one_release(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    commit(repo, 0)
    tag(repo, "8.0.4", day=1)
    tag(repo, "8.0.x", day=9)
    commit(repo, 2)
    for name in ("v5", "v5.0.0"):
        tag(repo, name)

    events = from_git(repo)

    assert list(events.deployments["deployment_id"]) == ["8.0.4", "v5.0.0"]
    assert events.notes == (
        "2 tags (8.0.x = 8.0.4, v5 = v5.0.0) not counted again: another tag of a released commit",
    )


def test_a_tag_made_later_on_released_commits_brings_nothing(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    old = commit(repo, 0)
    new = commit(repo, 1)
    tag(repo, "v2", day=2)
    tag(repo, "1.x", day=30, on=old)

    events = from_git(repo)

    assert owned(events) == {"v2": {old, new}, "1.x": set()}
    assert events.notes == ("1 release (1.x) without a commit that was not released before",)


def test_of_tags_made_in_the_same_second_the_ancestor_went_out_first(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    commits = [commit(repo, day) for day in range(3)]
    for name, sha in zip(("c", "b", "a"), commits, strict=True):
        tag(repo, name, day=10, on=sha)
    assert owned(from_git(repo)) == {
        name: {sha} for name, sha in zip(("c", "b", "a"), commits, strict=True)
    }


@pytest.mark.parametrize(("time", "day"), [("author", 1), ("commit", 6)])
def test_a_rebased_commit_counts_from_the_time_asked_for(
    tmp_path: Path, time: str, day: int
) -> None:
    repo = new_repo(tmp_path)
    commit(repo, 6, author_day=1)
    tag(repo, "v1", day=7)

    events = from_git(repo, time=time)  # type: ignore[arg-type] # a str from parametrize

    assert events.changes is not None
    assert list(events.changes["committed_at"]) == [instant(day)]
    assert events.notes == (
        f"1 of 1 commit rebased, amended or applied after being written: the {time} time counts",
    )


def test_the_author_time_is_the_default(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    commit(repo, 6, author_day=1)
    tag(repo, "v1", day=7)
    changes = from_git(repo).changes
    assert changes is not None
    assert list(changes["committed_at"]) == [instant(1)]


@pytest.mark.parametrize(
    "rule",
    ["v*", re.compile(r"^v\d"), lambda name: name.startswith("v")],
    ids=["glob", "regular expression", "function"],
)
def test_only_the_tags_that_fit_are_releases(tmp_path: Path, rule: object) -> None:
    repo = new_repo(tmp_path)
    one, two = commit(repo, 0), commit(repo, 1)
    tag(repo, "nightly", day=0, on=one)
    tag(repo, "v1", day=1, on=two)
    assert owned(from_git(repo, rule)) == {"v1": {one, two}}  # type: ignore[arg-type] # object


def test_hotfixes_are_marked_by_their_name(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    for day, name in enumerate(("v1.0", "v1.0-hotfix1", "v1.1")):
        commit(repo, day)
        tag(repo, name, day=day)

    plain, marked = from_git(repo), from_git(repo, hotfix="*hotfix*", service="shop")

    assert list(marked.deployments["kind"]) == ["planned", "hotfix", "planned"]
    assert list(marked.deployments["service"].unique()) == ["shop"]
    assert (plain.kinds_recorded, marked.kinds_recorded) == (False, True)


def test_a_tag_of_a_tag_leads_to_its_commit_and_has_its_own_time(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    sha = commit(repo, 0)
    tag(repo, "inner", day=1)
    tag(repo, "v1", day=3, on="inner")
    events = from_git(repo, "v*")
    assert owned(events) == {"v1": {sha}}
    assert list(events.deployments["finished_at"]) == [instant(3)]


@st.composite
def _histories(draw: st.DrawFn) -> tuple[list[tuple[list[int], int]], list[tuple[int, int]]]:
    """Draw (parents, time) of each commit and (commit, time) of each tag, often at one time."""
    size = draw(st.integers(1, 14))
    times = st.integers(0, 6)
    commits = [
        (
            draw(st.lists(st.integers(0, index - 1), max_size=3, unique=True)) if index else [],
            draw(times),
        )
        for index in range(size)
    ]
    tags = draw(st.lists(st.tuples(st.integers(0, size - 1), times), min_size=1, max_size=7))
    return commits, tags


def _write(
    folder: Path, commits: Sequence[tuple[list[int], int]], tags: Sequence[tuple[int, int]]
) -> Path:
    repo = folder / "random.git"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(repo))
    lines = []
    for index, (parents, time) in enumerate(commits, start=1):
        lines += [f"commit refs/heads/c{index}", f"mark :{index}"]
        lines += [f"committer A <a@b.c> {START + time} +0000", "data 4", f"c{index:03}"]
        lines += [f"from :{parents[0] + 1}"] if parents else []
        lines += [f"merge :{parent + 1}" for parent in parents[1:]]
        lines.append("")
    for name, (commit_index, time) in enumerate(tags):
        lines += [f"tag t{name}", f"from :{commit_index + 1}"]
        lines += [f"tagger A <a@b.c> {START + time} +0000", "data 1", "x"]
    subprocess.run(
        ["git", "-C", str(repo), "fast-import", "--quiet"],
        input="\n".join(lines) + "\n",
        text=True,
        check=True,
    )
    return repo


def _release_order(
    commits: Sequence[tuple[list[int], int]], tags: Sequence[tuple[int, int]]
) -> list[str]:
    """The names of the releases, by time; of the same time, by generation, then name."""
    generation: list[int] = []
    for parents, _ in commits:
        generation.append(1 + max((generation[parent] for parent in parents), default=0))
    first: dict[int, tuple[int, str]] = {}
    for name, (index, time) in enumerate(tags):
        first[index] = min(first.get(index, (time, f"t{name}")), (time, f"t{name}"))
    rows = sorted((time, generation[index], name) for index, (time, name) in first.items())
    return [name for _, _, name in rows]


@settings(max_examples=40, deadline=None)
@given(_histories())
def test_ownership_is_what_git_rev_list_says(
    history: tuple[list[tuple[list[int], int]], list[tuple[int, int]]],
) -> None:
    commits, tags = history
    with tempfile.TemporaryDirectory() as folder:
        repo = _write(Path(folder), commits, tags)
        order = _release_order(commits, tags)
        events = from_git(repo)
        expected = {name: rev_list(repo, name, *order[:place]) for place, name in enumerate(order)}
        assert owned(events) == expected
