"""Spans from Jaeger's JSON, as its UI downloads it and its query API returns it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.attributes import Described, described
from devops_workbook.tracing.documents import Record
from devops_workbook.tracing.looks import Looks
from devops_workbook.tracing.spans import KINDS, table

_MICROSECOND = 1000
_UNKNOWN = "unknown", None


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
    spans = [span for trace in traces.data for span in trace.spans]
    looks = Looks([(span.operationName, span.tags) for span in spans])
    owners = Looks([owner for trace in traces.data for owner in _owners(trace)])
    parents = [_parent(span) for span in spans]
    start = np.array([span.startTime for span in spans], dtype=np.int64) * _MICROSECOND
    lasted = np.array([span.duration for span in spans], dtype=np.int64) * _MICROSECOND
    return table(
        {
            "trace_id": [span.traceID for span in spans],
            "span_id": [span.spanID for span in spans],
            "parent_id": [parent for parent, _ in parents],
            "service": owners.column([service for service, _ in owners.distinct]),
            "version": owners.column([version for _, version in owners.distinct]),
            "start": start,
            "end": start + lasted,
            "asynchronous": [follows for _, follows in parents],
            **looks.columns(looks.meant(_described)),
        }
    )


def _owners(trace: _Trace) -> Iterator[tuple[str, str | None]]:
    """Yield the service of each span and its version."""
    processes = {}
    for name, process in trace.processes.items():
        version = _plain(process.tags).get("service.version")
        processes[name] = process.serviceName, None if version is None else str(version)
    for span in trace.spans:
        yield processes.get(span.processID, _UNKNOWN)


def _described(name: str, tags: tuple[_Tag, ...] | None) -> Described:
    plain = _plain(tags)
    kind = str(plain.get("span.kind", ""))
    failed = plain.get("error") in (True, "true") or plain.get("otel.status_code") == "ERROR"
    return described(name, kind if kind in KINDS else KINDS[0], plain, failed)


def _parent(span: _Span) -> tuple[str | None, bool]:
    """Return the id of the parent, and whether the span only follows from it."""
    follows = None
    for each in span.references or ():
        if each.traceID is None or each.traceID == span.traceID:
            if each.refType == "CHILD_OF":
                return each.spanID, False
            follows = follows or each.spanID
    return (span.parentSpanID, False) if follows is None else (follows, True)


def _plain(tags: tuple[_Tag, ...] | None) -> dict[str, Any]:
    return {tag.key: tag.value for tag in tags or ()}
