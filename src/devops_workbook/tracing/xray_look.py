"""What an X-Ray segment or subsegment looks like, and what follows from it for the spans table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from devops_workbook.tracing.operations import http_operation, sql_operation
from devops_workbook.tracing.xray_documents import Aws, Http, Service, Sql

#: Operations after which the caller does not wait for what they start.
_PRODUCERS = frozenset(
    {"SendMessage", "SendMessageBatch", "Publish", "PublishBatch", "PutEvents"}
    | {"PutRecord", "PutRecords", "PutRecordBatch", "InvokeAsync", "StartExecution"}
)
_TYPES = {
    "DynamoDB": "AWS::DynamoDB::Table",
    "SQS": "AWS::SQS::Queue",
    "SNS": "AWS::SNS",
    "S3": "AWS::S3::Bucket",
    "Lambda": "AWS::Lambda",
}


class Document(NamedTuple):
    """What a document says of itself."""

    type: str | None
    origin: str | None
    service: Service | None
    inferred: bool | None

    @property
    def apart(self) -> bool:
        """Return whether it is a subsegment that was sent by itself."""
        return self.type == "subsegment"

    @property
    def version(self) -> str | None:
        """Return the version of the service."""
        return self.service.version if self.service else None


@dataclass(frozen=True)
class Look:
    """What a span looks like: the fields of Segment that are not its own."""

    name: str
    namespace: str | None
    error: bool | None
    throttle: bool | None
    fault: bool | None
    http: Http | None
    aws: Aws | None
    sql: Sql | None
    document: Document | None  # None inside of one

    @classmethod
    def of(cls, *fields: Any) -> Look:
        """Return the look of those fields of a Segment or a Subsegment, in their order there."""
        name, namespace, error, throttle, fault, http, aws, sql, *rest = fields
        document = Document(*rest) if rest else None
        return cls(name, namespace, error, throttle, fault, http, aws, sql, document)

    @property
    def segment(self) -> bool:
        """Return whether it is a segment, not a subsegment of either kind."""
        return self.document is not None and self.document.type is None

    @property
    def operation(self) -> str:
        """Return what was done, named so that equal work has an equal name."""
        if self.sql is not None and self.sql.sanitized_query:
            return sql_operation(self.sql.sanitized_query)
        if self.namespace == "aws":
            named = self.aws.operation if self.aws else None
            return f"{self.name} {named}" if named else self.name
        if self.http is not None and self.http.request is not None:
            request = self.http.request
            return http_operation(request.method, request.url, not self.segment)
        return self.name

    @property
    def kind(self) -> str:
        """Return one of KINDS."""
        if self.segment:
            return "server"
        if self.namespace is None:
            return "internal"
        aws = self.aws
        if aws is not None and (aws.operation in _PRODUCERS or aws.invocation_type == "Event"):
            return "producer"
        return "client"

    @property
    def http_status(self) -> int | None:
        """Return the status of the HTTP response."""
        return self.http.response.status if self.http and self.http.response else None

    @property
    def status(self) -> str:
        """Return one of STATUSES."""
        code = self.http_status or 0
        if self.fault or code >= 500:
            return "fault"
        if self.throttle or code == 429:
            return "throttle"
        return "error" if self.error or code >= 400 else "ok"

    @property
    def statement(self) -> str | None:
        """Return the database statement."""
        return self.sql.sanitized_query if self.sql else None

    @property
    def remote(self) -> str | None:
        """Return the name of what was called, as X-Ray's map names it."""
        if self.namespace is None:
            return None
        named = _resource(self.aws) if self.namespace == "aws" and self.aws is not None else None
        return named or self.name

    @property
    def remote_type(self) -> str | None:
        """Return what kind of thing was called."""
        if self.namespace is None:
            return None
        if self.sql is not None:
            return "database"
        if self.namespace == "aws":
            return _TYPES.get(self.name) or f"AWS::{self.name}"
        return "remote"


def _resource(aws: Aws) -> str | None:
    if aws.queue_url:
        return aws.queue_url.rstrip("/").rpartition("/")[2]
    named = aws.table_name or aws.bucket_name or aws.function_name
    return named or (aws.resource_names[0] if aws.resource_names else None)
