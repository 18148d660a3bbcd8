"""PutTraceSegments, PutTelemetryRecords and BatchGetTraces."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, invalid, xray_operation
from offline_aws.xray.document import is_trace_id
from offline_aws.xray.entity import Document
from offline_aws.xray.store import put_documents, traces_of
from offline_aws.xray.trace import Trace
from offline_aws.xray.view import Node, View

#: The most documents of one call, and the most traces.
MOST_DOCUMENTS = 50
MOST_TRACES = 5
#: The most bytes of a trace.
LARGEST_TRACE = 500_000


@xray_operation("PutTraceSegments")
def put_trace_segments(call: Call, parameters: Shape) -> Shape:
    """Keep documents of segments; say which were not taken, and why."""
    texts = parameters["TraceSegmentDocuments"]
    if not texts:
        raise invalid("There has to be a segment document.")
    if len(texts) > MOST_DOCUMENTS:
        raise invalid(f"There may be at most {MOST_DOCUMENTS} segment documents in a request.")
    return {"UnprocessedTraceSegments": put_documents(call, texts)}


@xray_operation("PutTelemetryRecords")
def put_telemetry_records(_: Call, __: Shape) -> Shape:
    """Take what a daemon reports of itself, which nobody can ask for."""
    return {}


@xray_operation("BatchGetTraces")
def batch_get_traces(call: Call, parameters: Shape) -> Shape:
    """Return whole traces by their ids: the documents that were sent, and the inferred ones."""
    ids = checked_ids(parameters["TraceIds"])
    known = traces_of(call).by_id
    return {
        "Traces": [_whole(known[each]) for each in ids if each in known],
        "UnprocessedTraceIds": [each for each in ids if each not in known],
    }


def checked_ids(ids: list[str]) -> list[str]:
    """Return the ids of traces that were asked for, each once. Raises InvalidRequestException."""
    if len(ids) > MOST_TRACES:
        raise invalid(f"At most {MOST_TRACES} trace ids can be asked for at once.")
    for each in ids:
        if not is_trace_id(each):
            raise invalid(f"Invalid trace id: {each[:100]}")
    return list(dict.fromkeys(ids))


def _whole(trace: Trace) -> Shape:
    view = trace.view
    segments: list[Shape] = []
    size = 0
    documents = [_with_apart(view, n.document) for n in view.nodes if not n.inferred]
    documents += [_inferred(view, node) for node in view.nodes if node.inferred]
    for document in (*documents, *view.orphans):
        text = orjson.dumps(document).decode()
        size += len(text)
        if size <= LARGEST_TRACE or not segments:
            segments.append({"Id": document["id"], "Document": text})
    return {
        "Id": trace.id,
        "Duration": round(view.duration, 6),
        "LimitExceeded": trace.size > LARGEST_TRACE or size > LARGEST_TRACE,
        "Segments": segments,
    }


def _with_apart(view: View, entity: Document, above: frozenset[str] = frozenset()) -> Document:
    """Return a segment with the subsegments in it that were sent apart."""
    if not view.apart or entity["id"] in above:
        return entity
    above |= {entity["id"]}
    inside = [_with_apart(view, each, above) for each in view.inside(entity)]
    inside.sort(key=lambda each: each["start_time"])
    return {**entity, "subsegments": inside} if inside else entity


def _inferred(view: View, node: Node) -> Document:
    """Return the segment that X-Ray makes of a call to somebody who sends none."""
    if node.sent is not None:
        return node.sent
    call = node.document
    digest = hashlib.blake2b(f"{view.id}/{call['id']}".encode(), digest_size=8).hexdigest()
    made: dict[str, Any] = {
        "id": digest,
        "name": call["name"],
        "trace_id": view.id,
        "parent_id": call["id"],
        "start_time": call["start_time"],
        "inferred": True,
        "origin": node.kind,
    }
    copied = (
        "end_time",
        "in_progress",
        "http",
        "aws",
        "sql",
        "error",
        "fault",
        "throttle",
        "cause",
    )
    made |= {key: call[key] for key in copied if key in call}
    if node.kind == "remote":
        del made["origin"]
    return made
