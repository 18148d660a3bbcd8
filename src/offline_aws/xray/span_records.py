"""Segments as the spans that Transaction Search writes to the log group aws/spans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.xray.entity import Document, fate, is_remote, part, status_of, text_in

#: Where in a document an attribute of the span is.
_TEXTS = {
    "http.request.method": ("http", "request", "method"),
    "url.full": ("http", "request", "url"),
    "user_agent.original": ("http", "request", "user_agent"),
    "client.address": ("http", "request", "client_ip"),
    "db.system": ("sql", "database_type"),
    "db.statement": ("sql", "sanitized_query"),
    "enduser.id": ("user",),
    "rpc.method": ("aws", "operation"),
}
_NANOSECONDS = 1_000_000_000


def records_of(document: Document) -> Iterator[dict[str, Any]]:
    """Yield a span for a segment, or a subsegment sent apart, and for each subsegment within it."""
    trace_id = str(document["trace_id"])[2:].replace("-", "")
    is_segment = document.get("type") != "subsegment"
    service = str(document["name"]) if is_segment else ""
    stack: list[tuple[Document, str | None]] = [(document, text_in(document, "parent_id"))]
    while stack:
        entity, parent = stack.pop()
        kind = "SERVER" if entity is document and is_segment else "INTERNAL"
        yield _record(entity, trace_id, parent, "CLIENT" if is_remote(entity) else kind, service)
        stack += [(each, entity["id"]) for each in reversed(entity.get("subsegments") or [])]


def _record(
    entity: Document, trace_id: str, parent: str | None, kind: str, service: str
) -> dict[str, Any]:
    start = round(entity["start_time"] * _NANOSECONDS)
    end = round((entity.get("end_time") or entity["start_time"]) * _NANOSECONDS)
    fault, _, _ = fate(entity)
    return {
        "traceId": trace_id,
        "spanId": entity["id"],
        **({"parentSpanId": parent} if parent else {}),
        "name": entity["name"],
        "kind": kind,
        "startTimeUnixNano": start,
        "endTimeUnixNano": end,
        "durationNano": end - start,
        "attributes": _attributes(entity, service),
        "status": {"code": "ERROR" if fault else "UNSET"},
    }


def _attributes(entity: Document, service: str) -> dict[str, Any]:
    found = {name: text_in(entity, *path) for name, path in _TEXTS.items()}
    found["aws.local.service"] = service or None
    attributes: dict[str, Any] = {k: v for k, v in found.items() if v is not None}
    status = status_of(entity)
    if status is not None:
        attributes["http.response.status_code"] = status
    return {**part(entity, "metadata", "default"), **part(entity, "annotations"), **attributes}
