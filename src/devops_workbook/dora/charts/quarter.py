"""One picture of a period: what was deployed, how it went, and how long users suffered."""

from __future__ import annotations

import math
from typing import Any

import matplotlib.dates
import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import FixedFormatter, FixedLocator

from devops_workbook.display import Figure, style
from devops_workbook.dora.charts.incident_bars import Bar, bars, draw_bars
from devops_workbook.dora.charts.marks import draw_marks, legend_below, marks
from devops_workbook.dora.events import Events
from devops_workbook.dora.measure import measure
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.period import Moment
from devops_workbook.dora.report_words import period
from devops_workbook.dora.wording import counted, humanise

# matplotlib's own annotations stop short of these functions.
_DATES: Any = matplotlib.dates
_STEP = 0.5  # between two lines of incidents, where that of two services is 1
_TICKS = 7  # weeks that can have their date below them
_MANY_WEEKS = 60  # from which on a line for each of them would be a grey wall
_PLURALS = {
    "deployment": "deployments",
    "deployment that failed": "deployments that failed",
    "hotfix": "hotfixes",
    "rollback": "rollbacks",
    "attempt that never reached production": "attempts that never reached production",
}


def quarter(
    events: Events, start: Moment | None = None, end: Moment | None = None, tz: str = "UTC"
) -> Figure:
    """Draw the period [start, end) week by week: each deployment a mark, each incident a bar.

    There is a line for each service's deployments; ``start``, ``end`` and ``tz`` are as in
    ``measure``. An incident belongs to the period in which it started. Its bar is as long as
    it lasted, up to the end of the period, and at least long enough to be seen; up to 20 have
    their length beside them. What failed is what ``measure`` finds: a log without incidents,
    rollbacks and hotfixes has no failures.
    """
    metrics = measure(events, start, end, tz, resamples=0)
    table, found = metrics.deployments, bars(events.incidents, metrics)
    services = sorted(table["service"].unique())
    lines = 1 + max((bar.line for bar in found), default=-1)
    with style():
        height = 1.7 + min(0.7 * max(len(services), 1), 40.0) + 0.3 * lines
        figure = MatplotlibFigure(figsize=(8, height))
        axis = figure.subplots()
        _weeks(axis, metrics)
        for row, service in enumerate(services):
            draw_marks(axis, row, table[table["service"] == service])
        draw_bars(axis, found, len(services), _STEP)
        _frame(axis, services, lines)
        axis.set_xlabel(_unknown(events), loc="left", fontsize=9.5)
        legend_below(figure, axis)
    return Figure(figure, _alt(events, metrics, services, found))


def _frame(axis: Any, services: list[str], lines: int) -> None:
    names, places = list(services), [float(row) for row in range(len(services))]
    if lines:
        names.append("incidents")
        places.append(len(services) + (lines - 1) * _STEP / 2)
    # A service is called what it is called, dollars included.
    axis.set_yticks(places, names, parse_math=False)
    axis.set_ylim(max(len(services) - 1 + (1 + (lines - 1) * _STEP) * bool(lines), 0) + 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.set_title("Deployments and incidents, week by week")


def _weeks(axis: Any, metrics: Metrics) -> None:
    """Draw a line at each Monday, and write as many of their dates as there is room for."""
    zone = metrics.start.tzinfo
    # Days are counted without a zone: with one, a Monday's midnight may not exist.
    first, last = metrics.start.replace(tzinfo=None), metrics.end.replace(tzinfo=None)
    days = pd.date_range(pd.Timestamp(first).ceil("D"), last, freq="W-MON", inclusive="left")
    local = days.tz_localize(zone, nonexistent="shift_forward", ambiguous=True)
    mondays = _DATES.date2num(local.tz_convert("UTC").tz_localize(None).to_numpy())
    every = max(1, math.ceil(len(mondays) / _TICKS))
    axis.set_xlim(metrics.start, metrics.end)
    axis.xaxis.set_major_locator(FixedLocator(mondays[::every]))
    year = "" if len(mondays) <= _MANY_WEEKS else " %Y"
    labels = [f"{day.day} {day:%b{year}}" for day in days[::every]]
    axis.xaxis.set_major_formatter(FixedFormatter(labels))
    if len(mondays) <= _MANY_WEEKS:
        axis.xaxis.set_minor_locator(FixedLocator(mondays))
    axis.grid(visible=True, axis="x", which="both")


def _unknown(events: Events) -> str:
    return "No record of incidents." if events.incidents is None else ""


def _alt(events: Events, metrics: Metrics, services: list[str], found: list[Bar]) -> str:
    said = [
        counted(len(rows), label, _PLURALS[label])
        for label, rows in marks(metrics.deployments).items()
        if len(rows)
    ]
    named = f" of {', '.join(filter(None, services))}" if any(services) else ""
    return (
        f"Time line by week{named}, {period(metrics)}: {', '.join(said) or 'no deployments'}. "
        + (_unknown(events) or f"{counted(len(found), 'incident')}{_lengths(found)}.")
    )


def _lengths(found: list[Bar]) -> str:
    hours = [bar.hours for bar in found if not math.isnan(bar.hours)]
    still = len(found) - len(hours)
    parts = [
        f"the shortest {humanise(min(hours))}, the longest {humanise(max(hours))}" if hours else "",
        f"{still:,} still open" if still else "",
    ]
    said = "; ".join(filter(None, parts))
    return f": {said}" if said else ""
