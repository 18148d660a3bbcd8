"""Latencies over time as a heat map: what an average or a percentile alone would hide."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colorbar import Colorbar
from matplotlib.colors import LogNorm
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import FuncFormatter

from devops_workbook.display import Figure, style
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.forest import Flags, Forest
from devops_workbook.tracing.wording import count, duration

Numbers = npt.NDArray[np.float64]

_ACROSS, _UP = 60, 36
_SHORTEST = 1e-6
_TICKS = [step * 10**power for power in range(7) for step in (1, 2, 5)]


def latency_heat_map(
    spans: pd.DataFrame | Forest, service: str | None = None, operation: str | None = None
) -> Figure:
    """Draw how many requests took how long, over time (UTC); the axis of seconds is logarithmic.

    Of the requests; with ``service`` or ``operation``, of its spans. Raises TracesError if there
    is none.
    """
    forest = Forest.of(spans)
    fits = _wanted(forest, service, operation)
    if not fits.any():
        raise TracesError(f"there is no span of {service or operation!r}")
    seconds = np.maximum(forest.seconds[fits], _SHORTEST)
    start = forest.start[fits].view("datetime64[ns]").astype("datetime64[us]")
    whose = _counted(len(seconds), operation or service)
    with style():
        figure = MatplotlibFigure(figsize=(8, 3.4))
        axis = figure.subplots()
        axis.set_title(f"How long {whose} took")
        cells, most = _draw(axis, start.astype(np.int64) / 86_400e6, seconds)
        _label(axis)
        _explain(figure.colorbar(cells, ax=axis, label="how many"), most)
    p50, p95, p100 = (duration(float(np.quantile(seconds, share))) for share in (0.5, 0.95, 1))
    alt = f"Heat map of the durations of {whose} over time: p50 {p50}, p95 {p95}, longest {p100}."
    return Figure(figure, alt)


def _wanted(forest: Forest, service: str | None, operation: str | None) -> Flags:
    """Return which spans to count: the requests, or those of a service or an operation."""
    if service is None and operation is None:
        requests = np.zeros(len(forest), dtype=bool)
        requests[forest.roots] = True
        return requests
    fits = ~forest.inferred
    for name, wanted in (("service", service), ("operation", operation)):
        if wanted is not None:
            fits &= (forest.spans[name] == wanted).to_numpy()
    return fits


def _draw(axis: Axes, days: Numbers, seconds: Numbers) -> tuple[QuadMesh, float]:
    """Draw how many of the spans, which began at ``days`` since 1970, are in each cell.

    Return the cells and the most that is in one.
    """
    across = np.linspace(days.min(), days.max() + 1e-9, _ACROSS + 1)
    up = np.geomspace(seconds.min() / 1.05, seconds.max() * 1.05, _UP + 1)
    counts, _, _ = np.histogram2d(days, seconds, bins=(across, up))
    shown = np.ma.masked_equal(counts.T, 0)
    most = float(counts.max())
    scale = LogNorm(1, max(most, 2))
    return axis.pcolormesh(across, up, shown, cmap="viridis_r", norm=scale), most


def _label(axis: Axes) -> None:
    """Write durations beside the axis of seconds, and times below the other one."""
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))
    axis.yaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_formatter(formatter)
    axis.grid(visible=False)


def _explain(bar: Colorbar, most: float) -> None:
    """Write beside the map how many spans a colour stands for."""
    ticks = [tick for tick in _TICKS if tick <= most]
    bar.set_ticks(ticks, labels=[f"{tick:,}" for tick in ticks])
    bar.ax.minorticks_off()


def _counted(number: int, what: str | None) -> str:
    return count(number, "request") if what is None else f"{count(number, 'call')} of {what}"
