"""Deployments, failures and recoveries on one line of time per service."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import BLUE, GREEN, PINK, RED, Figure, style
from devops_workbook.dora.charts.dates import date_axis
from devops_workbook.dora.metrics import Metrics

# Kind by shape and place as well as by colour: label -> (marker, colour, filled, offset). What
# repairs stands below the line, so that it does not hide the failure it follows.
_MARKS = {
    "deployment": ("o", BLUE, True, 0.0),
    "deployment that failed": ("X", RED, True, 0.0),
    "hotfix": ("D", GREEN, True, 0.26),
    "rollback": ("v", PINK, True, 0.26),
    "attempt that never reached production": ("o", "#6b6b6b", False, -0.26),
}


def timeline(metrics: Metrics) -> Figure:
    """Draw every deployment of the period, one line per service, in the metrics' time zone.

    A bar runs from a failed deployment to its recovery, or to the end of the period while it
    has not recovered.
    """
    table = metrics.deployments
    services = sorted(table["service"].unique())
    kinds = _kinds(table)
    with style():
        figure = MatplotlibFigure(figsize=(8, 1.7 + _height(len(services))))
        axis = figure.subplots()
        for row, service in enumerate(services):
            _service(axis, row, metrics, table[table["service"] == service], kinds)
        _frame(axis, metrics, services)
        handles, labels = axis.get_legend_handles_labels()
        by_label = dict(zip(labels, handles, strict=True))
        if by_label:
            figure.legend(
                by_label.values(), by_label.keys(), loc="outside lower left", ncols=3, fontsize=9.5
            )
    return Figure(figure, _alt(metrics, table, kinds, services))


def _height(services: int) -> float:
    """Return the inches of the lines: less for each when there are very many."""
    return min(0.75 * max(services, 1), 60.0)


def _kinds(table: pd.DataFrame) -> pd.Series:
    """Return the label of each deployment, by the index of the table."""
    kinds = table["kind"].astype("str").where(table["kind"] != "planned", "deployment")
    kinds = kinds.where(~table["failed"], "deployment that failed")
    return kinds.where(table["status"] == "succeeded", "attempt that never reached production")


def _service(axis: Any, row: int, metrics: Metrics, table: pd.DataFrame, kinds: pd.Series) -> None:
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
    for label, (marker, colour, filled, offset) in _MARKS.items():
        chosen = table[kinds.loc[table.index] == label]
        if len(chosen):
            axis.plot(
                chosen["finished_at"],
                [row + offset] * len(chosen),
                linestyle="none",
                marker=marker,
                markersize=7 if marker != "o" else 5.5,
                color=colour,
                markerfacecolor=colour if filled else "white",
                markeredgecolor="white" if filled else colour,
                markeredgewidth=0.8,
                label=label,
                zorder=3,
            )


def _frame(axis: Any, metrics: Metrics, services: list[str]) -> None:
    # A service is called what it is called, dollars included.
    axis.set_yticks(range(len(services)), services, parse_math=False)
    axis.set_ylim(len(services) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
    date_axis(axis, metrics)
    axis.set_title("Deployments, failures and recoveries")


def _alt(metrics: Metrics, table: pd.DataFrame, kinds: pd.Series, services: list[str]) -> str:
    counts = kinds.value_counts()
    said = ", ".join(f"{label}: {counts[label]}" for label in _MARKS if label in counts)
    still = int((table["failed"] & table["recovered_at"].isna()).sum())
    open_ones = f" {still} had not recovered at the end." if still else ""
    of = " and ".join(service for service in services if service)
    return (
        f"Time line of {len(table)} deployments{f' of {of}' if of else ''}, "
        f"{metrics.start:%d %B %Y} to {metrics.end:%d %B %Y}: {said or 'none'}.{open_ones}"
    )
