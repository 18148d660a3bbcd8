"""A commit graph laid out in lanes: the long-lived branches, and room for the short ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from dulwich.objects import Commit, ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo


@dataclass(frozen=True)
class Lanes:
    """Commits by id with their lane, numbered from 0, and what a chart says of them."""

    commits: dict[ObjectID, Commit]
    lane: dict[ObjectID, int]
    names: tuple[str, ...]  # of the first lanes
    released: dict[ObjectID, str]  # the tag of a commit that has a parent
    branch_hours: tuple[float, ...]  # from a short branch's first commit to its merge

    @property
    def changes(self) -> int:
        """The commits that are no merges, without the first."""
        return sum(len(commit.parents) == 1 for commit in self.commits.values())

    @property
    def branch_lasted(self) -> float:
        """The median hours of the short branches."""
        return median(self.branch_hours)


def read_lanes(folder: str, long_lived: Sequence[str]) -> Lanes:
    """Read the graph of a repository. The first parents of a long-lived branch are its lane."""
    with Repo(folder) as repo:
        tips = [repo.refs[Ref(b"refs/heads/" + name.encode())] for name in long_lived]
        commits = {entry.commit.id: entry.commit for entry in repo.get_walker(tips)}
        released = {sha: name for sha, name in _tagged(repo).items() if commits[sha].parents}
    lane: dict[ObjectID, int] = {}
    for number, tip in enumerate(tips):
        lane |= dict.fromkeys(_chain(commits, tip, lane), number)
    hours = []
    free: list[int] = []  # until when each further lane is taken
    for merge in sorted(commits.values(), key=commit_time):
        branch = _chain(commits, merge.parents[1], lane) if len(merge.parents) > 1 else []
        if branch:
            begin = commit_time(commits[branch[-1]])
            number = _first_free(free, begin, commit_time(merge))
            lane |= dict.fromkeys(branch, len(tips) + number)
            hours.append((commit_time(merge) - begin) / 3600)
    return Lanes(commits, lane, tuple(long_lived), released, tuple(hours))


def commit_time(commit: Commit) -> int:
    """Return when a commit was made, in seconds since 1970."""
    return int(commit.commit_time)


def moment(commit: Commit) -> datetime:
    """Return when a commit was made, as an aware datetime."""
    return datetime.fromtimestamp(commit_time(commit), UTC)


def _tagged(repo: Repo) -> dict[ObjectID, str]:
    tags = repo.refs.as_dict(Ref(b"refs/tags"))
    return {repo.get_peeled(Ref(b"refs/tags/" + name)): name.decode() for name in tags}


def _chain(
    commits: dict[ObjectID, Commit], start: ObjectID, taken: Iterable[ObjectID]
) -> list[ObjectID]:
    """Return a commit and its first parents, down to one that has a lane."""
    chain: list[ObjectID] = []
    sha: ObjectID | None = start
    known = set(taken)
    while sha is not None and sha not in known:
        chain.append(sha)
        sha = next(iter(commits[sha].parents), None)
    return chain


def _first_free(free: list[int], begin: int, end: int) -> int:
    """Take the first lane that is free at ``begin`` until ``end``, and return its number."""
    for number, until in enumerate(free):
        if until <= begin:
            free[number] = end
            return number
    free.append(end)
    return len(free) - 1
