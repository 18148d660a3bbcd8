"""Spans from X-Ray: segment documents, or an account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.spans import table
from devops_workbook.tracing.xray_columns import columns
from devops_workbook.tracing.xray_documents import ANSWERS, Segment, Stored, Trace, Traces

_AT_ONCE = 5  # traces in a call of BatchGetTraces
_WINDOW = timedelta(hours=6)  # X-Ray refuses a longer time range in one call of GetTraceSummaries


def read_segments(source: Any) -> pd.DataFrame:
    """Return the spans of X-Ray segment documents, with the columns of ``COLUMNS``.

    ``source`` is a path to a file of JSON or JSON lines, a JSON text, or a list of documents,
    each a dict or a JSON text. Answers of BatchGetTraces and their traces are taken as well.

    A segment is a span of kind ``server`` or, for X-Ray does not tell them apart, the beginning
    of a job. A subsegment with a namespace is a ``client``, or a ``producer`` where nobody waits
    for what it starts (a message, an event, an asynchronous invocation); another one is
    ``internal``. Times are rounded to microseconds, which is what X-Ray's hold.

    Raises TracesError for what is no such document, with the place.
    """
    with documents.uncollected():
        return table(columns(list(_segments(source))))


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
    ids: list[str] = []
    for begin, until in _windows(start, end):
        asked: dict[str, Any] = {"StartTime": begin, "EndTime": until}
        if filter_expression:
            asked["FilterExpression"] = filter_expression
        for page in client.get_paginator("get_trace_summaries").paginate(**asked):
            ids += [summary["Id"] for summary in page["TraceSummaries"]]
    ids = list(dict.fromkeys(ids))[:most]
    found: list[str] = []
    for first in range(0, len(ids), _AT_ONCE):
        pages = client.get_paginator("batch_get_traces").paginate(
            TraceIds=ids[first : first + _AT_ONCE]
        )
        traces = (trace for page in pages for trace in page["Traces"])
        found += [part["Document"] for trace in traces for part in trace["Segments"]]
    return read_segments(found)


def _windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    if start.tzinfo is None or end.tzinfo is None:
        raise TracesError("start and end need a time zone, such as datetime.UTC")
    while start < end:
        yield start, min(start + _WINDOW, end)
        start += _WINDOW


def _segments(source: Any) -> Iterable[Segment]:
    if documents.is_path(source):
        return _of_file(documents.contents(source), str(source))
    if isinstance(source, str | bytes):
        return _of_file(source.encode() if isinstance(source, str) else source, "the text")
    if isinstance(source, Mapping):
        return _of_object(source, "the document")
    values = list(source)
    if any(isinstance(value, Mapping) and not value.keys().isdisjoint(ANSWERS) for value in values):
        return [
            segment
            for n, value in enumerate(values, 1)
            for segment in _of_object(value, f"document {n}")
        ]
    return documents.each(values, Segment, "document")


def _of_file(text: bytes, place: str) -> list[Segment]:
    """Return the segments of a text: JSON lines, a list, one document, or an answer."""
    start = text.lstrip()[:200]
    if start.startswith(b"["):
        found = documents.decode(text, list[Any], place)
        return [
            part for n, each in enumerate(found, 1) for part in _of_object(each, f"{place} {n}")
        ]
    for key, type_ in ANSWERS.items():
        if f'"{key}"'.encode() in start:
            whole = documents.decode(text, type_, place)
            return list(_unpacked(whole, place))
    if text.count(b"\n", 0, len(text)) and not _is_one(text):
        return documents.lines(text, Segment, place)
    return [documents.decode(text, Segment, place)]


def _is_one(text: bytes) -> bool:
    """Return whether a text is one document over several lines: its first line is no document."""
    first = text.lstrip().partition(b"\n")[0].strip()
    return not first.endswith(b"}")


def _of_object(value: Any, place: str) -> Iterable[Segment]:
    if isinstance(value, Mapping):
        for key, type_ in ANSWERS.items():
            if key in value:
                return _unpacked(documents.convert(value, type_, place), place)
    return [documents.record(value, Segment, place)]


def _unpacked(answer: Any, place: str) -> Iterator[Segment]:
    match answer:
        case Traces():
            stored = [part.Document for trace in answer.Traces for part in trace.Segments]
        case Trace():
            stored = [part.Document for part in answer.Segments]
        case Stored():
            stored = [answer.Document]
    yield from documents.each(stored, Segment, f"{place}, segment")
