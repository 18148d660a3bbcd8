"""The OTLP endpoint: spans of OpenTelemetry's own SDK, and what is refused."""

from __future__ import annotations

import gzip
import json
import logging
import os
from datetime import timedelta
from typing import Any

import boto3
import pytest
import requests
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from xray_lab import MONDAY, NINE, XrayLab

from devops_workbook.tracing_export import (
    SegmentExporter,
    enable_transaction_search,
    otlp_exporter,
)
from offline_aws import OfflineAWS

URL = "https://xray.us-east-1.amazonaws.com/v1/traces"
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=offline/20260105/us-east-1/xray/aws4_request"
}
BINARY = {**SIGNED, "Content-Type": "application/x-protobuf"}
JSON = {**SIGNED, "Content-Type": "application/json"}
SQL = {"db.system": "sqlite", "db.name": "shop", "db.statement": "SELECT 1"}


def spans(start: float = NINE, note: str = "plain") -> tuple[list[ReadableSpan], str]:
    """Return the spans of a request that failed in orders, and the id of their trace in X-Ray."""
    resource = {"service.name": "orders", "service.version": "2", "cloud.platform": "aws_ecs"}
    tracer = TracerProvider(
        resource=Resource.create(resource), id_generator=AwsXRayIdGenerator()
    ).get_tracer("test")

    def at(seconds: float) -> int:
        return int((start + seconds) * 1e9)

    root = tracer.start_span("GET /orders/1", kind=SpanKind.SERVER, start_time=at(0))
    root.set_attributes(
        {
            "http.method": "GET",
            "http.scheme": "http",
            "http.host": "orders.shop.internal",
            "http.target": "/orders/1",
            "http.status_code": 500,
            "http.user_agent": "Firefox",
            "net.peer.ip": "10.0.0.1",
            "enduser.id": "me",
            "tier": "gold",
            "note": note,
            "aws.xray.annotations": ["tier"],
        }
    )
    within = set_span_in_context(root)
    query = tracer.start_span("SELECT", within, SpanKind.CLIENT, start_time=at(0.1))
    query.set_attributes(SQL)
    query.end(at(0.2))
    step = tracer.start_span("compute", within, start_time=at(0.2))
    call = tracer.start_span("POST", set_span_in_context(step), SpanKind.CLIENT, start_time=at(0.3))
    call.set_attributes({"http.request.method": "POST", "url.full": "http://payments.shop/charges"})
    call.record_exception(_raised(), timestamp=at(0.4))
    call.set_status(Status(StatusCode.ERROR))
    call.end(at(0.4))
    step.end(at(0.5))
    root.end(at(1))
    trace = f"{root.get_span_context().trace_id:032x}"
    ended = [each for each in (query, call, step, root) if isinstance(each, ReadableSpan)]
    return ended, f"1-{trace[:8]}-{trace[8:]}"


def _raised() -> Exception:
    try:
        raise TimeoutError("payments did not answer")
    except TimeoutError as error:
        return error


@pytest.fixture
def search(lab: XrayLab) -> XrayLab:
    """An account with Transaction Search, which indexes every trace."""
    enable_transaction_search(100)
    return lab


def test_the_sdk_s_exporter_brings_spans_to_x_ray(search: XrayLab) -> None:
    some, trace = spans()
    assert otlp_exporter("us-east-1").export(some) is SpanExportResult.SUCCESS
    whole = search.documents(trace)
    root = whole["orders"]
    assert root["origin"] == "AWS::ECS::Container"
    assert root["service"] == {"version": "2"}
    assert root["http"]["request"] == {
        "method": "GET",
        "url": "http://orders.shop.internal/orders/1",
        "user_agent": "Firefox",
        "client_ip": "10.0.0.1",
    }
    assert (root["user"], root["fault"], root["annotations"]) == ("me", True, {"tier": "gold"})
    assert root["metadata"]["default"]["note"] == "plain"
    assert root["aws"]["xray"]["sdk"] == "opentelemetry for python"
    query, step = root["subsegments"]
    assert (query["name"], query["namespace"]) == ("shop", "remote")
    assert query["sql"]["sanitized_query"] == "SELECT 1"
    assert (step["name"], "namespace" in step) == ("compute", False)
    (call,) = step["subsegments"]
    assert (call["name"], call["namespace"], call["fault"]) == ("payments.shop", "remote", True)
    (exception,) = call["cause"]["exceptions"]
    assert exception["type"] == "TimeoutError"
    assert exception["remote"] is True
    assert exception["stack"][0]["label"] == "_raised"
    assert whole["payments.shop"]["inferred"] is True
    kinds = {each.get("Type") for each in search.summaries()[0]["ServiceIds"]}
    assert kinds == {"AWS::ECS::Container", "Database::SQL", "remote"}


