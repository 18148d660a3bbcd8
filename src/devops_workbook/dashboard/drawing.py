"""Draw a dashboard with matplotlib, in the workbook's style."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import matplotlib.dates
from botocore.exceptions import ClientError
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.dashboard.body import COLUMNS, DashboardError, Widget, widgets_of
from devops_workbook.dashboard.series import Series, series_of
from devops_workbook.dashboard.words import alarm_words, alternative, short
from devops_workbook.display import COLOURS, Figure, Note, style

_DATES: Any = matplotlib.dates
_WIDTH = 9.0  # inches, for 24 columns
_ROW = 0.42  # inches
# Left, right, top and bottom of a widget, in inches: for its numbers, its title and its times.
_MARGINS = (0.5, 0.15, 0.35, 0.3)
_MARGINS_OF_TEXT = (0.15, 0.1, 0.3, 0.05)
_LINES = ("-", "--", ":", "-.")
_LIMIT = "#555555"
_DARK = "#1f1f1f"


def draw(client: Any, name: str, *, end: datetime, hours: float = 3) -> Figure | Note:
    """Return the picture of a dashboard with the values of the hours before a time.

    ``client`` is a CloudWatch client, ``end`` an aware datetime. A dashboard that is not there, or
    that cannot be drawn, is a note that says why.
    """
    try:
        body = client.get_dashboard(DashboardName=name)["DashboardBody"]
    except ClientError as error:
        if "NotFound" not in error.response["Error"]["Code"]:
            raise
        return Note(f"There is no dashboard {name}.", "PutDashboard makes one.")
    start = end - timedelta(hours=hours)
    try:
        widgets = widgets_of(body)
    except DashboardError as error:
        return Note(f"The dashboard {name} cannot be drawn.", str(error))
    series = series_of(client, widgets, start, end)
    states = _states(client, widgets)
    figure = _figure(widgets, series, states, (start, end))
    return Figure(figure, alternative(name, widgets, series, states, (start, end)))


def _states(client: Any, widgets: Sequence[Widget]) -> dict[str, str]:
    """Return the states of the alarms that widgets show, by their ARNs."""
    if not any(widget.kind == "alarm" for widget in widgets):
        return {}
    kinds = ["MetricAlarm", "CompositeAlarm"]
    pages = client.get_paginator("describe_alarms").paginate(AlarmTypes=kinds)
    return {
        alarm["AlarmArn"]: alarm["StateValue"]
        for page in pages
        for alarm in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))
    }


def _figure(
    widgets: Sequence[Widget],
    series: Sequence[Sequence[Series]],
    states: Mapping[str, str],
    period: tuple[datetime, datetime],
) -> MatplotlibFigure:
    rows = max((widget.y + widget.height for widget in widgets), default=1)
    with style():
        figure = MatplotlibFigure(figsize=(_WIDTH, max(rows * _ROW, 1.0)))
        figure.set_layout_engine("none")
        for widget, found in zip(widgets, series, strict=True):
            axis: Any = figure.add_axes(_place(widget, rows))
            axis.set_title(widget.title, fontsize=10)
            if _is_chart(widget):
                _plot(axis, widget, found, period)
            else:
                _write(axis, _text_of(widget, found, states), widget)
    return figure


def _is_chart(widget: Widget) -> bool:
    return widget.kind == "metric" and not widget.number


def _place(widget: Widget, rows: int) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height of a widget's axes, as parts of the figure.

    Whatever stands beside it has the same room: matplotlib's own layout would make a chart smaller
    for a long text in its neighbour.
    """
    column, height = _WIDTH / COLUMNS, max(rows * _ROW, 1.0)
    left, right, top, bottom = _MARGINS if _is_chart(widget) else _MARGINS_OF_TEXT
    x, y = widget.x * column + left, (rows - widget.y - widget.height) * _ROW + bottom
    return (
        x / _WIDTH,
        y / height,
        max(widget.width * column - left - right, 0.1) / _WIDTH,
        max(widget.height * _ROW - top - bottom, 0.1) / height,
    )


def _plot(
    axis: Any, widget: Widget, found: Sequence[Series], period: tuple[datetime, datetime]
) -> None:
    drawn = [each for each in found if each.values]
    if widget.stacked and drawn:
        times = drawn[0].times
        of_time = [dict(zip(each.times, each.values, strict=True)) for each in drawn]
        levels = [[values.get(time, 0.0) for time in times] for values in of_time]
        axis.stackplot(times, levels, labels=[e.label for e in drawn], colors=COLOURS, alpha=0.8)
    else:
        for place, each in enumerate(drawn):
            line = _LINES[place % len(_LINES)]
            few = {"marker": "o", "markersize": 3} if len(each.values) < 3 else {}
            axis.plot(each.times, each.values, line, label=each.label, linewidth=1.6, **few)
    for label, value in widget.limits:
        axis.axhline(value, color=_LIMIT, linestyle=(0, (6, 2)), linewidth=1.2)
        axis.annotate(
            f"{label} {short(value)}".strip(),
            (1, value),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=8,
            color=_LIMIT,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
        )
    _finish(axis, widget, drawn, period)


def _finish(
    axis: Any, widget: Widget, drawn: Sequence[Series], period: tuple[datetime, datetime]
) -> None:
    axis.set_xlim(*period)
    axis.set_ylim(bottom=min([0.0, *(min(each.values) for each in drawn)]))
    # Room for the legend, which would cover the lines.
    axis.set_ylim(top=axis.get_ylim()[1] * (1.25 if drawn else 1))
    locator = _DATES.AutoDateLocator(maxticks=max(widget.width // 3, 3))
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(_DATES.ConciseDateFormatter(locator, show_offset=False))
    axis.tick_params(labelsize=8)
    axis.set_ylabel(widget.unit, fontsize=8)
    if drawn:
        columns = min(len(drawn), max(widget.width // 5, 1))
        axis.legend(fontsize=8, loc="upper left", ncols=columns, handlelength=1.6)
    else:
        axis.text(0.5, 0.5, "no data", ha="center", transform=axis.transAxes, color=_DARK)


def _text_of(widget: Widget, found: Sequence[Series], states: Mapping[str, str]) -> str:
    if widget.kind == "text":
        return widget.text
    if widget.kind == "alarm":
        return "\n".join(alarm_words(arn, states) for arn in widget.alarms)
    if widget.kind == "metric":
        lasts = [f"{each.label}: {short(each.values[-1])}" for each in found if each.values]
        return "\n".join(lasts) or "no data"
    return f"A widget of type {widget.kind} is not drawn."


def _write(axis: Any, text: str, widget: Widget) -> None:
    axis.axis("off")
    letters = max(int(widget.width * (2.6 if widget.number else 4.0)), 8)
    lines = [wrapped for line in text.split("\n") for wrapped in textwrap.wrap(line, letters)]
    size = 15 if widget.number else 10
    # A sign of dollar begins no formula.
    shown = "\n".join(lines).replace("$", r"\$")
    axis.text(0, 1, shown, va="top", fontsize=size, color=_DARK, transform=axis.transAxes)
