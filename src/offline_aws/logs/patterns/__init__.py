"""Filter patterns: terms, space-delimited fields in [ ], JSON conditions in { }, and regex.

The language is that of the CloudWatch Logs User Guide (FilterAndPatternSyntax): metric filters,
subscription filters and FilterLogEvents share it.
"""

from __future__ import annotations

from functools import cache
from typing import Protocol

from offline_aws.logs.patterns.delimited import DelimitedPattern
from offline_aws.logs.patterns.json_conditions import JsonPattern
from offline_aws.logs.patterns.terms import TermPattern


class Pattern(Protocol):
    """What a log event either matches or not."""

    @property
    def regexes(self) -> int:
        """How many regular expressions are in it."""

    def matches(self, message: str) -> bool:
        """Return whether a message matches."""

    def extracted(self, message: str) -> dict[str, str]:
        """Return the fields of a message that matches, by their names with a ``$``."""

    def value(self, message: str, selector: str) -> str | None:
        """Return what a selector such as ``$.latency`` or ``$bytes`` picks, None for nothing."""

    def knows(self, selector: str) -> bool:
        """Return whether a selector can pick anything of a message that matches."""


@cache
def parsed(text: str) -> Pattern:
    """Return a filter pattern. Raises ``InvalidParameterException``."""
    stripped = text.strip()
    if stripped.startswith("["):
        return DelimitedPattern.parse(stripped)
    if stripped.startswith("{"):
        return JsonPattern.parse(stripped)
    return TermPattern.parse(stripped)


__all__ = ["Pattern", "parsed"]
