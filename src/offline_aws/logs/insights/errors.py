"""What is wrong with a query, and where."""

from __future__ import annotations


class QueryError(Exception):
    """A query that is none. ``start`` and ``end`` are the characters that are wrong, from 0 on."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class NotSimulatedError(Exception):
    """A command or a function that AWS has and that is not here."""


def unexpected(text: str, start: int, end: int) -> QueryError:
    """Return AWS's error of a text that cannot stand where it does."""
    before = text[:start]
    line, position = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    found = text[start:end] or "end of query"
    message = f"unexpected symbol found {found} at line {line} and position {position}"
    return QueryError(message, start, end)
