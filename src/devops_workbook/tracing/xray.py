"""Spans from X-Ray: segment documents, or an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.spans import table
from devops_workbook.tracing.xray_columns import Gathered
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
    gathered = Gathered()
    with documents.uncollected():
        for segments in _segments(source):
            gathered.add(segments)
        return table(gathered.columns())


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


def _segments(source: Any) -> Iterator[list[Segment]]:
    """Yield the segments of a source, some at a time."""
    if documents.is_path(source):
        return _of_text(documents.contents(source), str(source))
    if isinstance(source, str | bytes):
        return _of_text(source.encode() if isinstance(source, str) else source, "the text")
    if isinstance(source, Mapping):
        return _of_objects([source], "document")
    return _of_objects(list(source), "document")


def _of_text(text: bytes, place: str) -> Iterator[list[Segment]]:
    """Yield the segments of a text: JSON lines, a list, one document, or an answer."""
    start = text.lstrip()[:200]
    if start.startswith(b"["):
        return _of_objects(documents.decode(text, list[Any], place), f"{place}, item")
    for key, type_ in ANSWERS.items():
        if f'"{key}"'.encode() in start:
            return _unpacked(documents.decode(text, type_, place), place)
    # One document may be over several lines, the first of which is none then.
    if text.lstrip().partition(b"\n")[0].rstrip().endswith(b"}"):
        return documents.lines(text, Segment, place)
    return iter([[documents.decode(text, Segment, place)]])


def _of_objects(values: list[Any], place: str) -> Iterator[list[Segment]]:
    for first, part in documents.parts(values):
        if not _answers(part):
            yield documents.each(part, Segment, place, first)
            continue
        for n, value in enumerate(part, first):
            where = f"{place} {n}"
            type_ = _answer(value) if isinstance(value, Mapping) else None
            if type_:
                yield from _unpacked(documents.convert(value, type_, where), where)
            else:
                yield [documents.record(value, Segment, where)]


def _answers(values: Sequence[Any]) -> bool:
    """Return whether any of the values is an answer; quick where there are nothing but texts."""
    if not any(issubclass(type_, Mapping) for type_ in set(map(type, values))):
        return False
    return any(isinstance(value, Mapping) and _answer(value) for value in values)


def _answer(value: Mapping[str, Any]) -> type[Any] | None:
    return next((type_ for key, type_ in ANSWERS.items() if key in value), None)


def _unpacked(answer: Any, place: str) -> Iterator[list[Segment]]:
    match answer:
        case Traces():
            stored = [part.Document for trace in answer.Traces for part in trace.Segments]
        case Trace():
            stored = [part.Document for part in answer.Segments]
        case Stored():
            stored = [answer.Document]
    for first, part in documents.parts(stored):
        yield documents.each(part, Segment, f"{place}, segment", first)
