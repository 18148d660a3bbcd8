"""Read the commands of a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from offline_aws.logs.insights.aggregates import AGGREGATES
from offline_aws.logs.insights.errors import NotSimulatedError, QueryError
from offline_aws.logs.insights.expressions import expression
from offline_aws.logs.insights.lexer import END, Lexer
from offline_aws.logs.insights.tree import (
    Binary,
    Column,
    Command,
    Dedup,
    Expression,
    Field,
    Fields,
    Filter,
    Function,
    In,
    Like,
    Limit,
    Not,
    Parse,
    Sort,
    Stats,
)

_MOST_ROWS = 10_000
_MOST_STATS = 2
_NOT_SIMULATED = (
    *("pattern", "diff", "anomaly", "unmask", "unnest", "expand", "lookup", "join", "source"),
    *("filterindex", "relevantfields", "addtotals", "tail", "unroll"),
)


def parse_query(text: str) -> list[Command]:
    """Return the commands of a query.

    Raises ``QueryError`` for what is wrong in it, and ``NotSimulatedError``.
    """
    lexer = Lexer(text)
    commands = [_command(lexer)]
    while lexer.has_sign("|"):
        start = lexer.next
        commands.append(_command(lexer))
        if isinstance(commands[-1], Sort) and any(isinstance(each, Dedup) for each in commands):
            raise QueryError(f"unexpected symbol found {start.text}", start.start, start.end)
        if sum(isinstance(each, Stats) for each in commands) > _MOST_STATS:
            raise QueryError(
                f"at most {_MOST_STATS} stats commands are possible", start.start, lexer.last_end
            )
    if lexer.next.kind != END:
        raise lexer.wrong()
    return commands


def _command(lexer: Lexer) -> Command:
    word = lexer.next
    name = word.text.lower()
    if word.kind != "name" or (name not in _COMMANDS and name not in _NOT_SIMULATED):
        raise lexer.wrong()
    if name in _NOT_SIMULATED:
        raise NotSimulatedError(f"the command {word.text}")
    lexer.take()
    return _COMMANDS[name](lexer)


def _fields(lexer: Lexer) -> Fields:
    return Fields(_without_aggregates(_columns(lexer)))


def _display(lexer: Lexer) -> Fields:
    return Fields(_without_aggregates(_columns(lexer)), only=True)


def _filter(lexer: Lexer) -> Filter:
    start = lexer.next.start
    condition = expression(lexer)
    _refuse_aggregates(condition, start, lexer.last_end)
    return Filter(condition)


def _stats(lexer: Lexer) -> Stats:
    columns = _columns(lexer)
    for column in columns:
        if not any(True for _ in aggregates_in(column.expression)):
            text = f"{column.name} is not an aggregation"
            raise QueryError(text, column.start, column.end)
    by = _without_aggregates(_columns(lexer)) if lexer.has_word("by") else ()
    return Stats(columns, by)


def _sort(lexer: Lexer) -> Sort:
    keys = [_key(lexer)]
    while lexer.has_sign(","):
        keys.append(_key(lexer))
    return Sort(tuple(keys))


def _key(lexer: Lexer) -> tuple[Expression, bool, str]:
    start = lexer.next.start
    found = expression(lexer)
    written = lexer.text[start : lexer.last_end]
    if any(True for _ in aggregates_in(found)):
        found = Field(written)
    ascending = lexer.has_word("asc")
    if not ascending:
        lexer.has_word("desc")
    return found, not ascending, written


def _limit(lexer: Lexer) -> Limit:
    token = lexer.need("number")
    if not token.text.isdigit() or not 0 < int(token.text) <= _MOST_ROWS:
        raise QueryError(f"limit has to be 1 to {_MOST_ROWS}", token.start, token.end)
    return Limit(int(token.text))


def _dedup(lexer: Lexer) -> Dedup:
    names = [lexer.need("name", "quoted").text]
    while lexer.has_sign(","):
        names.append(lexer.need("name", "quoted").text)
    return Dedup(tuple(Field(name) for name in names))


def _parse(lexer: Lexer) -> Parse:
    source: Expression = Field("@message")
    if lexer.next.kind in ("name", "quoted"):
        source = Field(lexer.take().text)
    regex = lexer.regex()
    if regex is not None:
        if not regex.groupindex:
            raise lexer.wrong()
        return Parse(source, regex, tuple(regex.groupindex))
    glob = lexer.need("string")
    if not lexer.has_word("as"):
        raise lexer.wrong()
    names = [lexer.need("name", "quoted").text]
    while lexer.has_sign(","):
        names.append(lexer.need("name", "quoted").text)
    if glob.text.count("*") != len(names):
        text = f"the pattern has {glob.text.count('*')} * for {len(names)} names"
        raise QueryError(text, glob.start, lexer.last_end)
    return Parse(source, _of_glob(glob.text), tuple(names))


def _of_glob(text: str) -> re.Pattern[str]:
    """Return the regular expression of a glob: each * takes as little as it can."""
    parts = [re.escape(part) for part in text.split("*")]
    pattern = "(.*?)".join(parts)
    return re.compile(pattern.removesuffix("(.*?)") + "(.*)" if text.endswith("*") else pattern)


def _columns(lexer: Lexer) -> tuple[Column, ...]:
    columns = [_column(lexer)]
    while lexer.has_sign(","):
        columns.append(_column(lexer))
    return tuple(columns)


def _column(lexer: Lexer) -> Column:
    start = lexer.next.start
    found = expression(lexer)
    name = found.name if isinstance(found, Field) else lexer.text[start : lexer.last_end]
    if lexer.has_word("as"):
        name = lexer.need("name", "quoted").text
    return Column(name, found, start, lexer.last_end)


def aggregates_in(found: Expression) -> Iterator[Function]:
    """Yield the aggregations of an expression."""
    if isinstance(found, Function):
        if found.name in AGGREGATES:
            yield found
        else:
            for argument in found.arguments:
                yield from aggregates_in(argument)
    elif isinstance(found, Binary):
        yield from aggregates_in(found.left)
        yield from aggregates_in(found.right)
    elif isinstance(found, Not | Like | In):
        yield from aggregates_in(found.inner)


def _without_aggregates(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    for column in columns:
        _refuse_aggregates(column.expression, 0, 0)
    return columns


def _refuse_aggregates(found: Expression, start: int, end: int) -> None:
    for function in aggregates_in(found):
        text = f"aggregation {function.name} is possible in stats alone"
        raise QueryError(text, function.start or start, function.end or end)


_COMMANDS: dict[str, Callable[[Lexer], Command]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "where": _filter,
    "stats": _stats,
    "sort": _sort,
    "order": _sort,
    "limit": _limit,
    "head": _limit,
    "dedup": _dedup,
    "parse": _parse,
}
