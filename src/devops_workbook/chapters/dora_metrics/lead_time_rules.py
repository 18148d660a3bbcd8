"""The exercise on lead time with every rule, each with the smallest log that shows it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook import dora
from devops_workbook.chapters.dora_metrics.shop_log import (
    FIRST,
    SECOND,
    THIRD,
    chapter,
    commits,
    log,
    shop,
)
from devops_workbook.checks import call, describe, require
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

# Each rule of the exercise with the smallest log that shows it, and the hours that are right.
LEAD_TIME_CASES: tuple[tuple[str, pd.DataFrame, pd.DataFrame, list[float]], ...] = (
    (
        "Two deployments, one commit in the second",
        log(FIRST, SECOND),
        commits(("a", "d2", "2025-03-14T09:00Z")),
        [12.0],
    ),
    (
        "A commit in the first deployment of a service",
        log(FIRST, SECOND),
        commits(("old", "d1", "2019-03-07T09:00Z"), ("a", "d2", "2025-03-14T09:00Z")),
        [12.0],
    ),
    (
        "A second service whose first deployment comes later",
        log(FIRST, SECOND, ("s1", "storefront", "2025-03-16T21:00Z", "succeeded")),
        commits(("a", "d2", "2025-03-14T09:00Z"), ("old", "s1", "2020-01-01T09:00Z")),
        [12.0],
    ),
    (
        "An attempt that failed, and the same commit deployed a week later",
        log(FIRST, ("d2", "orders", "2025-03-14T21:00Z", "failed"), THIRD),
        commits(("a", "d2", "2025-03-14T09:00Z"), ("a", "d3", "2025-03-14T09:00Z")),
        [180.0],
    ),
    (
        "A commit that two successful deployments contain",
        log(FIRST, SECOND, THIRD),
        commits(("a", "d2", "2025-03-14T09:00Z"), ("a", "d3", "2025-03-14T09:00Z")),
        [12.0],
    ),
    (
        "A commit that is dated after its deployment",
        log(FIRST, SECOND),
        commits(("a", "d2", "2025-03-14T09:00Z"), ("b", "d2", "2025-03-15T09:00Z")),
        [12.0],
    ),
    (
        "A commit that is not deployed yet, and tables in no particular order",
        log(SECOND, FIRST),
        commits(("b", None, "2025-03-15T09:00Z"), ("a", "d2", "2025-03-14T09:00Z")),
        [12.0],
    ),
)


@chapter.exercise(
    "lead-time-rules",
    title="Lead time with every rule",
    minutes=8,
    answer="lead_times",
    hints=(
        "Start with the deployments that succeeded, sorted by finished_at. "
        ".groupby('service')['deployment_id'].first() then names the first of each service.",
        "After the merge, sort by finished_at; .drop_duplicates('change_id') keeps the earliest.",
        "Take the first deployments away after that, not before: a commit that was in one of them "
        "must not count when it is deployed again. `~x.isin(y)` is true where x is not in y.",
    ),
)
def check_lead_time_rules(lab: Lab, answer: Any) -> str:
    """The function keeps every rule on small logs, and agrees with the package on the shop's."""
    for title, deployments, changes, expected in LEAD_TIME_CASES:
        found = _hours_list(call(answer, deployments, changes, what="lead_times", case=title))
        require(
            found == expected,
            f"{title}: expected {_list(expected)}, found {_list(found)}.",
        )
    events = shop()
    found = _hours_list(call(answer, events.deployments, events.changes, what="lead_times"))
    right = sorted(round(h, 3) for h in dora.measure(events).lead_times["lead_time_hours"])
    require(
        found == right,
        f"The small logs are right. On the shop's log {len(right)} commits count; "
        f"found {len(found)}.",
    )
    return f"Every rule holds. On the shop's log {len(right)} commits count, as the package finds."


def _hours_list(answer: Any) -> list[float]:
    try:
        return sorted(round(float(hours), 3) for hours in answer)
    except (TypeError, ValueError):
        raise NotYet(
            f"`lead_times` should return hours, one number a commit. Found {describe(answer)}."
        ) from None


def _list(hours: list[float]) -> str:
    text = ", ".join(f"{value:g}" for value in hours)
    return f"[{text}] hours" if hours else "no lead time"
