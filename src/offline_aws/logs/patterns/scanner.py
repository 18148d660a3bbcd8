"""Read a pattern from left to right."""

from __future__ import annotations

import re

from offline_aws.errors import AwsError
from offline_aws.logs.checks import invalid
from offline_aws.logs.patterns.values import Expected, Phrase, Regex, Word

_SPACE = re.compile(r"\s*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_REGEX = re.compile(r"%([^%]*)%")


class Scanner:
    """A place in the text of a pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def space(self) -> None:
        """Go over white space."""
        found = _SPACE.match(self.text, self.place)
        self.place = found.end() if found else self.place

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what matches here after white space, and go over it; None if nothing does."""
        self.space()
        found = pattern.match(self.text, self.place)
        if found:
            self.place = found.end()
        return found

    def has(self, literal: str) -> bool:
        """Go over a text if it is what comes; return whether it was."""
        self.space()
        if not self.text.startswith(literal, self.place):
            return False
        self.place += len(literal)
        return True

    def need(self, literal: str) -> None:
        """Go over a text that has to come. Raises ``InvalidParameterException``."""
        if not self.has(literal):
            raise self.wrong()

    def expected(self, bare: re.Pattern[str]) -> Expected:
        """Return a phrase in quotes, a regex in % or a bare word."""
        if found := self.take(_STRING):
            return Phrase(re.sub(r"\\(.)", r"\1", found[1]))
        if found := self.take(_REGEX):
            return Regex.parse(found[1])
        if found := self.take(bare):
            return Word(found[0])
        raise self.wrong()

    def end(self) -> None:
        """Raise ``InvalidParameterException`` if something comes still."""
        self.space()
        if self.place < len(self.text):
            raise self.wrong()

    def wrong(self) -> AwsError:
        """Return the error of what comes here, in words of our own but for the first."""
        rest = self.text[self.place :] or "the end of the pattern"
        return invalid(f"Invalid filter pattern: unexpected {rest}")
