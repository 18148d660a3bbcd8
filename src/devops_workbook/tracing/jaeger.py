"""Spans from Jaeger's JSON, as its UI downloads it and its query API returns it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.attributes import described
from devops_workbook.tracing.documents import Record
from devops_workbook.tracing.gathering import Gathered
from devops_workbook.tracing.spans import KINDS

_MICROSECOND = 1000


class _Tag(Record, frozen=True, gc=False):
    key: str
    value: str | int | float | bool | None = None


class _Reference(Record, frozen=True, gc=False):
    spanID: str
    traceID: str | None = None
    refType: str = "CHILD_OF"


class _Span(Record, frozen=True, gc=False):
    traceID: str
    spanID: str
    operationName: str
    startTime: int
    duration: int
    processID: str = ""
    parentSpanID: str | None = None
    references: tuple[_Reference, ...] | None = None
    tags: tuple[_Tag, ...] | None = None


class _Process(Record, frozen=True, gc=False):
    serviceName: str
    tags: tuple[_Tag, ...] | None = None


class _Trace(Record, frozen=True, gc=False):
    spans: tuple[_Span, ...]
    processes: dict[str, _Process]


class _Traces(Record, frozen=True, gc=False):
    data: tuple[_Trace, ...]


def read_jaeger(source: Any) -> pd.DataFrame:
    """Return the spans of Jaeger's JSON, ``{"data": [trace, …]}``, with the columns of ``COLUMNS``.

    ``source`` is a path, a text, or a dict. A span whose only reference is ``FOLLOWS_FROM`` was
    not waited for. A reference to another trace is no parent. Times are in microseconds.

    Raises TracesError for what is not in the format, with the place.
    """
    place = "the document"
    if documents.is_path(source):
        place, source = str(source), documents.contents(source)
    traces = documents.record(source, _Traces, place)
    gathered = Gathered()
    for trace in traces.data:
        processes = {
            name: (process.serviceName, _plain(process.tags).get("service.version"))
            for name, process in trace.processes.items()
        }
        for span in trace.spans:
            _add(gathered, span, *processes.get(span.processID, ("unknown", None)))
    return gathered.table()


def _add(gathered: Gathered, span: _Span, service: str, version: Any) -> None:
    tags = _plain(span.tags)
    kind = str(tags.get("span.kind", ""))
    kind = kind if kind in KINDS else KINDS[0]
    parent, follows = _parent(span)
    start = span.startTime * _MICROSECOND
    failed = tags.get("error") in (True, "true") or tags.get("otel.status_code") == "ERROR"
    gathered.add(
        span.traceID,
        span.spanID,
        parent,
        service,
        kind,
        start,
        start + span.duration * _MICROSECOND,
        described(span.operationName, kind, tags, failed),
        None if version is None else str(version),
        follows,
    )


def _parent(span: _Span) -> tuple[str | None, bool]:
    """Return the id of the parent, and whether the span only follows from it."""
    known = [each for each in span.references or () if each.traceID in (None, span.traceID)]
    for wanted in ("CHILD_OF", "FOLLOWS_FROM"):
        for each in known:
            if each.refType == wanted:
                return each.spanID, wanted == "FOLLOWS_FROM"
    return span.parentSpanID, False


def _plain(tags: tuple[_Tag, ...] | None) -> dict[str, Any]:
    return {tag.key: tag.value for tag in tags or ()}
