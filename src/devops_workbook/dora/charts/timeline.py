"""Deployments, failures and recoveries on one line of time per service."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import RED, Figure, style
from devops_workbook.dora.charts.dates import date_axis
from devops_workbook.dora.charts.marks import draw_marks, legend_below
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.report_words import period
from devops_workbook.dora.wording import counted, humanise

_NAMED = 4  # services in the alternative text


def timeline(metrics: Metrics) -> Figure:
    """Draw every deployment of the period, one line per service, in the metrics' time zone.

    A bar runs from a failed deployment to its recovery, or to the end of the period while it
    has not recovered. Where failures are not known, the picture says so.
    """
    table = metrics.deployments
    services = sorted(table["service"].unique())
    unknown = metrics.change_fail_rate.note if math.isnan(metrics.change_fail_rate.value) else ""
    with style():
        figure = MatplotlibFigure(figsize=(8, 1.7 + _height(len(services))))
        axis = figure.subplots()
        for row, service in enumerate(services):
            _service(axis, row, metrics, table[table["service"] == service])
        _frame(axis, metrics, services)
        axis.set_xlabel(unknown, loc="left", fontsize=9.5)
        legend_below(figure, axis)
    return Figure(figure, _alt(metrics, services, unknown))


def _height(services: int) -> float:
    """Return the inches of the lines: less for each when there are very many."""
    return min(0.75 * max(services, 1), 60.0)


def _service(axis: Any, row: int, metrics: Metrics, table: pd.DataFrame) -> None:
    failed = table[table["failed"]]
    end = pd.Timestamp(metrics.end)
    for start, until in zip(failed["finished_at"], failed["recovered_at"], strict=True):
        axis.plot(
            [start, until if pd.notna(until) else end],
            [row, row],
            color=RED,
            alpha=0.35,
            linewidth=11,
            solid_capstyle="butt",
            zorder=1,
            label="until recovered",
        )
    draw_marks(axis, row, table)


def _frame(axis: Any, metrics: Metrics, services: list[str]) -> None:
    # A service is called what it is called, dollars included.
    axis.set_yticks(range(len(services)), services, parse_math=False)
    axis.set_ylim(len(services) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
    date_axis(axis, metrics)
    axis.set_title("Deployments, failures and recoveries")


def _alt(metrics: Metrics, services: list[str], unknown: str) -> str:
    table = metrics.deployments
    reached = table[table["status"] == "succeeded"]
    attempts = len(table) - len(reached)
    kinds_known = not math.isnan(metrics.deployment_rework_rate.value)
    sentences = (
        f"Time line of {counted(len(reached), 'deployment')}{_of(services)}, "
        f"{period(metrics)}{_kinds(reached) if kinds_known else ''}.",
        f"{counted(attempts, 'attempt')} never reached production." if attempts else "",
        unknown or _failures(reached),
    )
    return " ".join(filter(None, sentences))


def _of(services: list[str]) -> str:
    named = [service for service in services if service]
    more = len(named) - _NAMED
    shown = [*named[:_NAMED], f"{more:,} more"] if more > 0 else named
    listed = " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
    return f" of {listed}" if listed else ""


def _kinds(reached: pd.DataFrame) -> str:
    counts = reached["kind"].value_counts()
    nouns = {"planned": ("planned", "planned"), "hotfix": ("hotfix", "hotfixes")}
    nouns["rollback"] = ("rollback", "rollbacks")
    said = [counted(counts[kind], *noun) for kind, noun in nouns.items() if kind in counts]
    return f": {', '.join(said)}" if said else ""


def _failures(reached: pd.DataFrame) -> str:
    failed = reached[reached["failed"]]
    if failed.empty:
        return "None failed." if len(reached) else ""
    longest = failed["recovery_hours"].max()
    open_ones = int(failed["recovered_at"].isna().sum())
    parts = (
        f"{len(failed):,} failed",
        "" if math.isnan(longest) else f"the longest recovery took {humanise(longest)}",
        f"{open_ones:,} had not recovered at the end" if open_ones else "",
    )
    return f"{'; '.join(filter(None, parts))}."
