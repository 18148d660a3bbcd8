"""X-Ray's segment documents, as far as they are read here.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

from typing import Any

from devops_workbook.tracing.documents import Record


class Request(Record, frozen=True, gc=False):
    """``http.request``."""

    method: str | None = None
    url: str | None = None


class Response(Record, frozen=True, gc=False):
    """``http.response``."""

    status: int | None = None


class Http(Record, frozen=True, gc=False):
    """``http``."""

    request: Request | None = None
    response: Response | None = None


class Aws(Record, frozen=True, gc=False):
    """``aws`` of a subsegment: which resource was asked for what."""

    operation: str | None = None
    table_name: str | None = None
    queue_url: str | None = None
    bucket_name: str | None = None
    function_name: str | None = None
    invocation_type: str | None = None
    resource_names: tuple[str, ...] | None = None


class Sql(Record, frozen=True, gc=False):
    """``sql``."""

    sanitized_query: str | None = None


class Service(Record, frozen=True, gc=False):
    """``service``."""

    version: str | None = None


class Subsegment(Record, frozen=True, gc=False, kw_only=True):
    """What is said of every segment and subsegment: first that in which each is its own.

    ``xray_columns`` takes many apart together, by the order of the fields.
    """

    id: str
    start_time: float
    end_time: float | None = None
    subsegments: list[Subsegment] | None = None

    name: str
    namespace: str | None = None
    error: bool | None = None
    throttle: bool | None = None
    fault: bool | None = None
    http: Http | None = None
    aws: Aws | None = None
    sql: Sql | None = None


class Segment(Subsegment, frozen=True, gc=False, kw_only=True):
    """A document: a segment, or a subsegment sent by itself."""

    type: str | None = None
    origin: str | None = None
    service: Service | None = None
    inferred: bool | None = None

    trace_id: str | None = None
    parent_id: str | None = None


class Stored(Record, frozen=True, gc=False):
    """A segment as BatchGetTraces returns it: the document is a text."""

    Document: str


class Trace(Record, frozen=True, gc=False):
    """A trace of an answer of BatchGetTraces."""

    Segments: list[Stored]


class Traces(Record, frozen=True, gc=False):
    """An answer of BatchGetTraces."""

    Traces: list[Trace]


#: What a JSON object is by a key that only it has.
ANSWERS: dict[str, type[Any]] = {"Traces": Traces, "Segments": Trace, "Document": Stored}
