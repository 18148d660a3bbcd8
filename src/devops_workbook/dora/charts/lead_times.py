"""The distribution of change lead times."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

from devops_workbook.display import BLUE, GREEN, RED, Figure, style
from devops_workbook.dora.charts.durations import LABELS, SHORTEST, spaced
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.wording import humanise

_FEW_BINS, _MANY_BINS = 12, 40
_LEFT_PART = 0.45  # of the axis: too narrow for a label on the left of its line


def lead_times(metrics: Metrics) -> Figure:
    """Draw the lead times of all changes that count, with median, mean and 90th percentile.

    The axis of time is logarithmic, because lead times spread over minutes to years.
    """
    hours = metrics.lead_times["lead_time_hours"].to_numpy(float)
    with style():
        figure = MatplotlibFigure(figsize=(8, 3.4))
        if not len(hours):
            text = "No change has a lead time in the period."
            figure.text(0.5, 0.5, text, ha="center", va="center")
            return Figure(figure, text)
        marks = {
            "median": (np.median(hours), BLUE, "-"),
            "mean": (np.mean(hours), RED, "--"),
            "90th percentile": (np.percentile(hours, 90), GREEN, ":"),
        }
        axis = figure.subplots()
        _histogram(axis, hours)
        _marks(axis, marks)
        axis.set_title(f"How long {_changes(hours)} waited for production")
        axis.set_ylabel("changes")
    return Figure(figure, _alt(hours, {name: value for name, (value, _, _) in marks.items()}))


def _histogram(axis: Any, hours: Any) -> None:
    shown = np.maximum(hours, SHORTEST)
    low, high = shown.min(), shown.max()
    if low == high:
        low, high = low / 2, high * 2
    edges = int(np.clip(2 * np.sqrt(len(hours)), _FEW_BINS, _MANY_BINS))
    axis.set_xscale("log")
    axis.hist(shown, bins=np.geomspace(low, high, edges), color="#9ecae1", edgecolor="white")
    margin = (high / low) ** 0.04
    axis.set_xlim(low / margin, high * margin)
    ticks = spaced(low / margin, high * margin)
    axis.xaxis.set_major_locator(FixedLocator(ticks))
    axis.xaxis.set_major_formatter(FixedFormatter([LABELS[tick] for tick in ticks]))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _marks(axis: Any, marks: dict[str, tuple[float, str, str]]) -> None:
    """Draw a labelled line for each mark, each label at a height of its own.

    A label stands beside its line, on the side that has more room. Lines and labels rise to
    the right, so that labels on the left of their lines meet no other line, or to the left where
    all labels are on the right; a label that meets a line all the same covers it.
    """
    axis.set_ylim(0, axis.get_ylim()[1] * 1.55)
    rising = sorted(marks.items(), key=lambda mark: mark[1][0])
    places = [_place(axis, value) for _, (value, _, _) in rising]
    if all(place < _LEFT_PART for place in places):
        rising, places = rising[::-1], places[::-1]
    for step, ((name, (value, colour, line)), place) in enumerate(zip(rising, places, strict=True)):
        height, left = 0.73 + 0.11 * step, place < _LEFT_PART
        axis.axvline(max(value, SHORTEST), ymax=height, color=colour, linestyle=line)
        axis.annotate(
            f"{name} {humanise(value)}",
            (place, height),
            xycoords="axes fraction",
            xytext=(5 if left else -5, 0),
            textcoords="offset points",
            ha="left" if left else "right",
            va="top",
            color=colour,
            fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )


def _place(axis: Any, value: float) -> float:
    """Return where ``value`` is on the axis, from 0 on the left to 1 on the right."""
    low, high = np.log(axis.get_xlim())
    return float((np.log(max(value, SHORTEST)) - low) / (high - low))


def _alt(hours: Any, marks: dict[str, float]) -> str:
    said = ", ".join(f"{name} {humanise(value)}" for name, value in marks.items())
    return (
        f"Histogram of the lead times of {_changes(hours)} on a logarithmic axis, from "
        f"{humanise(hours.min())} to {humanise(hours.max())}: {said}."
    )


def _changes(hours: Any) -> str:
    return f"{len(hours):,} change{'' if len(hours) == 1 else 's'}"
