"""What a segment is called, after the service, and a subsegment, after what is called."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from offline_aws.span_segments.attributes import Attributes

SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5
_NOT_IN_A_NAME = re.compile(r"[^\w\s.:/%&#=+\-@]")
_LONGEST = 200


def name_of(span: Any, attributes: Attributes, resource: Attributes) -> str:
    """Return the name of a span's document."""
    candidates = (
        _of_service(span, attributes),
        attributes.first("peer.service", "aws.service"),
        _of_database(attributes),
        resource.get("service.name") if span.kind == SERVER else None,
        attributes.first("rpc.service", "http.host", "server.address", "net.peer.name"),
        _host(attributes) if span.kind == CLIENT else None,
        attributes.first("db.system.name", "db.system"),
        span.name,
    )
    name = next(str(each) for each in (*candidates, "span") if each)
    name = _NOT_IN_A_NAME.sub("", name)[:_LONGEST]
    return name or "span"


def _of_service(span: Any, attributes: Attributes) -> str | None:
    if span.kind == SERVER:
        return attributes.get("aws.local.service")
    if span.kind in (CLIENT, PRODUCER, CONSUMER):
        name = attributes.get("aws.remote.service")
        if name and is_of_aws_sdk(attributes):
            return str(name).removeprefix("AWS.SDK.").removeprefix("AWS::")
        return name
    return None


def _of_database(attributes: Attributes) -> str | None:
    database = attributes.first("db.namespace", "db.name")
    if not database:
        return None
    connection = str(attributes.get("db.connection_string") or "").removeprefix("jdbc:")
    host = _hostname(connection) or attributes.get("server.address")
    return f"{database}@{host}" if host else str(database)


def _host(attributes: Attributes) -> str:
    return _hostname(str(attributes.first("url.full", "http.url") or ""))


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_of_aws_sdk(attributes: Attributes) -> bool:
    """Return whether an AWS SDK made the call."""
    return bool(attributes.first("rpc.system", "rpc.system.name") == "aws-api")


def namespace_of(span: Any, attributes: Attributes) -> str:
    """Return ``aws`` or ``remote`` for a call to another service, "" for anything else."""
    if is_of_aws_sdk(attributes) or "aws.service" in attributes:
        return "aws"
    remote = span.kind == CLIENT or (
        span.kind in (PRODUCER, CONSUMER) and "aws.remote.service" in attributes
    )
    return "remote" if remote else ""
