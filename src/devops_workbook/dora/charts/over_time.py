"""The five metrics over time, one above the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import MaxNLocator

from devops_workbook.display import BLUE, RED, Figure, style
from devops_workbook.dora.charts.dates import date_axis
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.report_words import period
from devops_workbook.dora.wording import in_words

_MANY = 60  # points, from which on they are drawn small
_TIME_UNITS = (("days", 24.0), ("hours", 1.0), ("minutes", 1 / 60))


@dataclass(frozen=True)
class _Panel:
    column: str
    title: str
    unit: str  # of Metric
    colour: str
    marker: str


_PANELS = (
    _Panel("change_lead_time_hours", "Change lead time, median", "hours", BLUE, "o"),
    _Panel("deployments_per_day", "Deployments", "per day", BLUE, "s"),
    _Panel(
        "failed_deployment_recovery_hours",
        "Failed deployment recovery time, median",
        "hours",
        BLUE,
        "D",
    ),
    _Panel("change_fail_rate", "Change fail rate", "share", RED, "X"),
    _Panel("deployment_rework_rate", "Deployment rework rate", "share", RED, "^"),
)


def over_time(metrics: Metrics, every: str = "month") -> Figure:
    """Draw the five metrics by ``"month"`` or ``"week"``, in the metrics' time zone.

    A gap is a period in which nothing can be said; a hollow marker is a period that the
    measured time covers only in part. A metric that is not known at all has no panel but is
    named below. Raises ``ValueError`` for another ``every``.
    """
    tables = {"month": metrics.monthly, "week": metrics.weekly}
    if every not in tables:
        raise ValueError(f"every is 'month' or 'week', not {every!r}.")
    table = tables[every]
    known = [panel for panel in _PANELS if table[panel.column].notna().any()]
    with style():
        figure = MatplotlibFigure(figsize=(8, 1.2 + 1.45 * max(len(known), 1)))
        if known:
            axes = figure.subplots(len(known), 1, sharex=True, squeeze=False)[:, 0]
            for axis, panel in zip(axes, known, strict=True):
                _draw(axis, panel, table, metrics.start)
            date_axis(axes[-1], metrics)
            below = "\n".join(_below(table, known, every))
            figure.supxlabel(below, x=0.01, ha="left", fontsize=9.5)
        else:
            figure.text(0.5, 0.5, "No deployments in the period.", ha="center", va="center")
    return Figure(figure, _alt(metrics, table, known, every))


def _draw(axis: Any, panel: _Panel, table: pd.DataFrame, start: datetime) -> None:
    values, unit = _scaled(table[panel.column], panel.unit)
    # A month is drawn in the middle of what was measured of it, not at its first day.
    begins = table.index.where(table.index > start, pd.Timestamp(start))
    when = begins + pd.to_timedelta(table["days"] / 2, unit="D")
    colour, partial = panel.colour, table["partial"].to_numpy(bool)
    size = 6 if len(table) <= _MANY else 3
    axis.plot(when, values, color=colour, marker=panel.marker, markersize=size, linewidth=1.8)
    axis.plot(
        when[partial],
        values[partial],
        linestyle="none",
        marker=panel.marker,
        markersize=size,
        markerfacecolor="white",
        markeredgecolor=colour,
    )
    axis.set_title(f"{panel.title} ({unit})")
    top = np.nanmax(values)
    highest = top * 1.2 if top > 0 else 1
    # A share has an end; its marker there is drawn whole all the same.
    axis.set_ylim(0, min(highest, 100) if unit == "%" else highest)
    for line in axis.lines:
        line.set_clip_on(False)
        line.set_in_layout(False)
    axis.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=top >= 3))
    axis.margins(x=0.02)


def _scaled(series: pd.Series, unit: str) -> tuple[Any, str]:
    values = series.to_numpy(float)
    if unit == "share":
        return values * 100, "%"
    if unit == "per day":
        return values * 7, "per week"
    middle = np.nanmedian(values)
    name, size = next((u for u in _TIME_UNITS if middle >= 2 * u[1]), _TIME_UNITS[-1])
    return values / size, name


def _below(table: pd.DataFrame, known: list[_Panel], every: str) -> list[str]:
    """Say what the picture alone leaves open: hollow markers, and metrics without a panel."""
    hollow = f"Hollow: a {every} that is covered only in part." if table["partial"].any() else ""
    return list(filter(None, (hollow, _not_known(known))))


def _not_known(known: list[_Panel]) -> str:
    names = [panel.title.split(",")[0].lower() for panel in _PANELS if panel not in known]
    return f"Not known: {', '.join(names)}." if names else ""


def _alt(metrics: Metrics, table: pd.DataFrame, known: list[_Panel], every: str) -> str:
    partial = int(table["partial"].sum())
    parts = [
        f"Metrics by {every}, {period(metrics)}, "
        f"{len(table)} {every}{'s' if len(table) > 1 else ''}"
        f"{f', {partial} of them covered only in part' if partial else ''}."
    ]
    for panel in known:
        values = table[panel.column].dropna()
        low, high = (in_words(value, panel.unit) for value in (values.min(), values.max()))
        last = in_words(values.iloc[-1], panel.unit)
        parts.append(f"{panel.title}: from {low} to {high}, last {last}.")
    return " ".join(filter(None, (*parts, _not_known(known))))
