"""The orders service that really runs in this process, and what it is traced with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult

from devops_workbook import tracing
from devops_workbook.exercise import SetupMissing
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop.orders_service import OrdersService, Telemetry, instrument
from devops_workbook.shop.orders_service.telemetry import provider_of
from devops_workbook.tracing_export import SegmentExporter
from offline_aws import clients

#: Enough rows for a missing index to be felt, and few enough to begin at once.
_CUSTOMERS, _ORDERS = 1_000, 24_000


class Running:
    """What runs: one service at a time in a process, and what sends its spans."""

    service: OrdersService | None = None
    telemetry: Telemetry | None = None
    exporter: _Exporter | None = None


class _Current:
    """Whichever service runs: ``lab.catch_up`` starts another one, and this is that one then."""

    def __getattr__(self, name: str) -> Any:
        return getattr(running(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(running(), name, value)


#: The service that runs now, as the notebook has it.
service: Any = _Current()


def running() -> OrdersService:
    """Return the service that runs. Raises SetupMissing if none does."""
    if Running.service is None:
        raise SetupMissing(
            "The service does not run. `lab.catch_up(…)` with the exercise's key starts it."
        )
    return Running.service


class _Exporter(SegmentExporter):
    """Sends spans to X-Ray, until the service is let go: what is left then belongs nowhere."""

    is_open = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans, or drop them."""
        return super().export(spans) if self.is_open else SpanExportResult.SUCCESS


def close() -> None:
    """Let the service go; spans that it has not sent are dropped."""
    if Running.exporter is not None:
        Running.exporter.is_open = False
    if RequestsInstrumentor().is_instrumented_by_opentelemetry:
        RequestsInstrumentor().uninstrument()
    if SQLite3Instrumentor().is_instrumented_by_opentelemetry:
        # By instrument() in place of instrument_connection(): every later database would be.
        SQLite3Instrumentor().uninstrument()
    for provider_ in Running.telemetry.providers if Running.telemetry else ():
        provider_.shutdown()
    Running.service = Running.telemetry = Running.exporter = None


def begin(lab: Lab, traced: bool = True) -> OrdersService:
    """Start the service anew and return it; without ``traced`` only payments is instrumented."""
    close()
    service = OrdersService(lab.clock, customers=_CUSTOMERS, orders=_ORDERS)
    exporter = Running.exporter = _Exporter(clients.client("xray", REGION))
    if traced:
        Running.telemetry = instrument(service, exporter)
    else:
        payments = provider_of("payments", exporter)
        service.payments = OpenTelemetryMiddleware(service.payments, tracer_provider=payments)
        Running.telemetry = Telemetry(exporter, [payments, provider_of("orders", exporter)])
    Running.service = service
    return service


def provider() -> TracerProvider:
    """Return what makes the spans of orders and sends them to X-Ray."""
    if Running.telemetry is None:
        raise SetupMissing("The service does not run: `begin(lab)` starts it.")
    return Running.telemetry.providers[-1]


def recorded(lab: Lab, since: datetime) -> pd.DataFrame:
    """Send what the service has recorded, and return X-Ray's spans since a time."""
    if Running.telemetry is not None:
        Running.telemetry.flush()
    # The end of the window is not in it.
    lab.clock.advance(seconds=1)
    return tracing.from_xray(clients.client("xray", REGION), since, lab.clock.now())


def measured(lab: Lab, requests: int = 150) -> pd.DataFrame:
    """Let customers send so many requests, one a second, and return their spans from X-Ray."""
    lab.clock.advance(seconds=1)
    since = lab.clock.now()
    running().browse(requests)
    return recorded(lab, since)
