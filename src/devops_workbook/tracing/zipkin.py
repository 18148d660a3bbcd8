"""Spans from Zipkin's JSON, version 2: https://zipkin.io/zipkin-api/zipkin2-api.yaml"""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.attributes import Described, described
from devops_workbook.tracing.documents import Record
from devops_workbook.tracing.gathering import Gathered
from devops_workbook.tracing.spans import KINDS

_MICROSECOND = 1000
# Appended to the id of a server's span where the client's span has the same id.
_SERVER = "-server"


class _Endpoint(Record, frozen=True, gc=False):
    serviceName: str | None = None


class _Span(Record, frozen=True, gc=False):
    traceId: str
    id: str
    parentId: str | None = None
    name: str | None = None
    kind: str | None = None
    timestamp: int | None = None
    duration: int | None = None
    shared: bool | None = None
    localEndpoint: _Endpoint | None = None
    remoteEndpoint: _Endpoint | None = None
    tags: dict[str, str] | None = None


def read_zipkin(source: Any) -> pd.DataFrame:
    """Return the spans of Zipkin's JSON, a list of spans or of lists of them, as ``COLUMNS`` says.

    ``source`` is a path, a text, or a list. Client and server may share a span id: the server's
    span is then taken as the child of the client's, and the parent of what the server caused.
    A span without a timestamp is left out and told in ``attrs["notes"]``.

    Raises TracesError for what is not in the format, with the place.
    """
    place = "the document"
    if documents.is_path(source):
        place, source = str(source), documents.contents(source)
    found = documents.record(source, list[_Span | list[_Span]], place)
    every = [span for each in found for span in (each if isinstance(each, list) else [each])]
    spans = [span for span in every if span.timestamp is not None]
    shared = _shared(spans)
    gathered = Gathered()
    for span in spans:
        _add(gathered, span, shared)
    left = len(every) - len(spans)
    return gathered.table([f"{left:,} without a timestamp: left out."] if left else ())


def _shared(spans: list[_Span]) -> set[tuple[str, str]]:
    """Return trace and id where a client's and a server's span have the same ones."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for span in spans:
        kinds.setdefault((span.traceId, span.id), set()).add(span.kind or "")
    return {key for key, found in kinds.items() if {"CLIENT", "SERVER"} <= found}


def _add(gathered: Gathered, span: _Span, shared: set[tuple[str, str]]) -> None:
    kind = (span.kind or "").lower()
    kind = kind if kind in KINDS else KINDS[0]
    span_id, parent = span.id, span.parentId
    if (span.traceId, span.id) in shared and kind == "server":
        span_id, parent = span.id + _SERVER, span.id
    elif parent is not None and (span.traceId, parent) in shared:
        parent += _SERVER
    start = (span.timestamp or 0) * _MICROSECOND
    gathered.add(
        span.traceId,
        span_id,
        parent,
        (span.localEndpoint and span.localEndpoint.serviceName) or "",
        kind,
        start,
        start + (span.duration or 0) * _MICROSECOND,
        _described(span, kind),
    )


def _described(span: _Span, kind: str) -> Described:
    tags = dict(span.tags or {})
    if span.remoteEndpoint and span.remoteEndpoint.serviceName and kind in ("client", "producer"):
        tags.setdefault("peer.service", span.remoteEndpoint.serviceName)
    return described(span.name or "unknown", kind, tags, "error" in tags)
