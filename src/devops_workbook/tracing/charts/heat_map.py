"""Latencies over time as a heat map: what an average or a percentile alone would hide."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.ticker import FuncFormatter

from devops_workbook.display import Figure, style
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.wording import count, duration

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
    fits = np.zeros(len(forest), dtype=bool)
    if service is None and operation is None:
        fits[forest.roots] = True
    else:
        fits |= ~forest.inferred
        for name, wanted in (("service", service), ("operation", operation)):
            if wanted is not None:
                fits &= (forest.spans[name] == wanted).to_numpy()
    if not fits.any():
        raise TracesError(f"there is no span of {service or operation!r}")
    seconds = np.maximum(forest.seconds[fits], _SHORTEST)
    what = operation or service
    with style():
        figure = MatplotlibFigure(figsize=(8, 3.4))
        axis = figure.subplots()
        start = forest.start[fits].view("datetime64[ns]").astype("datetime64[us]")
        days = start.astype(np.int64) / 86_400e6
        low, high = seconds.min() / 1.05, seconds.max() * 1.05
        across = np.linspace(days.min(), days.max() + 1e-9, _ACROSS + 1)
        up = np.geomspace(low, high, _UP + 1)
        counts, _, _ = np.histogram2d(days, seconds, bins=(across, up))
        shown = np.ma.masked_equal(counts.T, 0)
        mesh = axis.pcolormesh(
            across, up, shown, cmap="viridis_r", norm=LogNorm(1, max(counts.max(), 2))
        )
        axis.set_yscale("log")
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))
        axis.yaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
        locator = AutoDateLocator()  # type: ignore[no-untyped-call]
        axis.xaxis.set_major_locator(locator)
        formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        axis.xaxis.set_major_formatter(formatter)
        axis.grid(visible=False)
        axis.set_title(f"How long {_counted(len(seconds), what)} took")
        ticks = [tick for tick in _TICKS if tick <= counts.max()]
        bar = figure.colorbar(mesh, ax=axis, label="how many", ticks=ticks)
        bar.ax.set_yticklabels([f"{tick:,}" for tick in ticks])
        bar.ax.minorticks_off()
    p50, p95, most = (duration(float(np.quantile(seconds, share))) for share in (0.5, 0.95, 1))
    alt = (
        f"Heat map of the durations of {_counted(len(seconds), what)} over time: "
        f"p50 {p50}, p95 {p95}, longest {most}."
    )
    return Figure(figure, alt)


def _counted(number: int, what: str | None) -> str:
    return count(number, "request") if what is None else f"{count(number, 'call')} of {what}"
