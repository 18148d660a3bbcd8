"""Spans from X-Ray's segment documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.spans import table
from devops_workbook.tracing.xray_columns import Gathered
from devops_workbook.tracing.xray_documents import ANSWERS, Segment, Stored, Trace, Traces


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
