"""The rule of a composite alarm: which states of which alarms make it go into ALARM."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from offline_aws.cloudwatch.alarm import name_of

_TOKEN = re.compile(r"\s*(?:(\()|(\))|([A-Za-z_]+)(?=[\s()]|$))")
_ALARM_NAME = re.compile(r"\s*\(\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^()\"]*?))\s*\)")
_STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
_DEEPEST = 100


class RuleError(Exception):
    """What is wrong with a rule, in a sentence."""


@dataclass(frozen=True)
class Rule:
    """An operator (AND, OR, NOT), a constant (TRUE, FALSE), or a state that an alarm is in."""

    operator: str
    parts: tuple[Rule, ...] = ()
    name: str = ""

    def holds(self, states: Mapping[str, str]) -> bool:
        """Return whether it is true with these states of the alarms."""
        match self.operator:
            case "AND":
                return all(part.holds(states) for part in self.parts)
            case "OR":
                return any(part.holds(states) for part in self.parts)
            case "NOT":
                return not self.parts[0].holds(states)
            case "TRUE" | "FALSE":
                return self.operator == "TRUE"
        return states[self.name] == self.operator

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of its alarms, each once."""
        return tuple(dict.fromkeys(atom.name for atom in self._atoms()))

    def telling(self, states: Mapping[str, str]) -> tuple[str, ...]:
        """Return the alarms that are in a state that it asks for; all, where there is none."""
        found = dict.fromkeys(atom.name for atom in self._atoms() if atom.holds(states))
        return tuple(found) or self.names

    def _atoms(self) -> Iterator[Rule]:
        if self.name:
            yield self
        for part in self.parts:
            yield from part._atoms()


Reading = Callable[[], Rule]


def parsed(text: str) -> Rule:
    """Return the rule of a text. Raises ``RuleError``."""
    reader = _Reader(text)
    rule = reader.either()
    reader.end()
    return rule


class _Reader:
    """Reads a rule: NOT binds more than AND, and AND more than OR."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._depth = 0

    def either(self) -> Rule:
        return self._several("OR", lambda: self._several("AND", self._negated))

    def end(self) -> None:
        if self._text[self._place :].strip():
            raise RuleError(f"unexpected '{self._text[self._place :].strip()[:20]}'")

    def _several(self, operator: str, read: Reading) -> Rule:
        parts = [read()]
        while self._peek() == operator:
            self._next()
            parts.append(read())
        return parts[0] if len(parts) == 1 else Rule(operator, tuple(parts))

    def _negated(self) -> Rule:
        if self._peek() == "NOT":
            self._next()
            return Rule("NOT", (self._nested(self._negated),))
        return self._operand()

    def _operand(self) -> Rule:
        word = self._next()
        if word == "(":
            inner = self._nested(self.either)
            if self._next() != ")":
                raise RuleError("a closing parenthesis is missing")
            return inner
        if word in ("TRUE", "FALSE"):
            return Rule(word)
        if word in _STATES:
            return Rule(word, name=self._alarm())
        raise RuleError(f"unexpected '{word}'" if word else "it ends too soon")

    def _nested(self, read: Reading) -> Rule:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RuleError("it is nested too deeply")
        found = read()
        self._depth -= 1
        return found

    def _alarm(self) -> str:
        found = _ALARM_NAME.match(self._text, self._place)
        name = ""
        if found is not None:
            quoted = re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else None
            name = quoted if quoted is not None else found[2]
        if found is None or not name:
            raise RuleError("the name of an alarm in parentheses is missing")
        self._place = found.end()
        return name_of(name)

    def _peek(self) -> str:
        found = _TOKEN.match(self._text, self._place)
        if found is None:
            return self._text[self._place :].strip()[:20]
        return found[0].strip().upper()

    def _next(self) -> str:
        word = self._peek()
        found = _TOKEN.match(self._text, self._place)
        if found is not None:
            self._place = found.end()
        return word
