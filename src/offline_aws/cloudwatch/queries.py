"""The queries of GetMetricData and of alarms: metrics, and expressions over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from offline_aws.cloudwatch.bands import Model, training_time
from offline_aws.cloudwatch.checks import Shape
from offline_aws.cloudwatch.metric_math.evaluation import Scope
from offline_aws.cloudwatch.metric_math.expression import MathError, Node, names_in, parsed
from offline_aws.cloudwatch.metric_math.timeseries import TimeSeries, Value
from offline_aws.cloudwatch.periods import values
from offline_aws.cloudwatch.statistics import statistic
from offline_aws.service_metrics import MetricKey, Metrics, metric_key

# Of anomaly detection: one for each metric and hour.
_MOST_MODELS = 256


@dataclass(frozen=True)
class Query:
    """One query: a statistic of a metric, or an expression. ``period`` is 0 where none is said."""

    id: str
    label: str
    returned: bool
    period: int
    key: MetricKey | None
    stat: str
    unit: str | None
    expression: str

    @staticmethod
    def of(shape: Shape) -> Query:
        """Return the query of a ``MetricDataQuery``."""
        stat = shape.get("MetricStat")
        metric = stat["Metric"] if stat else {}
        return Query(
            id=shape["Id"],
            label=shape.get("Label") or "",
            returned=shape.get("ReturnData", True),
            period=stat["Period"] if stat else shape.get("Period") or 0,
            key=metric_key(metric.get("Namespace", ""), metric) if stat else None,
            stat=stat["Stat"] if stat else "",
            unit=stat.get("Unit") if stat else None,
            expression=shape.get("Expression") or "",
        )

    @property
    def node(self) -> Node:
        """Return the tree of an expression."""
        return parsed(self.expression)


@dataclass(frozen=True)
class Frame:
    """What stretch of time is asked for, in seconds since 1970, and when; ``period`` is AWS's."""

    begin: int
    period: int
    count: int
    now: int

    def times(self, period: int) -> range:
        """Return when the periods of a length begin."""
        return range(self.begin, self.begin + self.period * self.count, period)


@dataclass
class Answers:
    """The values of queries in a frame, each found once."""

    metrics: Metrics
    queries: Sequence[Query]
    frame: Frame

    def __post_init__(self) -> None:
        self._found: dict[str, Value] = {}
        self._asked: list[str] = []

    @cached_property
    def _by_id(self) -> dict[str, Query]:
        return {query.id: query for query in self.queries}

    @cached_property
    def period(self) -> int:
        """Return the longest period of the queries, 60 where none has one."""
        return max((query.period for query in self.queries), default=0) or 60

    def value(self, name: str) -> Value:
        """Return the value of a query. Raises ``MathError``."""
        if name in self._asked:
            raise MathError(f"{name} depends on itself")
        if name not in self._found:
            query = self._by_id.get(name)
            if query is None:
                raise MathError(f"Undefined variable {name}")
            self._asked.append(name)
            self._found[name] = self._value(query)
            self._asked.pop()
        return self._found[name]

    def _value(self, query: Query) -> Value:
        if query.key is None:
            return self._scope(query).evaluate(query.node)
        times = self.frame.times(query.period)
        series = self.metrics.series_of(query.key, query.unit)
        found = values(series, self.frame.begin, query.period, len(times), statistic(query.stat))
        grid = np.arange(len(times), dtype=np.int64) * query.period + self.frame.begin
        label = query.label or query.key.name
        return TimeSeries(grid, found, query.period, label).with_values(found)

    def _scope(self, query: Query) -> Scope:
        metrics = [each.id for each in self.queries if each.key is not None]
        period = query.period or self.period
        return Scope(self.value, metrics, self.frame.times, self._band, period)

    def _band(self, node: Node, deviations: float) -> list[TimeSeries]:
        begin, end = training_time(self.frame.now)
        begin += (self.frame.begin - begin) % self.period
        frame = Frame(begin, self.period, (end - begin) // self.period, end)
        known, what = self.metrics.worked_out, (node, tuple(self.queries), frame)
        if what not in known:
            scope = replace(self, frame=frame)._scope(self.queries[0])
            if len(known) >= _MOST_MODELS:
                known.clear()
            known[what] = Model(scope.series(node, "ANOMALY_DETECTION_BAND"))
        model: Model = known[what]
        return model.band(self.frame.times(model.history.period), deviations)


def evaluated(metrics: Metrics, queries: Sequence[Query], frame: Frame, name: str) -> TimeSeries:
    """Return the one series of a query. Raises ``MathError``."""
    value = Answers(metrics, queries, frame).value(name)
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    if not isinstance(value, TimeSeries):
        raise MathError(f"{name} is not one time series")
    return value


def limits(
    metrics: Metrics, queries: Sequence[Query], frame: Frame, name: str
) -> tuple[TimeSeries, TimeSeries]:
    """Return the lower and the upper limit of a query that is a band. Raises ``MathError``."""
    value = Answers(metrics, queries, frame).value(name)
    if not isinstance(value, list) or len(value) != 2:
        raise MathError(f"{name} is no band")
    return value[0], value[1]


def metrics_of(queries: Sequence[Query]) -> Iterator[MetricKey]:
    """Yield the metrics that queries look at."""
    for query in queries:
        if query.key is not None:
            yield query.key


def check_names(queries: Sequence[Query]) -> None:
    """Raise ``MathError`` for an expression that names what there is not."""
    words = {"REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MAX", "MIN", "SUM", "STDDEV"}
    known = {query.id for query in queries} | words
    for query in queries:
        for name in names_in(query.node) if query.key is None else ():
            if name not in known:
                raise MathError(f"Undefined variable {name}")
