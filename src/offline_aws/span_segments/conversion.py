"""One span as one document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.span_segments.attributes import Attributes, annotation_key, values_of
from offline_aws.span_segments.causes import cause_of, fate_of
from offline_aws.span_segments.http import http_of
from offline_aws.span_segments.names import name_of, namespace_of
from offline_aws.span_segments.resources import aws_of_resource, origin_of

Document = dict[str, Any]

SERVER = 2
_SQL = frozenset(
    [
        *("db2", "derby", "hive", "mariadb", "mssql", "microsoft.sql_server", "mysql", "oracle"),
        *("oracle.db", "postgresql", "sqlite", "teradata", "other_sql"),
    ]
)
#: What of ``aws`` in a subsegment comes from which attribute.
_AWS = {
    "operation": ("aws.operation", "rpc.method"),
    "account_id": ("aws.account_id",),
    "region": ("aws.region",),
    "request_id": ("aws.request_id", "aws.requestId"),
    "queue_url": ("aws.queue_url", "aws.queue.url"),
    "table_name": ("aws.table_name", "aws.table.name"),
}
_ANNOTATIONS = "aws.xray.annotations"


def spans_in(request: Any) -> Iterator[tuple[Any, Attributes]]:
    """Yield every span of an ExportTraceServiceRequest with its resource's attributes."""
    for group in request.resource_spans:
        resource = values_of(group.resource.attributes)
        for scope in group.scope_spans:
            for span in scope.spans:
                yield span, resource


def documents_of(request: Any) -> list[Document]:
    """Return the segment documents of an ExportTraceServiceRequest, in its order."""
    return [_document(span, resource) for span, resource in spans_in(request)]


def _document(span: Any, resource: Attributes) -> Document:
    given = values_of(span.attributes)
    attributes = Attributes(given)
    trace_id = span.trace_id.hex()
    parent = span.parent_span_id.hex()
    is_segment = span.kind == SERVER or not parent
    document: Document = {
        "name": name_of(span, given, resource),
        "id": span.span_id.hex(),
        "trace_id": f"1-{trace_id[:8]}-{trace_id[8:]}",
        "start_time": span.start_time_unix_nano / 1e9,
        "end_time": span.end_time_unix_nano / 1e9,
    }
    optional = {
        "parent_id": parent,
        "type": "" if is_segment else "subsegment",
        "namespace": "" if is_segment else namespace_of(span, given),
        "origin": origin_of(resource) if is_segment else "",
        "http": http_of(span, attributes),
        "sql": _sql(span, attributes),
        "cause": cause_of(span, resource),
        "aws": _aws(attributes, resource, is_segment),
        "service": _version(resource) if is_segment else {},
        "user": str(attributes.take("enduser.id") or ""),
        **fate_of(span, given),
    }
    document |= {key: value for key, value in optional.items() if value}
    return document | _described(given, attributes, resource if is_segment else Attributes())


def _sql(span: Any, attributes: Attributes) -> Document:
    system = attributes.get("db.system.name") or attributes.get("db.system")
    if system not in _SQL:
        return {}
    attributes.take("db.system.name", "db.system")
    connection = attributes.take("db.connection_string") or "localhost"
    database = attributes.take("db.namespace", "db.name") or ""
    data = {
        "url": span.name,
        "connection_string": f"{connection}/{database}",
        "database_type": system,
        "sanitized_query": attributes.take("db.query.text", "db.statement"),
        "user": attributes.take("db.user"),
    }
    return {key: value for key, value in data.items() if value}


def _aws(attributes: Attributes, resource: Attributes, is_segment: bool) -> Document:
    found = {key: attributes.take(*names) for key, names in _AWS.items()}
    aws: Document = {key: value for key, value in found.items() if value}
    if is_segment:
        aws |= aws_of_resource(resource)
    return aws


def _version(resource: Attributes) -> Document:
    version = resource.get("service.version")
    return {"version": version} if version else {}


def _described(given: Attributes, left: Attributes, resource: Attributes) -> Document:
    """Return annotations and metadata out of the attributes that nothing else has used."""
    wanted = left.take(_ANNOTATIONS)
    names = {str(each) for each in wanted} if isinstance(wanted, list) else set()
    described = {**left, **{name: given[name] for name in names if name in given}}
    described |= {f"otel.resource.{key}": value for key, value in resource.items()}
    annotations, metadata = {}, {}
    for key, value in described.items():
        if key in names and isinstance(value, str | int | float):
            annotations[annotation_key(key)] = value
        else:
            metadata[key] = value
    document: Document = {"annotations": annotations} if annotations else {}
    return document | ({"metadata": {"default": metadata}} if metadata else {})
