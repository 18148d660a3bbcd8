"""Exercises on failure and recovery, and the dashboard with a wrong number."""

from __future__ import annotations

import math
import sqlite3
from typing import Any

import pandas as pd

from devops_workbook import dora
from devops_workbook.chapters.dora_metrics.shop_log import (
    FIRST,
    SECOND,
    THIRD,
    chapter,
    hours_of,
    log,
    shop,
    succeeded,
    table,
)
from devops_workbook.checks import call, describe, number, require
from devops_workbook.exercise import LearnerError, NotYet
from devops_workbook.lab import Lab

_INCIDENT_COLUMNS = ["incident_id", "deployment_id"]
_THREE = log(FIRST, SECOND, THIRD)
FAIL_RATE_CASES: tuple[tuple[str, pd.DataFrame, list[tuple[str, str | None]], float], ...] = (
    ("Three deployments, one with an incident", _THREE, [("i1", "d2")], 1 / 3),
    (
        "Three incidents on the same deployment of three",
        _THREE,
        [("i1", "d2"), ("i2", "d2"), ("i3", "d2")],
        1 / 3,
    ),
    (
        "An outage of the hosting company: an incident that no deployment caused",
        _THREE,
        [("i1", None)],
        0.0,
    ),
    (
        "An attempt that never reached production",
        log(FIRST, SECOND, ("d3", "orders", "2025-03-21T21:00Z", "failed")),
        [("i1", "d2")],
        1 / 2,
    ),
    ("A quiet month, no deployments at all", _THREE.iloc[:0], [], math.nan),
)


@chapter.exercise(
    "change-fail-rate",
    title="Change fail rate",
    minutes=5,
    answer="change_fail_rate",
    hints=(
        "Ask each deployment whether an incident names it: "
        ".isin(...) gives True or False for each.",
        "The mean of True and False is a share. The mean of nothing is NaN, which is right here.",
    ),
)
def check_change_fail_rate(lab: Lab, answer: Any) -> str:
    """The share of successful deployments that an incident names, each counted once."""
    for title, deployments, rows, expected in FAIL_RATE_CASES:
        incidents = pd.DataFrame(rows, columns=_INCIDENT_COLUMNS, dtype="str")
        found = call(answer, deployments, incidents, what="change_fail_rate", case=title)
        if math.isnan(expected) and found == 0:
            raise NotYet(f"{title}: found 0. Nothing failed, but nothing was deployed either: NaN.")
        if expected and found == 100 * expected:
            raise NotYet(f"{title}: found {found:.3g}. That is in per cent; a share is 0 to 1.")
        number(found, expected, f"{title}: the rate")
    rate = call(answer, shop().deployments, shop().incidents, what="change_fail_rate")
    named = _share_with_incident(shop())
    number(rate, named, "On the shop's log the rate")
    return f"{named:.0%} of the shop's deployments needed repair."


def _share_with_incident(events: dora.Events) -> float:
    good = succeeded(events.deployments)
    named = table(events, "incidents")["deployment_id"].dropna()
    return float(good["deployment_id"].isin(named).mean())


@chapter.exercise(
    "recovery-time",
    title="Time to recover",
    minutes=5,
    answer="recovery_hours",
    hints=(
        "Merge incidents with deployments on deployment_id. Incidents without one drop out.",
        "Group by deployment: it is recovered when its last incident is resolved, .max().",
        "An incident that is open has no resolved_at, and .max() would skip it. Leave its "
        "deployment out: .agg(lambda times: times.max(skipna=False)).",
    ),
)
def check_recovery_time(lab: Lab, answer: Any) -> str:
    """The median hours from a failed deployment to the end of its last incident."""
    incidents = table(shop(), "incidents")
    rows = incidents.merge(succeeded(shop().deployments), on="deployment_id", suffixes=("", "_d"))
    by = rows.groupby("deployment_id")
    recovered = by["resolved_at"].agg(lambda times: times.max(skipna=False))
    hours = hours_of(recovered - by["finished_at"].first()).dropna()
    durations = hours_of(incidents["resolved_at"] - incidents["started_at"])
    each = hours_of(rows["resolved_at"] - rows["finished_at"])
    number(
        answer,
        hours.median(),
        "`recovery_hours`",
        mistakes={
            "That is the mean. One long weekend pulls it up.": hours.mean(),
            "That is how long incidents last, with or without a deployment: MTTR's question.": (
                durations.median()
            ),
            "That is the mean time to restore of all incidents, MTTR.": durations.mean(),
            "That counts each incident. A deployment recovers once, when its last one ends.": (
                each.median()
            ),
        },
        rel=1e-3,
    )
    return (
        f"The median of {len(hours)} failed deployments is {hours.median():.1f} hours; "
        f"the mean is {hours.mean():.1f}."
    )


