"""What OpenTelemetry's semantic conventions, and Jaeger's and Zipkin's tags, say about a span.

Names of before and after the conventions became stable:
https://opentelemetry.io/docs/specs/semconv/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devops_workbook.tracing.operations import http_operation, route, sql_operation

Attributes = Mapping[str, Any]

_METHOD = ("http.request.method", "http.method")
_STATUS = ("http.response.status_code", "http.status_code")
_URL = ("url.full", "http.url", "url.path", "http.target")
_STATEMENT = ("db.query.text", "db.statement", "sql.query")
_SYSTEM = ("db.system.name", "db.system")
_DATABASE = ("db.namespace", "db.name", "db.instance")
_TABLE = ("aws.dynamodb.table_names", "aws.table.name")
_QUEUE = ("messaging.destination.name", "messaging.destination", "message_bus.destination")
_PEER = ("peer.service", "server.address", "net.peer.name", "peer.hostname", "net.sock.peer.addr")
_BARE = frozenset({"HTTP", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Described:
    """The columns of a span that follow from its attributes."""

    operation: str
    kind: str
    http_status: int | None
    status: str
    remote: str | None
    remote_type: str | None
    statement: str | None


def described(name: str, kind: str, attributes: Attributes, failed: bool) -> Described:
    """Return what the attributes say; ``failed`` is whether the span was marked as an error."""
    code = _number(_first(attributes, _STATUS))
    statement = _text(attributes, _STATEMENT)
    outgoing = kind in ("client", "producer")
    remote, remote_type = _remote(attributes, statement) if outgoing else (None, None)
    return Described(
        _operation(name, kind, attributes, statement),
        kind,
        code,
        _status(code, failed),
        remote,
        remote_type,
        statement,
    )


def _operation(name: str, kind: str, attributes: Attributes, statement: str | None) -> str:
    if statement:
        return sql_operation(statement)
    method = _text(attributes, _METHOD)
    verb, _, rest = name.partition(" ")
    verb = verb.upper() if verb.upper() in _BARE else ""
    if method is None and not verb and name:
        return name
    template = _text(attributes, ("http.route",))
    if template:
        return f"{method or verb} {template}"
    if not rest and (verb or not name):
        return http_operation(method or verb or None, _text(attributes, _URL), kind == "client")
    return f"{verb} {route(rest)}" if verb and rest.startswith("/") else name


def _remote(attributes: Attributes, statement: str | None) -> tuple[str | None, str | None]:
    system = _text(attributes, _SYSTEM)
    peer = _text(attributes, _PEER)
    if statement or system:
        table = _text(attributes, _TABLE)
        return table or _text(attributes, _DATABASE) or peer or system or "database", "database"
    queue = _text(attributes, _QUEUE)
    if queue:
        return queue, "queue"
    url = _text(attributes, _URL)
    if peer is None and url and "://" in url:
        peer = url.split("://", 1)[1].partition("/")[0].partition(":")[0]
    return peer, "remote" if peer else None


def _status(code: int | None, failed: bool) -> str:
    if code == 429:
        return "throttle"
    if code is not None and 400 <= code < 500:
        return "error"
    return "fault" if failed or (code is not None and code >= 500) else "ok"


def _first(attributes: Attributes, names: Sequence[str]) -> Any:
    for name in names:
        value = attributes.get(name)
        if value is not None and value != "":
            return value
    return None


def _text(attributes: Attributes, names: Sequence[str]) -> str | None:
    value = _first(attributes, names)
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    return None if value is None else str(value)


def _number(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except ValueError:
        return None
