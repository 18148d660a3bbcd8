"""What expressions are made of: numbers, time series, and arrays of time series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from offline_aws.metric_series import Numbers


@dataclass(frozen=True, eq=False)
class TimeSeries:
    """Values at times, in seconds since 1970, in their order; a time without one is not there."""

    times: NDArray[np.int64]
    values: Numbers
    period: int
    label: str = ""

    def at(self, times: Sequence[int]) -> list[float | None]:
        """Return the values at these times, None where there is none."""
        known = dict(zip(self.times.tolist(), self.values.tolist(), strict=True))
        return [known.get(time) for time in times]

    def with_values(self, values: Numbers) -> TimeSeries:
        """Return a series of the same times with other values; those that are none are gone."""
        there = np.isfinite(values)
        if there.all():
            return replace(self, values=values)
        return replace(self, times=self.times[there], values=values[there])

    def labelled(self, label: str) -> TimeSeries:
        """Return it with another label."""
        return replace(self, label=label)


Value = float | TimeSeries | list[TimeSeries]


def shared(all_series: Sequence[TimeSeries]) -> tuple[NDArray[np.int64], list[Numbers]]:
    """Return the times that several series have in common, and the values of each at them."""
    times = all_series[0].times
    if all(np.array_equal(times, each.times) for each in all_series[1:]):
        return times, [each.values for each in all_series]
    for each in all_series[1:]:
        times = np.intersect1d(times, each.times)
    return times, [each.values[np.searchsorted(each.times, times)] for each in all_series]


def united(all_series: Sequence[TimeSeries]) -> tuple[NDArray[np.int64], Numbers]:
    """Return all times of several series, and a row of values for each; NaN where there is none."""
    times = np.unique(np.concatenate([each.times for each in all_series]))
    table = np.full((len(all_series), len(times)), np.nan)
    for row, each in zip(table, all_series, strict=True):
        row[np.searchsorted(times, each.times)] = each.values
    return times, table


def longest_period(all_series: Iterable[TimeSeries]) -> int:
    """Return the longest period of several series."""
    return max(each.period for each in all_series)
