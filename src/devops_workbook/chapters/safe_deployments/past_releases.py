"""A hundred earlier releases in CloudWatch, and what an alarm would have said of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from devops_workbook.chapters.safe_deployments.account import RATE, the_shop
from devops_workbook.display import Table
from devops_workbook.lab import MONDAY, REGION, Lab
from devops_workbook.shop.answers import generator
from offline_aws import clients
from offline_aws.cloudwatch.outcome import EXTRA_PERIODS, outcome

RELEASES = 100
#: Minutes in which a tenth of the requests went to the new version; then all of them did.
CANARY, WATCHED = 5, 15
_SHARE = 0.1
_FIRST = MONDAY - timedelta(days=9)
_EVERY = timedelta(hours=2)
_MINUTE = timedelta(minutes=1)
_SEED = 20260105
# Of the good releases, those in which payments stumbled for a minute, whoever asked them.
_STUMBLE, _STUMBLING = 0.15, 0.06
_ORDINARY = 0.002


@dataclass(frozen=True)
class Release:
    """One earlier release. ``errors`` and ``requests`` are of the new version, by minute.

    ``place`` is that of the target group that was new: 0 for blue, 1 for green. They take turns.
    """

    begin: datetime
    bad: bool
    place: int
    requests: tuple[int, ...]
    errors: tuple[int, ...]
    old_requests: tuple[int, ...]
    old_errors: tuple[int, ...]


@cache
def releases() -> tuple[Release, ...]:
    """Return the hundred releases: the same ones every time."""
    random = np.random.default_rng(_SEED)
    bad = set(random.choice(RELEASES, 20, replace=False).tolist())
    return tuple(_release(number, number in bad) for number in range(RELEASES))


def _release(number: int, bad: bool) -> Release:
    begin = _FIRST + number * _EVERY
    random = generator(_SEED, begin)
    rate = random.uniform(0.04, 0.09) if bad else random.uniform(0.001, 0.003)
    rates = np.full(WATCHED, rate)
    old_rates = np.full(WATCHED, _ORDINARY)
    if not bad and random.random() < _STUMBLE:
        minute = int(random.integers(0, WATCHED))
        rates[minute] = old_rates[minute] = _STUMBLING
    shares = np.where(np.arange(WATCHED) < CANARY, _SHARE, 1.0)
    total = random.poisson(RATE, WATCHED)
    new = random.binomial(total, shares)
    return Release(
        begin,
        bad,
        number % 2,
        tuple(new.tolist()),
        tuple(random.binomial(new, rates).tolist()),
        tuple((total - new).tolist()),
        tuple(random.binomial(total - new, old_rates).tolist()),
    )


def record_past_releases(lab: Lab) -> None:
    """Put the metrics of the hundred releases into CloudWatch, where their time is past."""
    shop = the_shop()
    data: list[dict[str, Any]] = []
    for place in (0, 1):
        requests = [_of(each, place)[0] for each in releases()]
        errors = [_of(each, place)[1] for each in releases()]
        dimensions = {"LoadBalancer": shop.balancer, "TargetGroup": shop.dimension(place)}
        data += [
            _series("RequestCount", requests, dimensions),
            _series("HTTPCode_Target_5XX_Count", errors, dimensions),
        ]
    whole = {"LoadBalancer": shop.balancer}
    both = [np.add(each.requests, each.old_requests) for each in releases()]
    failed = [np.add(each.errors, each.old_errors) for each in releases()]
    data += [
        _series("RequestCount", both, whole),
        _series("HTTPCode_Target_5XX_Count", failed, whole),
    ]
    lab.aws.record_metrics("AWS/ApplicationELB", data)


def _of(release: Release, place: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if place == release.place:
        return release.requests, release.errors
    return release.old_requests, release.old_errors


def _series(name: str, counts: Sequence[Any], dimensions: dict[str, str]) -> dict[str, Any]:
    """Return a metric's values where there are any: AWS reports no zero of these."""
    begins = np.array([each.begin.timestamp() for each in releases()])
    times = (begins[:, None] + 60 * np.arange(WATCHED)[None, :]).ravel()
    values = np.array(counts, dtype=float).ravel()
    return {
        "MetricName": name,
        "Unit": "Count",
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Timestamps": times[values > 0],
        "Values": values[values > 0],
    }


