"""What a query is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Literal:
    """A number or a text; ``period`` for one such as 5m, whose value is its text."""

    value: Any
    period: bool = False


@dataclass(frozen=True)
class Field:
    """A field of an event or of a row."""

    name: str


@dataclass(frozen=True)
class Function:
    """A function by its name in lower case, with its arguments; ``*`` is a field of that name."""

    name: str
    arguments: tuple[Expression, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Binary:
    """Arithmetic, a comparison, ``and`` or ``or``."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    inner: Expression


@dataclass(frozen=True)
class Like:
    """A text that contains another one or matches a regular expression."""

    inner: Expression
    wanted: str | re.Pattern[str]


@dataclass(frozen=True)
class In:
    """A value that is one of some."""

    inner: Expression
    of: tuple[Expression, ...]


Expression = Literal | Field | Function | Binary | Not | Like | In


@dataclass(frozen=True)
class Column:
    """An expression with its name: the alias, or what was written."""

    name: str
    expression: Expression
    start: int
    end: int


@dataclass(frozen=True)
class Fields:
    """``fields`` makes and shows columns; ``display`` shows these alone."""

    columns: tuple[Column, ...]
    only: bool = False


@dataclass(frozen=True)
class Filter:
    """``filter`` keeps the rows for which it is true."""

    condition: Expression


@dataclass(frozen=True)
class Parse:
    """``parse`` takes fields out of a text."""

    source: Expression
    pattern: re.Pattern[str]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Stats:
    """``stats`` makes one row of each group of rows."""

    columns: tuple[Column, ...]
    by: tuple[Column, ...]


@dataclass(frozen=True)
class Sort:
    """``sort`` orders the rows."""

    #: Expressions, whether each is descending, and what was written.
    keys: tuple[tuple[Expression, bool, str], ...]


@dataclass(frozen=True)
class Limit:
    """``limit`` keeps the first rows."""

    count: int


@dataclass(frozen=True)
class Dedup:
    """``dedup`` keeps the first row of each combination of values."""

    fields: tuple[Field, ...]


Command = Fields | Filter | Parse | Stats | Sort | Limit | Dedup
