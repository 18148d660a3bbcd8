"""When an alarm whose data are known ahead would change its state next, found at one go.

Whoever records a day of data at once need not have every minute evaluated: the datapoints of all
evaluations to come are worked out together, and each different pattern of them once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offline_aws.cloudwatch.outcome import BREACHING, MISSING, WITHIN, outcome
from offline_aws.cloudwatch.periods import values
from offline_aws.cloudwatch.watch import Watch
from offline_aws.service_metrics import Metrics

# A pattern is written as a number of base 3, which has to fit into 63 bits.
_LONGEST_RANGE = 38
#: The most evaluations that are looked at ahead.
MOST = 1440
_SIGNS = (MISSING, WITHIN, BREACHING)


def can_look_ahead(watch: Watch) -> bool:
    """Return whether the datapoints of an alarm's evaluations are one after the other."""
    return (
        watch.key is not None
        and not watch.ignores_few
        and watch.period == watch.tick
        and watch.range <= _LONGEST_RANGE
    )


def next_change(watch: Watch, metrics: Metrics, state: str, begin: int, count: int) -> int | None:
    """Return the first of ``count`` evaluations from a time that gives another state, if any."""
    if watch.statistic is None:
        raise TypeError(watch)
    period, span = watch.period, watch.range
    first = begin - span * period
    found = values(watch.series(metrics), first, period, span + count - 1, watch.statistic)
    codes = _codes(_signs(watch, found), span, count)
    unique, places = np.unique(codes, return_inverse=True)
    results = [
        outcome(_pattern(int(code), span), watch.wanted, watch.periods, watch.treatment)
        for code in unique
    ]
    changes = np.array([result not in (None, state) for result in results])[places]
    return begin + int(np.argmax(changes)) * period if changes.any() else None


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


def _pattern(code: int, span: int) -> str:
    signs = []
    for _ in range(span):
        code, sign = divmod(code, 3)
        signs.append(_SIGNS[sign])
    return "".join(reversed(signs))
