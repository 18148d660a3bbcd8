"""Metrics by period: what the values of each stretch of time come to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from offline_aws.cloudwatch.statistics import Statistic
from offline_aws.metric_series import Numbers, Series, Summary, merged

# Up to so many rows, a loop is faster than numpy.
_FEW = 64


def summaries(series: Sequence[Series], begin: int, period: int, count: int) -> dict[int, Summary]:
    """Return what the values of each of ``count`` periods from ``begin`` come to, by its number.

    Periods without values are not in it.
    """
    found: dict[int, Summary] = {}
    for each in series:
        for at in each.between(begin, begin + period * count):
            number, row = (each.times[at] - begin) // period, each.row(at)
            found[number] = merged(found[number], row) if number in found else row
    return found


def recent(
    series: Sequence[Series], begin: int, period: int, count: int, statistic: Statistic
) -> list[float | None]:
    """Return a statistic of each of a few periods, None where there is none; fast for an alarm."""
    found: list[float | None] = [None] * count
    if len(series) == 1:
        only = series[0]
        places = only.between(begin, begin + period * count)
        # Mostly a period has one row, and then there is nothing to merge.
        numbers = [(time - begin) // period for time in only.times[places.start : places.stop]]
        if len(set(numbers)) == len(numbers):
            for number, at in zip(numbers, places, strict=True):
                found[number] = statistic.of(only.row(at))
            return found
    for number, summary in summaries(series, begin, period, count).items():
        found[number] = statistic.of(summary)
    return found


def values(
    series: Sequence[Series], begin: int, period: int, count: int, statistic: Statistic
) -> Numbers:
    """Return a statistic of each of ``count`` periods from ``begin``; NaN where there is none."""
    places = [each.between(begin, begin + period * count) for each in series]
    if not statistic.is_basic or sum(len(each) for each in places) <= _FEW:
        return _one_by_one(series, begin, period, count, statistic)
    columns = [each.rows(place) for each, place in zip(series, places, strict=True)]
    times = np.concatenate([rows.times for rows in columns])
    numbers = (times - begin) // period
    match statistic.name:
        case "Minimum":
            lows = np.full(count, np.inf)
            np.minimum.at(lows, numbers, np.concatenate([rows.lows for rows in columns]))
            return np.where(np.isinf(lows), np.nan, lows)
        case "Maximum":
            highs = np.full(count, -np.inf)
            np.maximum.at(highs, numbers, np.concatenate([rows.highs for rows in columns]))
            return np.where(np.isinf(highs), np.nan, highs)
    counts = _summed(numbers, np.concatenate([rows.counts for rows in columns]), count)
    totals = _summed(numbers, np.concatenate([rows.totals for rows in columns]), count)
    there = np.bincount(numbers, minlength=count) > 0
    result = {"SampleCount": counts, "Sum": totals}.get(statistic.name)
    if result is None:
        there &= counts > 0
        result = np.divide(totals, counts, out=np.full(count, np.nan), where=there)
    return np.where(there, result, np.nan)


def _summed(numbers: NDArray[np.int64], weights: Numbers, count: int) -> Numbers:
    return np.bincount(numbers, weights=weights, minlength=count).astype(np.float64)


def _one_by_one(
    series: Sequence[Series], begin: int, period: int, count: int, statistic: Statistic
) -> Numbers:
    found = np.full(count, np.nan)
    for number, summary in summaries(series, begin, period, count).items():
        value = statistic.of(summary)
        found[number] = np.nan if value is None else value
    return found
