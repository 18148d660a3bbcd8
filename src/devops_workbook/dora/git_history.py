"""Read events from a git repository: a release tag is a deployment."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable

from dulwich.errors import ChecksumMismatch, FileFormatException, NotGitRepository
from dulwich.objects import Commit as GitCommit
from dulwich.objects import ObjectID, ShaFile
from dulwich.objects import Tag as GitTag
from dulwich.refs import Ref
from dulwich.repo import Repo, UnsupportedExtension, UnsupportedVersion

from devops_workbook.dora.commit_graph import Commit, Tag
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.dora.name_rules import NameRule
from devops_workbook.dora.notes import counted, listed
from devops_workbook.dora.release_history import (
    CommitTime,
    History,
    choose_tags,
    release_events,
)

#: Told how far the reading is: commits read, and commits known of so far.
Progress = Callable[[int, int], object]

_COMMITS_PER_REPORT = 1000
_NO_REPOSITORY = "there is no git repository here: expected a working copy or a bare repository"


def from_git(
    repo: str | os.PathLike[str],
    tags: NameRule = "*",
    *,
    hotfix: NameRule | None = None,
    time: CommitTime = "author",
    service: str = "",
    progress: Progress | None = None,
) -> Events:
    """Read the releases of a git repository, without needing a git program.

    A tag whose name fits ``tags`` (a glob, a regular expression or a function) is a deployment:
    its id and version are the tag's name, it finished when the annotated tag was made, or, for
    a lightweight tag, when its commit was. Several tags on one commit are one release.

    Its changes are the commits reachable from it and from no tag that was released before it:
    a release from a maintenance branch owns the commits of that branch, whatever their dates.
    The commits that only HEAD reaches are not deployed yet. Merge commits are not changes: they
    join work that is counted where it was done.

    ``time`` says which of a commit's two times counts. ``"author"``, when it was first written,
    is the default: a rebase, an amendment or a cherry-pick renews the other one and would make
    the change look younger. A squash merge hides its commits, so lead times of a project
    that squashes begin at the merge, whichever of the two is taken.

    ``hotfix`` says which tags are of kind hotfix. Incidents are None: a git history does not
    say which releases failed. ``notes`` of the result say what was left out. ``progress``, if
    given, is called with the commits read and the commits known of so far.

    Raises EventsError if this is no git repository or none of its tags fits.
    """
    place = os.fspath(repo)
    with _opened(place) as opened:
        try:
            history = _read(opened, place, tags, progress)
        except (FileFormatException, ChecksumMismatch, zlib.error) as error:
            problem = f"the repository is damaged ({error}): `git fsck` says what is wrong with it"
            raise EventsError(problem, file=place) from error
    return release_events(history, hotfix=hotfix, time=time, service=service)


def _opened(place: str) -> Repo:
    if not os.path.isdir(place):  # or a wrong name would find the repository around it
        raise EventsError("there is no such folder", file=place)
    try:
        opened = Repo.discover(place)
    except (UnsupportedVersion, UnsupportedExtension) as error:
        problem = f"git repositories of this format cannot be read ({error})"
        raise EventsError(problem, file=place) from error
    except (NotGitRepository, ValueError) as error:  # ValueError: a file .git that is none of git
        raise EventsError(_NO_REPOSITORY, file=place) from error
    if not os.path.isdir(opened.commondir()):  # a worktree whose repository has moved away
        opened.close()
        raise EventsError(f"{_NO_REPOSITORY} (.git leads to {opened.commondir()})", file=place)
    return opened


def _read(repo: Repo, place: str, rule: NameRule, progress: Progress | None) -> History:
    all_tags, others = _tags(repo)
    if others and not all_tags:
        problem = f"none of its tags is on a commit that is here: {listed(others, 'tag')}"
        raise EventsError(problem, file=place)
    chosen = choose_tags(all_tags, rule, place)
    head = _head(repo)
    starts = {tag.commit for tag in chosen} | ({head} if head is not None else set())
    commits = _commits(repo, starts, place, progress)
    notes = [f"{listed(others, 'tag')} left out: not on a commit that is here"] if others else []
    ends = {parent for commit in commits.values() for parent in commit.parents} - commits.keys()
    if ends:
        notes.append(
            f"{counted(len(ends), 'commit')} missing that others build on, as in a shallow clone:"
            " the oldest releases hold only the commits that are here"
        )
    return History(place, commits, chosen, head, tuple(notes))


def _head(repo: Repo) -> str | None:
    try:
        return repo.head().decode()
    except KeyError:  # a branch without a commit
        return None


def _tags(repo: Repo) -> tuple[list[Tag], list[str]]:
    """Return the tags that lead to a commit, and the names of those that do not."""
    found, others = [], []
    for ref, sha in sorted(repo.refs.as_dict(Ref(b"refs/tags")).items()):
        name = ref.decode(errors="replace")
        try:
            found.append(_tag(repo, name, sha))
        except (KeyError, TypeError):
            others.append(name)
    return found, others


def _tag(repo: Repo, name: str, sha: ObjectID) -> Tag:
    """Follow a tag to its commit: KeyError if an object is missing, TypeError if it is none."""
    target: ShaFile = repo[sha]
    created_at = None
    while isinstance(target, GitTag):
        created_at = target.tag_time if created_at is None else created_at
        target = repo[target.object[1]]
    if not isinstance(target, GitCommit):
        raise TypeError(f"{name} is on a {target.type_name.decode()}")
    time = target.commit_time if created_at is None else created_at
    return Tag(name, target.id.decode(), time)


def _commits(
    repo: Repo, starts: Iterable[str], place: str, progress: Progress | None
) -> dict[str, Commit]:
    """Return what can be reached from these commits and is there."""
    report = progress or (lambda done, total: None)
    commits: dict[str, Commit] = {}
    stack = list(starts)
    seen = set(stack)
    while stack:
        sha = stack.pop()
        commit = _commit(repo, sha, place)
        if commit is None:
            continue
        commits[sha] = commit
        new = [parent for parent in commit.parents if parent not in seen]
        seen.update(new)
        stack.extend(new)
        if len(commits) % _COMMITS_PER_REPORT == 0:
            report(len(commits), len(commits) + len(stack))
    report(len(commits), len(commits))
    return commits


def _commit(repo: Repo, sha: str, place: str) -> Commit | None:
    try:
        found = repo[sha.encode()]
    except KeyError:
        return None
    if not isinstance(found, GitCommit):
        problem = f"object {sha} should be a commit, found a {found.type_name.decode()}"
        raise EventsError(problem, file=place)
    parents = tuple(parent.decode() for parent in found.parents)
    return Commit(parents, found.author_time, found.commit_time)
