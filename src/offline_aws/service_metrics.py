"""The metrics of an account: what is recorded, by callers and by AWS's own services.

A service of ours that has metrics, such as those of ``AWS/ApplicationELB``, records them with
``record(call, namespace, data)``. Whoever holds an ``OfflineAWS`` has its ``record_metrics``.
CloudWatch reads them, and its alarms are evaluated on them; nothing else need be in use for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from offline_aws.metric_series import Distribution, Series, Summary, single
from offline_aws.operations import Call

#: Called with the time, in seconds since 1970, of the oldest value of what was recorded at once.
Watcher = Callable[[int], object]
_MINUTE = 60


class MetricKey(NamedTuple):
    """What tells metrics apart; dimensions are sorted pairs of name and value."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


class Metric:
    """One metric: a series for each unit."""

    def __init__(self, key: MetricKey) -> None:
        self.key = key
        self.by_unit: dict[str, Series] = {}

    @property
    def newest(self) -> int:
        """Return the time of the newest value, in seconds since 1970."""
        return max((series.last for series in self.by_unit.values() if series.times), default=0)

    def series(self, unit: str | None = None) -> list[Series]:
        """Return the series of a unit, or of all."""
        if unit is None:
            return list(self.by_unit.values())
        return [self.by_unit[unit]] if unit in self.by_unit else []


class Metrics:
    """The metrics of one account and region."""

    def __init__(self) -> None:
        self.by_key: dict[MetricKey, Metric] = {}
        #: What is worked out from the metrics at some cost, by what it is.
        self.worked_out: dict[object, Any] = {}
        self._watchers: dict[MetricKey, list[Watcher]] = {}

    def watch(self, key: MetricKey, watcher: Watcher) -> None:
        """Have a watcher called whenever values of a metric come, be it there yet or not."""
        self._watchers.setdefault(key, []).append(watcher)

    def unwatch(self, key: MetricKey, watcher: Watcher) -> None:
        """End what ``watch`` began."""
        self._watchers[key].remove(watcher)

    def series_of(self, key: MetricKey, unit: str | None = None) -> list[Series]:
        """Return the series of a metric in a unit, or in all; none where there is no metric."""
        metric = self.by_key.get(key)
        return metric.series(unit) if metric else []

    def put(self, key: MetricKey, datum: Mapping[str, Any], now: datetime) -> None:
        """Add a datum to a metric and tell who watches it."""
        metric = self.by_key.get(key)
        if metric is None:
            metric = self.by_key[key] = Metric(key)
        unit = datum.get("Unit") or "None"
        series = metric.by_unit.get(unit)
        if series is None:
            series = metric.by_unit[unit] = Series()
        length = 1 if datum.get("StorageResolution") == 1 else _MINUTE
        first = _add(series, datum, length, now)
        series.tidy(int(now.timestamp()))
        for watcher in tuple(self._watchers.get(key, ())):
            watcher(first)


def record(call: Call, namespace: str, data: Iterable[Mapping[str, Any]]) -> None:
    """Record metrics of a namespace, be it AWS's or a caller's.

    Each of ``data`` is a ``MetricDatum`` of CloudWatch's PutMetricData, and taken to be right.
    Besides, many values of one metric can be given at once, at little cost: ``Timestamps``, aware
    datetimes or numbers of seconds since 1970, and as many ``Values``, one for each. Times may lie
    in the future, as far as one likes; alarms see a value when the clock has passed its period.
    """
    metrics, now = call.state(Metrics), call.clock.now()
    for datum in data:
        metrics.put(metric_key(namespace, datum), datum, now)


def metric_key(namespace: str, metric: Mapping[str, Any]) -> MetricKey:
    """Return the key of something with MetricName and Dimensions."""
    dimensions = metric.get("Dimensions") or ()
    pairs = sorted((each["Name"], each["Value"]) for each in dimensions)
    return MetricKey(namespace, metric["MetricName"], tuple(pairs))


def _add(series: Series, datum: Mapping[str, Any], length: int, now: datetime) -> int:
    """Add a datum's values; return the time of the row of the first."""
    if "Timestamps" in datum:
        given = datum["Timestamps"]
        whole = given if isinstance(given, np.ndarray) else [_seconds(time) for time in given]
        times = np.asarray(whole).astype(np.int64)
        times -= times % length
        series.extend(times, np.asarray(datum["Values"], dtype=np.float64))
        return int(times.min()) if len(times) else int(now.timestamp())
    time = _seconds(datum.get("Timestamp") or now)
    time -= time % length
    series.add(time, _summary(datum))
    return time


def _seconds(time: datetime | float) -> int:
    return int(time.timestamp() if isinstance(time, datetime) else time)


def _summary(datum: Mapping[str, Any]) -> Summary:
    if "Value" in datum:
        return single(float(datum["Value"]))
    if "StatisticValues" in datum:
        given = datum["StatisticValues"]
        low, high = float(given["Minimum"]), float(given["Maximum"])
        count = float(given["SampleCount"])
        known = {low: count} if low == high else None
        return Summary(count, float(given["Sum"]), low, high, known)
    return _counted(datum["Values"], datum.get("Counts") or [1.0] * len(datum["Values"]))


def _counted(values: Sequence[float], counts: Sequence[float]) -> Summary:
    found: Distribution = {}
    for value, count in zip(values, counts, strict=True):
        found[float(value)] = found.get(float(value), 0.0) + float(count)
    total = sum(value * count for value, count in found.items())
    return Summary(sum(found.values()), total, min(found), max(found), found)
