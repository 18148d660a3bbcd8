"""The chapter, its log, and the small logs that its checks try functions on."""

from __future__ import annotations

from functools import cache

import pandas as pd

from devops_workbook import dora
from devops_workbook.exercise import Chapter
from devops_workbook.paths import DATA

chapter = Chapter(
    "dora-metrics",
    "DORA metrics",
    minutes=75,
    leave_out=(
        "what-if",
        "friday-night",
        "lead-time-rules",
        "goodhart",
        "least-sure",
        "recovery-time",
    ),
)

SHOP = DATA / "shop"
ZONE = "Europe/Berlin"
START, END = pd.Timestamp("2025-01-01", tz=ZONE), pd.Timestamp("2026-01-05", tz=ZONE)
WEEK = pd.Timedelta(days=7)


@cache
def shop() -> dora.Events:
    """Return the shop's log."""
    tables = (SHOP / f"{name}.csv" for name in ("deployments", "changes", "incidents"))
    return dora.read_csv(*tables)


@cache
def orders_metrics() -> dora.Metrics:
    """Return the year's metrics of the orders service, as the notebook measures them."""
    return dora.measure(shop().only(service="orders"), START, END, tz=ZONE)


def table(events: dora.Events, name: str) -> pd.DataFrame:
    """Return a table of events, of which there is one since the log has all three."""
    found: pd.DataFrame = getattr(events, name)
    return found


def succeeded(deployments: pd.DataFrame) -> pd.DataFrame:
    """Return the deployments that reached production."""
    return deployments[deployments["status"] == "succeeded"]


def hours_of(spans: pd.Series) -> pd.Series:
    """Return spans of time as hours."""
    hours: pd.Series = spans.dt.total_seconds() / 3600
    return hours


def joined(deployments: pd.DataFrame) -> pd.DataFrame:
    """Return every change with its deployments' times and its hours to production."""
    rows = table(shop(), "changes").merge(deployments, on="deployment_id")
    return rows.assign(hours=hours_of(rows["finished_at"] - rows["committed_at"]))


def log(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Return a small table of deployments: id, service, finished_at and status of each."""
    columns = ["deployment_id", "service", "finished_at", "status"]
    small = pd.DataFrame(list(rows), columns=columns)
    return small.assign(finished_at=pd.to_datetime(small["finished_at"], utc=True))


def commits(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    """Return a small table of changes: id, deployment and committed_at of each."""
    small = pd.DataFrame(list(rows), columns=["change_id", "deployment_id", "committed_at"])
    return small.assign(committed_at=pd.to_datetime(small["committed_at"], utc=True))


FIRST = ("d1", "orders", "2025-03-07T21:00Z", "succeeded")
SECOND = ("d2", "orders", "2025-03-14T21:00Z", "succeeded")
THIRD = ("d3", "orders", "2025-03-21T21:00Z", "succeeded")
