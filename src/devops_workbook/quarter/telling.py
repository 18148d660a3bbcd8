"""What is told of a quarter, in a line: when, what, and how long it took."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd

from devops_workbook.quarter.watch import HARMED

_MINUTE = timedelta(minutes=1)


def line(since: datetime, *what: str) -> str:
    """Return a line of what began at a time, UTC; empty parts are left out."""
    return f"{since:%a %d %b %H:%M}  {': '.join(filter(None, what))}"


def minutes(took: timedelta) -> str:
    """Return a time in words, in whole minutes."""
    count = round(took / _MINUTE)
    return "1 minute" if count == 1 else f"{count} minutes"


def harmed_for(answered: pd.DataFrame) -> str:
    """Return in words how long customers were harmed, from the first bad minute to the last.

    ``answered`` is a table of ``shop.Load``.
    """
    sums = answered.groupby("minute")[["harmed", "requests"]].sum()
    bad = sums.index[sums["harmed"] > HARMED * sums["requests"]]
    return minutes(bad.max() - bad.min() + _MINUTE if len(bad) else timedelta())
