"""Schedules: ``at(...)``, ``rate(...)`` and ``cron(...)``, and when they come next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import product
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_CRON = re.compile(r"cron\((\S+ \S+ \S+ \S+ \S+ \S+)\)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
#: How far ahead a cron expression is looked for.
_YEARS = 5


class ScheduleError(Exception):
    """What is wrong with a schedule, in a sentence."""


@dataclass(frozen=True)
class _Field:
    least: int
    most: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> frozenset[int]:
        """Return the numbers that a field of a cron expression stands for."""
        found: set[int] = set()
        for part in text.split(","):
            whole, _, step = part.partition("/")
            first, dash, last = whole.partition("-")
            if whole in ("*", "?"):
                begin, end = self.least, self.most
            else:
                begin = self._number(first)
                end = self._number(last) if dash else (self.most if step else begin)
            if step and not (step.isascii() and step.isdigit() and int(step)):
                raise ScheduleError(f"{step} is no step of a cron expression.")
            if not self.least <= begin <= end <= self.most:
                raise ScheduleError(f"{part} is outside of {self.least} to {self.most}.")
            found.update(range(begin, end + 1, int(step or 1)))
        return frozenset(found)

    def _number(self, text: str) -> int:
        if text.upper() in self.names:
            return self.names.index(text.upper()) + 1
        if not (text.isascii() and text.isdigit()):
            raise ScheduleError(f"{text} in a cron expression is not simulated offline.")
        return int(text)


_FIELDS = (
    _Field(0, 59),
    _Field(0, 23),
    _Field(1, 31),
    _Field(1, 12, _MONTHS),
    _Field(1, 7, _DAYS),
    _Field(1970, 2199),
)


def check(schedule: str, zone: str) -> None:
    """Raise ``ScheduleError`` for a schedule or a time zone that there is not."""
    _zone(zone)
    if not any(each.fullmatch(schedule) for each in (_AT, _RATE, _CRON)):
        raise ScheduleError(
            "Schedule must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(fields)."
        )
    next_time(schedule, zone, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def next_time(schedule: str, zone: str, after: datetime, begin: datetime) -> datetime | None:
    """Return when a schedule comes next after a time, None for never.

    ``begin`` is when it was made, or its start, from which a rate counts.
    """
    if found := _AT.fullmatch(schedule):
        try:
            when = datetime.fromisoformat(found[1]).replace(tzinfo=_zone(zone)).astimezone(UTC)
        except ValueError as error:
            raise ScheduleError(f"{found[1]} is no time.") from error
        return when if when > after else None
    if found := _RATE.fullmatch(schedule):
        unit = found[2].rstrip("s") + "s"
        try:
            step = timedelta(**{unit: int(found[1])})
        except OverflowError as error:
            raise ScheduleError(f"{found[1]} {unit} are too many.") from error
        if not step:
            raise ScheduleError("A rate is at least one.")
        if after < begin:
            return begin
        return begin + step * ((after - begin) // step + 1)
    if found := _CRON.fullmatch(schedule):
        return next(_cron(found[1].split(), _zone(zone), after), None)
    return None


def _cron(texts: list[str], zone: tzinfo, after: datetime) -> Iterator[datetime]:
    """Yield the times of a cron expression after a time."""
    if "?" not in (texts[2], texts[4]):
        raise ScheduleError("One of day of month and day of week has to be ? in a cron expression.")
    fields = [field.values(text) for field, text in zip(_FIELDS, texts, strict=True)]
    minutes, hours, days, months, weekdays, years = fields
    day = after.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(_YEARS * 366):
        # Sunday is 1.
        fits = day.year in years and day.month in months and day.day in days
        if fits and day.isoweekday() % 7 + 1 in weekdays:
            for hour, minute in product(sorted(hours), sorted(minutes)):
                when = day.replace(hour=hour, minute=minute).astimezone(UTC)
                if when > after:
                    yield when
        day = (day + timedelta(days=1)).replace(hour=0)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ScheduleError(f"There is no time zone {name}.") from error
