"""Compare what a keyword is worth with the value in an expression.

What is not there is equal to nothing and different from nothing: no comparison holds for it. Of
several values one is enough. Without an operator a keyword holds where it is there, or true.
"""

from __future__ import annotations

import json
import operator as operators
from collections.abc import Callable
from typing import Any, Literal

from lark import Token

Test = Callable[[Any], bool]
Kind = Literal["flag", "number", "texts", "any"]

_EQUALITY: dict[str, Callable[[Any, Any], bool]] = {"=": operators.eq, "!=": operators.ne}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_TEXT: dict[str, Callable[[Any, Any], bool]] = {
    "contains": lambda text, part: part in text,
    "beginswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_OPERATORS = {
    "flag": _EQUALITY,
    "number": {**_EQUALITY, **_ORDER},
    "texts": {**_EQUALITY, **_TEXT},
}
_TYPES = {"STRING": "texts", "NUMBER": "number", "BOOLEAN": "flag"}
_WORDS = {"flag": "true or false", "number": "a number", "texts": "a text in quotation marks"}


def value_of(token: Token) -> Any:
    """Return what a value in an expression is worth."""
    if token.type == "STRING":
        return text_of(token)
    return token.lower() == "true" if token.type == "BOOLEAN" else float(token)


def text_of(token: str) -> str:
    """Return a text without its quotation marks."""
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token[1:-1]  # An escape that JSON has not, such as \d.


def value_test(read: Callable[[Any], Any], kind: Kind, sign: Any, value: Any) -> Test:
    """Return the test of a keyword; ``read`` gets its value or, of texts and any, its values.

    Raises ``ValueError`` for an operator or a value that does not go with it.
    """
    if sign is None:
        return _presence(read, kind)
    given: Any = _TYPES[value.type]
    if kind not in ("any", given):
        raise ValueError(f"it is compared with {_WORDS[kind]}.")
    compare = _OPERATORS[given].get(sign.lower())
    if compare is None:
        raise ValueError(f"{sign} cannot be used with {_WORDS[given]}.")
    wanted = value_of(value)
    if kind == "flag":
        return lambda thing: compare(read(thing), wanted)
    if kind == "number":
        return lambda thing: (found := read(thing)) is not None and compare(found, wanted)
    fits = _same_type(given)
    return lambda thing: any(fits(each) and compare(each, wanted) for each in read(thing))


def _presence(read: Callable[[Any], Any], kind: Kind) -> Test:
    if kind == "flag":
        return read
    if kind == "number":
        return lambda thing: read(thing) is not None
    # An annotation that is a boolean is worth its value.
    return lambda thing: any(each is not False for each in read(thing))


def _same_type(given: str) -> Callable[[Any], bool]:
    types = {"texts": str, "flag": bool}
    if given in types:
        return lambda each: isinstance(each, types[given])
    return lambda each: isinstance(each, int | float) and not isinstance(each, bool)
