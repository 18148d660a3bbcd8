"""Spans from OpenTelemetry's OTLP in JSON, as a file exporter of the Collector writes it.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.attributes import Described, described
from devops_workbook.tracing.documents import Record
from devops_workbook.tracing.looks import Looks
from devops_workbook.tracing.spans import KINDS, table

_MISSING = np.iinfo(np.int64).min
_ERROR = (2, "2", "STATUS_CODE_ERROR")


class _Values(Record, frozen=True, gc=False):
    values: tuple[_Value, ...] = ()


class _Value(Record, frozen=True, gc=False):
    stringValue: str | None = None
    intValue: int | None = None
    doubleValue: float | None = None
    boolValue: bool | None = None
    arrayValue: _Values | None = None


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
    spans: list[_Span] = []
    owners: list[_Resource] = []
    for traces in _traces(source):
        for each in traces.resourceSpans:
            for scope in each.scopeSpans:
                spans += scope.spans
                owners += [each.resource] * len(scope.spans)
    looks = Looks([(s.name, s.kind, s.attributes, s.status.code in _ERROR) for s in spans])
    resources = Looks([(owner.attributes,) for owner in owners])
    plain = [_plain(attributes) for (attributes,) in resources.distinct]
    return table(
        {
            "trace_id": [span.traceId for span in spans],
            "span_id": [span.spanId for span in spans],
            "parent_id": [span.parentSpanId or None for span in spans],
            "service": resources.column([str(p.get("service.name", "unknown")) for p in plain]),
            "version": resources.column([p.get("service.version") for p in plain]),
            "start": np.array([span.startTimeUnixNano for span in spans], dtype=np.int64),
            "end": np.array([s.endTimeUnixNano or _MISSING for s in spans], dtype=np.int64),
            **looks.columns(looks.meant(_described)),
        }
    )


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
        return [traces for part in documents.lines(text, _Traces, place) for traces in part]
    return [documents.decode(text, _Traces, place)]


def _described(
    name: str, kind: int | str, attributes: tuple[_Attribute, ...], failed: bool
) -> Described:
    return described(name, _kind(kind), _plain(attributes), failed)


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
        return [_value(each) for each in value.arrayValue.values]
    return value.boolValue if value.doubleValue is None else value.doubleValue
