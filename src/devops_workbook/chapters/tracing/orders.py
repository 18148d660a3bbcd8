"""The orders service that really runs in this process, and what it is traced with."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.sdk.trace import TracerProvider

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
    """The service that runs, if one does; there is one at a time in a process."""

    service: OrdersService | None = None
    telemetry: Telemetry | None = None


def close() -> None:
    """Send what is left and let the service go."""
    if Running.telemetry is not None:
        Running.telemetry.close()
    elif RequestsInstrumentor().is_instrumented_by_opentelemetry:
        RequestsInstrumentor().uninstrument()
    Running.service = Running.telemetry = None


def begin(lab: Lab) -> OrdersService:
    """Start the service, traced by nobody but payments, and return it."""
    return _begin(lab, traced=False)


def begin_traced(lab: Lab) -> OrdersService:
    """Start the service with both of its parts instrumented, and return it."""
    return _begin(lab, traced=True)


def _begin(lab: Lab, traced: bool) -> OrdersService:
    close()
    service = OrdersService(lab.clock, customers=_CUSTOMERS, orders=_ORDERS)
    exporter = SegmentExporter(clients.client("xray", REGION))
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


def service_of(key: str) -> OrdersService:
    """Return the service that runs. Raises SetupMissing, which names the exercise, if none does."""
    if Running.service is None:
        raise SetupMissing(f'The service does not run. `lab.catch_up("{key}")` starts it.')
    return Running.service


def recorded(lab: Lab, since: datetime) -> pd.DataFrame:
    """Send what the service has recorded, and return X-Ray's spans since a time."""
    if Running.telemetry is not None:
        Running.telemetry.flush()
    # The end of the window is not in it.
    lab.clock.advance(seconds=1)
    return tracing.from_xray(clients.client("xray", REGION), since, lab.clock.now())


def measured(lab: Lab, requests: int = 150) -> pd.DataFrame:
    """Let customers send so many requests, one a second, and return their spans from X-Ray."""
    if Running.service is None:
        raise SetupMissing('The service does not run. `lab.catch_up("faster")` starts it.')
    lab.clock.advance(seconds=1)
    since = lab.clock.now()
    Running.service.browse(requests)
    return recorded(lab, since)