def test_both_exporters_make_the_same_documents(search: XrayLab) -> None:
    some, trace = spans()
    otlp_exporter("us-east-1").export(some)
    by_otlp = search.documents(trace)
    other = boto3.client("xray", "eu-west-1")
    assert SegmentExporter(other).export(some) is SpanExportResult.SUCCESS
    (whole,) = other.batch_get_traces(TraceIds=[trace])["Traces"]
    assert {each["name"]: each for each in map(_document, whole["Segments"])} == by_otlp


def _document(part: Any) -> Any:
    return json.loads(part["Document"])


def test_a_segment_exporter_says_what_was_not_taken(
    lab: XrayLab, caplog: pytest.LogCaptureFixture
) -> None:
    some, _ = spans(note="x" * 70_000)
    with caplog.at_level(logging.WARNING):
        assert SegmentExporter(lab.xray).export(some) is SpanExportResult.FAILURE
    assert "TooLarge" in caplog.text


def test_the_server_takes_spans_too(search: XrayLab) -> None:
    some, trace = spans()
    server = search.aws.server()
    os.environ["AWS_ACCESS_KEY_ID"] = server.environment["AWS_ACCESS_KEY_ID"]
    assert otlp_exporter("us-east-1", server.url).export(some) is SpanExportResult.SUCCESS
    assert search.found() == {trace}
    stranger = requests.post(
        f"{server.url}/v1/traces", headers=BINARY, data=encode_spans(some).SerializeToString()
    )
    assert stranger.status_code == 403


def test_json_and_gzip_are_taken(search: XrayLab) -> None:
    span = {
        "traceId": f"{int(NINE):08x}" + "a" * 24,
        "spanId": "b" * 16,
        "name": "GET",
        "kind": 2,
        "startTimeUnixNano": str(int(NINE * 1e9)),
        "endTimeUnixNano": str(int(NINE * 1e9) + 1),
    }
    attribute = {"key": "service.name", "value": {"stringValue": "shop"}}
    group = {"resource": {"attributes": [attribute]}, "scopeSpans": [{"spans": [span]}]}
    body = gzip.compress(json.dumps({"resourceSpans": [group]}).encode())
    answer = requests.post(URL, headers={**JSON, "Content-Encoding": "gzip"}, data=body)
    assert (answer.status_code, answer.json()) == (200, {})
    (summary,) = search.summaries()
    assert summary["EntryPoint"]["Name"] == "shop"


def test_a_span_that_x_ray_does_not_take_is_counted(search: XrayLab) -> None:
    some, _ = spans()
    request = encode_spans(some)
    span = request.resource_spans[0].scope_spans[0].spans[0]
    span.attributes.add(key="big").value.string_value = "x" * 70_000
    answer = requests.post(URL, headers=BINARY, data=request.SerializeToString())
    assert answer.status_code == 200
    assert b"TooLarge" in answer.content


@pytest.mark.parametrize(
    ("headers", "body", "status", "what"),
    [
        ({"Content-Type": "application/json"}, b"{}", 403, "Missing Authentication Token"),
        ({**SIGNED, "Content-Type": "text/plain"}, b"", 415, "Content-Type"),
        ({**JSON, "Content-Encoding": "zstd"}, b"", 415, "gzip"),
        ({**JSON, "Content-Encoding": "gzip"}, b"no", 400, "not in gzip"),
        (JSON, b"[", 400, "no ExportTraceServiceRequest"),
        (JSON, b'{"resourceSpans": 3}', 400, "no ExportTraceServiceRequest"),
        (JSON, b'{"resourceSpans": [{"scopeSpans": [{"spans": [{}]}]}]}', 400, "16 bytes"),
        (JSON, b" " * (5 * 1024 * 1024 + 1), 413, "5242880 bytes"),
        (BINARY, b"\xff\xff", 400, "no ExportTraceServiceRequest"),
    ],
)
def test_wrong_requests_are_refused(
    search: XrayLab, headers: dict[str, str], body: bytes, status: int, what: str
) -> None:
    answer = requests.post(URL, headers=headers, data=body)
    assert answer.status_code == status
    assert what.encode() in answer.content


def test_spans_go_to_logs_or_nowhere(lab: XrayLab, caplog: pytest.LogCaptureFixture) -> None:
    some, _ = spans()
    assert otlp_exporter("us-east-1").export(some) is SpanExportResult.FAILURE
    answer = requests.post(URL, headers=JSON, data=b"{}")
    assert "CloudWatch Logs as a Trace Segment Destination" in answer.json()["message"]
    assert requests.get(URL, headers=JSON).status_code == 405


@pytest.mark.parametrize(("hours", "status"), [(1.9, 200), (2.1, 400), (-335, 200), (-337, 400)])
def test_spans_are_from_the_last_two_weeks(search: XrayLab, hours: float, status: int) -> None:
    some, _ = spans((MONDAY + timedelta(hours=hours)).timestamp())
    body = encode_spans(some).SerializeToString()
    assert requests.post(URL, headers=BINARY, data=body).status_code == status


def test_another_path_is_none() -> None:
    with OfflineAWS(now=MONDAY):
        answer = requests.post("https://xray.us-east-1.amazonaws.com/v2/traces", data=b"{}")
        assert answer.status_code == 404
