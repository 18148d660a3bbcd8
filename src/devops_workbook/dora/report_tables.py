"""The tables of the report: the data behind its charts, and what was left out."""

from __future__ import annotations

import math

from devops_workbook.display import Table
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.report_words import capital, ordered
from devops_workbook.dora.wording import humanise, percent

#: A page is no place for a hundred thousand rows; the table of the metrics holds them all.
ROWS_SHOWN = 200

_NOTHING = "–"  # said of what cannot be said, and explained in the caption
_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)


def series(metrics: Metrics, every: str) -> Table:
    """Return the metrics by week or month."""
    table = metrics.weekly if every == "week" else metrics.monthly
    shown = {"week": "%Y-%m-%d", "month": "%Y-%m"}[every]
    rows = [
        (
            f"{start:{shown}}" + (f" ({row.days:g} days)" if row.partial else ""),
            f"{row.deployments:,}",
            _time(row.change_lead_time_hours),
            _time(row.failed_deployment_recovery_hours),
            _share(row.change_fail_rate),
            _share(row.deployment_rework_rate),
        )
        for start, row in zip(table.index, table.itertuples(), strict=True)
    ]
    columns = (
        f"{capital(every)}{' from' if every == 'week' else ''}",
        "Deployments",
        "Change lead time",
        "Recovery time",
        "Change fail rate",
        "Rework rate",
    )
    return Table(f"The metrics by {every}. {_NOTHING} means that nothing can be said.", columns, rows)


def lead_times(metrics: Metrics) -> Table:
    """Return within what time which share of the changes was in production."""
    hours = metrics.lead_times["lead_time_hours"]
    rows = [(percent(share), humanise(hours.quantile(share))) for share in _SHARES]
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
    rows = [
        (name, service, at, kind, _outcome(status, failed), _time(hours))
        for name, service, at, kind, status, failed, hours in zip(
            latest["deployment_id"],
            latest["service"],
            finished,
            latest["kind"],
            latest["status"],
            latest["failed"],
            latest["recovery_hours"],
            strict=True,
        )
    ]
    columns = ("Deployment", "Service", "Finished", "Kind", "Outcome", "Recovered after")
    return Table(caption, columns, rows)


def left_out(metrics: Metrics) -> Table:
    """Return what each metric does not count, and why."""
    rows = [
        (capital(metric.name), reason, f"{count:,}")
        for metric in ordered(metrics)
        for reason, count in metric.excluded.items()
    ]
    return Table("What the metrics do not count", ("Metric", "Reason", "How many"), rows)


def _outcome(status: str, failed: bool) -> str:
    if status == "failed":
        return "never reached production"
    return "failed" if failed else "succeeded"


def _time(hours: float) -> str:
    return _NOTHING if math.isnan(hours) else humanise(hours)


def _share(share: float) -> str:
    return _NOTHING if math.isnan(share) else percent(share)
