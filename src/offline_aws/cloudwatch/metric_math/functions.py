"""Functions of metric math: of single values, of one series, and of several at each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from offline_aws.cloudwatch.metric_math.expression import MathError
from offline_aws.cloudwatch.metric_math.timeseries import (
    TimeSeries,
    Value,
    longest_period,
    shared,
    united,
)
from offline_aws.metric_series import Numbers

Operator = Callable[[Numbers, Numbers], Numbers]


def _truth(values: Numbers) -> Numbers:
    return np.asarray(values != 0, dtype=np.float64)


OPERATORS: dict[str, Operator] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: np.divide(a, b),
    "^": lambda a, b: np.asarray(a**b, dtype=np.float64),
    "==": lambda a, b: (a == b).astype(np.float64),
    "!=": lambda a, b: (a != b).astype(np.float64),
    "<": lambda a, b: (a < b).astype(np.float64),
    "<=": lambda a, b: (a <= b).astype(np.float64),
    ">": lambda a, b: (a > b).astype(np.float64),
    ">=": lambda a, b: (a >= b).astype(np.float64),
    "AND": lambda a, b: _truth(a) * _truth(b),
    "OR": lambda a, b: np.maximum(_truth(a), _truth(b)),
}


def combined(operator: Operator, left: Value, right: Value) -> Value:
    """Return an operator's result: of numbers, at the times that both have, or for each series."""
    if isinstance(left, list):
        if isinstance(right, list):
            raise MathError("Operators cannot combine two arrays")
        return [_of_two(operator, each, right) for each in left]
    if isinstance(right, list):
        return [_of_two(operator, left, each) for each in right]
    if isinstance(left, TimeSeries) or isinstance(right, TimeSeries):
        return _of_two(operator, left, right)
    with np.errstate(all="ignore"):
        return float(operator(np.float64(left), np.float64(right)))  # type: ignore[arg-type]


def _of_two(operator: Operator, left: Value, right: Value) -> TimeSeries:
    with np.errstate(all="ignore"):
        if isinstance(left, TimeSeries) and isinstance(right, TimeSeries):
            times, (one, other) = shared([left, right])
            period = longest_period([left, right])
            together = TimeSeries(times, one, period, left.label)
            return together.with_values(operator(one, other))
        if isinstance(left, TimeSeries):
            return left.with_values(operator(left.values, _number(right)))
        if isinstance(right, TimeSeries):
            return right.with_values(operator(_number(left), right.values))
    raise MathError("An operator needs numbers and time series")


def _number(value: Value) -> Numbers:
    return np.asarray(value, dtype=np.float64)


#: Functions of each value by itself.
SINGLE: dict[str, Callable[[Numbers], Numbers]] = {
    "ABS": np.abs,
    "CEIL": np.ceil,
    "FLOOR": np.floor,
    "LOG": np.log,
    "LOG10": np.log10,
    "negative": np.negative,
}


def single(name: str, value: Value) -> Value:
    """Return a function of each value."""
    with np.errstate(all="ignore"):
        if isinstance(value, list):
            return [each.with_values(SINGLE[name](each.values)) for each in value]
        if isinstance(value, TimeSeries):
            return value.with_values(SINGLE[name](value.values))
        return float(SINGLE[name](np.asarray(value, dtype=np.float64)))


def _difference(series: TimeSeries) -> TimeSeries:
    return TimeSeries(series.times[1:], np.diff(series.values), series.period, series.label)


def _rate(series: TimeSeries) -> TimeSeries:
    change, elapsed = np.diff(series.values), np.diff(series.times)
    return TimeSeries(series.times[1:], change / elapsed, series.period, series.label)


def _elapsed(series: TimeSeries) -> TimeSeries:
    elapsed = np.diff(series.times).astype(np.float64)
    return TimeSeries(series.times[1:], elapsed, series.period, series.label)


def _calendar(part: Callable[[datetime], int]) -> Callable[[TimeSeries], TimeSeries]:
    def function(series: TimeSeries) -> TimeSeries:
        parts = [float(part(datetime.fromtimestamp(time, UTC))) for time in series.times.tolist()]
        return series.with_values(np.array(parts, dtype=np.float64))

    return function


#: Functions of a whole series that give another.
OF_SERIES: dict[str, Callable[[TimeSeries], TimeSeries]] = {
    "DIFF": _difference,
    "DIFF_TIME": _elapsed,
    "RATE": _rate,
    "RUNNING_SUM": lambda series: series.with_values(np.cumsum(series.values)),
    "MINUTE": _calendar(lambda time: time.minute),
    "HOUR": _calendar(lambda time: time.hour),
    "DAY": _calendar(lambda time: time.isoweekday()),
    "DATE": _calendar(lambda time: time.day),
    "MONTH": _calendar(lambda time: time.month),
    "YEAR": _calendar(lambda time: time.year),
    "EPOCH": _calendar(lambda time: int(time.timestamp())),
}

#: Functions of one series that give a number, and of an array that give a series.
OVER: dict[str, Callable[..., Numbers]] = {
    "AVG": np.nanmean,
    "MAX": np.nanmax,
    "MIN": np.nanmin,
    "SUM": np.nansum,
    "STDDEV": np.nanstd,
}


def over(name: str, value: Value) -> Value:
    """Return the sum, the average and so on: of a series' values, or at each time of an array."""
    if isinstance(value, list):
        if not value:
            raise MathError(f"{name} needs at least one time series")
        times, table = united(value)
        if not len(times):
            return value[0]
        result = OVER[name](table, axis=0)
        return TimeSeries(times, result, longest_period(value), value[0].label)
    if not isinstance(value, TimeSeries):
        raise MathError(f"{name} needs a time series or an array of them")
    return float(OVER[name](value.values)) if len(value.values) else 0.0