@dataclass(frozen=True)
class Backtest:
    """What alarms would have done in the hundred releases.

    ``rolled_back`` is, for each release, the number of minutes after which an alarm went off, None
    for never.
    """

    rolled_back: tuple[int | None, ...]

    @property
    def false_alarms(self) -> int:
        """How many good releases would have been rolled back."""
        return sum(
            after is not None and not each.bad
            for each, after in zip(releases(), self.rolled_back, strict=True)
        )

    @property
    def missed(self) -> int:
        """How many bad releases would have reached all customers."""
        return sum(
            each.bad and (after is None or after > CANARY)
            for each, after in zip(releases(), self.rolled_back, strict=True)
        )

    @property
    def harmed(self) -> float:
        """The mean number of requests that a bad release would have failed."""
        counts = [
            sum(each.errors[:after])
            for each, after in zip(releases(), self.rolled_back, strict=True)
            if each.bad
        ]
        return float(np.mean(counts))

    def table(self) -> Table:
        """Return the counts as a table."""
        bad = sum(each.bad for each in releases())
        rows = [
            ("good releases that it would have rolled back", f"{self.false_alarms} of {100 - bad}"),
            ("bad releases that it would have let through", f"{self.missed} of {bad}"),
            ("requests that a bad release would have failed, mean", f"{self.harmed:.0f}"),
        ]
        return Table("A hundred releases", ("What", "How many"), rows)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table().to_html()


def backtest(alarms: Iterable[str]) -> Backtest:
    """Return what these alarms, by name, would have done in the hundred releases.

    A release is rolled back when one of them goes off. Their datapoints are what CloudWatch has
    (GetMetricData), judged by the rule of CloudWatch's alarms. Periods have to be one minute.
    """
    patterns = [_Judged(each) for each in _described(alarms)]
    return Backtest(tuple(_first(each, patterns) for each in releases()))


def unguarded() -> Backtest:
    """Return what happens without any alarm."""
    return Backtest((None,) * RELEASES)


def _described(names: Iterable[str]) -> list[dict[str, Any]]:
    found = clients.client("cloudwatch", REGION).describe_alarms(AlarmNames=list(names))
    return [dict(each) for each in found["MetricAlarms"]]


def period_of(alarm: dict[str, Any]) -> int:
    """Return the period of an alarm on a metric or an expression, in seconds."""
    stats = [
        each["MetricStat"]["Period"] for each in alarm.get("Metrics", ()) if "MetricStat" in each
    ]
    return int(alarm.get("Period") or max(stats, default=60))


class _Judged:
    """An alarm and the datapoints that it would have seen."""

    def __init__(self, alarm: dict[str, Any]) -> None:
        self._alarm = alarm
        self._values = _datapoints(alarm)
        self._breaches = COMPARISONS[alarm["ComparisonOperator"]]

    def at(self, time: datetime) -> bool:
        """Return whether it is in ALARM after a minute that ends at a time."""
        alarm = self._alarm
        periods = alarm["EvaluationPeriods"]
        wanted = alarm.get("DatapointsToAlarm", periods)
        span = periods + EXTRA_PERIODS
        signs = "".join(self._sign(time - _MINUTE * back) for back in range(span, 0, -1))
        return outcome(signs, wanted, periods, alarm.get("TreatMissingData", "missing")) == "ALARM"

    def _sign(self, time: datetime) -> str:
        value = self._values.get(time)
        if value is None:
            return "-"
        return "X" if self._breaches(value, self._alarm["Threshold"]) else "O"


#: How an alarm compares with its threshold; what compares with a band is not among them.
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def _datapoints(alarm: dict[str, Any]) -> dict[datetime, float]:
    queries = alarm.get("Metrics") or [
        {
            "Id": "it",
            "MetricStat": {
                "Metric": {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions")},
                "Period": alarm["Period"],
                "Stat": alarm.get("Statistic") or alarm["ExtendedStatistic"],
            },
        }
    ]
    client: Any = clients.client("cloudwatch", REGION)
    end = _FIRST + RELEASES * _EVERY
    found: dict[datetime, float] = {}
    for page in client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=_FIRST, EndTime=end
    ):
        for result in page["MetricDataResults"]:
            found |= dict(zip(result["Timestamps"], result["Values"], strict=True))
    return found


def _first(release: Release, alarms: list[_Judged]) -> int | None:
    for minute in range(1, WATCHED + 1):
        if any(each.at(release.begin + minute * _MINUTE) for each in alarms):
            return minute
    return None
