"""The week before the lab begins, minute by minute: traffic, blips, and four real incidents.

All of it is drawn with a seed, so that a rule for an alarm can be judged: what happened is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

    from offline_aws import OfflineAWS

END = datetime(2026, 1, 5, 9, tzinfo=UTC)
START = END - timedelta(days=7)
MINUTES = 7 * 24 * 60

_SEED = 20260105
_BUSY = 600.0  # requests in a minute at noon
_USUAL_ERRORS = 0.002
_ORDERS = 0.2  # of the requests that succeed
_MEDIAN, _SPREAD = 0.045, 0.74  # seconds, and the standard deviation of their logarithm
_SLOW_SECONDS = 2.5
_BLIPS, _DOUBLE_BLIPS = 14, 3
_WIDEST_BLIP = 0.06
# Where in the distribution of durations the values of a minute are taken.
_CENTRES = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Incident:
    """Something that users felt; what share of requests failed or was slow, or of orders missing.

    ``name`` is the day it was on.
    """

    name: str
    started_at: datetime
    minutes: int
    errors: float = 0.0
    slow: float = 0.0
    missing_orders: float = 0.0

    @property
    def ended_at(self) -> datetime:
        """When it was over."""
        return self.started_at + timedelta(minutes=self.minutes)

    @property
    def first(self) -> int:
        """The number of its first minute in the week."""
        return int((self.started_at - START).total_seconds() // 60)


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2025, 12, day, hour, minute, tzinfo=UTC)


TUESDAY = Incident("Tuesday", _at(30, 10, 12), 25, errors=0.05)
THURSDAY = Incident("Thursday", datetime(2026, 1, 1, 14, 0, tzinfo=UTC), 40, slow=0.02)
FRIDAY = Incident("Friday", datetime(2026, 1, 2, 12, 30, tzinfo=UTC), 20, missing_orders=0.6)
SATURDAY = Incident("Saturday", datetime(2026, 1, 3, 19, 5, tzinfo=UTC), 18, errors=0.3)
SUNDAY = Incident("Sunday", datetime(2026, 1, 4, 3, 0, tzinfo=UTC), 180, errors=0.015)
INCIDENTS = (TUESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY)


@dataclass(frozen=True)
class Week:
    """The counts of each minute, and how often each duration of ``seconds`` occurred in it."""

    requests: npt.NDArray[np.int64]
    errors: npt.NDArray[np.int64]
    orders: npt.NDArray[np.int64]
    seconds: Numbers
    durations: npt.NDArray[np.int64]

    @property
    def error_rate(self) -> Numbers:
        """The share of requests that failed, 0 to 1."""
        return np.asarray(self.errors / np.maximum(self.requests, 1))


@cache
def week() -> Week:
    """Return the week; the same one every time."""
    random: Any = np.random.default_rng(_SEED)
    requests = random.poisson(_rates())
    errors = random.binomial(requests, _error_shares(random))
    share = np.full(MINUTES, _ORDERS)
    for each in INCIDENTS:
        share[each.first : each.first + each.minutes] *= 1 - each.missing_orders
    orders = random.binomial(requests - errors, share)
    seconds, durations = _durations(random, requests)
    return Week(requests, errors, orders, seconds, durations)


def table() -> pd.DataFrame:
    """Return the week, a row a minute: ``requests``, ``errors``, ``orders``, all counts.

    The index is the beginning of the minute, in UTC.
    """
    import pandas as pd

    index = pd.date_range(START, periods=MINUTES, freq="min", name="minute")
    found = week()
    columns = {"requests": found.requests, "errors": found.errors, "orders": found.orders}
    return pd.DataFrame(columns, index=index)


def record(aws: OfflineAWS, dimensions: dict[str, str]) -> None:
    """Put the week into CloudWatch, as the load balancer and the service reported it."""
    found, begin = week(), int(START.timestamp())
    times = begin + 60 * np.arange(MINUTES)
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    some = found.errors > 0  # a load balancer reports no zeros
    counts = [
        ("RequestCount", times, found.requests),
        ("HTTPCode_Target_5XX_Count", times[some], found.errors[some]),
    ]
    data: list[dict[str, Any]] = [
        {
            "MetricName": name,
            "Unit": "Count",
            "Dimensions": named,
            "Timestamps": at,
            "Values": values.astype(float),
        }
        for name, at, values in counts
    ]
    data += _duration_data(found, times, named)
    aws.record_metrics("AWS/ApplicationELB", data)
    aws.record_metrics("Shop/Orders", _of_the_service(found, times))


def _of_the_service(found: Week, times: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    random: Any = np.random.default_rng(_SEED + 1)
    memory = 30 + random.normal(0, 1.5, MINUTES)
    version = [{"Name": "Version", "Value": "1.4.1"}]
    return [
        {
            "MetricName": "OrdersPlaced",
            "Unit": "Count",
            "Timestamps": times,
            "Values": found.orders.astype(float),
        },
        {
            "MetricName": "MemoryUtilization",
            "Unit": "Percent",
            "Dimensions": version,
            "Timestamps": times,
            "Values": memory,
        },
    ]


def _rates() -> Numbers:
    """Return the mean requests of each minute: nights are quiet, weekends quieter than weekdays."""
    minutes = np.arange(MINUTES)
    hour = (9 + minutes / 60) % 24
    day = (9 + minutes / 60) // 24  # days since Monday
    daylight = np.clip(np.sin((hour - 6) / 24 * 2 * np.pi), 0, 1)
    weekend = np.where(day % 7 >= 5, 0.75, 1.0)
    return np.asarray(_BUSY * (0.35 + 0.65 * daylight) * weekend)


def _error_shares(random: Any) -> Numbers:
    shares = np.full(MINUTES, _USUAL_ERRORS)
    lengths = [1] * _BLIPS + [2] * _DOUBLE_BLIPS
    # Where blips begin: apart from each other, and not inside of an incident.
    busy = np.zeros(MINUTES, dtype=bool)
    for each in INCIDENTS:
        busy[max(each.first - 60, 0) : each.first + each.minutes + 60] = True
    for length in lengths:
        begin = int(random.choice(np.flatnonzero(~busy)))
        shares[begin : begin + length] = random.uniform(0.035, _WIDEST_BLIP, min(length, 2))
        busy[max(begin - 30, 0) : begin + 30] = True
    for each in INCIDENTS:
        shares[each.first : each.first + each.minutes] += each.errors
    return shares


def _durations(
    random: Any, requests: npt.NDArray[np.int64]
) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """Return the durations that occur, and how often each does in every minute."""
    edges = np.concatenate([[0], (np.array(_CENTRES)[1:] + np.array(_CENTRES)[:-1]) / 2, [1]])
    fast = _MEDIAN * np.exp(_SPREAD * _normal_quantiles(np.array(_CENTRES)))
    chances = np.tile(np.append(np.diff(edges), 0), (MINUTES, 1))
    for each in INCIDENTS:
        struck = slice(each.first, each.first + each.minutes)
        chances[struck, :-1] *= 1 - each.slow
        chances[struck, -1] = each.slow
    return np.append(fast, _SLOW_SECONDS + _MEDIAN), random.multinomial(requests, chances)


def _normal_quantiles(shares: Numbers) -> Numbers:
    from statistics import NormalDist

    return np.array([NormalDist().inv_cdf(share) for share in shares])


def _duration_data(
    found: Week, times: npt.NDArray[np.int64], named: list[dict[str, str]]
) -> list[dict[str, Any]]:
    data = []
    for time, counts in zip(times.tolist(), found.durations, strict=True):
        some = np.flatnonzero(counts)
        if len(some):
            data.append(
                {
                    "MetricName": "TargetResponseTime",
                    "Unit": "Seconds",
                    "Dimensions": named,
                    "Timestamp": time,
                    "Values": found.seconds[some].tolist(),
                    "Counts": counts[some].astype(float).tolist(),
                }
            )
    return data
