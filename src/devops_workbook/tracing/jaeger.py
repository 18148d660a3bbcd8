"""Spans from Jaeger's JSON, as its UI downloads it and its query API returns it."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd
from msgspec.structs import astuple

from devops_workbook.tracing import documents
from devops_workbook.tracing.attributes import Described, described
from devops_workbook.tracing.documents import Record
from devops_workbook.tracing.ids import Texts
from devops_workbook.tracing.looks import Looks
from devops_workbook.tracing.spans import KINDS, table

_MICROSECOND = 1000
_UNKNOWN = "unknown", None
_AT_ONCE = 200


class _Tag(Record, frozen=True, gc=False):
    key: str
    value: str | int | float | bool | None = None


class _Reference(Record, frozen=True, gc=False):
    spanID: str
    traceID: str | None = None
    refType: str = "CHILD_OF"


class _Span(Record, frozen=True, gc=False, kw_only=True):
    # ``_Gathered.add`` takes spans apart by this order.
    spanID: str
    operationName: str
    startTime: int
    duration: int
    traceID: str
    parentSpanID: str | None = None
    references: tuple[_Reference, ...] | None = None
    tags: tuple[_Tag, ...] | None = None
    processID: str = ""


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
    with documents.uncollected():
        gathered = _Gathered()
        for trace in documents.record(source, _Traces, place).data:
            gathered.add(trace)
        return table(gathered.columns())


class _Gathered:
    """The columns of spans, gathered some spans at a time, which the processor's cache holds.

    What takes a line of Python is done once for all that are equal: for a look, an owner, or the
    references of those with the same parent. The rest is done by functions in C, by the column.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._start: list[int] = []
        self._lasted: list[int] = []
        self._traces, self._above, self._looks, self._owners = (Looks() for _ in range(4))

    def add(self, trace: _Trace) -> None:
        owners = _owners(trace)
        for first in range(0, len(trace.spans), _AT_ONCE):
            rows = map(astuple, trace.spans[first : first + _AT_ONCE])
            ids, names, start, lasted, traces, parents, references, tags, processes = zip(
                *rows, strict=True
            )
            self._ids += ids
            self._start += start
            self._lasted += lasted
            self._traces.add(traces)
            self._above.add(zip(traces, parents, references, strict=True))
            self._looks.add(zip(names, tags, strict=True))
            self._owners.add(map(owners.get, processes, repeat(_UNKNOWN)))

    def columns(self) -> dict[str, Any]:
        """Return the columns for ``spans.table``."""
        above, owners = self._above, self._owners
        causes = above.meant(_parent)
        start, lasted = (
            np.array(times, dtype=np.int64) * _MICROSECOND for times in (self._start, self._lasted)
        )
        return {
            "trace_id": self._traces.texts(self._traces.distinct),
            "span_id": Texts(np.array(self._ids, dtype=object)),
            "parent_id": above.texts([parent for parent, _ in causes]),
            "service": owners.column([service for service, _ in owners.distinct]),
            "version": owners.column([version for _, version in owners.distinct]),
            "start": start,
            "end": start + lasted,
            "asynchronous": np.array([follows for _, follows in causes], dtype=bool)[above.codes],
            **self._looks.columns(self._looks.meant(_described)),
        }


def _owners(trace: _Trace) -> dict[str, tuple[str, str | None]]:
    """Return the service and the version of each process of a trace."""
    owners = {}
    for name, process in trace.processes.items():
        version = _plain(process.tags).get("service.version")
        owners[name] = process.serviceName, None if version is None else str(version)
    return owners


def _described(name: str, tags: tuple[_Tag, ...] | None) -> Described:
    plain = _plain(tags)
    kind = str(plain.get("span.kind", ""))
    failed = plain.get("error") in (True, "true") or plain.get("otel.status_code") == "ERROR"
    return described(name, kind if kind in KINDS else KINDS[0], plain, failed)


def _parent(
    trace: str, parent: str | None, references: tuple[_Reference, ...] | None
) -> tuple[str | None, bool]:
    """Return the id of the parent, and whether the span only follows from it."""
    follows = None
    for each in references or ():
        if each.traceID is None or each.traceID == trace:
            if each.refType == "CHILD_OF":
                return each.spanID, False
            follows = follows or each.spanID
    return (parent, False) if follows is None else (follows, True)


def _plain(tags: tuple[_Tag, ...] | None) -> dict[str, Any]:
    return {tag.key: tag.value for tag in tags or ()}
