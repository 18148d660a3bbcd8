"""The statistics of CloudWatch: of a period's values, by the name of a statistic.

The names are those of the User Guide's "CloudWatch statistics definitions". A percentile lies
between the two nearest values, in proportion; AWS's own are estimates for many values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from offline_aws.metric_series import Distribution, Summary

BASIC = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_NUMBER = r"(\d+(?:\.\d*)?(?:[Ee][+-]?\d+)?)"
_SHORT = re.compile(r"(p|tm|tc|ts|wm)(\d{1,2}(?:\.\d{0,10})?|100)")
_RANGE = re.compile(rf"(TM|TC|TS|WM|PR)\({_NUMBER}?(%?):{_NUMBER}?(%?)\)")


@dataclass(frozen=True)
class Statistic:
    """A statistic. ``is_percentile`` is what "evaluate low samples" of an alarm is about."""

    name: str
    of: Callable[[Summary], float | None]
    percentile: float | None = None

    @property
    def is_basic(self) -> bool:
        """Whether it is one of the five that need no single values."""
        return self.name in BASIC


class UnknownStatisticError(ValueError):
    """A name that is none of a statistic."""


@lru_cache(maxsize=512)
def statistic(name: str) -> Statistic:
    """Return the statistic of a name. Raises ``UnknownStatisticError``."""
    if name in _OF:
        return Statistic(name, _OF[name])
    if name == "IQM":
        return Statistic(name, _by_values(lambda values: _trimmed_mean(values, 25, 75)))
    if found := _SHORT.fullmatch(name):
        kind, percent = found[1], float(found[2])
        if kind == "p":
            return Statistic(name, _by_values(lambda values: _percentile(values, percent)), percent)
        function = _TRIMMED[kind.upper()]
        return Statistic(name, _by_values(lambda values: function(values, 0, percent)))
    if (found := _RANGE.fullmatch(name)) and (found[2] or found[4]):
        return _of_range(name, found)
    raise UnknownStatisticError(name)


def _of_range(name: str, found: re.Match[str]) -> Statistic:
    low = float(found[2]) if found[2] else None
    high = float(found[4]) if found[4] else None
    percents = {mark for bound, mark in ((low, found[3]), (high, found[5])) if bound is not None}
    if len(percents) > 1 or (low is not None and high is not None and low >= high):
        raise UnknownStatisticError(name)
    if percents == {"%"}:
        if found[1] == "PR" or max(low or 0, high or 0) > 100:
            raise UnknownStatisticError(name)
        begin, end = low or 0.0, 100.0 if high is None else high
        function = _TRIMMED[found[1]]
        return Statistic(name, _by_values(lambda values: function(values, begin, end)))
    absolute = _ABSOLUTE[found[1]]
    return Statistic(name, _by_values(lambda values: absolute(values, low, high)))


_OF: dict[str, Callable[[Summary], float | None]] = {
    "SampleCount": lambda summary: summary.size,
    "Average": lambda summary: summary.total / summary.size if summary.size else None,
    "Sum": lambda summary: summary.total,
    "Minimum": lambda summary: summary.low,
    "Maximum": lambda summary: summary.high,
}


def _by_values(
    function: Callable[[Distribution], float | None],
) -> Callable[[Summary], float | None]:
    """Return the function on a summary; it has no value where single values are not known."""
    return lambda summary: function(summary.distribution) if summary.distribution else None


def _percentile(values: Distribution, percent: float) -> float:
    ordered = sorted(values.items())
    place = percent / 100 * (sum(values.values()) - 1)
    passed = 0.0
    for (value, count), (following, _) in pairwise(ordered):
        passed += count
        if place <= passed - 1:
            return value
        if place < passed:
            return value + (following - value) * (place - (passed - 1))
    return ordered[-1][0]


def _weights(values: Distribution, begin: float, end: float) -> list[tuple[float, float]]:
    """Return each value with how much of it lies between two percents of all."""
    size, passed, found = sum(values.values()), 0.0, []
    low, high = begin / 100 * size, end / 100 * size
    for value, count in sorted(values.items()):
        found.append((value, max(0.0, min(passed + count, high) - max(passed, low))))
        passed += count
    return found


def _trimmed_mean(values: Distribution, begin: float, end: float) -> float | None:
    count = _trimmed_count(values, begin, end)
    return _trimmed_sum(values, begin, end) / count if count else None


def _trimmed_count(values: Distribution, begin: float, end: float) -> float:
    return sum(weight for _, weight in _weights(values, begin, end))


def _trimmed_sum(values: Distribution, begin: float, end: float) -> float:
    return sum(value * weight for value, weight in _weights(values, begin, end))


def _winsorized_mean(values: Distribution, begin: float, end: float) -> float:
    low, high = _percentile(values, begin), _percentile(values, end)
    total = sum(min(max(value, low), high) * count for value, count in values.items())
    return total / sum(values.values())


def _within(values: Distribution, low: float | None, high: float | None) -> Distribution:
    """Return what is above one bound and not above the other."""
    return {
        value: count
        for value, count in values.items()
        if (low is None or value > low) and (high is None or value <= high)
    }


def _mean_within(values: Distribution, low: float | None, high: float | None) -> float | None:
    found = _within(values, low, high)
    return _sum_of(found) / sum(found.values()) if found else None


def _clamped_mean(values: Distribution, low: float | None, high: float | None) -> float:
    least = min(values) if low is None else low
    most = max(values) if high is None else high
    total = sum(min(max(value, least), most) * count for value, count in values.items())
    return total / sum(values.values())


def _sum_of(values: Distribution) -> float:
    return sum(value * count for value, count in values.items())


_TRIMMED: dict[str, Callable[[Distribution, float, float], float | None]] = {
    "TM": _trimmed_mean,
    "TC": _trimmed_count,
    "TS": _trimmed_sum,
    "WM": _winsorized_mean,
}
_ABSOLUTE: dict[str, Callable[[Distribution, float | None, float | None], float | None]] = {
    "TM": _mean_within,
    "TC": lambda values, low, high: sum(_within(values, low, high).values()),
    "TS": lambda values, low, high: _sum_of(_within(values, low, high)),
    "WM": _clamped_mean,
    "PR": lambda values, low, high: (
        100 * sum(_within(values, low, high).values()) / sum(values.values())
    ),
}
