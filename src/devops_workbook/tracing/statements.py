"""Database statements: grouped by what they have in common, and those that are sent in a loop."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pandas as pd

from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.groups import Groups

_KNOWN = 100_000
_STRING = r"'(?:[^']|'')*'"
_LITERAL = re.compile(
    rf"--[^\n]*|/\*.*?\*/|(\$\$.*?\$\$|{_STRING})"
    r"|(?<![\w.:])(\?\d*|[$:@]\w+|%s|%\(\w+\)s|0x[0-9a-f]+|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)(?![\w.])"
    r"|(?<![\w.])(true|false|null)(?![\w.])(?<!is null)(?<!not null)",
    re.IGNORECASE | re.DOTALL,
)
_LIST = re.compile(r"\(\s*\?(?:\s*,\s*\?)+\s*\)")
_ROWS = re.compile(r"(values\s*\(\?[^()]*\))(?:\s*,\s*\([?,. ]*\))+", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
AT_LEAST = 5


@lru_cache(_KNOWN)
def normalised(statement: str) -> str:
    """Return a statement with its literals and parameters replaced by ``?``, so that equals match.

    Comments and extra white space go, lists of any length become ``(?, ...)``. The dialect does
    not matter: no grammar is needed for that.
    """
    text = _LITERAL.sub(_replacement, statement)
    text = _SPACE.sub(" ", text).strip().rstrip(";").rstrip()
    return _ROWS.sub(r"\1, ...", _LIST.sub("(?, ...)", text))


def _replacement(found: re.Match[str]) -> str:
    return "?" if found[1] or found[2] or found[3] else " "


def statements(spans: pd.DataFrame | Forest) -> pd.DataFrame:
    """Return a row for each statement of each service, the one that took longest in all first.

    Columns: ``service``, ``statement`` (normalised), ``calls``, ``requests`` (traces it is in),
    ``most_in_a_request``, ``total_seconds``, ``p50``, ``p95`` and ``example`` (a trace with the
    slowest call).
    """
    forest = Forest.of(spans)
    rows = np.flatnonzero(forest.spans["statement"].notna().to_numpy() & ~forest.inferred)
    table = pd.DataFrame(
        {
            "service": forest.spans["service"].iloc[rows].reset_index(drop=True),
            "statement": pd.Series(_statements(forest.spans["statement"])[rows]),
        }
    )
    groups = Groups.by(table, ("service", "statement"))
    seconds, trace = forest.seconds[rows], forest.trace[rows]
    p50, p95 = groups.quantiles(seconds, (0.5, 0.95))
    slowest = rows[_slowest(groups, seconds)]
    found = groups.keys.assign(
        calls=groups.count(),
        requests=groups.distinct(trace),
        most_in_a_request=_most(groups, trace),
        total_seconds=groups.sum(seconds),
        p50=p50,
        p95=p95,
        example=forest.spans["trace_id"].to_numpy(object)[slowest],
    )
    return found.sort_values("total_seconds", ascending=False, ignore_index=True)


def repeated_calls(spans: pd.DataFrame | Forest, at_least: int = AT_LEAST) -> pd.DataFrame:
    """Return what is called again and again, one after the other, while a service does one thing.

    The sign of N+1: a query for a list, then one for each of its elements. A row for each
    service, its operation and the call, a normalised statement or the operation of another
    service; the one that took longest in all first.

    Columns: ``service``, ``operation`` (what the service was doing), ``call``, ``kind``
    (``statement`` or ``request``), ``requests`` (how often it was done with at least
    ``at_least`` calls), ``calls_p50``, ``calls_most``, ``total_seconds``, ``share`` of the time of
    those requests, and ``example``, the trace with most calls. Calls that overlap, because they
    were sent at the same time, are no loop: they count once for each time they had to be waited
    for.
    """
    forest = Forest.of(spans)
    kind = forest.spans["kind"].to_numpy(object)
    rows = np.flatnonzero((kind == "client") & ~forest.inferred & (forest.entry >= 0))
    said = _statements(forest.spans["statement"])[rows]
    call = pd.Series(said).where(pd.notna(said), forest.spans["operation"].iloc[rows].to_numpy())
    kinds = np.where(pd.isna(said), "request", "statement")
    entry = forest.entry[rows]
    each = Groups.by(pd.DataFrame({"entry": entry, "call": call}), ("entry", "call"))
    turns = _turns(forest, rows, each)
    first = _first(each)
    many = turns >= at_least
    entries, seconds = entry[first][many], each.sum(forest.seconds[rows])[many]
    loops = pd.DataFrame(
        {
            "service": forest.spans["service"].astype("str").to_numpy()[entries],
            "operation": forest.spans["operation"].astype("str").to_numpy()[entries],
            "call": call.to_numpy()[first][many],
            "kind": kinds[first][many],
        }
    )
    groups = Groups.by(loops, ("service", "operation", "call", "kind"))
    calls = turns[many].astype(float)
    p50, most = groups.quantiles(calls, (0.5, 1.0))
    total = groups.sum(seconds)
    found = groups.keys.assign(
        requests=groups.count(),
        calls_p50=p50,
        calls_most=most,
        total_seconds=total,
        share=total / np.maximum(groups.sum(forest.seconds[entries]), 1e-9),
        example=forest.spans["trace_id"].to_numpy(object)[entries][_slowest(groups, calls)],
    )
    return found.sort_values("total_seconds", ascending=False, ignore_index=True)


def _statements(column: pd.Series[str]) -> np.ndarray:
    """Return the normalised statements of a column, None where there is none."""
    texts = [normalised(text) for text in column.cat.categories]
    return np.array([*texts, None], dtype=object)[column.cat.codes.to_numpy()]


def _turns(forest: Forest, rows: np.ndarray, groups: Groups) -> np.ndarray:
    """Return how many calls of each group began when no earlier one of it was under way."""
    order = np.lexsort((forest.end[rows], forest.start[rows], groups.codes))
    codes = groups.codes[order]
    starts, ends = forest.start[rows][order], forest.end[rows][order]
    # Every group gets a stretch of its own on one line, so that one running maximum serves all.
    first, last = np.full(len(groups), np.iinfo(np.int64).max), np.zeros(len(groups), np.int64)
    np.minimum.at(first, codes, starts)
    np.maximum.at(last, codes, ends)
    shift = np.cumsum(last - first + 1) - (last - first + 1) - first
    starts, ends = starts + shift[codes], ends + shift[codes]
    reached = np.maximum.accumulate(ends)
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (starts[1:] >= reached[:-1]) | (codes[1:] != codes[:-1])
    return np.bincount(codes[begins], minlength=len(groups))


def _first(groups: Groups) -> np.ndarray:
    return np.unique(groups.codes, return_index=True)[1]


def _slowest(groups: Groups, values: np.ndarray) -> np.ndarray:
    """Return the place of the greatest value of each group, the first of equal ones."""
    order = np.lexsort((-values, groups.codes))
    _, first = np.unique(groups.codes[order], return_index=True)
    return order[first]


def _most(groups: Groups, trace: np.ndarray) -> np.ndarray:
    most = np.zeros(len(groups), dtype=np.int64)
    pairs, counts = np.unique(
        groups.codes * (int(trace.max(initial=0)) + 1) + trace, return_counts=True
    )
    np.maximum.at(most, pairs // (int(trace.max(initial=0)) + 1), counts)
    return most
