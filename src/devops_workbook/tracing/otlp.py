"""Spans from OpenTelemetry's OTLP in JSON, as a file exporter of the Collector writes it.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.attributes import Attributes, described
from devops_workbook.tracing.documents import Record
from devops_workbook.tracing.gathering import MISSING, Gathered
from devops_workbook.tracing.spans import KINDS

_ERROR = (2, "2", "STATUS_CODE_ERROR")


class _Value(Record, frozen=True, gc=False):
    stringValue: str | None = None
    intValue: int | None = None
    doubleValue: float | None = None
    boolValue: bool | None = None
    arrayValue: dict[str, Any] | None = None


class _Attribute(Record, frozen=True, gc=False):
    key: str
    value: _Value = _Value()


class _Status(Record, frozen=True, gc=False):
    code: int | str = 0


class _Span(Record, frozen=True, gc=False):
    traceId: str
    spanId: str
    name: str
    startTimeUnixNano: int
    endTimeUnixNano: int | None = None
    parentSpanId: str | None = None
    kind: int | str = 0
    attributes: tuple[_Attribute, ...] = ()
    status: _Status = _Status()


class _Scope(Record, frozen=True, gc=False):
    spans: tuple[_Span, ...] = ()


class _Resource(Record, frozen=True, gc=False):
    attributes: tuple[_Attribute, ...] = ()


class _ResourceSpans(Record, frozen=True, gc=False):
    resource: _Resource = _Resource()
    scopeSpans: tuple[_Scope, ...] = ()


class _Traces(Record, frozen=True, gc=False):
    resourceSpans: tuple[_ResourceSpans, ...]


def read_otlp(source: Any) -> pd.DataFrame:
    """Return the spans of OTLP JSON, with the columns of ``COLUMNS``.

    ``source`` is a path to a file of one ``{"resourceSpans": …}`` or of one in each line, such a
    text, or a dict. The service is ``service.name`` of the resource. Names of operations come
    from ``http.route`` or the database statement where there is one, and from the span's name
    otherwise. A span with status ERROR is a fault, unless an HTTP status says that the caller
    was wrong.

    Raises TracesError for what is not in the format, with the place.
    """
    gathered = Gathered()
    for traces in _traces(source):
        for each in traces.resourceSpans:
            resource = _plain(each.resource.attributes)
            for scope in each.scopeSpans:
                for span in scope.spans:
                    _add(gathered, span, resource)
    return gathered.table()


def _traces(source: Any) -> list[_Traces]:
    if documents.is_path(source):
        place, source = str(source), documents.contents(source)
    else:
        place = "the text" if isinstance(source, str | bytes) else "the document"
    if not isinstance(source, str | bytes):
        return [documents.convert(source, _Traces, place)]
    text = source.encode() if isinstance(source, str) else source
    first, _, others = text.strip().partition(b"\n")
    if first.rstrip().endswith(b"}") and others:
        return documents.lines(text, _Traces, place)
    return [documents.decode(text, _Traces, place)]


def _add(gathered: Gathered, span: _Span, resource: Attributes) -> None:
    attributes = _plain(span.attributes)
    kind = _kind(span.kind)
    gathered.add(
        span.traceId,
        span.spanId,
        span.parentSpanId,
        str(resource.get("service.name", "")),
        kind,
        span.startTimeUnixNano,
        span.endTimeUnixNano or MISSING,
        described(span.name, kind, attributes, span.status.code in _ERROR),
        resource.get("service.version"),
    )


def _kind(kind: int | str) -> str:
    if isinstance(kind, str) and not kind.isdigit():
        name = kind.removeprefix("SPAN_KIND_").lower()
        return name if name in KINDS else KINDS[0]
    number = int(kind) - 1  # 0 is unspecified, 1 is internal
    return KINDS[number] if 0 < number < len(KINDS) else KINDS[0]


def _plain(attributes: tuple[_Attribute, ...]) -> dict[str, Any]:
    return {attribute.key: _value(attribute.value) for attribute in attributes}


def _value(value: _Value) -> Any:
    if value.stringValue is not None:
        return value.stringValue
    if value.intValue is not None:
        return value.intValue
    if value.arrayValue is not None:
        inner = value.arrayValue.get("values") or [{}]
        return next(iter(inner[0].values()), None)
    return value.boolValue if value.doubleValue is None else value.doubleValue
