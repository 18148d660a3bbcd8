"""Two periods side by side: each metric as two points with their ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

from devops_workbook.display import BLUE, Figure, style
from devops_workbook.dora.charts.durations import LABELS, SHORTEST, spaced
from devops_workbook.dora.metrics import Metric
from devops_workbook.dora.report_words import capital
from devops_workbook.dora.wording import in_words

if TYPE_CHECKING:
    from devops_workbook.dora.comparison import ComparedMetric, Comparison

# The periods by shape and place as well as by colour: marker, colour, filled, offset.
_LOOKS = (("o", "#5f5f5f", False, -0.17), ("D", BLUE, True, 0.17))
#: The unit of a panel, the axis' name, and how much larger its numbers are than the metrics'.
_PANELS = {
    "hours": ("Times (logarithmic axis)", 1.0),
    "per day": ("Deployments per week", 7.0),
    "share": ("Shares of the deployments, %", 100.0),
}
_EDGE = 1.35  # how far a logarithmic axis goes beyond what is drawn
_ROOM = 0.8  # of the axis: what ends before leaves room for a value on its right


def comparison(compared: Comparison) -> Figure:
    """Draw each metric of two periods as two points with their ranges, and the verdict beside it.

    The times have one logarithmic axis. A metric that is not known in a period has no point
    there; where it cannot be compared, its line says so.
    """
    panels = {
        unit: [row for row in compared.rows.values() if row.before.unit == unit] for unit in _PANELS
    }
    with style():
        figure = MatplotlibFigure(figsize=(8, 6.4))
        axes = figure.subplots(
            len(panels), 1, height_ratios=[len(rows) for rows in panels.values()]
        )
        for axis, (unit, rows) in zip(axes, panels.items(), strict=True):
            _panel(axis, unit, rows)
        handles = [_handle(axes[0], look) for look in _LOOKS]
        legend = figure.legend(
            handles, compared.names, loc="outside upper left", ncols=2, fontsize=11
        )
        for text in legend.get_texts():
            text.set_parse_math(False)  # a period is called what it is called, dollars included
    return Figure(figure, _alt(compared))


def _panel(axis: Any, unit: str, rows: Sequence[ComparedMetric]) -> None:
    label, scale = _PANELS[unit]
    _limits(axis, unit, [value * scale for row in rows for value in _drawn(row)])
    for place, row in enumerate(rows):
        for metric, look in zip((row.before, row.after), _LOOKS, strict=True):
            _point(axis, place, metric, look, scale)
        axis.annotate(
            row.verdict.replace(" difference", "\ndifference"),
            (1.01, place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontweight="bold" if row.verdict in ("better", "worse") else "normal",
            annotation_clip=False,
        )
    axis.set_yticks(range(len(rows)), [_wrapped(row.before.name) for row in rows])
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0, pad=10)
    axis.grid(visible=False, axis="y")
    axis.spines["left"].set_visible(False)
    axis.set_xlabel(label, loc="left", fontsize=10)


def _drawn(row: ComparedMetric) -> list[float]:
    """Return the values and ends of ranges of the row that are known."""
    values = [
        value for each in (row.before, row.after) for value in (each.value, each.low, each.high)
    ]
    return [value for value in values if not math.isnan(value)]


def _limits(axis: Any, unit: str, values: Sequence[float]) -> None:
    if unit == "hours":
        shown = [max(value, SHORTEST) for value in values] or [1.0]
        low, high = min(shown) / _EDGE, max(shown) * _EDGE
        axis.set_xscale("log")
        axis.set_xlim(low, high)
        ticks = spaced(low, high, room=0.17)
        axis.xaxis.set_major_locator(FixedLocator(ticks))
        axis.xaxis.set_major_formatter(FixedFormatter([LABELS[tick] for tick in ticks]))
        axis.xaxis.set_minor_locator(NullLocator())
        return
    top = max(values, default=0.0) or 1.0
    axis.set_xlim(0, min(top * 1.12, 100) if unit == "share" else top * 1.12)
    axis.xaxis.set_major_locator(MaxNLocator(nbins=6))


def _point(
    axis: Any, place: int, metric: Metric, look: tuple[str, str, bool, float], scale: float
) -> None:
    if math.isnan(metric.value):
        return
    marker, colour, filled, offset = look
    least, height = SHORTEST if metric.unit == "hours" else 0.0, place + offset
    value = max(metric.value * scale, least)
    known = not math.isnan(metric.low)
    low, high = (
        (max(end * scale, least) for end in (metric.low, metric.high)) if known else (value,) * 2
    )
    axis.plot([low, high], [height] * 2, color=colour, linewidth=2.5, solid_capstyle="butt")
    axis.plot(
        [value],
        [height],
        linestyle="none",
        marker=marker,
        markersize=7,
        color=colour,
        markerfacecolor=colour if filled else "white",
        markeredgewidth=1.8,
        clip_on=False,
        zorder=3,
    )
    _said(axis, metric, colour, height, (min(low, value), max(high, value)))


def _said(axis: Any, metric: Metric, colour: str, height: float, ends: tuple[float, float]) -> None:
    """Write the value beside its range, on the side that has room."""
    to_axes = axis.transLimits.transform
    low, high = (to_axes(axis.transScale.transform((end, 0)))[0] for end in ends)
    right = high < _ROOM or low < 1 - _ROOM
    axis.annotate(
        in_words(metric.value, metric.unit).removeprefix("about "),
        (ends[1] if right else ends[0], height),
        xytext=(9 if right else -9, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=9,
        color=colour,
    )


def _handle(axis: Any, look: tuple[str, str, bool, float]) -> Any:
    """Return what the legend shows of a period: its mark on its line."""
    marker, colour, filled, _ = look
    (handle,) = axis.plot(
        [],
        [],
        color=colour,
        marker=marker,
        linewidth=2.5,
        markersize=7,
        markeredgewidth=1.8,
        markerfacecolor=colour if filled else "white",
    )
    return handle


def _wrapped(name: str) -> str:
    """Return the name in two lines if it is long, so that it leaves room for the points."""
    words = capital(name).split()
    half = (len(words) + 1) // 2
    return (
        f"{' '.join(words[:half])}\n{' '.join(words[half:])}" if len(words) > 2 else " ".join(words)
    )


def _alt(compared: Comparison) -> str:
    first, second = compared.names
    parts = [f"Each metric of {first} beside that of {second}, with ranges."]
    for row in compared.rows.values():
        old, new = (in_words(each.value, each.unit) for each in (row.before, row.after))
        parts.append(f"{capital(row.before.name)}: {old}, then {new}: {row.verdict}.")
    return " ".join(parts)
