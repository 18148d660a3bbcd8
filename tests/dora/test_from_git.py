"""Release tags as deployments; plain git is the oracle for which commits a release brought."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from dulwich.objects import Commit as GitCommit
from dulwich.objects import Tree
from dulwich.repo import Repo
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook.dora.commit_table import from_commit_table
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.dora.git_history import from_git
from devops_workbook.paths import DATA

DAY = 86_400
START = 1_735_689_600  # 2025-01-01 00:00 UTC
HISTORY = DATA / "git_history"
HEAD_OF_CLICK = "f37bae7e25a9f99807fa8cd9bea9175f398306a8"

_ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


def git(repo: Path, *arguments: str, at: int = START, author: int | None = None) -> str:
    dates = {
        "GIT_COMMITTER_DATE": f"{at} +0000",
        "GIT_AUTHOR_DATE": f"{at if author is None else author} +0000",
    }
    done = subprocess.run(
        ["git", "-C", str(repo), *arguments],
        env=_ENVIRONMENT | dates,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def new_repo(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def commit(repo: Path, day: int, author_day: int | None = None) -> str:
    author = None if author_day is None else START + author_day * DAY
    message = f"day {day}"
    git(repo, "commit", "--allow-empty", "-m", message, at=START + day * DAY, author=author)
    return git(repo, "rev-parse", "HEAD")


def tag(repo: Path, name: str, day: int | None = None, on: str = "HEAD") -> None:
    if day is None:
        git(repo, "tag", name, on)
    else:
        git(repo, "tag", "-a", "-m", name, name, on, at=START + day * DAY)


def merge(repo: Path, branch: str, day: int) -> None:
    git(repo, "merge", "--no-ff", "-m", f"merge {branch}", branch, at=START + day * DAY)


def owned(events: Events) -> dict[str, set[str]]:
    assert events.changes is not None
    deployed = events.changes.dropna(subset="deployment_id")
    sets = deployed.groupby("deployment_id")["change_id"].agg(set).to_dict()
    return {name: sets.get(name, set()) for name in events.deployments["deployment_id"]}


def rev_list(repo: Path, include: str, *exclude: str) -> set[str]:
    return set(git(repo, "rev-list", "--no-merges", include, "--not", *exclude).split())


def instant(day: float) -> pd.Timestamp:
    return pd.Timestamp(START + day * DAY, unit="s", tz="UTC")


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


def test_a_tag_on_a_blob_or_a_tree_is_left_out_and_said(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    (repo / "readme").write_text("hello")
    git(repo, "add", "readme")
    commit(repo, 0)
    tag(repo, "v1", day=1)
    tag(repo, "key", day=1, on="HEAD:readme")
    tag(repo, "tree", on="HEAD^{tree}")
    events = from_git(repo)
    assert list(events.deployments["deployment_id"]) == ["v1"]
    assert events.notes == ("2 tags (key, tree) left out: not on a commit that is here",)


def _two_releases(folder: Path) -> tuple[Path, dict[str, set[str]]]:
    repo = new_repo(folder)
    one = commit(repo, 0)
    tag(repo, "v1", day=1)
    two = commit(repo, 2)
    tag(repo, "v2", day=3)
    return repo, {"v1": {one}, "v2": {two}}


def test_a_bare_repository_with_packed_refs_and_objects(tmp_path: Path) -> None:
    repo, expected = _two_releases(tmp_path / "shop")
    bare = tmp_path / "shop.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), str(bare))
    git(bare, "gc", "--quiet")
    assert not list((bare / "refs" / "tags").iterdir())
    assert owned(from_git(bare)) == expected


def test_a_worktree_and_a_folder_inside_a_repository(tmp_path: Path) -> None:
    repo, expected = _two_releases(tmp_path / "shop")
    worktree = tmp_path / "elsewhere"
    git(repo, "worktree", "add", "--quiet", "--detach", str(worktree))
    assert (worktree / ".git").is_file()
    assert owned(from_git(worktree)) == expected
    (repo / "src").mkdir()
    assert owned(from_git(repo / "src")) == expected


def test_a_shallow_clone_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    repo, _ = _two_releases(tmp_path / "shop")
    sha = commit(repo, 4)
    tag(repo, "v3", day=5)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=2", repo.as_uri(), str(shallow))

    events = from_git(shallow)

    assert owned(events)["v3"] == {sha}
    assert len(events.notes) == 1
    assert "1 commit missing that others build on, as in a shallow clone" in events.notes[0]


def test_a_repository_that_dulwich_wrote(tmp_path: Path) -> None:
    with Repo.init(str(tmp_path)) as repo:
        tree = Tree()
        made = GitCommit()
        made.tree = tree.id
        made.author = made.committer = b"Ada <ada@example.com>"
        made.author_time = made.commit_time = START
        made.author_timezone = made.commit_timezone = 3600
        made.message = b"first"
        repo.object_store.add_object(tree)
        repo.object_store.add_object(made)
        repo.refs[b"refs/tags/v1"] = made.id
    # No branch has a commit, so that HEAD leads nowhere.
    events = from_git(tmp_path)
    assert owned(events) == {"v1": {made.id.decode()}}
    assert list(events.deployments["finished_at"]) == [instant(0)]


def test_progress_ends_with_everything_done(tmp_path: Path) -> None:
    repo, _ = _two_releases(tmp_path)
    calls: list[tuple[int, int]] = []
    from_git(repo, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (2, 2)
    assert all(done <= total for done, total in calls)


def test_no_tags_is_one_clear_sentence(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    commit(repo, 0)
    with pytest.raises(EventsError, match=r"it has no tags, and a release tag is what counts"):
        from_git(repo)


def test_no_tag_that_fits_names_some_that_are_there(tmp_path: Path) -> None:
    repo, _ = _two_releases(tmp_path)
    with pytest.raises(EventsError, match=r"of its 2 tags none fits tags='w\*': .* like v1, v2"):
        from_git(repo, "w*")


def test_not_a_repository_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match=f"{tmp_path}: there is no git repository here"):
        from_git(tmp_path)


@pytest.mark.parametrize("content", ["nonsense", "gitdir: /gone/away"])
def test_a_git_file_that_leads_nowhere_is_no_repository(tmp_path: Path, content: str) -> None:
    (tmp_path / ".git").write_text(content)
    with pytest.raises(EventsError, match="there is no git repository here"):
        from_git(tmp_path)


def test_a_repository_of_a_later_format_is_refused(tmp_path: Path) -> None:
    repo, _ = _two_releases(tmp_path)
    git(repo, "config", "core.repositoryformatversion", "9")
    with pytest.raises(EventsError, match="of this format cannot be read"):
        from_git(repo)


def _object(repo: Path, revision: str) -> Path:
    sha = git(repo, "rev-parse", revision)
    path = repo / ".git" / "objects" / sha[:2] / sha[2:]
    path.chmod(0o644)
    return path


def test_a_damaged_repository_is_one_clear_sentence(tmp_path: Path) -> None:
    repo, _ = _two_releases(tmp_path)
    _object(repo, "v1^{commit}").write_bytes(b"garbage")
    with pytest.raises(EventsError, match="the repository is damaged"):
        from_git(repo)


def test_tags_on_nothing_that_is_here_are_said_to_be(tmp_path: Path) -> None:
    repo = new_repo(tmp_path)
    commit(repo, 0)
    tag(repo, "v1")
    _object(repo, "v1").unlink()
    with pytest.raises(EventsError, match=r"none of its tags is on a commit that is here: 1 tag"):
        from_git(repo)


def test_a_wrong_name_does_not_find_the_repository_around_it(tmp_path: Path) -> None:
    repo, _ = _two_releases(tmp_path)
    with pytest.raises(EventsError, match="typo: there is no such folder"):
        from_git(repo / "typo")


def test_an_unknown_time_is_refused(tmp_path: Path) -> None:
    repo, _ = _two_releases(tmp_path)
    with pytest.raises(EventsError, match="found time='merge', expected 'author' or 'commit'"):
        from_git(repo, time="merge")  # type: ignore[arg-type] # the wrong value is the test


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
