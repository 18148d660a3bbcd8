"""Values of a query: numbers, times, their order, and what they look like in the results."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_CHUNKS = re.compile(r"\d+|\D+")
_UNITS = {
    "ms": 1,
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
_PLAIN = (int, float)
_PERIOD = re.compile(r"(\d+)(ms|mo|[smhdwqy])")


class Millis(int):
    """A time, in milliseconds; the results show it as a date."""

    __slots__ = ()


def number(value: Any) -> float | int | None:
    """Return a value as a number, None if it is none."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        found = float(value)
        return found if math.isfinite(found) else None
    return None


def text(value: Any) -> str:
    """Return what a value looks like, in results and to functions of texts."""
    if isinstance(value, Millis):
        return f"{_EPOCH + timedelta(milliseconds=value):%Y-%m-%d %H:%M:%S.%f}"[:-3]
    if isinstance(value, float):
        # Four digits behind the point, as Logs Insights has them.
        shown = f"{value:.4f}".rstrip("0").rstrip(".")
        return "0" if shown == "-0" else shown
    return str(value)


def period(written: str) -> int | None:
    """Return a period such as 5m in milliseconds; None for months and longer, which vary."""
    found = _PERIOD.fullmatch(written)
    if not found or found[2] not in _UNITS or int(found[1]) == 0:
        return None
    return int(found[1]) * _UNITS[found[2]]


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(sign: str) -> Callable[[Any, Any], bool]:
    """Return how two values compare: as numbers if both are, as texts otherwise.

    What is missing is equal to nothing, and neither more nor less than anything.
    """
    compare, unequal = _COMPARE[sign], sign == "!="

    def compared(left: Any, right: Any) -> bool:
        if type(left) in _PLAIN and type(right) in _PLAIN:
            return compare(left, right)
        if left is None or right is None:
            return unequal and left is not right
        if isinstance(left, str) and isinstance(right, str):
            # Two texts that look like numbers are numbers all the same.
            mine, its = number(left), number(right)
            both = mine is not None and its is not None
            return compare(mine, its) if both else compare(left, right)
        mine, its = number(left), number(right)
        if mine is None or its is None:
            return compare(text(left), text(right))
        return compare(mine, its)

    return compared


def sort_key(value: Any) -> tuple[Any, ...]:
    """Return what sorts values as AWS does: the missing, then texts by natural order, numbers."""
    if value is None:
        return (0,)
    found = number(value)
    if found is not None:
        return (2, found)
    return (1, tuple(_chunk(each) for each in _CHUNKS.findall(text(value))))


def _chunk(part: str) -> tuple[Any, ...]:
    # Digits come before any letter, and among themselves by length and then by value.
    if part.isdigit():
        return ("0", len(part), part)
    return (part, 0, "")
