"""Turn commits and release tags into events: which release brought which change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from devops_workbook.dora.commit_graph import (
    Commit,
    Release,
    Tag,
    generations,
    owners,
    releases,
)
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.dora.name_rules import NameRule, matcher
from devops_workbook.dora.notes import counted, listed

#: Which of a commit's two times is the time of the change.
CommitTime = Literal["author", "commit"]

_NO_TAGS = (
    "it has no tags, and a release tag is what counts as a deployment: tag the releases (git tag"
    " v1.0.0), or list the deployments in a CSV file"
)


@dataclass(frozen=True)
class History:
    """Commits by id, the tags on them, and the tip of the branch that releases are made from."""

    source: str
    commits: Mapping[str, Commit]
    tags: Sequence[Tag]
    head: str | None
    notes: tuple[str, ...] = ()


def release_events(
    history: History, *, hotfix: NameRule | None, time: CommitTime, service: str
) -> Events:
    """Return a deployment for each release, and the changes that it was the first to hold.

    The commits reachable from ``head`` and from no release are changes not deployed yet.
    """
    if time not in ("author", "commit"):
        raise EventsError(f"found time={time!r}, expected 'author' or 'commit'")
    known = [tag for tag in history.tags if tag.commit in history.commits]
    generation = _generations(history)
    found = releases(known, generation)
    starts = [release.tag.commit for release in found]
    if history.head is not None:
        starts.append(history.head)
    owner = owners(history.commits, starts)
    names = [release.tag.name for release in found]
    deployments = _deployments(found, hotfix, service)
    changes = _changes(history.commits, owner, names, time)
    notes = (*history.notes, *_notes(history, found, owner, time))
    return Events(deployments, changes, notes=notes)


def choose_tags(tags: list[Tag], rule: NameRule, place: str) -> list[Tag]:
    """Return the tags whose name fits; raise EventsError if there is none."""
    if not tags:
        raise EventsError(_NO_TAGS, file=place)
    fits = matcher(rule)
    chosen = [tag for tag in tags if fits(tag.name)]
    if not chosen:
        examples = ", ".join(tag.name for tag in tags[-3:])
        there = counted(len(tags), "tag")
        problem = f"of its {there} none fits tags={rule!r}: expected names like {examples}"
        raise EventsError(problem, file=place)
    return chosen


def _generations(history: History) -> dict[str, int]:
    try:
        return generations(history.commits)
    except ValueError as error:
        problem = f"commit {error} is its own ancestor: expected each commit's parents to be older"
        raise EventsError(problem, file=history.source) from error


def _deployments(found: Sequence[Release], hotfix: NameRule | None, service: str) -> pd.DataFrame:
    names = pd.Series([release.tag.name for release in found], dtype="str")
    columns = {
        "deployment_id": names,
        "service": service,
        "finished_at": _times(release.tag.created_at for release in found),
        "version": names,
    }
    if hotfix is not None:
        is_hotfix = matcher(hotfix)
        columns["kind"] = ["hotfix" if is_hotfix(name) else "planned" for name in names]
    return pd.DataFrame(columns)


def _changes(
    commits: Mapping[str, Commit],
    owner: Mapping[str, int],
    names: Sequence[str],
    time: CommitTime,
) -> pd.DataFrame:
    work = [sha for sha in owner if not _is_merge(commits[sha])]
    at = "authored_at" if time == "author" else "committed_at"
    deployed_in = [*names, None]  # the head, if there is one, comes after the last release
    return pd.DataFrame(
        {
            "change_id": pd.Series(work, dtype="str"),
            "deployment_id": pd.Series([deployed_in[owner[sha]] for sha in work], dtype="str"),
            "committed_at": _times(getattr(commits[sha], at) for sha in work),
        }
    )


def _is_merge(commit: Commit) -> bool:
    return len(commit.parents) > 1


def _times(seconds: Iterable[int]) -> pd.Series:
    moments = np.fromiter(seconds, dtype="int64").astype("datetime64[s]")
    return pd.Series(moments).dt.tz_localize("UTC")


def _notes(
    history: History, found: Sequence[Release], owner: Mapping[str, int], time: CommitTime
) -> list[str]:
    notes = []
    lost = [tag.name for tag in history.tags if tag.commit not in history.commits]
    if lost:
        notes.append(f"{listed(lost, 'tag')} left out: the commit it points at is missing")
    aliases = [f"{alias} = {own.tag.name}" for own in found for alias in own.aliases]
    if aliases:
        notes.append(
            f"{listed(aliases, 'tag')} not counted again: another tag of a released commit"
        )
    with_commits = set(owner.values())
    nothing_new = [own.tag.name for index, own in enumerate(found) if index not in with_commits]
    if nothing_new:
        notes.append(
            f"{listed(nothing_new, 'release')} without a commit that was not released before"
        )
    return notes + _commit_notes(history, [history.commits[sha] for sha in owner], time)


def _commit_notes(history: History, reached: Sequence[Commit], time: CommitTime) -> list[str]:
    notes = []
    if merges := sum(_is_merge(commit) for commit in reached):
        notes.append(f"{counted(merges, 'merge commit')} left out: merges only join changes")
    work = [commit for commit in reached if not _is_merge(commit)]
    if moved := sum(commit.authored_at != commit.committed_at for commit in work):
        notes.append(
            f"{moved:,} of {counted(len(work), 'commit')} rebased, amended or applied after being"
            f" written: the {time} time counts"
        )
    if unreached := len(history.commits) - len(reached):
        notes.append(f"{counted(unreached, 'commit')} left out: in no release and not in the head")
    return notes
