"""The values of one metric in one unit, summed up by time as CloudWatch keeps them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
#: How often each value occurred.
Distribution = dict[float, float]

#: What data is kept for how long: seconds of a row, and the age from which rows are that long.
RETENTION = (
    (60, timedelta(hours=3)),
    (300, timedelta(days=15)),
    (3600, timedelta(days=63)),
)
OLDEST = timedelta(days=455)
# Rows added between two looks at what is too old.
_TIDY_AFTER = 4096
# The longest rows whose values are kept: years of them would be gigabytes.
_DISTRIBUTED = 60


class Summary(NamedTuple):
    """What ``size`` values come to. ``distribution`` is None where single values are not known."""

    size: float
    total: float
    low: float
    high: float
    distribution: Distribution | None


@dataclass(frozen=True)
class Rows:
    """Columns of rows: seconds since 1970, and what the values of each come to."""

    times: NDArray[np.int64]
    counts: Numbers
    totals: Numbers
    lows: Numbers
    highs: Numbers


@dataclass
class Series:
    """Rows in the order of time, in columns: a year of minutes is some megabytes.

    A time is in seconds since 1970. What the values of a row were is kept where they differ; a row
    that was put as a statistic set has no single values, and so no percentiles.
    """

    times: array[int] = field(default_factory=lambda: array("q"))
    counts: array[float] = field(default_factory=lambda: array("d"))
    totals: array[float] = field(default_factory=lambda: array("d"))
    lows: array[float] = field(default_factory=lambda: array("d"))
    highs: array[float] = field(default_factory=lambda: array("d"))
    distributions: dict[int, Distribution] = field(default_factory=dict)
    _added: int = 0
    _tidied: int = 0

    @property
    def last(self) -> int:
        """Return the time of the newest row. Raises ``IndexError`` where there is none."""
        return self.times[-1]

    def add(self, time: int, new: Summary) -> None:
        """Add values to the row of a time."""
        times = self.times
        at = len(times) if not times or time > times[-1] else bisect_left(times, time)
        if at < len(times) and times[at] == time:
            new = merged(self.row(at), new)
            self.counts[at], self.totals[at] = new.size, new.total
            self.lows[at], self.highs[at] = new.low, new.high
        else:
            self._added += 1
            times.insert(at, time)
            for column, value in zip(self._columns(), new[:4], strict=True):
                column.insert(at, value)
        if new.low == new.high or new.distribution is None:
            self.distributions.pop(time, None)
        else:
            self.distributions[time] = new.distribution

    def extend(self, times: NDArray[np.int64], values: Numbers) -> None:
        """Add a value at each of many times."""
        rising = len(times) > 0 and bool((np.diff(times) > 0).all())
        if rising and (not self.times or times[0] > self.times[-1]):
            self._added += len(times)
            self.times.frombytes(times.astype(np.int64).tobytes())
            self.counts.frombytes(np.ones(len(times)).tobytes())
            for column in (self.totals, self.lows, self.highs):
                column.frombytes(values.astype(np.float64).tobytes())
            return
        for time, value in zip(times.tolist(), values.tolist(), strict=True):
            self.add(time, single(value))

    def row(self, at: int) -> Summary:
        """Return the row in a place."""
        count, low, high = self.counts[at], self.lows[at], self.highs[at]
        known = {low: count} if low == high else self.distributions.get(self.times[at])
        return Summary(count, self.totals[at], low, high, known)

    def between(self, begin: int, end: int) -> range:
        """Return the places of the rows from a time to another, without it."""
        return range(bisect_left(self.times, begin), bisect_left(self.times, end))

    def rows(self, places: range) -> Rows:
        """Return copies of the columns in these places."""
        begin, end = places.start, max(places.start, places.stop)
        return Rows(
            np.array(self.times[begin:end], dtype=np.int64),
            *(np.array(column[begin:end], dtype=np.float64) for column in self._columns()),
        )

    def tidy(self, now: int) -> None:
        """Make rows longer as they grow old, and drop the oldest, as AWS does. Now and then."""
        if self._added < _TIDY_AFTER:
            return
        before, self._added, self._tidied = self._tidied, 0, now
        for length, age in RETENTION:
            seconds = int(age.total_seconds())
            self._lengthen(self.between(before - seconds, now - seconds), length)
        self._replace(self.between(0, now - int(OLDEST.total_seconds())), None)

    def _lengthen(self, places: range, length: int) -> None:
        """Sum up the rows in these places to rows of so many seconds."""
        rows = self.rows(places)
        if not len(rows.times) or not (rows.times % length).any():
            return
        times = rows.times - rows.times % length
        starts = np.flatnonzero(np.diff(times, prepend=times[0] - 1))
        longer = Rows(
            times[starts],
            np.add.reduceat(rows.counts, starts),
            np.add.reduceat(rows.totals, starts),
            np.minimum.reduceat(rows.lows, starts),
            np.maximum.reduceat(rows.highs, starts),
        )
        known = self._known(places, length) if length <= _DISTRIBUTED else {}
        self._replace(places, longer)
        self.distributions.update(known)

    def _known(self, places: range, length: int) -> dict[int, Distribution]:
        """Return the values of the longer rows that are made of those in these places."""
        made: dict[int, Summary] = {}
        for at in places:
            time, row = self.times[at] - self.times[at] % length, self.row(at)
            made[time] = merged(made[time], row) if time in made else row
        return {
            time: row.distribution
            for time, row in made.items()
            if row.distribution is not None and row.low != row.high
        }

    def _replace(self, places: range, rows: Rows | None) -> None:
        """Put other rows, or none, in the place of some."""
        place = slice(places.start, max(places.start, places.stop))
        for time in self.times[place] if self.distributions else ():
            self.distributions.pop(time, None)
        times = array("q")
        values = [array("d") for _ in self._columns()]
        if rows is not None:
            times.frombytes(rows.times.tobytes())
            columns = (rows.counts, rows.totals, rows.lows, rows.highs)
            for value, column in zip(values, columns, strict=True):
                value.frombytes(column.tobytes())
        self.times[place] = times
        for own, value in zip(self._columns(), values, strict=True):
            own[place] = value

    def _columns(self) -> tuple[array[float], array[float], array[float], array[float]]:
        return self.counts, self.totals, self.lows, self.highs


def length_of_rows(age: int) -> int | None:
    """Return the seconds of a row of this age, in seconds; None when it is not kept any more."""
    if age > OLDEST.total_seconds():
        return None
    lengths = [length for length, of in RETENTION if age > of.total_seconds()]
    return lengths[-1] if lengths else 1


def single(value: float) -> Summary:
    """Return what one value comes to."""
    return Summary(1.0, value, value, value, {value: 1.0})


def merged(one: Summary, other: Summary) -> Summary:
    """Return what two summaries come to together."""
    together: Distribution | None = None
    if one.distribution is not None and other.distribution is not None:
        together = dict(one.distribution)
        for value, count in other.distribution.items():
            together[value] = together.get(value, 0.0) + count
    return Summary(
        one.size + other.size,
        one.total + other.total,
        min(one.low, other.low),
        max(one.high, other.high),
        together,
    )
