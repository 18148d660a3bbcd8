"""The Logs Insights query language: read, and run over events.

errors.py       a query that is wrong, and where
lexer.py        the text of a query, a token at a time
tree.py         what a query is made of
expressions.py  read an expression
parser.py       read the commands of a query
rows.py         what the commands work on: events, and the rows made of them
values.py       numbers, times, order and what a value looks like
functions.py    the functions for one row
evaluation.py   an expression as a Python function of a row
aggregates.py   count, avg, pct and the others, and stats itself
running.py      the commands, one after the other
"""

from __future__ import annotations

from offline_aws.logs.insights.errors import NotSimulatedError, QueryError
from offline_aws.logs.insights.parser import parse_query
from offline_aws.logs.insights.rows import Row
from offline_aws.logs.insights.running import Result, run

__all__ = ["NotSimulatedError", "QueryError", "Result", "Row", "parse_query", "run"]
