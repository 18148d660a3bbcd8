"""What a metric alarm looks at: its metrics, its period, and what it compares them with."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from offline_aws.cloudwatch.checks import Shape
from offline_aws.cloudwatch.outcome import BREACHING, EXTRA_PERIODS, MISSING, WITHIN
from offline_aws.cloudwatch.periods import recent
from offline_aws.cloudwatch.queries import Frame, Query, evaluated, limits, metrics_of
from offline_aws.cloudwatch.statistics import Statistic, statistic
from offline_aws.metric_series import Series
from offline_aws.service_metrics import MetricKey, Metrics, metric_key

#: Seconds between two evaluations: of alarms of a minute and more, and of shorter ones.
MINUTE, SHORT = 60, 10


@dataclass(frozen=True)
class Readings:
    """The datapoints of an evaluation range, the oldest first; those of a band beside them."""

    times: Sequence[int]
    values: Sequence[float | None]
    lower: Sequence[float | None] | None = None
    upper: Sequence[float | None] | None = None


@dataclass(frozen=True)
class Watch:
    """The settings of a metric alarm, ready to be evaluated.

    ``key`` and ``statistic`` are those of an alarm on one metric; another has ``queries``.
    """

    period: int
    periods: int
    wanted: int
    treatment: str
    operator: str
    threshold: float | None
    keys: frozenset[MetricKey]
    key: MetricKey | None = None
    unit: str | None = None
    statistic: Statistic | None = None
    ignores_few: bool = False
    queries: tuple[Query, ...] = ()
    watched: str = ""
    band: str = ""
    breaches: Callable[[float], bool] = field(default=bool, compare=False)

    @property
    def tick(self) -> int:
        """Return the seconds between two evaluations."""
        return MINUTE if self.period >= MINUTE else SHORT

    @property
    def range(self) -> int:
        """Return how many periods are looked at."""
        return self.periods + EXTRA_PERIODS

    def series(self, metrics: Metrics) -> list[Series]:
        """Return the series of an alarm on one metric."""
        return metrics.series_of(self.key, self.unit) if self.key else []

    def newest(self, metrics: Metrics) -> int | None:
        """Return the time of the newest value of its metrics, None where there is none."""
        found = [metrics.by_key[key].newest for key in self.keys if key in metrics.by_key]
        return max(found, default=None)

    def read(self, metrics: Metrics, now: int) -> Readings:
        """Return the datapoints of the periods that end at a time."""
        begin = now - self.range * self.period
        times = range(begin, now, self.period)
        if self.statistic is not None:
            series = self.series(metrics)
            return Readings(times, recent(series, begin, self.period, self.range, self.statistic))
        frame = Frame(begin, self.period, self.range, now)
        found = evaluated(metrics, self.queries, frame, self.watched)
        values = found.at(times)
        if not self.band:
            return Readings(times, values)
        lower, upper = limits(metrics, self.queries, frame, self.band)
        return Readings(times, values, lower.at(times), upper.at(times))

    def pattern(self, readings: Readings) -> str:
        """Return what the datapoints are, as ``outcome`` takes them."""
        if readings.lower is None or readings.upper is None:
            breaches = self.breaches
            return "".join(
                [
                    MISSING if value is None else BREACHING if breaches(value) else WITHIN
                    for value in readings.values
                ]
            )
        return "".join(
            MISSING
            if value is None or low is None or high is None
            else BREACHING
            if _is_outside(self.operator, value, low, high)
            else WITHIN
            for value, low, high in zip(
                readings.values, readings.lower, readings.upper, strict=True
            )
        )

    def has_few(self, metrics: Metrics, now: int) -> bool:
        """Return whether a percentile is of too few samples to mean something, and ignored."""
        percent = self.statistic.percentile if self.statistic else None
        if not self.ignores_few or percent is None or not 0 < percent < 100:
            return False
        share = percent / 100
        least = round(10 / (1 - share) if share >= 0.5 else 10 / share, 6)
        count = statistic("SampleCount")
        begin = now - self.periods * self.period
        counts = recent(self.series(metrics), begin, self.period, self.periods, count)
        return any(found is not None and found < least for found in counts)


def watch(settings: Shape) -> Watch:
    """Return the watch of an alarm's settings, which have to be right."""
    common: Shape = {
        "periods": settings["EvaluationPeriods"],
        "wanted": settings.get("DatapointsToAlarm", settings["EvaluationPeriods"]),
        "treatment": settings.get("TreatMissingData", "missing"),
        "operator": settings["ComparisonOperator"],
        "threshold": settings.get("Threshold"),
        "ignores_few": settings.get("EvaluateLowSampleCountPercentile") == "ignore",
        "breaches": _breaches(settings["ComparisonOperator"], settings.get("Threshold")),
    }
    if settings.get("Metrics"):
        queries = tuple(Query.of(each) for each in settings["Metrics"])
        keys = frozenset(metrics_of(queries))
        band = settings.get("ThresholdMetricId", "")
        returned = [each.id for each in queries if each.returned and each.id != band]
        common |= {
            "queries": queries,
            "keys": keys,
            "period": max((each.period for each in queries if each.period), default=MINUTE),
            "watched": returned[0],
            "band": band,
        }
    else:
        key = metric_key(settings["Namespace"], settings)
        name = settings.get("Statistic") or settings["ExtendedStatistic"]
        common |= {
            "key": key,
            "keys": frozenset([key]),
            "period": settings["Period"],
            "unit": settings.get("Unit"),
            "statistic": statistic(name),
        }
    if common["keys"] and all(key.namespace == "AWS/DynamoDB" for key in common["keys"]):
        common["treatment"] = "ignore"
    return Watch(**common)


def _breaches(operator: str, threshold: float | None) -> Callable[[float], bool]:
    limit = math.nan if threshold is None else float(threshold)
    found: dict[str, Callable[[float], bool]] = {
        "GreaterThanThreshold": limit.__lt__,
        "GreaterThanOrEqualToThreshold": limit.__le__,
        "LessThanThreshold": limit.__gt__,
        "LessThanOrEqualToThreshold": limit.__ge__,
    }
    return found.get(operator, bool)


def _is_outside(operator: str, value: float, low: float, high: float) -> bool:
    below, above = value < low, value > high
    return {
        "LessThanLowerThreshold": below,
        "GreaterThanUpperThreshold": above,
    }.get(operator, below or above)
