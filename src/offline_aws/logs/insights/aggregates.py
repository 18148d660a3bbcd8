"""What stats makes of a group of rows: count, sum, avg, pct and the others."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from offline_aws.logs.insights.rows import Row
from offline_aws.logs.insights.values import Millis, number, sort_key, text


class Aggregate(NamedTuple):
    """A function of the values of a group, and of its rows; how many arguments it takes."""

    of: Callable[[list[Any], Sequence[Row], float], Any]
    arguments: tuple[int, int]


def _numbers(values: list[Any]) -> list[float]:
    return [found for each in values if (found := number(each)) is not None]


def _plain(value: Any) -> Any:
    # A whole number is shown as one, and a time as its milliseconds.
    if isinstance(value, Millis):
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sum(values: list[Any], _: Sequence[Row], __: float) -> Any:
    numbers = _numbers(values)
    return _plain(math.fsum(numbers)) if numbers else None


def _average(values: list[Any], _: Sequence[Row], __: float) -> Any:
    numbers = _numbers(values)
    return _plain(math.fsum(numbers) / len(numbers)) if numbers else None


def _deviation(values: list[Any], _: Sequence[Row], __: float) -> Any:
    numbers = _numbers(values)
    return _plain(statistics.pstdev(numbers)) if numbers else None


def _percentile(values: list[Any], _: Sequence[Row], wanted: float) -> Any:
    numbers = sorted(_numbers(values))
    if not numbers:
        return None
    place = (len(numbers) - 1) * min(max(wanted, 0), 100) / 100
    below, above = numbers[math.floor(place)], numbers[math.ceil(place)]
    return _plain(below + (above - below) * (place - math.floor(place)))


def _distinct(values: list[Any], _: Sequence[Row], __: float) -> int:
    return len({text(each) for each in values if each is not None})


def _most(values: list[Any], _: Sequence[Row], __: float) -> Any:
    present = [each for each in values if each is not None]
    return _plain(max(present, key=sort_key)) if present else None


def _least(values: list[Any], _: Sequence[Row], __: float) -> Any:
    present = [each for each in values if each is not None]
    return _plain(min(present, key=sort_key)) if present else None


def _earliest(values: list[Any], rows: Sequence[Row], _: float) -> Any:
    timed = [(row.time, each) for row, each in zip(rows, values, strict=True) if each is not None]
    return _plain(min(timed, key=lambda pair: pair[0])[1]) if timed else None


def _latest(values: list[Any], rows: Sequence[Row], _: float) -> Any:
    timed = [(row.time, each) for row, each in zip(rows, values, strict=True) if each is not None]
    return _plain(max(timed, key=lambda pair: pair[0])[1]) if timed else None


AGGREGATES: dict[str, Aggregate] = {
    "count": Aggregate(lambda values, _, __: sum(each is not None for each in values), (0, 1)),
    "count_distinct": Aggregate(_distinct, (1, 1)),
    "sum": Aggregate(_sum, (1, 1)),
    "avg": Aggregate(_average, (1, 1)),
    "min": Aggregate(_least, (1, 1)),
    "max": Aggregate(_most, (1, 1)),
    "stddev": Aggregate(_deviation, (1, 1)),
    "pct": Aggregate(_percentile, (2, 2)),
    "earliest": Aggregate(_earliest, (1, 1)),
    "latest": Aggregate(_latest, (1, 1)),
    "sortsfirst": Aggregate(_least, (1, 1)),
    "sortslast": Aggregate(_most, (1, 1)),
}
