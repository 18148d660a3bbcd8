"""Instrument the service with OpenTelemetry, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from opentelemetry import propagate
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from devops_workbook.shop.orders_service.service import OrdersService
from devops_workbook.tracing_export import on_demand


class _Shared(SpanExporter):
    """An exporter of several providers: when one is shut down, the others still need it."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Let the one exporter send the spans."""
        return self._exporter.export(spans)


@dataclass
class Telemetry:
    """The tracer providers of the services, to be flushed, and closed at the end."""

    exporter: SpanExporter
    providers: list[TracerProvider] = field(default_factory=list)

    def flush(self) -> None:
        """Send what the spans since the last time have recorded."""
        for provider in self.providers:
            provider.force_flush()

    def close(self) -> None:
        """Send what is left, and instrument ``requests`` no more."""
        RequestsInstrumentor().uninstrument()
        for provider in self.providers:
            provider.shutdown()
        self.exporter.shutdown()


def provider_of(name: str, exporter: SpanExporter, version: str = "1.4.0") -> TracerProvider:
    """Return the tracer provider of a service, with ids of X-Ray's form."""
    provider = TracerProvider(
        resource=Resource.create(
            {
                "service.name": name,
                "service.version": version,
                "cloud.provider": "aws",
                "cloud.platform": "aws_ecs",
            }
        ),
        id_generator=AwsXRayIdGenerator(),
        # At the process's end there is no offline AWS any more to send to.
        shutdown_on_exit=False,
    )
    provider.add_span_processor(on_demand(exporter))
    return provider


def instrument(service: OrdersService, exporter: SpanExporter) -> Telemetry:
    """Let the service record its requests, its queries and its calls of payments.

    It carries on a trace by X-Ray's header. Only one service in a process can be instrumented at a
    time: close it before the next.
    """
    propagate.set_global_textmap(AwsXRayPropagator())
    orders, payments = (provider_of(name, _Shared(exporter)) for name in ("orders", "payments"))
    service.application = OpenTelemetryMiddleware(service.application, tracer_provider=orders)
    service.payments = OpenTelemetryMiddleware(service.payments, tracer_provider=payments)
    service.database = SQLite3Instrumentor().instrument_connection(
        service.database, tracer_provider=orders
    )
    RequestsInstrumentor().instrument(tracer_provider=orders)
    return Telemetry(exporter, [orders, payments])
