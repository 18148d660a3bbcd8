"""Spans from the X-Ray of an account: the traces it lists, and their documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.xray import read_segments

#: Told how far the reading is: traces, and of how many, None while they are being listed.
Progress = Callable[[int, int | None], object]

_AT_ONCE = 5  # traces in a call of BatchGetTraces
_PARTS = 12  # of the time, so that a limited number of traces is not all from its beginning
_MINUTE = timedelta(minutes=1)
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

    ``client`` is boto3's for ``xray``. ``most`` limits the number of traces: where there are more,
    every part of the time gives as many as the others, if it has them. Raises what the client
    raises, ``InvalidRequestException`` for a wrong filter expression among it.
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
    """Return the ids of the traces that ``from_xray`` reads, part of the time by part.

    No page is asked for once there are ``most``: AWS charges for the traces that are scanned.
    """
    parts = [
        _listed(client, begin, until, filter_expression)
        for begin, until in _windows(start, end, 1 if most is None else _PARTS)
    ]
    found: list[list[str]] = [[] for _ in parts]
    more = dict(enumerate(parts))
    while more and (most is None or sum(map(len, found)) < most):
        for place, pages in list(more.items()):
            page = next(pages, None)
            if page is None:
                del more[place]
                continue
            found[place] += page
            if progress is not None:
                progress(sum(map(len, found)), None)
    shares = _shares([len(ids) for ids in found], most)
    chosen = (ids[:share] for ids, share in zip(found, shares, strict=True))
    return list(dict.fromkeys(one for ids in chosen for one in ids))


def _shares(counts: Sequence[int], most: int | None) -> list[int]:
    """Return how many to take of each, as equally as the counts allow, ``most`` together."""
    shares, left = list(counts), sum(counts) if most is None else most
    for before, place in enumerate(sorted(range(len(counts)), key=counts.__getitem__)):
        shares[place] = min(counts[place], left // (len(counts) - before))
        left -= shares[place]
    return shares


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


def _listed(
    client: Any, begin: datetime, until: datetime, filter_expression: str | None
) -> Iterator[list[str]]:
    """Yield the ids of the traces that began in this time, page by page."""
    asked: dict[str, Any] = {"StartTime": begin, "EndTime": until}
    if filter_expression:
        asked["FilterExpression"] = filter_expression
    for page in client.get_paginator("get_trace_summaries").paginate(**asked):
        yield [summary["Id"] for summary in page["TraceSummaries"]]


def _windows(start: datetime, end: datetime, parts: int) -> Iterator[tuple[datetime, datetime]]:
    """Return equal parts of the time: so many, or as many as calls and whole minutes allow."""
    if start.tzinfo is None or end.tzinfo is None:
        raise TracesError("start and end need a time zone, such as datetime.UTC")
    number = max(1, min(parts, (end - start) // _MINUTE), -((start - end) // _WINDOW))
    borders = [start + (end - start) * (place / number) for place in range(number + 1)]
    return iter(pairwise(borders)) if start < end else iter(())
