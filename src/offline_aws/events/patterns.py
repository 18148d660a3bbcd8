"""Event patterns: which events a rule is for.

The rules are those of "Event pattern syntax" in the EventBridge user guide.
"""

from __future__ import annotations

import ipaddress
import json
import operator
import re
from collections.abc import Callable
from typing import Any

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}
_ABSENT = object()


class PatternError(Exception):
    """A pattern that EventBridge would not take."""


def parsed(text: str) -> dict[str, Any]:
    """Return a pattern. Raises ``PatternError`` for what is none."""
    try:
        pattern = json.loads(text)
    except json.JSONDecodeError as error:
        raise PatternError(f"Event pattern is not JSON: {error}") from error
    if not isinstance(pattern, dict) or not pattern:
        raise PatternError("Event pattern is not a JSON object with a field")
    _check(pattern)
    return pattern


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Return whether an event has all that a pattern asks for."""
    return all(_field_matches(name, wanted, event) for name, wanted in pattern.items())


def _field_matches(name: str, wanted: Any, event: dict[str, Any]) -> bool:
    if name == "$or":
        return any(matches(each, event) for each in wanted)
    found = event.get(name, _ABSENT)
    values = found if isinstance(found, list) else [found]
    if isinstance(wanted, dict):
        objects = [each for each in values if isinstance(each, dict)]
        # What is not there has no fields, which is what a pattern may ask for.
        return any(matches(wanted, each) for each in objects or [{}])
    return any(_value_matches(each, value) for each in wanted for value in values or [_ABSENT])


def _value_matches(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        ((kind, argument),) = wanted.items()
        if kind == "exists":
            return bool((value is not _ABSENT) == argument)
        return value is not _ABSENT and _FILTERS[kind](argument, value)
    return _same(wanted, value)


def _same(one: Any, other: Any) -> bool:
    # To Python, True is 1.
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _prefix(argument: Any, value: Any) -> bool:
    ignore_case = isinstance(argument, dict)
    text = argument["equals-ignore-case"].lower() if ignore_case else argument
    return isinstance(value, str) and (value.lower() if ignore_case else value).startswith(text)


def _suffix(argument: Any, value: Any) -> bool:
    if isinstance(argument, dict):
        argument = {kind: text[::-1] for kind, text in argument.items()}
    else:
        argument = argument[::-1]
    return isinstance(value, str) and _prefix(argument, value[::-1])


def _ignore_case(argument: str, value: Any) -> bool:
    return isinstance(value, str) and value.lower() == argument.lower()


def _wildcard(argument: str, value: Any) -> bool:
    parts = re.split(r"(\\\*|\\\\|\*)", argument)
    pattern = "".join(".*" if part == "*" else re.escape(_unescaped(part)) for part in parts)
    return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


def _unescaped(part: str) -> str:
    return part[1:] if part in (r"\*", r"\\") else part


def _numeric(argument: list[Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    pairs = zip(argument[::2], argument[1::2], strict=True)
    return all(_COMPARISONS[sign](value, number) for sign, number in pairs)


def _cidr(argument: str, value: Any) -> bool:
    try:
        return ipaddress.ip_address(str(value)) in ipaddress.ip_network(argument, strict=False)
    except ValueError:
        return False


def _anything_but(argument: Any, value: Any) -> bool:
    if isinstance(argument, dict):
        ((kind, texts),) = argument.items()
        texts = texts if isinstance(texts, list) else [texts]
        return not any(_FILTERS[kind](text, value) for text in texts)
    others = argument if isinstance(argument, list) else [argument]
    return not any(_same(each, value) for each in others)


_FILTERS: dict[str, Callable[[Any, Any], bool]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "cidr": _cidr,
    "anything-but": _anything_but,
}


def _check(pattern: dict[str, Any]) -> None:
    for name, wanted in pattern.items():
        if isinstance(wanted, dict):
            _check(wanted)
        elif not isinstance(wanted, list) or not wanted:
            raise PatternError(f"{name!r} has to be an object, or a list with a value in it")
        elif name == "$or":
            for each in wanted:
                _check(each)
        else:
            for each in wanted:
                _check_value(name, each)


def _check_value(name: str, wanted: Any) -> None:
    if isinstance(wanted, list):
        raise PatternError(f"A list in the list of {name!r}")
    if not isinstance(wanted, dict):
        return
    if len(wanted) != 1 or not set(wanted) <= {"exists", *_FILTERS}:
        raise PatternError(f"Unrecognized match type {', '.join(wanted)} of {name!r}")
    ((kind, argument),) = wanted.items()
    if not _VALID[kind](argument):
        raise PatternError(f"{kind} of {name!r} does not take {json.dumps(argument)}")


def _is_text(argument: Any) -> bool:
    return isinstance(argument, str)


def _is_text_of_any_case(argument: Any) -> bool:
    if isinstance(argument, dict):
        return set(argument) == {"equals-ignore-case"} and all(map(_is_text, argument.values()))
    return _is_text(argument)


def _is_range(argument: Any) -> bool:
    return (
        isinstance(argument, list)
        and len(argument) in (2, 4)
        and all(sign in _COMPARISONS for sign in argument[::2])
        and all(isinstance(each, int | float) for each in argument[1::2])
    )


def _is_network(argument: Any) -> bool:
    try:
        ipaddress.ip_network(argument, strict=False)
    except ValueError:
        return False
    return isinstance(argument, str)


def _is_exclusion(argument: Any) -> bool:
    if isinstance(argument, dict):
        kinds = {"prefix", "suffix", "equals-ignore-case", "wildcard"}
        texts = [
            each
            for value in argument.values()
            for each in (value if isinstance(value, list) else [value])
        ]
        return len(argument) == 1 and set(argument) <= kinds and all(map(_is_text, texts))
    others = argument if isinstance(argument, list) else [argument]
    return bool(others) and all(isinstance(each, str | int | float) for each in others)


_VALID: dict[str, Callable[[Any], bool]] = {
    "exists": lambda argument: isinstance(argument, bool),
    "prefix": _is_text_of_any_case,
    "suffix": _is_text_of_any_case,
    "equals-ignore-case": _is_text,
    "wildcard": _is_text,
    "numeric": _is_range,
    "cidr": _is_network,
    "anything-but": _is_exclusion,
}
