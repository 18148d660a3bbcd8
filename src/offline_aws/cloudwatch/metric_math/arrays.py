"""Functions of metric math that fill gaps, and that choose among values or among series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from offline_aws.cloudwatch.metric_math.expression import MathError
from offline_aws.cloudwatch.metric_math.functions import OVER, over
from offline_aws.cloudwatch.metric_math.timeseries import TimeSeries, Value, longest_period


def filled(series: TimeSeries, way: str | Value, times: range) -> TimeSeries:
    """Return a series with a value at each time: a number, that before, or one between.

    ``way`` is REPEAT, LINEAR, a number, or a series that has the values. What comes before the
    first value and after the last one cannot lie between: LINEAR takes the nearest there.
    """
    grid = np.array(times, dtype=np.int64)
    known = np.full(len(grid), np.nan)
    there = np.isin(grid, series.times)
    known[there] = series.values[np.isin(series.times, grid)]
    if not len(grid) or (isinstance(way, str) and not there.any()):
        return series
    if way == "LINEAR":
        values = np.interp(grid, series.times, series.values)
    elif way == "REPEAT":
        last = np.maximum.accumulate(np.where(there, np.arange(len(grid)), -1))
        values = np.where(last >= 0, known[last], np.nan)
    elif isinstance(way, TimeSeries):
        other = np.array([np.nan if one is None else one for one in way.at(times)])
        values = np.where(there, known, other)
    elif isinstance(way, int | float):
        values = np.where(there, known, float(way))
    else:
        raise MathError("FILL needs REPEAT, LINEAR, a number, or a time series")
    return TimeSeries(grid, values, series.period, series.label).with_values(values)


def choose(condition: Value, then: Value, otherwise: Value | None) -> Value:
    """Return IF: at each time one of two values, or none where there is no second."""
    if any(isinstance(each, list) for each in (condition, then, otherwise)):
        raise MathError("IF does not take arrays")
    if isinstance(condition, int | float):
        if condition:
            return then
        if otherwise is None:
            raise MathError("IF of a number needs three arguments")
        return otherwise
    if not isinstance(condition, TimeSeries):
        raise MathError("IF needs a number or a time series")
    parts = [each for each in (condition, then, otherwise) if isinstance(each, TimeSeries)]
    times = condition.times.tolist()
    yes, no = _at(then, times), _at(otherwise, times)
    values = np.where(condition.values != 0, yes, no)
    period = longest_period(parts)
    return TimeSeries(condition.times, values, period, condition.label).with_values(values)


def sliced(found: list[TimeSeries], begin: int, end: int | None = None) -> Value:
    """Return SLICE: one series of an array, or some."""
    if end is not None:
        return found[begin:end]
    if not 0 <= begin < len(found):
        raise MathError(f"SLICE: there is no time series {begin}")
    return found[begin]


def sorted_series(
    found: list[TimeSeries], function: str, order: str, limit: int | None
) -> list[TimeSeries]:
    """Return SORT: an array in the order of a statistic of each."""
    if function not in OVER or order not in ("ASC", "DESC"):
        raise MathError("SORT needs one of AVG, MAX, MIN, SUM, STDDEV, and ASC or DESC")

    ranked = [(over(function, series), series) for series in found]
    order_of = {id(series): value for value, series in ranked if isinstance(value, float)}
    return sorted(found, key=lambda each: order_of[id(each)], reverse=order == "DESC")[:limit]


def _at(value: Value | None, times: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if isinstance(value, TimeSeries):
        return np.array([np.nan if one is None else one for one in value.at(times)])
    return np.full(len(times), np.nan if value is None else value)
