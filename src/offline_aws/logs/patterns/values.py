"""What a pattern compares a value with: words with *, phrases, numbers and regex."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from offline_aws.logs.checks import invalid

_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
# What AWS lets a regex be made of: no groups and no bytes beyond ASCII.
_ALLOWED = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+.]*")


@dataclass(frozen=True)
class Phrase:
    """A text in quotes. A * at its beginning or end stands for anything."""

    text: str

    def equals(self, value: str) -> bool:
        """Return whether a value is the text."""
        return _like(self.text, value)


@dataclass(frozen=True)
class Word:
    """A text without quotes, which may be a number."""

    text: str

    def equals(self, value: str) -> bool:
        """Return whether a value is the word, or the same number."""
        mine, its = number(self.text), number(value)
        if mine is not None and its is not None:
            return mine == its
        return _like(self.text, value)


@dataclass(frozen=True)
class Regex:
    """A regular expression between two %."""

    pattern: re.Pattern[str]

    @classmethod
    def parse(cls, text: str) -> Regex:
        """Return a regex. Raises ``InvalidParameterException`` for what AWS does not allow."""
        if not text or not _ALLOWED.fullmatch(text):
            raise invalid(f"Invalid regex pattern: {text}")
        try:
            return cls(re.compile(text))
        except re.error:
            raise invalid(f"Invalid regex pattern: {text}") from None

    def equals(self, value: str) -> bool:
        """Return whether it is found in a value."""
        return bool(self.pattern.search(value))


Expected = Phrase | Word | Regex


def number(text: str) -> float | None:
    """Return a text as a number, None if it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def holds(value: str, sign: str, expected: Expected) -> bool:
    """Return whether a value compares so with what is expected."""
    if sign == "=":
        return expected.equals(value)
    if sign == "!=":
        return not expected.equals(value)
    mine, its = number(value), number(getattr(expected, "text", ""))
    return mine is not None and its is not None and _ORDER[sign](mine, its)


def check_order(sign: str, expected: Expected) -> None:
    """Raise ``InvalidParameterException`` where < or > has no number."""
    limit = number(expected.text) if isinstance(expected, Word) else None
    if sign in _ORDER and (limit is None or math.isinf(limit)):
        raise invalid(f"Invalid filter pattern: {sign} needs a number")


def _like(text: str, value: str) -> bool:
    """Return whether a value is a text whose first or last * stands for anything."""
    inner = text.removeprefix("*").removesuffix("*")
    before, after = text.startswith("*"), text.endswith("*")
    if before and after:
        return inner in value
    if before:
        return value.endswith(inner)
    return value.startswith(inner) if after else value == text
