"""The value of an expression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from offline_aws.cloudwatch.metric_math import functions
from offline_aws.cloudwatch.metric_math.arrays import choose, filled, sliced, sorted_series
from offline_aws.cloudwatch.metric_math.expression import (
    Apply,
    Array,
    MathError,
    Name,
    Node,
    Number,
    Text,
)
from offline_aws.cloudwatch.metric_math.timeseries import TimeSeries, Value


@dataclass(frozen=True)
class Scope:
    """Where an expression is evaluated.

    ``resolve`` gives the value of another query. ``metrics`` are the ids of those that are metrics
    and no expressions. ``times`` are those of a period, and ``band`` gives the two limits that an
    anomaly detector expects of a node's value, so and so many deviations away.
    """

    resolve: Callable[[str], Value]
    metrics: Sequence[str]
    times: Callable[[int], range]
    band: Callable[[Node, float], list[TimeSeries]]
    period: int

    def evaluate(self, node: Node) -> Value:
        """Return the value of a tree. Raises ``MathError``."""
        match node:
            case Number(value):
                return value
            case Name(value):
                return self.resolve(value)
            case Array(items):
                return self._array(items)
            case Text():
                raise MathError("A text is no value")
            case Apply(function, arguments):
                return self._apply(function, arguments)

    def series(self, node: Node, name: str) -> TimeSeries:
        """Return the value of a tree that has to be one time series."""
        value = self.evaluate(node)
        if not isinstance(value, TimeSeries):
            raise MathError(f"{name} needs a time series")
        return value

    def array(self, node: Node, name: str) -> list[TimeSeries]:
        """Return the value of a tree that has to be time series."""
        value = self.evaluate(node)
        if isinstance(value, TimeSeries):
            return [value]
        if not isinstance(value, list):
            raise MathError(f"{name} needs an array of time series")
        return value

    def number(self, node: Node, name: str) -> float:
        """Return the value of a tree that has to be a number."""
        value = self.evaluate(node)
        if not isinstance(value, int | float):
            raise MathError(f"{name} needs a number")
        return float(value)

    def _array(self, items: Sequence[Node]) -> list[TimeSeries]:
        found: list[TimeSeries] = []
        for item in items:
            found += self.array(item, "An array")
        return found

    def _apply(self, name: str, arguments: tuple[Node, ...]) -> Value:
        if name in functions.OPERATORS:
            left, right = (self.evaluate(each) for each in arguments)
            return functions.combined(functions.OPERATORS[name], left, right)
        if name not in _ARITIES:
            raise MathError(f"Unknown function {name}")
        least, most = _ARITIES[name]
        if not least <= len(arguments) <= most:
            raise MathError(f"{name} was given {len(arguments)} arguments")
        if name in functions.SINGLE:
            return functions.single(name, self.evaluate(arguments[0]))
        if name in functions.OVER:
            return functions.over(name, self.evaluate(arguments[0]))
        if name in functions.OF_SERIES:
            return self._of_each(functions.OF_SERIES[name], arguments[0], name)
        return _OTHERS[name](self, arguments)

    def _of_each(
        self, function: Callable[[TimeSeries], TimeSeries], node: Node, name: str
    ) -> Value:
        value = self.evaluate(node)
        if isinstance(value, list):
            return [function(each) for each in value]
        if not isinstance(value, TimeSeries):
            raise MathError(f"{name} needs a time series")
        return function(value)


def _metrics(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    part = arguments[0].value if arguments and isinstance(arguments[0], Text) else ""
    if arguments and not isinstance(arguments[0], Text):
        raise MathError("METRICS needs a text")
    found = [scope.resolve(name) for name in scope.metrics if part in name]
    return [each for each in found if isinstance(each, TimeSeries)]


def _period(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    return float(scope.series(arguments[0], "PERIOD").period)


def _datapoint_count(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    return float(len(scope.series(arguments[0], "DATAPOINT_COUNT").times))


def _metric_count(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    return float(len(scope.array(arguments[0], "METRIC_COUNT")))


def _end(name: str, place: int) -> Callable[[Scope, tuple[Node, ...]], Value]:
    def function(scope: Scope, arguments: tuple[Node, ...]) -> Value:
        found = scope.array(arguments[0], name)
        if not found:
            raise MathError(f"{name} needs at least one time series")
        return found[place]

    return function


def _time_series(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    value = scope.number(arguments[0], "TIME_SERIES")
    times = np.array(scope.times(scope.period), dtype=np.int64)
    return TimeSeries(times, np.full(len(times), value), scope.period)


def _remove_empty(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    return [each for each in scope.array(arguments[0], "REMOVE_EMPTY") if len(each.times)]


def _fill(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    value, by = scope.evaluate(arguments[0]), arguments[1]
    way: str | Value = (
        by.value
        if isinstance(by, Name) and by.value in ("REPEAT", "LINEAR")
        else scope.evaluate(by)
    )
    if isinstance(value, list):
        return [filled(each, way, scope.times(each.period)) for each in value]
    if not isinstance(value, TimeSeries):
        raise MathError("FILL needs a time series")
    return filled(value, way, scope.times(value.period))


def _if(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    values = [scope.evaluate(each) for each in arguments]
    return choose(values[0], values[1], values[2] if len(values) > 2 else None)


def _slice(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    numbers = [int(scope.number(each, "SLICE")) for each in arguments[1:]]
    return sliced(scope.array(arguments[0], "SLICE"), *numbers)


def _sort(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    words = [each.value.upper() if isinstance(each, Name) else "" for each in arguments[1:3]]
    limit = int(scope.number(arguments[3], "SORT")) if len(arguments) > 3 else None
    return sorted_series(scope.array(arguments[0], "SORT"), words[0], words[1], limit)


def _band(scope: Scope, arguments: tuple[Node, ...]) -> Value:
    name = "ANOMALY_DETECTION_BAND"
    deviations = scope.number(arguments[1], name) if len(arguments) > 1 else 2.0
    return scope.band(arguments[0], deviations)


_OTHERS: dict[str, Callable[[Scope, tuple[Node, ...]], Value]] = {
    "ANOMALY_DETECTION_BAND": _band,
    "DATAPOINT_COUNT": _datapoint_count,
    "FILL": _fill,
    "FIRST": _end("FIRST", 0),
    "IF": _if,
    "LAST": _end("LAST", -1),
    "METRICS": _metrics,
    "METRIC_COUNT": _metric_count,
    "PERIOD": _period,
    "REMOVE_EMPTY": _remove_empty,
    "SLICE": _slice,
    "SORT": _sort,
    "TIME_SERIES": _time_series,
}
_ARITIES: dict[str, tuple[int, int]] = {
    **dict.fromkeys((*functions.SINGLE, *functions.OVER, *functions.OF_SERIES), (1, 1)),
    **dict.fromkeys(_OTHERS, (1, 1)),
    "ANOMALY_DETECTION_BAND": (1, 2),
    "FILL": (2, 2),
    "IF": (2, 3),
    "METRICS": (0, 1),
    "SLICE": (2, 3),
    "SORT": (3, 4),
}
#: What an expression may call.
KNOWN = frozenset((*functions.OPERATORS, *_ARITIES))
