"""The OTLP endpoint ``/v1/traces``: spans over http, as binary protobuf or as JSON.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

import orjson

from offline_aws.operations import Call, PlainAnswer, PlainRequest, plain_operation
from offline_aws.xray.configuration import Configuration
from offline_aws.xray.store import put_documents

#: The limits of AWS's endpoint: bytes uncompressed, spans, bytes of one span, hours before now and
#: after it.
MOST_BYTES = 5 * 1024 * 1024
MOST_SPANS = 10_000
MOST_BYTES_OF_SPAN = 200 * 1024
HOURS_BEFORE, HOURS_AFTER = 14 * 24, 2
_PROTOBUF, _JSON = "application/x-protobuf", "application/json"
_INVALID = 3  # google.rpc.Code
_IDS = frozenset(["traceId", "spanId", "parentSpanId"])


class _RefusedError(Exception):
    """A request that is not taken; ``status`` is its http status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@plain_operation("xray", "/v1/traces")
def export_traces(call: Call, request: PlainRequest) -> PlainAnswer:
    """Keep the spans of a request as segments."""
    kind = request.header("Content-Type").partition(";")[0].strip().lower()
    try:
        message = _read(call, request, kind)
        rejected = _keep(call, message)
    except _RefusedError as refused:
        return _refusal(refused, kind)
    return _accepted(rejected, kind)


def _read(call: Call, request: PlainRequest, kind: str) -> Any:
    """Return the ExportTraceServiceRequest."""
    if "/xray/aws4_request" not in request.header("Authorization"):
        raise _RefusedError("Missing Authentication Token", 403)
    if request.method != "POST":
        raise _RefusedError("Spans are sent with POST.", 405)
    if kind not in (_PROTOBUF, _JSON):
        raise _RefusedError(f"Content-Type has to be {_PROTOBUF} or {_JSON}.", 415)
    if not call.state(Configuration).to_logs:
        raise _RefusedError(
            "The OTLP API is supported with CloudWatch Logs as a Trace Segment Destination."
        )
    body = _uncompressed(request)
    if len(body) > MOST_BYTES:
        raise _RefusedError(f"A request has at most {MOST_BYTES} bytes.", 413)
    return _parsed(body, kind)


def _uncompressed(request: PlainRequest) -> bytes:
    coding = request.header("Content-Encoding").lower()
    if coding in ("", "identity", "none"):
        return request.body
    if coding != "gzip":
        raise _RefusedError("Content-Encoding has to be gzip or none.", 415)
    try:
        return gzip.decompress(request.body)
    except (EOFError, OSError, zlib.error):
        raise _RefusedError("The body is not in gzip.") from None


def _parsed(body: bytes, kind: str) -> Any:
    from google.protobuf.json_format import ParseDict, ParseError
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    message = ExportTraceServiceRequest()
    try:
        if kind == _PROTOBUF:
            message.ParseFromString(body)
        else:
            ParseDict(_with_bytes(json.loads(body)), message, ignore_unknown_fields=True)
    except (DecodeError, ParseError, ValueError, RecursionError) as error:
        raise _RefusedError(f"The body is no ExportTraceServiceRequest: {error}") from None
    return message


def _with_bytes(value: Any) -> Any:
    """Return OTLP's JSON, in which ids are hexadecimal, as that of protobuf: in base64."""
    if isinstance(value, list):
        return [_with_bytes(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(each)).decode()
        if key in _IDS and isinstance(each, str)
        else _with_bytes(each)
        for key, each in value.items()
    }


def _keep(call: Call, message: Any) -> list[str]:
    """Put the documents of the spans; return why some were not taken."""
    from offline_aws.span_segments import documents_of, spans_in

    spans = [span for span, _ in spans_in(message)]
    for mistake in _mistakes(call, spans):
        raise _RefusedError(mistake)
    texts = [orjson.dumps(document).decode() for document in documents_of(message)]
    return [each["Message"] for each in put_documents(call, texts)]


def _mistakes(call: Call, spans: list[Any]) -> Iterator[str]:
    if len(spans) > MOST_SPANS:
        yield f"A request has at most {MOST_SPANS} spans."
    now = call.clock.now().timestamp()
    for span in spans:
        if len(span.trace_id) != 16 or len(span.span_id) != 8:
            yield "A span has a trace id of 16 bytes and a span id of 8."
        if span.ByteSize() > MOST_BYTES_OF_SPAN:
            yield f"A span has at most {MOST_BYTES_OF_SPAN} bytes."
        hours = (span.start_time_unix_nano / 1e9 - now) / 3600
        if not -HOURS_BEFORE <= hours <= HOURS_AFTER:
            yield (
                f"A span starts at most {HOURS_AFTER} hours in the future and "
                f"{HOURS_BEFORE // 24} days in the past."
            )


def _accepted(rejected: list[str], kind: str) -> PlainAnswer:
    from google.protobuf.json_format import MessageToJson
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    message = ExportTraceServiceResponse()
    if rejected:
        message.partial_success.rejected_spans = len(rejected)
        message.partial_success.error_message = rejected[0]
    body = message.SerializeToString() if kind == _PROTOBUF else MessageToJson(message).encode()
    return 200, {"Content-Type": kind}, body


def _refusal(refused: _RefusedError, kind: str) -> PlainAnswer:
    """Return the error as OTLP has it: a google.rpc.Status."""
    from google.rpc.status_pb2 import Status

    if kind != _PROTOBUF:
        body = orjson.dumps({"code": _INVALID, "message": str(refused)})
        return refused.status, {"Content-Type": _JSON}, body
    status = Status(code=_INVALID, message=str(refused))
    return refused.status, {"Content-Type": _PROTOBUF}, status.SerializeToString()
