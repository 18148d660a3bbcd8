"""Segments and subsegments as dicts, with ids that were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


class Ids:
    """The ids of one request, out of random bytes, in order."""

    def __init__(self, drawn: bytes) -> None:
        self._parts: Iterator[str] = (
            drawn[place : place + 8].hex() for place in range(0, len(drawn), 8)
        )

    def next(self) -> str:
        """Return the next id of a segment or a subsegment."""
        return next(self._parts)

    def trace(self, begin: float) -> str:
        """Return the id of a trace that begins at a time."""
        return f"1-{int(begin):08x}-{(self.next() + self.next())[:24]}"


def segment(
    ids: Ids, name: str, trace_id: str, parent_id: str | None, start: float, **more: Any
) -> Document:
    """Return a segment without its end."""
    parent = {"parent_id": parent_id} if parent_id else {}
    return {
        "name": name,
        "id": ids.next(),
        "trace_id": trace_id,
        **parent,
        "start_time": start,
        "subsegments": [],
        **more,
    }


def subsegment(ids: Ids, name: str, start: float, **more: Any) -> Document:
    """Return a subsegment without its end."""
    return {"id": ids.next(), "name": name, "start_time": start, **more}


def sql(ids: Ids, statement: str, start: float, seconds: float) -> Document:
    """Return the subsegment of a query to the orders' database."""
    call = subsegment(ids, "orders@db", start, namespace="remote")
    call["end_time"] = start + seconds
    call["sql"] = {
        "url": "postgresql://db.shop.internal:5432/orders",
        "database_type": "PostgreSQL",
        "user": "orders",
        "preparation": "statement",
        "sanitized_query": statement,
    }
    return call


def http(method: str, url: str, status: int | None = None, **request: Any) -> Document:
    """Return the ``http`` of a segment or a subsegment."""
    data: Document = {"request": {"method": method, "url": url, **request}}
    return data if status is None else {**data, "response": {"status": status}}


def answered(entity: Document, end: float, status: int) -> Document:
    """End an entity with an HTTP status, and say of it what the status means."""
    entity["end_time"] = end
    entity.setdefault("http", {})["response"] = {"status": status}
    if status >= 500:
        entity["fault"] = True
    elif status >= 400:
        entity["error"] = True
        if status == 429:
            entity["throttle"] = True
    if not entity.get("subsegments", True):
        del entity["subsegments"]
    return entity


def failed(entity: Document, ids: Ids, kind: str, message: str) -> None:
    """Give an entity an exception."""
    entity["cause"] = {"exceptions": [{"id": ids.next(), "type": kind, "message": message}]}
