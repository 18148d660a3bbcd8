"""Numbers as people say them: "2.3 days", "12%", "about 2 per week"."""

from __future__ import annotations

import math

UNKNOWN = "unknown"

_HOURS_PER_YEAR = 8760.0
_DURATIONS = (
    ("year", _HOURS_PER_YEAR),
    ("month", _HOURS_PER_YEAR / 12),
    ("week", 168.0),
    ("day", 24.0),
    ("hour", 1.0),
    ("minute", 1 / 60),
)
# A week or a month is only said when there are several: "10 days" is clearer than "1.4 weeks".
_SEVERAL = {"week": 2.0, "month": 2.0}
_RATES = (("day", 1.0), ("week", 7.0), ("month", 365 / 12), ("year", 365.0))


def humanise(hours: float) -> str:
    """Return a length of time in its natural unit: ``humanise(55)`` is ``"2.3 days"``.

    NaN is ``"unknown"``. A month is a twelfth of a year of 365 days.
    """
    if math.isnan(hours):
        return UNKNOWN
    if hours < 0:
        return f"minus {humanise(-hours)}"
    for unit, size in _DURATIONS:
        if round(hours / size, 1) >= _SEVERAL.get(unit, 1.0):
            return _counted(hours / size, unit)
    return _counted(hours * 3600, "second")


def percent(share: float) -> str:
    """Return a share (0 to 1) as a percentage: ``percent(0.125)`` is ``"12.5%"``."""
    if math.isnan(share):
        return UNKNOWN
    if 0 < share < 0.001:
        return "under 0.1%"
    return f"{_plain(share * 100, places=1)}%"


def frequency(per_day: float) -> str:
    """Return a rate in its natural unit: ``frequency(0.29)`` is ``"about 2 per week"``.

    The unit is the shortest of day, week, month and year in which it happens at least once.
    """
    if math.isnan(per_day):
        return UNKNOWN
    if per_day == 0:
        return "none"
    unit, days = _rate(per_day)
    if not days:
        return "less than 1 per year"
    return f"about {_number(per_day * days)} per {unit}"


def in_words(value: float, unit: str) -> str:
    """Return a value of a Metric's unit in words: ``"hours"``, ``"per day"`` or ``"share"``."""
    says = {"hours": humanise, "per day": frequency, "share": percent}
    return says[unit](value)


def bounds(value: float, low: float, high: float, unit: str) -> tuple[str, str]:
    """Return the two ends of a value's interval in words that can be compared.

    A rate's ends are in the unit of the rate: ``("3.3", "5.1 per month")``.
    """
    name, days = _rate(value) if unit == "per day" else ("", 0.0)
    if days:
        return _number(low * days), f"{_number(high * days)} per {name}"
    return in_words(low, unit).removeprefix("about "), in_words(high, unit).removeprefix("about ")


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return how many there are: ``counted(1, "hotfix", "hotfixes")`` is ``"1 hotfix"``."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def _rate(per_day: float) -> tuple[str, float]:
    """Return the shortest unit in which a rate is at least one, and its days; 0 if none."""
    fitting = ((unit, days) for unit, days in _RATES if round(per_day * days, 1) >= 1)
    return next(fitting, ("", 0.0))


def _counted(value: float, unit: str) -> str:
    number = _number(value)
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"


def _number(value: float) -> str:
    return _plain(value, places=1 if round(value, 1) < 10 else 0)


def _plain(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
