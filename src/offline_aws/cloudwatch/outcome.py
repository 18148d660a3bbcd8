"""From datapoints to a state: M out of N, with what is missing treated as one asked for.

The rules are those of "Configuring how CloudWatch alarms treat missing data" in the User Guide,
whose tables are tests. What the newest of a range of periods were is a string, the oldest first:
``O`` for a datapoint within the threshold, ``X`` for a breaching one, ``-`` for none.
"""

from __future__ import annotations

from functools import lru_cache

from offline_aws.cloudwatch.alarm import ALARM, INSUFFICIENT, OK

WITHIN, BREACHING, MISSING = "O", "X", "-"
#: How many periods more than N are looked at: AWS's tables have five for three.
EXTRA_PERIODS = 2


@lru_cache(maxsize=65536)
def outcome(pattern: str, wanted: int, periods: int, treatment: str) -> str | None:
    """Return the state that a pattern leads to, None for that which it has.

    ``wanted`` is M, ``periods`` is N, ``treatment`` what TreatMissingData says.
    """
    real = pattern.replace(MISSING, "")
    if len(real) >= periods:
        return ALARM if real[-periods:].count(BREACHING) >= wanted else OK
    breaching = real.count(BREACHING)
    if treatment == "breaching":
        breaching += periods - len(real)
        return ALARM if breaching >= wanted else OK
    if breaching >= wanted:
        return ALARM
    if treatment == "notBreaching" or WITHIN in real:
        return OK
    if treatment == "ignore":
        return None
    if not real:
        return INSUFFICIENT
    return ALARM if is_old_enough(pattern, wanted) else None


def is_old_enough(pattern: str, wanted: int) -> bool:
    """Return whether the oldest breaching datapoint is M periods old, with no good one after it.

    Until then an alarm waits, since the next datapoint may be good: AWS's "avoiding premature
    transitions". One that is good anywhere in the range is decisive, as in the tables.
    """
    return WITHIN not in pattern and len(pattern) - pattern.index(BREACHING) >= wanted
