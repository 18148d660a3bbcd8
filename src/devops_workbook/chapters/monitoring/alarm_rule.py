"""The rule of a composite alarm, to ask it for any states of its alarms."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(
    r"\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\(\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s\"')]+))\s*\)"
    r"|(AND|OR|NOT|TRUE|FALSE|[()]))"
)
Token = tuple[str, str]


class AlarmRule:
    """A rule that CloudWatch has accepted."""

    def __init__(self, rule: str) -> None:
        self._tokens: list[Token] = [
            (each[5] or each[1], (each[2] or each[3] or each[4] or "").split(":alarm:")[-1])
            for each in _TOKEN.finditer(rule)
        ]
        self.names = {name for _, name in self._tokens if name}

    def holds(self, states: Mapping[str, str]) -> bool:
        """Return whether it is true with these states of alarms by their names."""
        return self._any(list(self._tokens), states)

    def _any(self, tokens: list[Token], states: Mapping[str, str]) -> bool:
        found = self._all(tokens, states)
        while tokens and tokens[0][0] == "OR":
            tokens.pop(0)
            found = self._all(tokens, states) or found
        return found

    def _all(self, tokens: list[Token], states: Mapping[str, str]) -> bool:
        found = self._one(tokens, states)
        while tokens and tokens[0][0] == "AND":
            tokens.pop(0)
            found = self._one(tokens, states) and found
        return found

    def _one(self, tokens: list[Token], states: Mapping[str, str]) -> bool:
        word, name = tokens.pop(0)
        if word == "NOT":
            return not self._one(tokens, states)
        if word == "(":
            inner = self._any(tokens, states)
            tokens.pop(0)
            return inner
        return states.get(name) == word if name else word == "TRUE"
