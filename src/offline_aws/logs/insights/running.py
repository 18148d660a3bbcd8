"""The commands of a query, one after the other, over the rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from offline_aws.logs.insights.evaluation import evaluation
from offline_aws.logs.insights.grouping import grouped
from offline_aws.logs.insights.rows import Row, getter
from offline_aws.logs.insights.tree import (
    Command,
    Dedup,
    Field,
    Fields,
    Filter,
    Limit,
    Parse,
    Sort,
    Stats,
)
from offline_aws.logs.insights.values import sort_key, text

_DEFAULT = ("@timestamp", "@message")


@dataclass
class Result:
    """The rows of a query, each by its fields, and how many events its filters let through."""

    rows: list[dict[str, str]]
    #: Where the event of each row is; none for rows of stats.
    pointers: list[tuple[str, str, int] | None]
    matched: int


@dataclass
class _Shown:
    """The fields that the results show."""

    of_stats: bool = False
    names: list[str] = field(default_factory=list)
    parsed: list[str] = field(default_factory=list)

    def add(self, names: Sequence[str]) -> None:
        self.names += [name for name in names if name not in self.names]

    def all(self) -> list[str]:
        return self.names or [*_DEFAULT, *self.parsed]


def run(commands: Sequence[Command], rows: list[Row], now: int, limit: int) -> Result:
    """Return the results of a query over rows in the order of time.

    Without ``sort`` the newest come first. Raises ``QueryError`` for a period that cannot be.
    """
    with _without_collector():
        return _run(commands, rows[::-1], now, limit)


def _run(commands: Sequence[Command], rows: list[Row], now: int, limit: int) -> Result:
    shown = _Shown()
    matched: int | None = None
    for command in commands:
        if isinstance(command, Stats) and matched is None:
            matched = len(rows)
        rows = _done(command, rows, shown, now)
        if isinstance(command, Filter) and not shown.of_stats:
            matched = None
        elif isinstance(command, Limit | Dedup) and matched is None:
            matched = len(rows)
    count = len(rows) if matched is None else matched
    rows = rows[:limit]
    return Result(_texts(rows, shown.all()), [row.pointer for row in rows], count)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Have Python not look for cycles meanwhile: among 100 000 documents that takes long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _done(command: Command, rows: list[Row], shown: _Shown, now: int) -> list[Row]:
    match command:
        case Fields():
            _make(command, rows, shown, now)
        case Filter(condition):
            test = evaluation(condition, now)
            return [row for row in rows if test(row)]
        case Parse():
            _parse(command, rows, shown, now)
        case Stats():
            shown.of_stats = True
            shown.names = [column.name for column in (*command.by, *command.columns)]
            return grouped(command, rows, now)
        case Sort():
            return _sorted(command, rows, shown, now)
        case Limit(count):
            return rows[:count]
        case Dedup(fields):
            return _first_of_each(fields, rows)
    return rows


def _make(command: Fields, rows: list[Row], shown: _Shown, now: int) -> None:
    for column in command.columns:
        if column.expression != Field(column.name):
            evaluate, name = evaluation(column.expression, now), column.name
            for row in rows:
                row.made[name] = evaluate(row)
    names = [column.name for column in command.columns]
    if command.only:
        shown.names = list(dict.fromkeys(names))
    else:
        shown.add(names)


def _parse(command: Parse, rows: list[Row], shown: _Shown, now: int) -> None:
    source, search = evaluation(command.source, now), command.pattern.search
    by_name = bool(command.pattern.groupindex)
    for row in rows:
        value = source(row)
        found = None if value is None else search(text(value))
        if found:
            groups = found.groupdict().values() if by_name else found.groups()
            pairs = zip(command.names, groups, strict=True)
            row.made.update({name: each for name, each in pairs if each is not None})
    shown.parsed += command.names


def _sorted(command: Sort, rows: list[Row], shown: _Shown, now: int) -> list[Row]:
    # From the last key to the first: Python's sort keeps the order of what is equal.
    for expression, descending, written in reversed(command.keys):
        # A column of stats goes by what was written: sort bin(5m) asc.
        is_column = shown.of_stats and written in shown.names
        evaluate = getter(written) if is_column else evaluation(expression, now)
        rows = sorted(rows, key=lambda row: sort_key(evaluate(row)), reverse=descending)
    return rows


def _first_of_each(fields: Sequence[Field], rows: list[Row]) -> list[Row]:
    getters = [getter(each.name) for each in fields]
    seen: set[tuple[str, ...]] = set()
    kept = []
    for row in rows:
        values = [get(row) for get in getters]
        # A row that lacks a field is like no other, as on AWS.
        if any(value is None for value in values):
            kept.append(row)
            continue
        key = tuple(text(value) for value in values)
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


def _texts(rows: Sequence[Row], names: Sequence[str]) -> list[dict[str, str]]:
    getters = [(name, getter(name)) for name in names if name != "@ptr"]
    return [_row_texts(row, getters) for row in rows]


def _row_texts(row: Row, getters: list[tuple[str, Any]]) -> dict[str, str]:
    values = ((name, get(row)) for name, get in getters)
    return {name: text(value) for name, value in values if value is not None}
