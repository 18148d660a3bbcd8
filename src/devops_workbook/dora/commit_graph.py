"""Which release first shipped a commit: ownership over the commit graph, in linear time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Commit(NamedTuple):
    """A commit: the ids of its parents and its two times, in seconds since 1970 (UTC).

    A parent need not be known: the history of a shallow clone, for one, ends somewhere.
    """

    parents: tuple[str, ...]
    authored_at: int
    committed_at: int


class Tag(NamedTuple):
    """A release tag: its name, the commit it points at, its time in seconds since 1970 (UTC)."""

    name: str
    commit: str
    created_at: int


class Release(NamedTuple):
    """A tag that counts as a release, and the later or lesser tags of the same commit."""

    tag: Tag
    aliases: tuple[str, ...]


def generations(commits: Mapping[str, Commit]) -> dict[str, int]:
    """Return each commit's generation, parents before children: one more than its last parent's.

    Raises ValueError, with a commit on it, for a cycle. Method: Kahn (1962), Topological sorting
    of large networks.
    """
    children: dict[str, list[str]] = {}
    waiting: dict[str, int] = {}
    for sha, commit in commits.items():
        known = [parent for parent in commit.parents if parent in commits]
        waiting[sha] = len(known)
        for parent in known:
            children.setdefault(parent, []).append(sha)
    found = {sha: 1 for sha, count in waiting.items() if count == 0}
    ready = deque(found)
    while ready:
        parent = ready.popleft()
        for child in children.get(parent, ()):
            waiting[child] -= 1
            if waiting[child] == 0:  # this parent is its last, and so of the highest generation
                found[child] = found[parent] + 1
                ready.append(child)
    if len(found) < len(commits):
        raise ValueError(next(sha for sha, count in waiting.items() if count))
    return found


def releases(tags: Iterable[Tag], generation: Mapping[str, int]) -> list[Release]:
    """Return one release per tagged commit, in the order they went out.

    That order is the tags' own time; of tags with the same time (an import, say, that created
    them all in one second) an ancestor goes before its descendants, hence ``generation``.
    Several tags on one commit are one release: the earliest names it, of equally early ones the
    one with the most numbers in it (``v4.3.2`` before ``v4``, ``8.0.4`` before ``8.0.x``).
    """
    by_commit: dict[str, list[Tag]] = {}
    for tag in sorted(tags, key=lambda tag: (tag.created_at, -_numbers(tag.name), tag.name)):
        by_commit.setdefault(tag.commit, []).append(tag)
    found = [Release(own[0], tuple(tag.name for tag in own[1:])) for own in by_commit.values()]
    return sorted(
        found,
        key=lambda own: (own.tag.created_at, generation[own.tag.commit], own.tag.name),
    )


def _numbers(name: str) -> int:
    digits = "".join(char if char.isdigit() else " " for char in name)
    return len(digits.split())


def owners(commits: Mapping[str, Commit], starts: Iterable[str]) -> dict[str, int]:
    """Return, for each commit, the index of the first of ``starts`` that reaches it.

    With the releases' commits in release order that is the release that first shipped it: the
    set of index i is ``git rev-list start[i] --not start[0] ... start[i-1]``. Each commit and
    each edge is looked at once.
    """
    owner: dict[str, int] = {}
    for index, start in enumerate(starts):
        stack = [start]
        while stack:
            sha = stack.pop()
            if sha in owner or sha not in commits:
                continue
            owner[sha] = index
            stack.extend(commits[sha].parents)
    return owner
