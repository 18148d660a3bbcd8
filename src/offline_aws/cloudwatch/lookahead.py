"""When an alarm whose data are known ahead would change its state next, found at one go.

Whoever records a day of data at once need not have every minute evaluated: the datapoints of all
evaluations to come are worked out together, and each different pattern of them once. That holds
until other values come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from offline_aws.cloudwatch.alarm import ALARM, INSUFFICIENT, OK
from offline_aws.cloudwatch.outcome import BREACHING, MISSING, WITHIN, outcome
from offline_aws.cloudwatch.periods import values
from offline_aws.cloudwatch.watch import Watch
from offline_aws.service_metrics import Metrics

# A pattern is written as a number of base 3, which has to fit into 63 bits.
_LONGEST_RANGE = 38
#: The most evaluations that are looked at ahead.
MOST = 1440
_SIGNS = (MISSING, WITHIN, BREACHING)
_STATES = (OK, ALARM, INSUFFICIENT)
_KEPT = -1


def can_look_ahead(watch: Watch) -> bool:
    """Return whether the datapoints of an alarm's evaluations are one after the other."""
    return (
        watch.key is not None
        and not watch.ignores_few
        and watch.period == watch.tick
        and watch.range <= _LONGEST_RANGE
    )


@dataclass(frozen=True, eq=False)
class Ahead:
    """The states that evaluations from a time on lead to, by their places in ``_STATES``."""

    begin: int
    tick: int
    states: NDArray[np.int8]

    def next_change(self, now: int, state: str) -> int:
        """Return the first evaluation after a time that gives another state, or the last one."""
        place = max(0, (now - self.begin) // self.tick + 1)
        ahead = self.states[place:]
        changes = (ahead != _KEPT) & (ahead != _STATES.index(state))
        found = int(np.argmax(changes)) if changes.any() else len(ahead) - 1
        return self.begin + (place + found) * self.tick

    def reaches(self, now: int) -> bool:
        """Return whether there are evaluations after a time."""
        return now < self.begin + (len(self.states) - 1) * self.tick


def look_ahead(watch: Watch, metrics: Metrics, begin: int, count: int) -> Ahead:
    """Return what ``count`` evaluations from a time lead to."""
    if watch.statistic is None:
        raise TypeError(watch)
    period, span = watch.period, watch.range
    first = begin - span * period
    found = values(watch.series(metrics), first, period, span + count - 1, watch.statistic)
    codes = _codes(_signs(watch, found), span, count)
    begins = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1))
    results = [
        _state(code, span, watch.wanted, watch.periods, watch.treatment)
        for code in codes[begins].tolist()
    ]
    lengths = np.diff(begins, append=count)
    return Ahead(begin, period, np.repeat(np.array(results, dtype=np.int8), lengths))


def _signs(watch: Watch, found: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return 0 for a period without a datapoint, 1 for a good one, 2 for a breaching one."""
    limit = np.nan if watch.threshold is None else watch.threshold
    with np.errstate(invalid="ignore"):
        breaching = {
            "GreaterThanThreshold": found > limit,
            "GreaterThanOrEqualToThreshold": found >= limit,
            "LessThanThreshold": found < limit,
            "LessThanOrEqualToThreshold": found <= limit,
        }[watch.operator]
    return np.where(np.isnan(found), 0, np.where(breaching, 2, 1)).astype(np.int64)


def _codes(signs: NDArray[np.int64], span: int, count: int) -> NDArray[np.int64]:
    """Return the number of each pattern of so many signs one after the other."""
    codes = np.zeros(count, dtype=np.int64)
    for place in range(span):
        codes = codes * 3 + signs[place : place + count]
    return codes


@lru_cache(maxsize=65536)
def _state(code: int, span: int, wanted: int, periods: int, treatment: str) -> int:
    """Return the place of the state that a pattern leads to."""
    signs = []
    for _ in range(span):
        code, sign = divmod(code, 3)
        signs.append(_SIGNS[sign])
    state = outcome("".join(reversed(signs)), wanted, periods, treatment)
    return _KEPT if state is None else _STATES.index(state)
