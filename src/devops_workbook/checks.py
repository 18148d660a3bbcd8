"""What checks are written with: each helper raises a sentence a learner can act on."""

from __future__ import annotations

import copy
import math
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any

from devops_workbook.exercise import LearnerError, NotStarted, NotYet


def _stub() -> None: ...


def untouched(answer: object) -> bool:
    """Return whether an answer is as it was shipped: ``...``, or a function with no body."""
    if isinstance(answer, FunctionType):
        code = answer.__code__
        return code.co_code == _stub.__code__.co_code and not code.co_names
    if isinstance(answer, Mapping):
        return bool(answer) and all(value is ... for value in answer.values())
    if isinstance(answer, (list, tuple)):
        return bool(answer) and all(value is ... for value in answer)
    return answer is ...


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
    number with how far off it is, never with the right one.
    """
    value = _as_number(answer, what)
    if _close(value, expected, rel):
        return
    for explanation, wrong in (mistakes or {}).items():
        if _close(value, wrong, rel):
            raise NotYet(f"{what} is {_short(value)}. {explanation}")
    size = "more" if value > expected else "less"
    raise NotYet(f"{what} is {_short(value)}. It should be {size} than that.")


def _as_number(answer: object, what: str) -> float:
    if isinstance(answer, bool) or not hasattr(answer, "__float__"):
        raise NotYet(f"{what} should be a number. Found {describe(answer)}.")
    try:
        return float(answer)
    except (TypeError, ValueError):
        raise NotYet(f"{what} should be one number. Found {describe(answer)}.") from None


def _close(value: float, other: float, rel: float) -> bool:
    if math.isnan(value) or math.isnan(other):
        return math.isnan(value) and math.isnan(other)
    return math.isclose(value, other, rel_tol=rel, abs_tol=rel)


def _short(value: float) -> str:
    return f"{value:.4g}"


def describe(answer: object, limit: int = 60) -> str:
    """Return a short description of a value: its type and the start of its text."""
    text = repr(answer)
    text = " ".join(text.split())
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return f"{type(answer).__name__} {text}"


def call(function: Callable[..., Any], *args: Any, what: str = "") -> Any:
    """Call the learner's function with copies of the arguments and return its answer.

    Raises ``LearnerError`` when it raises, ``NotYet`` when it is not a function, returns
    nothing, or changes the data it was given.
    """
    what = what or getattr(function, "__name__", "your function")
    require(callable(function), f"`{what}` should be a function. Found {describe(function)}.")
    given = copy.deepcopy(args)
    try:
        answer = function(*given)
    except Exception as error:
        raise LearnerError(explain(error)) from error
    if answer is None:
        raise NotYet(f"`{what}` returned None. Does it end with a `return`?")
    if answer is ...:
        raise NotStarted(f"`{what}` still returns `...`.")
    _require_unchanged(what, args, given)
    return answer


def _require_unchanged(what: str, before: Iterable[Any], after: Iterable[Any]) -> None:
    for old, new in zip(before, after, strict=True):
        same = old.equals(new) if hasattr(old, "equals") else old == new
        require(same, f"`{what}` changed the data it was given. Work on a copy: `.copy()`.")


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
    import linecache

    source = linecache.getline(filename, line).strip()
    return f": {source}" if source else ""
