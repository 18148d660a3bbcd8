"""Spans from the X-Ray of an account: the traces it lists, and their documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.xray import read_segments

#: Told how far the reading is: traces, and of how many, None while they are being listed.
Progress = Callable[[int, int | None], object]

_AT_ONCE = 5  # traces in a call of BatchGetTraces
_WINDOW = timedelta(hours=6)  # X-Ray refuses a longer time range in one call of GetTraceSummaries


def from_xray(
    client: Any,
    start: datetime,
    end: datetime,
    filter_expression: str | None = None,
    *,
    most: int | None = None,
) -> pd.DataFrame:
    """Return the spans of an account's traces from ``start`` until ``end``, both aware.

    ``client`` is boto3's for ``xray``. ``most`` limits the number of traces, the first of which
    X-Ray lists are taken. Raises what the client raises, ``InvalidRequestException`` for a wrong
    filter expression among it.
    """
    return of_traces(client, trace_ids(client, start, end, filter_expression, most=most))


def trace_ids(
    client: Any,
    start: datetime,
    end: datetime,
    filter_expression: str | None = None,
    *,
    most: int | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Return the ids of the traces that ``from_xray`` reads, in the order in which X-Ray has them.

    No page is asked for once there are ``most``: AWS charges for the traces that are scanned.
    """
    ids: dict[str, None] = {}
    for page in _pages(client, start, end, filter_expression):
        ids.update(dict.fromkeys(summary["Id"] for summary in page["TraceSummaries"]))
        if progress is not None:
            progress(len(ids), None)
        if most is not None and len(ids) >= most:
            break
    return list(ids)[:most]


def of_traces(client: Any, ids: Sequence[str], *, progress: Progress | None = None) -> pd.DataFrame:
    """Return the spans of the traces with these ids; of one that X-Ray has not, there are none."""
    found: list[str] = []
    for first in range(0, len(ids), _AT_ONCE):
        pages = client.get_paginator("batch_get_traces").paginate(
            TraceIds=list(ids[first : first + _AT_ONCE])
        )
        traces = (trace for page in pages for trace in page["Traces"])
        found += [part["Document"] for trace in traces for part in trace["Segments"]]
        if progress is not None:
            progress(min(first + _AT_ONCE, len(ids)), len(ids))
    return read_segments(found)


def _pages(
    client: Any, start: datetime, end: datetime, filter_expression: str | None
) -> Iterator[dict[str, Any]]:
    for begin, until in _windows(start, end):
        asked: dict[str, Any] = {"StartTime": begin, "EndTime": until}
        if filter_expression:
            asked["FilterExpression"] = filter_expression
        yield from client.get_paginator("get_trace_summaries").paginate(**asked)


def _windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    if start.tzinfo is None or end.tzinfo is None:
        raise TracesError("start and end need a time zone, such as datetime.UTC")
    while start < end:
        yield start, min(start + _WINDOW, end)
        start += _WINDOW
