"""Space-delimited events: [ip, user, status = 4*, bytes > 1000, ...]."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from offline_aws.logs.checks import invalid
from offline_aws.logs.patterns.scanner import Scanner
from offline_aws.logs.patterns.values import Expected, Regex, check_order, holds

# What is in brackets or in quotes is one field.
_FIELD = re.compile(r'\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)')
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_SIGN = re.compile(r"!=|<=|>=|=|<|>")
_BARE = re.compile(r"[^\s,\]&|()\"%]+")
_ELLIPSIS = "..."


@dataclass(frozen=True)
class Comparison:
    """One condition on a field by its name."""

    name: str
    sign: str
    expected: Expected


# Alternatives, of which one has to hold as a whole.
Condition = tuple[tuple[Comparison, ...], ...]


@dataclass(frozen=True)
class DelimitedPattern:
    """Fields by their order, some with names and conditions; ``...`` is any number of fields."""

    names: tuple[str, ...]
    conditions: tuple[Condition, ...]
    regexes: int

    @classmethod
    def parse(cls, text: str) -> DelimitedPattern:
        """Return the pattern. Raises ``InvalidParameterException``."""
        scanner = Scanner(text)
        scanner.need("[")
        names: list[str] = []
        conditions: list[Condition] = []
        while True:
            name, condition = _field(scanner)
            names.append(name)
            conditions += [condition] if condition else []
            if not scanner.has(","):
                break
        scanner.need("]")
        scanner.end()
        if names.count(_ELLIPSIS) > 1:
            raise invalid("Invalid filter pattern: more than one ellipsis")
        asked = [each for some in conditions for group in some for each in group]
        if unknown := {each.name for each in asked} - set(names):
            raise invalid(f"Invalid filter pattern: unknown field {sorted(unknown)[0]}")
        regexes = sum(isinstance(each.expected, Regex) for each in asked)
        return cls(tuple(names), tuple(conditions), regexes)

    def matches(self, message: str) -> bool:
        """Return whether a message has these fields, and they are as they should be."""
        fields = self._fields(message)
        return fields is not None and all(
            any(all(_holds(fields, each) for each in group) for group in condition)
            for condition in self.conditions
        )

    def extracted(self, message: str) -> dict[str, str]:
        """Return the fields by their names, and those without by their numbers from 1 on."""
        fields = self._fields(message) or {}
        return {f"${name}": value for name, value in fields.items()}

    def value(self, message: str, selector: str) -> str | None:
        """Return the field of a name or of a number."""
        fields = self._fields(message)
        return None if fields is None else fields.get(selector.removeprefix("$"))

    def knows(self, selector: str) -> bool:
        """Return whether there is a field of the name; one by its number may be."""
        name = selector.removeprefix("$")
        return name in self.names or name.isdigit()

    def _fields(self, message: str) -> dict[str, str] | None:
        values = _split(message)
        names = list(self.names)
        if _ELLIPSIS in names:
            place, more = names.index(_ELLIPSIS), len(values) - len(names) + 1
            names[place : place + 1] = [""] * max(more, 0)
        if len(names) != len(values):
            return None
        return {
            name or str(place): value
            for place, (name, value) in enumerate(zip(names, values, strict=True), 1)
        }


def _field(scanner: Scanner) -> tuple[str, Condition | None]:
    if scanner.has(_ELLIPSIS):
        return _ELLIPSIS, None
    start = scanner.place
    scanner.has("(")
    found = scanner.take(_NAME)
    if not found:
        return "", None
    signed = scanner.take(_SIGN)
    if not signed:
        return found[0], None
    scanner.place = start
    return found[0], _alternatives(scanner)


def _alternatives(scanner: Scanner) -> Condition:
    found = _all_of(scanner)
    while scanner.has("||"):
        found += _all_of(scanner)
    return found


def _all_of(scanner: Scanner) -> Condition:
    found = _one(scanner)
    while scanner.has("&&"):
        more = _one(scanner)
        found = tuple(left + right for left in found for right in more)
    return found


def _one(scanner: Scanner) -> Condition:
    if scanner.has("("):
        inner = _alternatives(scanner)
        scanner.need(")")
        return inner
    name = scanner.take(_NAME)
    sign = scanner.take(_SIGN) if name else None
    if not name or not sign:
        raise scanner.wrong()
    expected = scanner.expected(_BARE)
    check_order(sign[0], expected)
    return ((Comparison(name[0], sign[0], expected),),)


def _holds(fields: dict[str, str], comparison: Comparison) -> bool:
    return holds(fields[comparison.name], comparison.sign, comparison.expected)


# One message is asked for several times: whether it matches, its value, its dimensions.
@lru_cache(maxsize=1024)
def _split(message: str) -> tuple[str, ...]:
    found = _FIELD.finditer(message)
    return tuple(next((text for text in each.groups() if text is not None), "") for each in found)
