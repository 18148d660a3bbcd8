"""The ``http`` of a document, out of the semantic conventions before and since version 1.23."""

from __future__ import annotations

from typing import Any

from offline_aws.span_segments.attributes import Attributes

SERVER = 2
_PORTS = {"http": "80", "https": "443"}


def http_of(span: Any, attributes: Attributes) -> dict[str, Any]:
    """Return request and response of a span, taking their attributes; nothing for another span."""
    method = attributes.take("http.request.method", "http.method")
    status = attributes.take("http.response.status_code", "http.status_code")
    if method is None and status is None:
        return {}
    client = attributes.take("client.address", "http.client_ip")
    peer = attributes.take("network.peer.address", "net.peer.ip", "net.sock.peer.addr")
    request = {
        "method": method,
        "url": _url(span, attributes),
        "user_agent": attributes.take("user_agent.original", "http.user_agent"),
        "client_ip": client or (peer if span.kind == SERVER else None),
        "x_forwarded_for": True if client else None,
    }
    length = attributes.take("http.response.body.size", "http.response_content_length")
    response = {"status": status, "content_length": length}
    parts = {"request": request, "response": response}
    return {
        part: {key: value for key, value in of.items() if value is not None}
        for part, of in parts.items()
        if any(value is not None for value in of.values())
    }


def _url(span: Any, attributes: Attributes) -> str | None:
    whole = attributes.take("url.full", "http.url")
    scheme = attributes.take("url.scheme", "http.scheme") or "http"
    query = attributes.take("url.query")
    target = attributes.take("http.target", "url.path")
    host = attributes.take("http.host", "http.server_name")
    names = ("server.address", "net.host.name") if span.kind == SERVER else ("net.peer.name",)
    name = attributes.take(*names)
    ports = ("server.port", "net.host.port") if span.kind == SERVER else ("net.peer.port",)
    port = str(attributes.take(*ports) or "")
    if whole:
        return str(whole)
    if not (host or name):
        return None
    if not host:
        host = name if port in ("", _PORTS.get(scheme)) else f"{name}:{port}"
    return f"{scheme}://{host}{target or '/'}{f'?{query}' if query else ''}"
