"""What sends spans to X-Ray: the emitter for its SDK, the signature, the processor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from devops_workbook.tracing_export import SdkEmitter, SignedRequests, on_demand
from offline_aws import OfflineAWS
from offline_aws.time_travel import time_machine

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


@pytest.fixture
def recorder() -> Any:
    """A recorder of the X-Ray SDK, without the sockets that it and the SDK's own open."""
    from aws_xray_sdk.core import xray_recorder
    from aws_xray_sdk.core.recorder import AWSXRayRecorder

    made = AWSXRayRecorder()
    for each in (made, xray_recorder):
        if hasattr(each.emitter, "_socket"):
            each.emitter._socket.close()
    return made


def test_the_x_ray_sdk_s_segments_reach_x_ray(aws: OfflineAWS, recorder: Any) -> None:
    client: Any = boto3.client("xray")
    recorder.configure(service="orders", sampling=False, emitter=SdkEmitter(client))
    with time_machine.travel(aws.clock.now(), tick=True), recorder.in_segment("orders") as segment:
        segment.put_annotation("tier", "gold")
        with recorder.in_subsegment("bank.example.com", namespace="remote"):
            pass
    window = {"StartTime": MONDAY, "EndTime": MONDAY + timedelta(minutes=1)}
    (summary,) = client.get_trace_summaries(**window, FilterExpression='annotation.tier = "gold"')[
        "TraceSummaries"
    ]
    assert [each["Name"] for each in summary["ServiceIds"]] == ["orders", "bank.example.com"]


def test_a_signature_names_x_ray_and_the_key(aws: OfflineAWS) -> None:
    os.environ["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE"
    request = requests.Request("POST", "https://xray.eu-west-1.amazonaws.com/v1/traces", data=b"x")
    signed = SignedRequests("eu-west-1")(request.prepare())
    assert "Credential=AKIAEXAMPLE/" in signed.headers["Authorization"]
    assert "/eu-west-1/xray/aws4_request" in signed.headers["Authorization"]


def test_nothing_is_sent_before_a_flush() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(on_demand(exporter))
    for _ in range(600):  # More than the processor's own batch.
        provider.get_tracer("test").start_span("a").end()
    assert exporter.get_finished_spans() == ()
    provider.force_flush()
    assert len(exporter.get_finished_spans()) == 600
    provider.shutdown()
