"""Terms: words and phrases that a message has to contain, may contain or must not contain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from offline_aws.logs.checks import invalid
from offline_aws.logs.patterns.scanner import Scanner
from offline_aws.logs.patterns.values import Expected, Regex

_BARE = re.compile(r"[^\s\"%]+")
_PLAIN = re.compile(r"\w+", re.ASCII)
_SIGN = re.compile(r"[?-]")


@dataclass(frozen=True)
class TermPattern:
    """Terms, found anywhere in a message, in the case in which they are written."""

    included: tuple[Expected, ...]
    optional: tuple[Expected, ...]
    excluded: tuple[Expected, ...]
    regexes: int

    @classmethod
    def parse(cls, text: str) -> TermPattern:
        """Return the pattern. Raises ``InvalidParameterException``."""
        scanner = Scanner(text)
        terms: dict[str, list[Expected]] = {"": [], "?": [], "-": []}
        scanner.space()
        while scanner.place < len(text):
            sign = scanner.take(_SIGN)
            term = scanner.expected(_BARE)
            word = getattr(term, "text", "")
            bare = not isinstance(term, Regex) and text[scanner.place - 1] != '"'
            if bare and not _PLAIN.fullmatch(word):
                raise invalid(f"Invalid character(s) in term '{word}'")
            terms[sign[0] if sign else ""].append(term)
            scanner.space()
        regexes = sum(isinstance(each, Regex) for some in terms.values() for each in some)
        return cls(tuple(terms[""]), tuple(terms["?"]), tuple(terms["-"]), regexes)

    def matches(self, message: str) -> bool:
        """Return whether a message has the terms. Optional ones count if there are no others."""
        if any(_contains(message, term) for term in self.excluded):
            return False
        if self.optional and not (self.included or self.excluded):
            return any(_contains(message, term) for term in self.optional)
        return all(_contains(message, term) for term in self.included)

    def extracted(self, _: str) -> dict[str, str]:
        """Return nothing: terms have no names."""
        return {}

    def value(self, _: str, __: str) -> str | None:
        """Return None: terms have no names."""
        return None

    def knows(self, _: str) -> bool:
        """Return that nothing can be picked."""
        return False


def _contains(message: str, term: Expected) -> bool:
    if isinstance(term, Regex):
        return term.equals(message)
    return term.text.strip() in message
