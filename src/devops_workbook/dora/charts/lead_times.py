"""The distribution of change lead times."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

from devops_workbook.display import BLUE, GREEN, RED, Figure, style
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.wording import humanise

_TICKS = {
    1 / 60: "1 minute",
    1.0: "1 hour",
    24.0: "1 day",
    168.0: "1 week",
    730.0: "1 month",
    8760.0: "1 year",
    87600.0: "10 years",
}
_BINS = 40


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
        axis.set_title(f"How long {len(hours):,} changes waited for production")
        axis.set_ylabel("changes")
    return Figure(figure, _alt(hours, {name: value for name, (value, _, _) in marks.items()}))


def _histogram(axis: Any, hours: Any) -> None:
    # A change that waited for no time at all has no place on a logarithmic axis.
    shown = np.maximum(hours, 1 / 3600)
    low, high = shown.min(), shown.max()
    if low == high:
        low, high = low / 2, high * 2
    axis.set_xscale("log")
    axis.hist(shown, bins=np.geomspace(low, high, _BINS), color="#9ecae1", edgecolor="white")
    axis.set_xlim(low / 1.5, high * 1.5)
    ticks = _spaced(low / 1.5, high * 1.5)
    axis.xaxis.set_major_locator(FixedLocator(ticks))
    axis.xaxis.set_major_formatter(FixedFormatter([_TICKS[tick] for tick in ticks]))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _spaced(low: float, high: float) -> list[float]:
    """Return the ticks within the axis, without those too close to the one before."""
    ticks: list[float] = []
    for tick in _TICKS:
        room = not ticks or np.log(tick / ticks[-1]) > 0.11 * np.log(high / low)
        if low <= tick <= high and room:
            ticks.append(tick)
    return ticks


def _marks(axis: Any, marks: dict[str, tuple[float, str, str]]) -> None:
    """Draw a labelled line for each mark.

    The larger the value, the higher its line and its label, which stands to the left: so no
    label meets the line of another.
    """
    axis.set_ylim(0, axis.get_ylim()[1] * 1.55)
    rising = sorted(marks.items(), key=lambda mark: mark[1][0])
    for step, (name, (value, colour, line)) in enumerate(rising):
        height = 0.73 + 0.11 * step
        axis.axvline(value, ymax=height, color=colour, linestyle=line)
        axis.annotate(
            f"{name} {humanise(value)}",
            (value, height),
            xycoords=("data", "axes fraction"),
            xytext=(-5, 0),
            textcoords="offset points",
            ha="right",
            va="top",
            color=colour,
            fontweight="bold",
        )


def _alt(hours: Any, marks: dict[str, float]) -> str:
    said = ", ".join(f"{name} {humanise(value)}" for name, value in marks.items())
    return (
        f"Histogram of the lead times of {len(hours):,} changes on a logarithmic axis, from "
        f"{humanise(hours.min())} to {humanise(hours.max())}: {said}."
    )
