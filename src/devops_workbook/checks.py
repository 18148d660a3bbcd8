"""What checks are written with: each helper raises a sentence a learner can act on."""

from __future__ import annotations

import copy
import dataclasses
import dis
import linecache
import math
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any

from devops_workbook.exercise import LearnerError, NotStarted, NotYet

MAX_SHOWN = 60


def _stub() -> None: ...


def _returning_stub() -> object:
    return ...


def untouched(answer: object) -> bool:
    """Return whether an answer is as it was shipped: ``...``, or a function with no body.

    ``return ...`` and a docstring are no body either. A dict, a list or a tuple is untouched
    while all its values are ``...``.
    """
    if isinstance(answer, FunctionType):
        return _steps(answer) in (_steps(_stub), _steps(_returning_stub))
    if isinstance(answer, Mapping):
        return bool(answer) and all(value is ... for value in answer.values())
    if isinstance(answer, (list, tuple)):
        return bool(answer) and all(value is ... for value in answer)
    return answer is ...


def _steps(function: Callable[..., object]) -> list[tuple[str, object]]:
    # With their arguments' values: a docstring moves the place of None among the constants.
    return [(step.opname, step.argval) for step in dis.get_instructions(function)]


def require(condition: object, message: str) -> None:
    """Raise ``NotYet`` with the message unless the condition holds."""
    if not condition:
        raise NotYet(message)


def number(
    answer: object,
    expected: float,
    what: str,
    *,
    mistakes: Mapping[str, float] | None = None,
    rel: float = 1e-6,
) -> None:
    """Require a number. ``mistakes`` maps an explanation to the number that mistake gives.

    A number that a typical mistake produces is answered with its explanation; any other wrong
    number with the direction it is off, never with the right one; one that is rounded more than
    ``rel`` allows is told so. ``rel`` is relative to the
    larger of the two; two NaN are equal.
    """
    value = _as_number(answer, what)
    if _close(value, expected, rel):
        return
    for explanation, wrong in (mistakes or {}).items():
        if _close(value, wrong, rel):
            raise NotYet(f"{what} is {_short(value)}. {explanation}")
    if _is_rounding(value, expected):
        raise NotYet(f"{what} is {_short(value)}. Is it rounded? Give the number as computed.")
    raise NotYet(f"{what} is {_short(value)}. It should be {_direction(value, expected)}.")


def _is_rounding(value: float, expected: float) -> bool:
    """Return whether a number is the right one with up to three decimals, and not just zero."""
    return bool(value) and any(value == round(expected, digits) for digits in range(4))


def _direction(value: float, expected: float) -> str:
    if math.isnan(value):
        return "a number, and nan is none: something it is computed from is missing or empty"
    if math.isnan(expected):
        return "nan, because there is nothing to compute it from"
    return "less than that" if value > expected else "more than that"


def _as_number(answer: object, what: str) -> float:
    # By name, because numpy's truth values are of a type of their own.
    if type(answer).__name__ in {"bool", "bool_"} or not hasattr(answer, "__float__"):
        raise NotYet(f"{what} should be a number. Found {describe(answer)}.")
    try:
        return float(answer)
    except (TypeError, ValueError, OverflowError):
        raise NotYet(f"{what} should be one number. Found {describe(answer)}.") from None


def _close(value: float, other: float, rel: float) -> bool:
    if math.isnan(value) or math.isnan(other):
        return math.isnan(value) and math.isnan(other)
    # A sum of floats that should be zero is not quite.
    return math.isclose(value, other, rel_tol=rel, abs_tol=1e-9)


def _short(value: float) -> str:
    return f"{value:.6g}"


def describe(answer: object) -> str:
    """Return a short description of a value: its type and the start of its text."""
    kind = type(answer).__name__
    try:
        text = " ".join(repr(answer).split())
    except Exception:  # a class of the learner's can have any __repr__
        return f"{kind} that cannot be shown"
    return f"{kind} {text}" if len(text) <= MAX_SHOWN else f"{kind} {text[: MAX_SHOWN - 1]}…"


def call(function: Callable[..., Any], *args: Any, what: str = "", case: str = "") -> Any:
    """Call the learner's function with copies of the arguments and return its answer.

    ``case`` says what the arguments show; it stands before what goes wrong with them.

    What cannot be copied, a boto3 client for one, is handed over itself. Raises
    ``LearnerError`` when the function raises, ``NotYet`` when it is not a function, returns
    nothing, or changes the data it was given, ``NotStarted`` when it returns ``...``.
    """
    what = what or getattr(function, "__name__", "your function")
    require(callable(function), f"`{what}` should be a function. Found {describe(function)}.")
    in_case = f"{case}: " if case else ""
    given = [_copy(argument) for argument in args]
    try:
        answer = function(*given)
    except Exception as error:
        raise LearnerError(in_case + explain(error)) from error
    if answer is None:
        raise NotYet(f"{in_case}`{what}` returned None. Does it end with a `return`?")
    if answer is ...:
        raise NotStarted(f"`{what}` still returns `...`.")
    _require_unchanged(what, args, given)
    return answer


def _copy(argument: Any) -> Any:
    try:
        return copy.deepcopy(argument)
    except (TypeError, RecursionError):
        return argument


def _require_unchanged(what: str, before: Iterable[Any], after: Iterable[Any]) -> None:
    same = all(_same(old, new) for old, new in zip(before, after, strict=True))
    require(same, f"`{what}` changed the data it was given. Work on a copy: `.copy()`.")


def _same(old: Any, new: Any) -> bool:
    if hasattr(old, "equals"):  # a DataFrame, a Series: == compares cell by cell
        return bool(old.equals(new))
    if hasattr(old, "tobytes"):  # a numpy array
        return bool(old.tobytes() == new.tobytes())
    if dataclasses.is_dataclass(old):
        return _same(vars(old), vars(new))
    if isinstance(old, Mapping):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, (list, tuple)):
        return len(old) == len(new) and all(map(_same, old, new))
    # Without an __eq__ of its own an object equals itself alone, never its copy.
    comparable = any("__eq__" in vars(kind) for kind in type(old).__mro__[:-1])
    return bool(old is new or not comparable or old == new)


def explain(error: BaseException) -> str:
    """Return what went wrong and, if it was in the learner's cell, on which line."""
    kind = type(error).__name__
    text = f"{kind}: {error}" if str(error) else kind
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        # The notebook's cells run as the module __main__; everything else is a library.
        if frame.f_globals.get("__name__") == "__main__":
            source = _source_line(frame.f_code.co_filename, line)
            return f"{text}\nIn your cell, line {line}{source}"
    return text


def from_learner(error: BaseException) -> bool:
    """Return whether an error passed through a cell of the notebook."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == "__main__" for frame, _ in frames)


def _source_line(filename: str, line: int) -> str:
    source = linecache.getline(filename, line).strip()
    return f": {source}" if source else ""
