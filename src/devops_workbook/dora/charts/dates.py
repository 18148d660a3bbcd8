"""The axis of time that the charts share."""

from __future__ import annotations

from typing import Any

import matplotlib.dates

from devops_workbook.dora.metrics import Metrics

# matplotlib's own annotations stop short of these classes.
_DATES: Any = matplotlib.dates


def date_axis(axis: Any, metrics: Metrics) -> None:
    """Let the x axis of a matplotlib axes run over the metrics' period, in their time zone."""
    locator = _DATES.AutoDateLocator(tz=metrics.start.tzinfo, maxticks=9)
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(_DATES.ConciseDateFormatter(locator, tz=metrics.start.tzinfo))
    axis.set_xlim(metrics.start, metrics.end)
