"""The text of a query, a token at a time."""

from __future__ import annotations

import re
from typing import NamedTuple

from offline_aws.logs.insights.errors import QueryError, unexpected

# A regular expression is taken only where one may stand: elsewhere / divides.
_REGEX = re.compile(r"/((?:[^/\\\n]|\\.)+)/")
_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_TOKEN = re.compile(
    r"""
    (?P<period>\d+(?:ms|mo|[smhdwqy])\b)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w@]))
  | (?P<name>[A-Za-z_@$][\w@$]*(?:\.[\w@$]+)*)
  | `(?P<quoted>[^`]+)`
  | "(?P<double>(?:[^"\\]|\\.)*)"
  | '(?P<single>(?:[^'\\]|\\.)*)'
  | (?P<sign>!=|<=|>=|=~|==|[=<>+\-*/^%(),|\[\]])
    """,
    re.VERBOSE,
)
END = "end"


class Token(NamedTuple):
    """One token: its kind, its text without quotes, and its place."""

    kind: str
    text: str
    start: int
    end: int

    def is_sign(self, *signs: str) -> bool:
        """Return whether it is one of some signs."""
        return self.kind == "sign" and self.text in signs

    def is_word(self, *words: str) -> bool:
        """Return whether it is one of some words, in any case."""
        return self.kind == "name" and self.text.lower() in words


class Lexer:
    """A place in the text of a query, and the token that comes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.next = self._read(0)
        self.last_end = 0

    def take(self) -> Token:
        """Return the token that comes, and go over it."""
        token = self.next
        self.last_end = token.end
        self.next = self._read(token.end)
        return token

    def has_sign(self, *signs: str) -> bool:
        """Go over a sign if it is what comes; return whether it was."""
        return self._has(self.next.is_sign(*signs))

    def has_word(self, *words: str) -> bool:
        """Go over a word if it is what comes; return whether it was."""
        return self._has(self.next.is_word(*words))

    def need_sign(self, sign: str) -> None:
        """Go over a sign that has to come. Raises ``QueryError``."""
        if not self.has_sign(sign):
            raise self.wrong()

    def need(self, *kinds: str) -> Token:
        """Return a token of one of some kinds. Raises ``QueryError``."""
        if self.next.kind not in kinds:
            raise self.wrong()
        return self.take()

    def regex(self) -> re.Pattern[str] | None:
        """Return the regular expression that comes, None if none does."""
        found = _REGEX.match(self.text, self.next.start)
        if not found:
            return None
        pattern = compiled(found[1], found.start(), found.end())
        self.last_end = found.end()
        self.next = self._read(found.end())
        return pattern

    def wrong(self) -> QueryError:
        """Return the error of the token that comes."""
        return unexpected(self.text, self.next.start, self.next.end)

    def _has(self, found: bool) -> bool:
        if found:
            self.take()
        return found

    def _read(self, place: int) -> Token:
        space = _SPACE.match(self.text, place)
        start = space.end() if space else place
        if start == len(self.text):
            return Token(END, "", start, start)
        found = _TOKEN.match(self.text, start)
        if not found:
            raise unexpected(self.text, start, start + 1)
        kind = str(found.lastgroup)
        text = found[kind]
        if kind in ("double", "single"):
            kind, text = "string", re.sub(r"\\(.)", r"\1", text)
        return Token(kind, text, start, found.end())


def compiled(text: str, start: int, end: int) -> re.Pattern[str]:
    """Return a regular expression of AWS's kind. Raises ``QueryError``."""
    text = text.replace(r"\/", "/")
    # Named groups as Java writes them, and flags that Python takes at the beginning alone.
    text = re.sub(r"\(\?<([A-Za-z]\w*)>", r"(?P<\1>", text)
    for flag in ("(?i)", "(?s)", "(?m)"):
        if flag in text:
            text = flag + text.replace(flag, "")
    try:
        return re.compile(text)
    except re.error as error:
        raise QueryError(f"Invalid regular expression: {error}", start, end) from None
