"""The columns of the spans table out of X-Ray's segments, column by column for speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.looks import Looks, Rows
from devops_workbook.tracing.operations import http_operation, sql_operation
from devops_workbook.tracing.spans import category
from devops_workbook.tracing.xray_documents import Aws, Http, Segment, Sql

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
_MISSING = np.iinfo(np.int64).min
_UNKNOWN = "unknown"


class Gathered:
    """The columns of segments and all that is inside of them, gathered some segments at a time.

    Most spans look like another one but for ids and times, so what they look like is made out
    once for each look.
    """

    def __init__(self) -> None:
        self._looks, self._tops = Looks(), Looks()
        self._names: list[str | None] = []
        self._traces: list[str | None] = []
        # The documents that are subsegments, with their parents' ids.
        self._apart: dict[int, str | None] = {}
        self._owners: list[Rows] = []
        self._ids: list[str] = []
        self._parents: list[str | None] = []
        self._start: list[float | None] = []
        self._end: list[float | None] = []

    def add(self, documents: list[Segment]) -> None:
        """Add documents. Raises TracesError for one that has no trace id."""
        flat, owner, parents = _flat(documents)
        inside = len(documents)  # the place of the first subsegment that is inside of a document
        before = len(self._traces)
        whole = [n < inside and each.type is None for n, each in enumerate(flat)]
        self._looks.add(
            [
                (s.name, s.namespace, s.http, s.aws, s.sql, s.error, s.throttle, s.fault, segment)
                for s, segment in zip(flat, whole, strict=True)
            ]
        )
        self._tops.add([(d.origin, d.service, d.inferred) for d in documents])
        self._names += [document.name for document in documents]
        self._traces += _trace_ids(documents)
        self._apart |= {
            n: d.parent_id for n, d in enumerate(documents, before) if d.type == "subsegment"
        }
        self._owners.append(np.array(owner, dtype=np.intp) + before)
        self._ids += [each.id for each in flat]
        self._parents += parents
        self._start += [each.start_time for each in flat]
        self._end += [each.end_time for each in flat]

    def columns(self) -> dict[str, Any]:
        """Return the columns for ``spans.table``."""
        owner = np.concatenate([*self._owners, np.empty(0, dtype=np.intp)])
        tops = self._tops
        inferred = np.array([bool(i) for _, _, i in tops.distinct], dtype=bool)
        return {
            "trace_id": np.array(self._traces, dtype=object)[owner],
            "span_id": self._ids,
            "parent_id": self._parents,
            "service": self._services(owner),
            **self._looks.columns(_Look),
            "start": _nanoseconds(self._start),
            "end": _nanoseconds(self._end),
            "type": tops.column([origin for origin, _, _ in tops.distinct], owner),
            "version": tops.column([s.version if s else None for _, s, _ in tops.distinct], owner),
            "inferred": inferred[tops.codes][owner],
        }

    def _services(self, owner: Rows) -> pd.Categorical:
        """Return whose work each is; a subsegment that was sent by itself is its segment's."""
        names = list(self._names)
        if self._apart:
            self._adopt(names, owner)
        whole = category(names, len(names))
        return pd.Categorical.from_codes(whole.codes[owner], dtype=whole.dtype)

    def _adopt(self, names: list[str | None], owner: Rows) -> None:
        """Give the documents that are subsegments the name of the segment above them."""
        traces, apart = self._traces, self._apart
        holds = {(traces[o], its): o for o, its in zip(owner.tolist(), self._ids, strict=True)}
        for n in apart:
            at: int | None = n
            seen: set[int] = set()
            while at is not None and at not in seen and at in apart:
                seen.add(at)
                at = holds.get((traces[n], apart[at] or ""))
            names[n] = _UNKNOWN if at is None or at in seen else self._names[at]


def _flat(documents: list[Segment]) -> tuple[list[Segment], list[int], list[str | None]]:
    """Return all segments and subsegments, the place of the document of each, its parent's id.

    The documents come first.
    """
    flat = list(documents)
    owner = list(range(len(flat)))
    parents = [document.parent_id for document in documents]
    first = 0
    while first < len(flat):
        until = len(flat)
        for place in range(first, until):
            each = flat[place]
            if inner := each.subsegments:
                flat += inner
                owner += [owner[place]] * len(inner)
                parents += [each.id] * len(inner)
        first = until
    return flat, owner, parents


def _trace_ids(documents: list[Segment]) -> list[str | None]:
    ids = [document.trace_id for document in documents]
    if None in ids:
        document = documents[ids.index(None)]
        raise TracesError(
            f"the segment {document.id} ({document.name}) has no trace_id: only a subsegment inside"
            " of its segment does without"
        )
    return ids


@dataclass(frozen=True)
class _Look:
    """What a span looks like."""

    name: str
    namespace: str | None
    http: Http | None
    aws: Aws | None
    sql: Sql | None
    error: bool | None
    throttle: bool | None
    fault: bool | None
    segment: bool

    @property
    def operation(self) -> str:
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
        return self.http.response.status if self.http and self.http.response else None

    @property
    def status(self) -> str:
        code = self.http_status or 0
        if self.fault or code >= 500:
            return "fault"
        if self.throttle or code == 429:
            return "throttle"
        return "error" if self.error or code >= 400 else "ok"

    @property
    def statement(self) -> str | None:
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


def _nanoseconds(seconds: list[float | None]) -> npt.NDArray[np.int64]:
    values = np.array(seconds, dtype=float)
    missing = np.isnan(values)
    # Microseconds are what a float holds of a present time, and what X-Ray keeps.
    whole = np.round(np.where(missing, 0, values) * 1e6).astype(np.int64) * 1000
    return np.where(missing, _MISSING, whole)
