"""Exercises on GitFlow and trunk-based development, measured on their commit graphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from dulwich.objects import Commit
from dulwich.refs import Ref
from dulwich.repo import Repo

from devops_workbook import dora
from devops_workbook.chapters.source_control.scene import GITFLOW, TRUNK, chapter, clone_url
from devops_workbook.checks import call, describe, number
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

_HOUR = 3600


@chapter.exercise(
    "two-ways",
    title="The same work, two ways",
    minutes=5,
    answer="delivery",
    hints=(
        'events = dora.from_git(folder, tags="v*"), then metrics = dora.measure(events).',
        "metrics.lead_times has a row for each commit that counts, with lead_time_hours and "
        "deployment_id.",
        ".groupby('deployment_id').size() counts the commits of each release. Its mean is the "
        "batch size.",
    ),
)
def check_two_ways(lab: Lab, answer: Any) -> str:
    """The function finds the median lead time and the mean batch size of both copies."""
    said = []
    for name in (GITFLOW, TRUNK):
        folder = clone_url(lab, name)
        lead_times = _measured(folder).lead_times
        hours, batch = _pair(call(answer, folder, what="delivery"))
        _require_hours(hours, lead_times, f"For {name} the lead time")
        size = lead_times.groupby("deployment_id").size().mean()
        _require_batch(batch, size, folder, f"For {name} the batch size")
        median = lead_times["lead_time_hours"].median()
        said.append(f"{name}: {median:.1f} hours, {size:.1f} commits a release")
    return f"{'. '.join(said)}. The same commits, written at the same minutes."


def _measured(folder: str) -> dora.Metrics:
    return dora.measure(dora.from_git(folder, tags="v*"), resamples=0)


def _pair(found: Any) -> tuple[Any, Any]:
    try:
        hours, batch = found.values() if isinstance(found, dict) else found
    except (TypeError, ValueError):
        raise NotYet(
            "`delivery` should return two numbers, the lead time and the batch size. Found "
            f"{describe(found)}."
        ) from None
    return hours, batch


def _require_hours(hours: Any, lead_times: pd.DataFrame, what: str) -> None:
    column = lead_times["lead_time_hours"]
    mistakes = {
        "That is the mean. Chapter 01 takes the median of times.": column.mean(),
        "That is in days.": column.median() / 24,
    }
    number(hours, column.median(), what, mistakes=mistakes, rel=1e-3)


def _require_batch(batch: Any, size: float, folder: str, what: str) -> None:
    events = dora.from_git(folder, tags="v*")
    changes = events.changes
    every = changes.groupby("deployment_id").size().mean() if changes is not None else size
    with Repo(folder) as repo:
        commits = sum(1 for _ in repo.get_walker([repo.refs[Ref(b"refs/heads/main")]]))
    releases = len(events.deployments)
    mistakes = {
        "That counts the first tag too, where both copies begin.": every,
        "That counts merge commits, which join changes and bring none.": commits / releases,
        "That is the number of releases.": releases,
    }
    number(batch, size, what, mistakes=mistakes, rel=1e-3)


@chapter.exercise(
    "branch-wait",
    title="Where did the time go?",
    minutes=5,
    kind="stretch",
    answer="until_develop",
    hints=(
        "Walk develop: repo.get_walker([tip]) gives entries, each with a commit. A merge has two "
        "parents: parents[0] is develop before it, parents[1] the tip of the branch.",
        "repo.get_walker([merge.parents[1]], exclude=[merge.parents[0]]) gives the commits that "
        "this merge brought in.",
        "Leave out the merges that do not begin with b'Merge feature'. The times are "
        "merge.commit_time and commit.author_time, in seconds.",
    ),
)
def check_branch_wait(lab: Lab, answer: Any) -> str:
    """The median hours from a commit on a feature branch to its merge into develop."""
    folder = clone_url(lab, GITFLOW)
    waits = pd.Series(list(_waits(folder)))
    every = pd.Series(list(_waits(folder, of=b"")))
    whole = _measured(folder).lead_times["lead_time_hours"].median()
    number(
        answer,
        waits.median(),
        "`until_develop`",
        mistakes={
            "That is the whole way to the release. Stop at develop.": whole,
            "That is the mean.": waits.mean(),
            f"That is over {len(every)} waits, and there are {len(waits)} commits: merges of a "
            "release into develop are among the merges.": every.median(),
            "That is in seconds.": waits.median() * _HOUR,
            "That is in days.": waits.median() / 24,
        },
        rel=1e-3,
    )
    return (
        f"Half of the commits waited more than {waits.median():.0f} hours for the others of "
        f"their feature. The median to production is {whole:.0f}: after develop comes the wait for "
        "the release."
    )


def _waits(folder: str, of: bytes = b"Merge feature") -> Iterator[float]:
    with Repo(folder) as repo:
        develop = repo.refs[Ref(b"refs/heads/develop")]
        merges = [entry.commit for entry in repo.get_walker([develop])]
        for merge in merges:
            if merge.message.startswith(of) and len(merge.parents) == 2:
                for commit in _brought_by(repo, merge):
                    yield (merge.commit_time - commit.author_time) / _HOUR


def _brought_by(repo: Repo, merge: Commit) -> Iterator[Commit]:
    before, branch = merge.parents
    for entry in repo.get_walker([branch], exclude=[before]):
        yield entry.commit
