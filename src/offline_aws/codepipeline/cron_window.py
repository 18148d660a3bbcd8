"""When a deployment window is open: the cron expressions of the DeploymentWindow rule.

Six fields and an optional seventh: seconds, minutes, hours, day of month, month, day of week
(1-7 is SUN-SAT), year, with ``, - * ? / L W #`` as AWS's page of the rule has them. A window is
open in every minute that the expression has.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
_YEARS = (1970, 2199)
_FURTHEST = timedelta(days=366 * 5)


class CronError(ValueError):
    """An expression that is not one of the rule's; its text says why."""


@dataclass(frozen=True)
class Window:
    """A parsed expression, in its time zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    day_of_month: str
    months: frozenset[int]
    day_of_week: str
    years: frozenset[int] | None
    zone: ZoneInfo

    def is_open(self, time: datetime) -> bool:
        """Return whether it is open at an aware time."""
        local = time.astimezone(self.zone)
        return self._day(local.date()) and local.hour in self.hours and local.minute in self.minutes

    def next_opening(self, time: datetime) -> datetime | None:
        """Return the first minute from an aware time on in which it is open, None for none."""
        local = time.astimezone(self.zone)
        for offset in range(_FURTHEST.days):
            day = local.date() + timedelta(days=offset)
            if self._day(day):
                opening = self._in_day(day, time)
                if opening is not None:
                    return opening
        return None

    def _in_day(self, day: date, after: datetime) -> datetime | None:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                found = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
                opening = found.astimezone(UTC)
                if opening + timedelta(minutes=1) > after and self.is_open(opening):
                    return max(opening, after)
        return None

    def _day(self, day: date) -> bool:
        if self.years is not None and day.year not in self.years:
            return False
        if day.month not in self.months:
            return False
        in_month = _in_month(self.day_of_month, day)
        return in_month and _in_week(self.day_of_week, day)


def parse(expression: str, zone: str = "UTC") -> Window:
    """Return the window of an expression. Raises ``CronError``."""
    fields = expression.upper().split()
    if len(fields) not in (6, 7):
        raise CronError(f"A cron expression has six or seven fields, not {len(fields)}")
    _values(fields[0], 0, 59)
    if not {"?"} & {fields[3], fields[5]} and "*" not in (fields[3], fields[5]):
        raise CronError("One of day of month and day of week has to be ?")
    try:
        tz = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CronError(f"There is no time zone {zone}") from error
    _check_days(fields[3], fields[5])
    return Window(
        minutes=_values(fields[1], 0, 59),
        hours=_values(fields[2], 0, 23),
        day_of_month=fields[3],
        months=_values(fields[4], 1, 12, _MONTHS),
        day_of_week=fields[5],
        years=_values(fields[6], *_YEARS) if len(fields) == 7 else None,
        zone=tz,
    )


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, last = _span(span, low, high, names or {}, bool(step))
        if step and not (step.isdecimal() and int(step)):
            raise CronError(f"{part} has no step that is a number")
        if not low <= first <= high or not low <= last <= high:
            raise CronError(f"{part} is not within {low}-{high}")
        # SAT-MON goes round.
        values = (
            range(first, last + 1)
            if first <= last
            else [*range(first, high + 1), *range(low, last + 1)]
        )
        found.update(list(values)[:: int(step or 1)])
    return frozenset(found)


def _span(span: str, low: int, high: int, names: dict[str, int], open_end: bool) -> tuple[int, int]:
    if span in ("*", "?"):
        return low, high
    first, dash, last = span.partition("-")
    begin = _number(first, names)
    if dash:
        return begin, _number(last, names)
    return begin, high if open_end else begin


def _number(text: str, names: dict[str, int]) -> int:
    if text in names:
        return names[text]
    if not text.isdecimal():
        raise CronError(f"{text or 'Nothing'} is not a number")
    return int(text)


def _check_days(of_month: str, of_week: str) -> None:
    day = date(2024, 2, 1)
    _in_month(of_month, day)
    _in_week(of_week, day)


def _in_month(field: str, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if field == "L":
        return day.day == last
    if field == "LW":
        return day.day == _nearest_weekday(day, last)
    if field.startswith("L-"):
        return day.day == last - _number(field[2:], {})
    if field.endswith("W"):
        return day.day == _nearest_weekday(day, min(max(_values(field[:-1], 1, 31)), last))
    return day.day in _values(field, 1, 31)


def _nearest_weekday(month: date, wanted: int) -> int:
    """Return the working day nearest to a day, without leaving its month."""
    last = calendar.monthrange(month.year, month.month)[1]
    weekday = month.replace(day=wanted).weekday()
    if weekday == calendar.SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == calendar.SUNDAY:
        return wanted + 1 if wanted < last else wanted - 2
    return wanted


def _in_week(field: str, day: date) -> bool:
    number = day.isoweekday() % 7 + 1
    if field == "L":
        return number == _DAYS["SAT"]
    if field.endswith("L"):
        last = calendar.monthrange(day.year, day.month)[1]
        return number == _number(field[:-1], _DAYS) and day.day > last - 7
    if "#" in field:
        weekday, _, nth = field.partition("#")
        return _week(day) in _values(nth, 1, 5) and number in _values(weekday, 1, 7, _DAYS)
    return number in _values(field, 1, 7, _DAYS)


def _week(day: date) -> int:
    """Return 1 for the first Monday, Tuesday, ... of a month, 2 for the second."""
    return (day.day - 1) // 7 + 1
