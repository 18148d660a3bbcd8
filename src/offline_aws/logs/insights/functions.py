"""The functions that work on one row."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from offline_aws.logs.insights.values import Millis, number, period, sort_key, text

_MANY = 99
#: What AWS has and is not here.
NOT_SIMULATED = (
    *("jsonparse", "jsonstringify", "haversine", "md5", "sha256", "base64encode", "base64decode"),
    *("urlencode", "urldecode", "split", "regex_replace", "rate", "count_over_time"),
    *("sum_over_time", "histogram", "offset", "values", "case", "ipv4tonumber"),
)


class FunctionOfRow(NamedTuple):
    """What a function does with its arguments, and how many of them it takes."""

    call: Callable[..., Any]
    arguments: tuple[int, int]
    #: Whether it is called with arguments that are missing; otherwise it gives nothing then.
    takes_missing: bool = False


def _numeric(call: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*arguments: Any) -> Any:
        numbers = [number(each) for each in arguments]
        if any(each is None for each in numbers):
            return None
        try:
            return call(*numbers)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return checked


def _textual(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: call(*[text(each) for each in arguments])


def _trimmed(how: str) -> Callable[..., Any]:
    # With a second text: those characters at the ends, as AWS's own example has it.
    sides = {"ltrim": str.lstrip, "rtrim": str.rstrip, "trim": str.strip}
    return _textual(lambda source, *characters: sides[how](source, *characters))


def _substring(source: Any, start: Any, length: Any = None) -> str | None:
    begin, size = number(start), number(length)
    if begin is None:
        return None
    end = None if size is None else int(begin) + int(size)
    return text(source)[int(begin) : end]


def _floored(time: Any, written: str) -> Millis | None:
    size, found = period(written), number(time)
    return None if size is None or found is None else Millis(int(found) // size * size)


def _raised(time: Any, written: str) -> Millis | None:
    size, found = period(written), number(time)
    return None if size is None or found is None else Millis(-(-int(found) // size) * size)


def _address(kinds: tuple[type, ...]) -> Callable[[Any], int]:
    def is_valid(value: Any) -> int:
        try:
            return int(isinstance(ipaddress.ip_address(text(value)), kinds))
        except ValueError:
            return 0

    return is_valid


def _in_subnet(value: Any, subnet: Any) -> int:
    try:
        return int(ipaddress.ip_address(text(value)) in ipaddress.ip_network(text(subnet)))
    except ValueError:
        return 0


def _first_present(*values: Any) -> Any:
    return next((each for each in values if each is not None), None)


def _round(value: float, digits: float = 0) -> float:
    return round(value, int(digits))


_V4, _V6 = ipaddress.IPv4Address, ipaddress.IPv6Address
FUNCTIONS: dict[str, FunctionOfRow] = {
    "abs": FunctionOfRow(_numeric(abs), (1, 1)),
    "ceil": FunctionOfRow(_numeric(math.ceil), (1, 1)),
    "floor": FunctionOfRow(_numeric(math.floor), (1, 1)),
    "round": FunctionOfRow(_numeric(_round), (1, 2)),
    "log": FunctionOfRow(_numeric(math.log), (1, 1)),
    "sqrt": FunctionOfRow(_numeric(math.sqrt), (1, 1)),
    "greatest": FunctionOfRow(lambda *each: max(each, key=sort_key), (1, _MANY)),
    "least": FunctionOfRow(lambda *each: min(each, key=sort_key), (1, _MANY)),
    "tonumber": FunctionOfRow(number, (1, 1)),
    "toint": FunctionOfRow(_numeric(int), (1, 1)),
    "ispresent": FunctionOfRow(lambda value: int(value is not None), (1, 1), True),
    "coalesce": FunctionOfRow(_first_present, (1, _MANY), True),
    "if": FunctionOfRow(lambda test, yes, no: yes if test else no, (3, 3), True),
    "isempty": FunctionOfRow(lambda value: int(value in (None, "")), (1, 1), True),
    "isblank": FunctionOfRow(
        lambda value: int(value is None or not text(value).strip()), (1, 1), True
    ),
    "concat": FunctionOfRow(_textual(lambda *each: "".join(each)), (1, _MANY)),
    "strlen": FunctionOfRow(_textual(len), (1, 1)),
    "toupper": FunctionOfRow(_textual(str.upper), (1, 1)),
    "tolower": FunctionOfRow(_textual(str.lower), (1, 1)),
    "trim": FunctionOfRow(_trimmed("trim"), (1, 2)),
    "ltrim": FunctionOfRow(_trimmed("ltrim"), (1, 2)),
    "rtrim": FunctionOfRow(_trimmed("rtrim"), (1, 2)),
    "substr": FunctionOfRow(_substring, (2, 3)),
    "replace": FunctionOfRow(_textual(str.replace), (3, 3)),
    "strcontains": FunctionOfRow(_textual(lambda where, what: int(what in where)), (2, 2)),
    "startswith": FunctionOfRow(_textual(lambda a, b: int(a.startswith(b))), (2, 2)),
    "endswith": FunctionOfRow(_textual(lambda a, b: int(a.endswith(b))), (2, 2)),
    "datefloor": FunctionOfRow(_floored, (2, 2)),
    "dateceil": FunctionOfRow(_raised, (2, 2)),
    "bin": FunctionOfRow(_floored, (1, 1)),
    "frommillis": FunctionOfRow(_numeric(lambda value: Millis(int(value))), (1, 1)),
    "tomillis": FunctionOfRow(_numeric(int), (1, 1)),
    "now": FunctionOfRow(lambda: None, (0, 0)),
    "isvalidip": FunctionOfRow(_address((_V4, _V6)), (1, 1)),
    "isvalidipv4": FunctionOfRow(_address((_V4,)), (1, 1)),
    "isvalidipv6": FunctionOfRow(_address((_V6,)), (1, 1)),
    "isipinsubnet": FunctionOfRow(_in_subnet, (2, 2)),
    "isipv4insubnet": FunctionOfRow(_in_subnet, (2, 2)),
    "isipv6insubnet": FunctionOfRow(_in_subnet, (2, 2)),
}
