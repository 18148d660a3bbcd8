"""An expression as a Python function of a row."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from offline_aws.logs.insights.errors import QueryError
from offline_aws.logs.insights.functions import FUNCTIONS
from offline_aws.logs.insights.rows import Row, getter
from offline_aws.logs.insights.tree import (
    Binary,
    Expression,
    Field,
    Function,
    In,
    Like,
    Literal,
    Not,
)
from offline_aws.logs.insights.values import Millis, comparison, number, period, text

Evaluate = Callable[[Row], Any]
_PERIODS = ("bin", "datefloor", "dateceil")


def evaluation(found: Expression, now: int) -> Evaluate:
    """Return the function; ``now`` is what ``now()`` gives, in seconds.

    Raises ``QueryError`` for a period that cannot be.
    """
    match found:
        case Literal(value):
            return lambda _: value
        case Field(name):
            return getter(name)
        case Not(inner):
            test = evaluation(inner, now)
            return lambda row: not test(row)
        case Like(inner, wanted):
            return _like(evaluation(inner, now), wanted)
        case In(inner, of):
            return _is_in(evaluation(inner, now), [evaluation(each, now) for each in of])
        case Binary():
            return _binary(found, now)
    return _function(found, now)


def _like(get: Evaluate, wanted: Any) -> Evaluate:
    if isinstance(wanted, str):
        return lambda row: (value := get(row)) is not None and wanted in text(value)
    search = wanted.search
    return lambda row: (value := get(row)) is not None and search(text(value)) is not None


def _is_in(get: Evaluate, of: list[Evaluate]) -> Evaluate:
    equal = comparison("=")
    return lambda row: any(equal(get(row), each(row)) for each in of)


def _binary(found: Binary, now: int) -> Evaluate:
    left, right = evaluation(found.left, now), evaluation(found.right, now)
    if found.sign == "and":
        return lambda row: bool(left(row) and right(row))
    if found.sign == "or":
        return lambda row: bool(left(row) or right(row))
    if found.sign in _ARITHMETIC:
        calculate = _ARITHMETIC[found.sign]
        return lambda row: _calculated(calculate, left(row), right(row))
    compare = comparison(found.sign)
    return lambda row: compare(left(row), right(row))


def _calculated(calculate: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    mine, its = number(left), number(right)
    if mine is None or its is None:
        return None
    try:
        value = calculate(mine, its)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    if isinstance(value, complex) or not math.isfinite(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: int(a) + b if isinstance(a, Millis) else a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    # The sign of the dividend, as in Java.
    "%": lambda a, b: math.fmod(a, b),
    "^": lambda a, b: float(a) ** b,
}


def _function(found: Function, now: int) -> Evaluate:
    function = FUNCTIONS[found.name]
    if found.name == "now":
        return lambda _: now
    if found.name in _PERIODS:
        _check_period(found)
    arguments = [evaluation(each, now) for each in found.arguments]
    if found.name == "bin":
        arguments.insert(0, getter("@timestamp"))
    call, takes_missing = function.call, function.takes_missing
    if len(arguments) == 1:
        only = arguments[0]
        if takes_missing:
            return lambda row: call(only(row))
        return lambda row: None if (value := only(row)) is None else call(value)

    def evaluate(row: Row) -> Any:
        values = [each(row) for each in arguments]
        if not takes_missing and any(value is None for value in values):
            return None
        return call(*values)

    return evaluate


def _check_period(found: Function) -> None:
    written = found.arguments[-1]
    if not isinstance(written, Literal) or not written.period or not period(written.value):
        shown = getattr(written, "value", "")
        raise QueryError(f"invalid period {shown} in {found.name}", found.start, found.end)
