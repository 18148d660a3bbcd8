"""Spans from Zipkin's JSON, version 2: https://zipkin.io/zipkin-api/zipkin2-api.yaml"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.attributes import Described, described
from devops_workbook.tracing.documents import Record
from devops_workbook.tracing.looks import Looks
from devops_workbook.tracing.spans import KINDS, table

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
    ids = [_ids(span, shared) for span in spans]
    looks = Looks(
        [(span.name, span.kind, span.remoteEndpoint, _hashable(span.tags)) for span in spans]
    )
    services = [_service(span.localEndpoint) for span in spans]
    start = np.array([span.timestamp for span in spans], dtype=np.int64) * _MICROSECOND
    lasted = np.array([span.duration or 0 for span in spans], dtype=np.int64) * _MICROSECOND
    left = len(every) - len(spans)
    return table(
        {
            "trace_id": [span.traceId for span in spans],
            "span_id": [span_id for span_id, _ in ids],
            "parent_id": [parent for _, parent in ids],
            "service": services,
            "start": start,
            "end": start + lasted,
            **looks.columns(looks.meant(_described)),
        },
        [f"{left:,} without a timestamp: left out."] if left else (),
    )


def _shared(spans: list[_Span]) -> set[tuple[str, str]]:
    """Return trace and id where a client's and a server's span have the same ones."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for span in spans:
        kinds.setdefault((span.traceId, span.id), set()).add(span.kind or "")
    return {key for key, found in kinds.items() if {"CLIENT", "SERVER"} <= found}


def _ids(span: _Span, shared: set[tuple[str, str]]) -> tuple[str, str | None]:
    """Return the ids of a span and of its parent, apart where two spans share one."""
    if (span.traceId, span.id) in shared and span.kind == "SERVER":
        return span.id + _SERVER, span.id
    if span.parentId is not None and (span.traceId, span.parentId) in shared:
        return span.id, span.parentId + _SERVER
    return span.id, span.parentId


def _service(endpoint: _Endpoint | None) -> str:
    return (endpoint and endpoint.serviceName) or "unknown"


def _hashable(tags: dict[str, str] | None) -> tuple[tuple[str, str], ...]:
    return tuple(tags.items()) if tags else ()


def _described(
    name: str | None,
    kind: str | None,
    remote: _Endpoint | None,
    tags: tuple[tuple[str, str], ...],
) -> Described:
    kind = (kind or "").lower()
    plain = dict(tags)
    if remote and remote.serviceName:
        plain.setdefault("peer.service", remote.serviceName)
    kind = kind if kind in KINDS else KINDS[0]
    return described(name or "unknown", kind, plain, "error" in plain)
