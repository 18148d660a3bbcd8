"""The tables of the report and of the command, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from devops_workbook.display import Table
from devops_workbook.tracing.service_map import ServiceMap
from devops_workbook.tracing.wording import duration, percent, shortened

ROWS_SHOWN = 20
_LONGEST = 160

Word = Callable[[Any], str]


def _time(value: float) -> str:
    # Number and unit are not to be parted at the end of a line.
    return duration(value).replace(" ", "\N{NO-BREAK SPACE}")


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _rate(value: float) -> str:
    return "-" if value != value else f"{value:,.3g}/s"


def _saved(value: float) -> str:
    return "-" if value != value else _time(value)


def bottlenecks(found: pd.DataFrame) -> Table:
    """Return the operations that requests waited for longest."""
    columns: Mapping[str, tuple[str, Word]] = {
        "Operation": ("operation", str),
        "Service": ("service", str),
        "Calls": ("calls", _number),
        "p50": ("p50", _time),
        "p95": ("p95", _time),
        "On the critical path": ("path_seconds", _time),
        "Share": ("path_share", percent),
        "Under way on average": ("impact", lambda value: f"{value:.2f}"),
        "Saved if half": ("saved_if_half", _saved),
        "Saved if none": ("saved_if_zero", _saved),
    }
    return _table("What requests waited for, the longest first", found, columns)


def services(found: ServiceMap) -> Table:
    """Return the services with their rate, errors and durations."""
    columns: Mapping[str, tuple[str, Word]] = {
        "Service": ("service", str),
        "Type": ("type", str),
        "Requests": ("requests", _number),
        "Rate": ("rate", _rate),
        "Errors (4xx)": ("errors", _number),
        "Throttled": ("throttles", _number),
        "Faults (5xx)": ("faults", _number),
        "p50": ("p50", _time),
        "p95": ("p95", _time),
        "p99": ("p99", _time),
    }
    busiest = found.nodes.sort_values("seconds", ascending=False, kind="stable")
    return _table("Services, the one with most time first", busiest, columns)


def statements(found: pd.DataFrame) -> Table:
    """Return the database statements that took longest in all."""
    columns: Mapping[str, tuple[str, Word]] = {
        "Statement": ("statement", lambda text: shortened(text, _LONGEST)),
        "Service": ("service", str),
        "Calls": ("calls", _number),
        "Most in a request": ("most_in_a_request", _number),
        "In all": ("total_seconds", _time),
        "p50": ("p50", _time),
        "p95": ("p95", _time),
    }
    return _table("Database statements, the one that took longest in all first", found, columns)


def loops(found: pd.DataFrame) -> Table:
    """Return what is called again and again within one request."""
    columns: Mapping[str, tuple[str, Word]] = {
        "Call": ("call", lambda text: shortened(text, _LONGEST)),
        "While": ("operation", str),
        "Service": ("service", str),
        "Requests": ("requests", _number),
        "Calls in one (p50)": ("calls_p50", _number),
        "Most": ("calls_most", _number),
        "In all": ("total_seconds", _time),
        "Share of them": ("share", percent),
    }
    return _table("Called one after the other within one request", found, columns)


def exemplars(found: pd.DataFrame) -> Table:
    """Return the traces worth opening."""
    columns: Mapping[str, tuple[str, Word]] = {
        "Why": ("why", str),
        "Trace": ("trace_id", str),
        "Took": ("seconds", _time),
        "Status": ("status", str),
        "Began (UTC)": ("start", lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}"),
    }
    return _table("Traces to open", found, columns)


def _table(caption: str, found: pd.DataFrame, columns: Mapping[str, tuple[str, Word]]) -> Table:
    if len(found) > ROWS_SHOWN:
        caption += f": {ROWS_SHOWN} of {len(found):,}"
    shown = found.head(ROWS_SHOWN)
    words: Sequence[list[str]] = [
        [word(value) for value in shown[name].tolist()] for name, word in columns.values()
    ]
    return Table(caption, tuple(columns), list(zip(*words, strict=True)))
