"""What checks are written with: each helper raises a sentence a learner can act on."""

from __future__ import annotations

import copy
import dataclasses
import difflib
import dis
import linecache
import math
import traceback
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from types import FunctionType
from typing import Any

from devops_workbook.exercise import LearnerError, NotStarted, NotYet

MAX_SHOWN = 60


def _stub() -> None: ...


def _returning_stub() -> object:
    return ...


def untouched(answer: object) -> bool:
    """Return whether an answer is as it was shipped: ``...``, or a function with no body.

    ``return ...`` and a docstring are no body either. A dict, a list, a tuple or a set is
    untouched while all its values are ``...``.
    """
    if isinstance(answer, FunctionType):
        return _steps(answer) in (_steps(_stub), _steps(_returning_stub))
    if isinstance(answer, Mapping):
        return bool(answer) and all(value is ... for value in answer.values())
    if isinstance(answer, (list, tuple, Set)):
        return bool(answer) and all(value is ... for value in answer)
    return answer is ...


def _steps(function: Callable[..., object]) -> list[tuple[str, object]]:
    # With their arguments' values: a docstring moves the place of None among the constants.
    return [(step.opname, step.argval) for step in dis.get_instructions(function)]


def require(condition: object, message: str) -> None:
    """Raise ``NotYet`` with the message unless the condition holds."""
    if not condition:
        raise NotYet(message)


def require_entries(answer: object, name: str, keys: Iterable[Hashable]) -> None:
    """Require a mapping with exactly these keys, in any order, and an answer in each entry.

    ``name`` is the learner's variable. Raises ``NotYet`` with what is missing, not asked for or
    still ``...``, or with what was found instead of a mapping; ``NotStarted`` while all are
    ``...``. What the entries hold is for the check to look at.
    """
    asked = list(keys)
    if not isinstance(answer, Mapping):
        listed = _listed(map(_text, asked))
        raise NotYet(f"`{name}` should be a dict with the keys {listed}. Found {describe(answer)}.")
    missing = [key for key in asked if key not in answer]
    unknown = [key for key in answer if key not in asked]
    if said := _differences(unknown, missing):
        raise NotYet(f"The keys of `{name}` are not those of the task: {'; '.join(said)}.")
    if untouched(answer):
        raise NotStarted(f"All entries of `{name}` are still `...`.")
    if stubs := [f"`{name}[{key!r}]`" for key in asked if untouched(answer[key])]:
        raise NotYet(f"{_listed(stubs)} {_be(stubs)} still `...`.")


def _differences(unknown: list[Hashable], missing: list[Hashable]) -> list[str]:
    said, strange = [], []
    for key in unknown:
        # By their text, so that "1" is taken for 1, and "Deployed" for "deployed".
        texts = {str(each).casefold(): each for each in missing}
        if near := difflib.get_close_matches(str(key).casefold(), texts, n=1):
            missing.remove(texts[near[0]])
            said.append(f"{_text(key)} is probably meant to be {_text(texts[near[0]])}")
        else:
            strange.append(key)
    for keys, what in ((missing, "missing"), (strange, "not asked for")):
        said += [f"{_listed(map(_text, keys))} {_be(keys)} {what}"] if keys else []
    return said


def _be(things: list[Any]) -> str:
    return "is" if len(things) == 1 else "are"


def _listed(words: Iterable[str], most: int = 8) -> str:
    shown = list(words)
    if len(shown) > most:
        shown[most:] = [f"{len(shown) - most} more"]
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last


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
    value = as_number(answer, what)
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


def as_number(answer: object, what: str) -> float:
    """Return a number, numpy's among them, as a float. Raises ``NotYet`` for anything else."""
    # By name, because numpy's truth values are of a type of their own.
    if type(answer).__name__ in {"bool", "bool_"} or not hasattr(answer, "__float__"):
        raise NotYet(f"{what} should be a number. Found {describe(answer)}.")
    try:
        return float(answer)
    except (TypeError, ValueError, OverflowError):
        raise NotYet(f"{what} should be one number. Found {describe(answer)}.") from None


def as_text(answer: object, what: str) -> str:
    """Return a text. Raises ``NotYet`` for anything else."""
    if not isinstance(answer, str):
        raise NotYet(f"{what} should be a text. Found {describe(answer)}.")
    return answer


def _close(value: float, other: float, rel: float) -> bool:
    if math.isnan(value) or math.isnan(other):
        return math.isnan(value) and math.isnan(other)
    # A sum of floats that should be zero is not quite.
    return math.isclose(value, other, rel_tol=rel, abs_tol=1e-9)


def _short(value: float) -> str:
    return f"{value:.6g}"


def describe(answer: object) -> str:
    """Return a short description of a value: its type and the start of its text."""
    if answer is ...:
        return "`...`"
    kind, text = type(answer).__name__, _text(answer)
    return f"{kind} {text}" if text else f"{kind} that cannot be shown"


def _text(value: object) -> str:
    """Return the start of a value's text, in one line, with ``...`` as it was written."""
    try:
        text = " ".join(repr(value).split()).replace("Ellipsis", "...")
    except Exception:  # a class of the learner's can have any __repr__
        return ""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


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
