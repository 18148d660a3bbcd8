"""Conditions on JSON events: { $.status >= 500 && $.path = "/cart*" }."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from offline_aws.logs.patterns.scanner import Scanner
from offline_aws.logs.patterns.values import Expected, Regex, check_order, holds

_SELECTOR = re.compile(r"\$(?:\.[\w-]+|\.?\[\"[^\"]+\"\]|\.?\['[^']+'\]|\[(?:\d+|\*)\])+")
_STEP = re.compile(r"\.([\w-]+)|\[\"([^\"]+)\"\]|\['([^']+)'\]|\[(\d+|\*)\]")
_SIGN = re.compile(r"!=|<=|>=|=|<|>")
_STATE = re.compile(r"IS\s+(NULL|TRUE|FALSE)\b|(NOT\s+EXISTS|EXISTS)\b")
_BARE = re.compile(r"[^\s(){}&|\"%=<>!]+")
_STATES: dict[str, Callable[[list[Any]], bool]] = {
    "NULL": lambda found: any(each is None for each in found),
    "TRUE": lambda found: any(each is True for each in found),
    "FALSE": lambda found: any(each is False for each in found),
    "EXISTS": bool,
    "NOT EXISTS": lambda found: not found,
}
Step = str | int
Test = Callable[[Any], bool]


@dataclass(frozen=True)
class JsonPattern:
    """A condition on what a message is as JSON."""

    test: Test
    regexes: int

    @classmethod
    def parse(cls, text: str) -> JsonPattern:
        """Return the pattern. Raises ``InvalidParameterException``."""
        reader = _Reader(Scanner(text))
        reader.scanner.need("{")
        test = reader.any_of()
        reader.scanner.need("}")
        reader.scanner.end()
        return cls(test, reader.regexes)

    def matches(self, message: str) -> bool:
        """Return whether a message is JSON for which the condition holds."""
        document = _document(message)
        return document is not None and self.test(document)

    def extracted(self, _: str) -> dict[str, str]:
        """Return nothing: AWS extracts the fields of space-delimited events alone."""
        return {}

    def value(self, message: str, selector: str) -> str | None:
        """Return the value at a selector of any message that is JSON."""
        found = _SELECTOR.fullmatch(selector)
        values = _values(_document(message), _steps(selector)) if found else []
        texts = [text for text in map(_text, values) if text is not None]
        return texts[0] if texts else None

    def knows(self, selector: str) -> bool:
        """Return whether a selector is well formed."""
        return bool(_SELECTOR.fullmatch(selector))


class _Reader:
    """Reads conditions: ( ) binds before &&, and && before ||."""

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self.regexes = 0

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self.scanner.has("||"):
            tests.append(self._all_of())
        return tests[0] if len(tests) == 1 else lambda found: any(test(found) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self.scanner.has("&&"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda found: all(test(found) for test in tests)

    def _one(self) -> Test:
        if self.scanner.has("("):
            inner = self.any_of()
            self.scanner.need(")")
            return inner
        selector = self.scanner.take(_SELECTOR)
        if not selector:
            raise self.scanner.wrong()
        steps = _steps(selector[0])
        if state := self.scanner.take(_STATE):
            test = _STATES[" ".join((state[1] or state[2]).split())]
            return lambda document: test(_values(document, steps))
        sign = self.scanner.take(_SIGN)
        if not sign:
            raise self.scanner.wrong()
        expected = self.scanner.expected(_BARE)
        check_order(sign[0], expected)
        self.regexes += isinstance(expected, Regex)
        return _comparison(steps, sign[0], expected)


def _comparison(steps: tuple[Step, ...], sign: str, expected: Expected) -> Test:
    def test(document: Any) -> bool:
        # A list, an object, null and what is missing compare with nothing, not even by !=.
        texts = [text for text in map(_text, _values(document, steps)) if text is not None]
        return any(holds(text, sign, expected) for text in texts)

    return test


def _steps(selector: str) -> tuple[Step, ...]:
    found = _STEP.finditer(selector)
    return tuple(
        int(each[4]) if (each[4] or "").isdigit() else each[1] or each[2] or each[3] or each[4]
        for each in found
    )


def _values(document: Any, steps: tuple[Step, ...]) -> list[Any]:
    """Return what is at a selector: nothing, one value, or several behind ``[*]``."""
    found = [document]
    for step in steps:
        if step == "*":
            found = [each for some in found if isinstance(some, list) for each in some]
        elif isinstance(step, int):
            found = [each[step] for each in found if isinstance(each, list) and step < len(each)]
        else:
            found = [each[step] for each in found if isinstance(each, dict) and step in each]
    return found


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    return None


# One message is asked for by every filter of its group, and for its values.
@lru_cache(maxsize=1024)
def _document(message: str) -> Any:
    try:
        found = json.loads(message)
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None
