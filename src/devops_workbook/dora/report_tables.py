"""The tables of the report: the data behind its charts, and what was left out."""

from __future__ import annotations

import math
from collections import defaultdict

from devops_workbook.display import Table
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.report_words import capital, ordered
from devops_workbook.dora.wording import humanise, percent

#: A page is no place for a hundred thousand rows; the table of the metrics holds them all.
ROWS_SHOWN = 200

_NOTHING = "-"
_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)


def series(metrics: Metrics, every: str) -> Table:
    """Return the metrics by week or month."""
    table = metrics.weekly if every == "week" else metrics.monthly
    shown = {"week": "%Y-%m-%d", "month": "%Y-%m"}[every]
    columns = {
        capital(every): [
            f"{start:{shown}}" + (f" ({days:g} days)" if partial else "")
            for start, days, partial in zip(
                table.index, table["days"], table["partial"], strict=True
            )
        ],
        "Deployments": [f"{count:,}" for count in table["deployments"]],
        "Change lead time": map(_time, table["change_lead_time_hours"]),
        "Recovery time": map(_time, table["failed_deployment_recovery_hours"]),
        "Change fail rate": map(_share, table["change_fail_rate"]),
        "Rework rate": map(_share, table["deployment_rework_rate"]),
    }
    caption = f"The metrics by {every}. A dash means that nothing can be said."
    return Table(caption, tuple(columns), list(zip(*columns.values(), strict=True)))


def lead_times(metrics: Metrics) -> Table:
    """Return within what time which share of the changes was in production."""
    hours = metrics.lead_times["lead_time_hours"]
    rows = [(percent(share), humanise(float(hours.quantile(share)))) for share in _SHARES]
    columns = ("Share of the changes", "In production within")
    caption = f"Lead times of {len(hours):,} changes"
    return Table(caption, columns, rows if len(hours) else [])


def deployments(metrics: Metrics) -> Table:
    """Return the deployments of the period, the latest ones of many."""
    table = metrics.deployments
    caption = f"Deployments, in the time of {metrics.tz}"
    if len(table) > ROWS_SHOWN:
        caption += f": the latest {ROWS_SHOWN} of {len(table):,}"
    latest = table.iloc[-ROWS_SHOWN:]
    finished = latest["finished_at"].dt.tz_convert(metrics.tz).dt.strftime("%Y-%m-%d %H:%M")
    columns = {
        "Deployment": latest["deployment_id"],
        "Service": latest["service"],
        "Finished": finished,
        "Kind": latest["kind"],
        "Outcome": map(_outcome, latest["status"], latest["failed"]),
        "Recovered after": map(_time, latest["recovery_hours"]),
    }
    return Table(caption, tuple(columns), list(zip(*columns.values(), strict=True)))


def left_out(metrics: Metrics) -> Table:
    """Return what the metrics do not count, and why; the same reason once."""
    names: dict[tuple[str, int], list[str]] = defaultdict(list)
    for metric in ordered(metrics):
        for reason in metric.excluded.items():
            names[reason].append(metric.name)
    rows = [
        (reason, f"{count:,}", ", ".join(left_by)) for (reason, count), left_by in names.items()
    ]
    return Table("What the metrics do not count", ("Reason", "How many", "Not counted in"), rows)


def _outcome(status: str, failed: bool) -> str:
    if status == "failed":
        return "never reached production"
    return "failed" if failed else "succeeded"


def _time(hours: float) -> str:
    return _NOTHING if math.isnan(hours) else humanise(hours)


def _share(share: float) -> str:
    return _NOTHING if math.isnan(share) else percent(share)
