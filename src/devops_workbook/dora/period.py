"""The period that is measured, in days, weeks and months of a time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from devops_workbook.dora.codes import NEVER, Bools, Codes, Floats, Ints

Moment = str | date | datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The half-open period [start, end), held as what the clocks of ``tz`` showed.

    A day is a day on those clocks, whether it had 23, 24 or 25 hours.
    """

    clock_start: datetime
    clock_end: datetime
    tz: str

    @property
    def start(self) -> datetime:
        """The first moment of the period, in ``tz``."""
        return _aware(self.clock_start, self.tz)

    @property
    def end(self) -> datetime:
        """The first moment after the period, in ``tz``."""
        return _aware(self.clock_end, self.tz)

    @property
    def days(self) -> float:
        """How many days the period has, by the clocks."""
        return (self.clock_end - self.clock_start) / _DAY

    @property
    def bounds(self) -> tuple[int, int]:
        """Start and end in microseconds since 1970."""
        return _microseconds(self.start), _microseconds(self.end)

    def weeks(self) -> Buckets:
        """Return the weeks, from Monday, that the period touches."""
        day = self.clock_start.date()
        return self._buckets(_mondays(day - timedelta(days=day.weekday())))

    def months(self) -> Buckets:
        """Return the calendar months that the period touches."""
        return self._buckets(_firsts(self.clock_start.date().replace(day=1)))

    def each_day(self) -> Buckets:
        """Return the days that the period touches."""
        return self._buckets(_days(self.clock_start.date()))

    def _buckets(self, days: Iterator[date]) -> Buckets:
        borders = [datetime.combine(next(days), time())]
        while borders[-1] < self.clock_end:
            borders.append(datetime.combine(next(days), time()))
        inside = [min(max(border, self.clock_start), self.clock_end) for border in borders]
        starts = [_microseconds(_aware(border, self.tz)) for border in borders[:-1]]
        return Buckets(
            starts=pd.to_datetime(starts, unit="us", utc=True).tz_convert(self.tz).as_unit("us"),
            edges=np.array([_microseconds(_aware(border, self.tz)) for border in inside]),
            days=np.diff(np.array(inside, dtype="datetime64[us]")) / np.timedelta64(1, "D"),
            partial=np.array(
                [
                    first < self.clock_start or last > self.clock_end
                    for first, last in pairwise(borders)
                ]
            ),
        )


@dataclass(frozen=True, eq=False)
class Buckets:
    """Consecutive weeks, months or days: ``starts`` of the whole ones, the rest cut to the period.

    ``edges`` are microseconds since 1970, one more than there are buckets; ``days`` is how much
    of each bucket the period covers, and ``partial`` says where that is not all of it.
    """

    starts: pd.DatetimeIndex
    edges: Ints
    days: Floats
    partial: Bools


def zone(tz: str) -> ZoneInfo:
    """Return the time zone of this name; raise ValueError if there is none."""
    try:
        return ZoneInfo(tz)
    except (KeyError, OSError, TypeError, ValueError) as error:
        raise ValueError(
            f"tz: found {tz!r}, expected the IANA name of a time zone such as Europe/London"
        ) from error


def period_of(codes: Codes, start: Moment | None, end: Moment | None, tz: str) -> Period:
    """Return the period from ``start`` to ``end``, by default whole days around the events.

    The default start is the day of the first deployment, since nobody knows whether the log
    had begun before it; without deployments it is the day of the first event. The default end
    is the end of the day of the last deployment, commit or start of an incident. Without any
    event, the period is today. Raises ValueError for an empty period.
    """
    zone(tz)
    first, last = _first_and_last(codes, tz)
    clock_start = datetime.combine(first, time()) if start is None else _clock(start, tz, "start")
    clock_end = datetime.combine(last + _DAY, time()) if end is None else _clock(end, tz, "end")
    if clock_start >= clock_end:
        raise ValueError(f"the period is empty: its start {clock_start} is not before {clock_end}")
    return Period(clock_start, clock_end, tz)


def moment_of(moment: Moment, tz: str, name: str) -> datetime:
    """Return the aware moment, taken as what the clocks of ``tz`` show if it has no zone.

    A date is its midnight. Raises ValueError, which calls it ``name``, for what is no time.
    """
    return _aware(_clock(moment, tz, name), tz)


def _first_and_last(codes: Codes, tz: str) -> tuple[date, date]:
    begun = (codes.finished, codes.committed, codes.incident_started)
    last = max(int(times.max(initial=NEVER)) for times in begun)
    if last == NEVER:
        today = datetime.now(zone(tz)).date()
        return today, today
    with_first = begun[:1] if len(codes.finished) else begun[1:]
    first = min(int(times.min()) for times in with_first if len(times))
    return _local_day(first, tz), _local_day(last, tz)


def _local_day(microseconds: int, tz: str) -> date:
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.astimezone(zone(tz)).date()


def _clock(moment: Moment, tz: str, name: str) -> datetime:
    """Return what the clocks of ``tz`` show at the moment; without a zone it is just that."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError as error:
            raise ValueError(
                f"{name}: found {moment!r}, expected a date or time such as 2026-01-05"
            ) from error
    if not isinstance(moment, date):
        raise ValueError(f"{name}: found {moment!r}, expected a date, a time or a text")
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    if isinstance(moment, pd.Timestamp):
        moment = moment.to_pydatetime(warn=False)
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(zone(tz)).replace(tzinfo=None)


def _aware(clock: datetime, tz: str) -> datetime:
    # By way of UTC, because a time that the zone skips is not on any clock.
    return clock.replace(tzinfo=zone(tz)).astimezone(UTC).astimezone(zone(tz))


def _microseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def _days(first: date) -> Iterator[date]:
    while True:
        yield first
        first += _DAY


def _mondays(first: date) -> Iterator[date]:
    while True:
        yield first
        first += timedelta(days=7)


def _firsts(first: date) -> Iterator[date]:
    while True:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)
