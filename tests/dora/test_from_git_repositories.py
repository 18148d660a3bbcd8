"""Release tags of repositories of every shape, and of what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from dulwich.objects import Commit as GitCommit
from dulwich.objects import Tree
from dulwich.repo import Repo
from git_repos import (
    START,
    commit,
    git,
    instant,
    new_repo,
    owned,
    tag,
    two_releases,
)

from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.git_history import from_git


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


def test_a_bare_repository_with_packed_refs_and_objects(tmp_path: Path) -> None:
    repo, expected = two_releases(tmp_path / "shop")
    bare = tmp_path / "shop.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), str(bare))
    git(bare, "gc", "--quiet")
    assert not list((bare / "refs" / "tags").iterdir())
    assert owned(from_git(bare)) == expected


def test_a_worktree_and_a_folder_inside_a_repository(tmp_path: Path) -> None:
    repo, expected = two_releases(tmp_path / "shop")
    worktree = tmp_path / "elsewhere"
    git(repo, "worktree", "add", "--quiet", "--detach", str(worktree))
    assert (worktree / ".git").is_file()
    assert owned(from_git(worktree)) == expected
    (repo / "src").mkdir()
    assert owned(from_git(repo / "src")) == expected


def test_a_shallow_clone_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    repo, _ = two_releases(tmp_path / "shop")
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
    repo, _ = two_releases(tmp_path)
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
    repo, _ = two_releases(tmp_path)
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
    repo, _ = two_releases(tmp_path)
    git(repo, "config", "core.repositoryformatversion", "9")
    with pytest.raises(EventsError, match="of this format cannot be read"):
        from_git(repo)


def _object(repo: Path, revision: str) -> Path:
    sha = git(repo, "rev-parse", revision)
    path = repo / ".git" / "objects" / sha[:2] / sha[2:]
    path.chmod(0o644)
    return path


def test_a_damaged_repository_is_one_clear_sentence(tmp_path: Path) -> None:
    repo, _ = two_releases(tmp_path)
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
    repo, _ = two_releases(tmp_path)
    with pytest.raises(EventsError, match="typo: there is no such folder"):
        from_git(repo / "typo")


def test_an_unknown_time_is_refused(tmp_path: Path) -> None:
    repo, _ = two_releases(tmp_path)
    with pytest.raises(EventsError, match="found time='merge', expected 'author' or 'commit'"):
        from_git(repo, time="merge")  # type: ignore[arg-type] # the wrong value is the test