#: The team's dashboard, with its mistake.
DASHBOARD_QUERY = """
SELECT ROUND(100.0 * SUM(incident_id IS NOT NULL) / COUNT(*), 1) AS change_fail_rate
FROM deployments LEFT JOIN incidents USING (deployment_id)
WHERE status = 'succeeded'
"""


def dashboard(events: dora.Events | None = None) -> sqlite3.Connection:
    """Return the team's dashboard database: the tables deployments and incidents."""
    events = events or shop()
    database = sqlite3.connect(":memory:")
    for name in ("deployments", "incidents"):
        rows = table(events, name)
        plain = rows.astype(object).where(rows.notna(), None).map(_plain)
        plain.to_sql(name, database, index=False)
    return database


def _plain(value: Any) -> Any:
    return None if value is None else str(value)


def _small_log() -> dora.Events:
    """Return two deployments, one of them with three incidents, and an outage of no deployment."""
    rows = [("i1", "d2"), ("i2", "d2"), ("i3", "d2"), ("i4", None)]
    incidents = pd.DataFrame(rows, columns=_INCIDENT_COLUMNS, dtype="str")
    incidents["started_at"] = incidents["resolved_at"] = SECOND[2]
    failed = ("d3", "orders", "2025-03-21T21:00Z", "failed")
    return dora.Events(log(FIRST, SECOND, failed), None, incidents)


@chapter.exercise(
    "wrong-dashboard",
    title="The dashboard's wrong number",
    minutes=6,
    kind="break/fix",
    answer="query",
    hints=(
        "Run the query's FROM and WHERE with SELECT * and look for a deployment with several rows.",
        "The join makes one row for each incident. What do SUM and COUNT(*) then count?",
        "COUNT(DISTINCT ...) counts a thing once. It skips NULL, and CASE without ELSE gives NULL.",
    ),
)
def check_wrong_dashboard(lab: Lab, answer: Any) -> str:
    """The query counts deployments, on the shop's log and on a small one."""
    require(isinstance(answer, str), f"`query` should be a text. Found {describe(answer)}.")
    small = _ask(answer, _small_log())
    number(
        small,
        50.0,
        "Two deployments reached production, one of them with three incidents. Your query",
        mistakes={
            "That is the dashboard's mistake: the join repeats a deployment for each incident.": (
                75.0
            ),
            "An incident without a deployment has NULL there, and `x IN (…, NULL)` is never "
            "false: leave the NULLs out.": 100.0,
            "That is a share. Give per cent.": 0.5,
            "That divides incidents by deployments. Three incidents on one deployment are one "
            "failed deployment.": 150.0,
            "An attempt that never reached production is among the deployments.": 33.3,
        },
        rel=0.01,
    )
    right = 100 * _share_with_incident(shop())
    number(_ask(answer, shop()), right, "On the shop's log your query", rel=0.01)
    before = _ask(DASHBOARD_QUERY, shop())
    return f"The dashboard said {before:.1f} %. Counted by deployment it is {right:.1f} %."


def _ask(query: str, events: dora.Events) -> float:
    try:
        row = dashboard(events).execute(query).fetchone()
    except sqlite3.Error as error:
        raise LearnerError(f"SQLite says: {error}") from error
    if not row or len(row) != 1 or not isinstance(row[0], (int, float)):
        raise NotYet(f"`query` should give one number. Found {row}.")
    return float(row[0])
