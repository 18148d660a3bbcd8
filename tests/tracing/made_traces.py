"""Traces for the tests, made by hand or drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from devops_workbook import tracing
from devops_workbook.paths import DATA

SAMPLE = DATA / "xray_sample"
SCOREKEEP = SAMPLE / "xray-api-gettingdata__04__example_batchgettraces_output.json"
TRACE = "1-59602603-23fc5b688855d396af79b496"
BEGIN = 1_767_603_600  # 2026-01-05 09:00 UTC

#: name, parent's name, start and end in seconds, then further columns.
Span = tuple[str, str | None, float, float] | tuple[str, str | None, float, float, dict[str, Any]]


def trace(*spans: Span, trace_id: str = "t") -> pd.DataFrame:
    """Return the table of one trace; ids and operations are the spans' names."""
    return tracing.spans(pd.DataFrame(rows(*spans, trace_id=trace_id)))


def rows(*spans: Span, trace_id: str = "t") -> list[dict[str, Any]]:
    """Return the rows of the table of one trace."""
    found = []
    for name, parent, start, end, *more in spans:
        row = {
            "trace_id": trace_id,
            "span_id": name,
            "parent_id": parent,
            "service": "shop",
            "operation": name,
            "start": BEGIN + start,
            "end": BEGIN + end,
        }
        found.append(row | (more[0] if more else {}))
    return found


def together(*tables: pd.DataFrame) -> pd.DataFrame:
    """Return several traces as one table."""
    return tracing.spans(pd.concat(tables, ignore_index=True))


def path(spans: pd.DataFrame, trace_id: str | None = None) -> list[tuple[str, float, float]]:
    """Return the critical path as operations with begin and end, in seconds since the first."""
    found = tracing.critical_path(spans, trace_id)
    first = found["start"].iloc[0]
    since = [
        ((found[name] - first).dt.total_seconds().round(6)).tolist() for name in ("start", "end")
    ]
    return list(zip(found["operation"].tolist(), *since, strict=True))


@st.composite
def drawn(draw: st.DrawFn, traces: int = 3, most: int = 12) -> pd.DataFrame:
    """Draw a table of traces: any tree, any times, kinds that may be asynchronous."""
    found = []
    for number in range(draw(st.integers(1, traces))):
        spans: list[Span] = []
        for place in range(draw(st.integers(1, most))):
            parent = str(draw(st.integers(0, place - 1))) if place else None
            start = draw(st.integers(0, 20))
            end = start + draw(st.integers(0, 20))
            kinds = ["internal", "client", "server", "producer", "consumer"]
            more = {
                "kind": draw(st.sampled_from(kinds)),
                "service": draw(st.sampled_from(["a", "b"])),
                "operation": draw(st.sampled_from(["x", "y", "z"])),
                "status": draw(st.sampled_from(["ok", "error", "throttle", "fault"])),
                "remote": draw(st.sampled_from([None, "db"])),
            }
            spans.append((str(place), parent, float(start), float(end), more))
        found += rows(*spans, trace_id=f"t{number}")
    return tracing.spans(pd.DataFrame(found))


def nested(draw_rows: Sequence[tuple[int, float, float]]) -> pd.DataFrame:
    """Return one trace in which each child lies within its parent, by shares of its time.

    A row is the place of the parent, where the child begins and where it ends, from 0 to 1.
    """
    times = [(0.0, 1000.0)]
    spans: list[Span] = [("0", None, 0.0, 1000.0)]
    for place, (parent, low, high) in enumerate(draw_rows, 1):
        start, end = times[parent % place]
        length = end - start
        # Whole milliseconds, so that sums are exact.
        begin = round(start + length * min(low, high), 3)
        until = round(start + length * max(low, high), 3)
        times.append((begin, until))
        spans.append((str(place), str(parent % place), begin, until))
    return trace(*spans)


#: Rows for ``nested``.
ROWS = st.lists(st.tuples(st.integers(0, 50), st.floats(0, 1), st.floats(0, 1)), max_size=15)
