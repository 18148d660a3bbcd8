"""The exercise on instrumenting: the service's requests, its queries, its calls of another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from opentelemetry import propagate
from opentelemetry.propagators.aws import AwsXRayPropagator

from devops_workbook.chapters.tracing import orders
from devops_workbook.chapters.tracing.account import chapter
from devops_workbook.checks import explain, require, untouched
from devops_workbook.exercise import LearnerError, NotStarted, NotYet
from devops_workbook.lab import Lab


@chapter.exercise(
    "instrument",
    title="Instrument the service",
    minutes=7,
    answer="instrument",
    hints=(
        "Three things: who comes in (OpenTelemetryMiddleware around the application), what the "
        "database is asked (instrument_connection), what goes out (RequestsInstrumentor).",
        "OpenTelemetryMiddleware(app, tracer_provider=provider) and "
        "SQLite3Instrumentor().instrument_connection(connection, tracer_provider=provider) return "
        "something new. Put it in the place of the old: service.application = ….",
        "RequestsInstrumentor().instrument(tracer_provider=provider) changes `requests` as a whole "
        "and returns nothing.",
    ),
)
def check_instrument(lab: Lab, answer: Any) -> str:
    """One new order is one trace: orders with its statement, and payments below it."""
    require(callable(answer), "`instrument` should be a function of service and provider.")
    if untouched(answer):
        raise NotStarted("`instrument` does nothing yet.")
    since = lab.clock.now()
    spans = _one_order(lab, answer, since)
    require(
        len(spans),
        "One order was placed, and X-Ray has no trace of it. Is what the instrumentation returned "
        "in its place, and does each part have tracer_provider=provider?",
    )
    services = _services(spans)
    if "orders" not in set(spans.loc[spans["kind"] == "server", "service"]):
        raise NotYet(
            f"One order was placed, and X-Ray has spans of {services}, but none that says that a "
            "request came in to orders: who wraps service.application?"
        )
    own = spans[(spans["service"] == "orders") & ~spans["inferred"]]
    require(
        own["statement"].notna().any(),
        "X-Ray has the request, and no statement in it: what orders asked the database is not "
        "recorded. Is the instrumented connection in service.database?",
    )
    if spans["trace_id"].nunique() > 1:
        raise NotYet(
            f"One order made {spans['trace_id'].nunique()} traces. The call of payments went out "
            "without a trace header: nobody instruments `requests`."
        )
    require(
        ((own["kind"] == "client") & own["statement"].isna()).any(),
        "The trace header goes out to payments, and the call itself is not recorded: the "
        "instrumentation of `requests` has another provider than yours.",
    )
    return f"{len(own)} spans of orders and the one of payments, in one trace."


def _one_order(lab: Lab, function: Any, since: datetime) -> pd.DataFrame:
    """Return the spans of one order, placed with a service that the function has instrumented."""
    service = orders.begin(lab, traced=False)
    propagate.set_global_textmap(AwsXRayPropagator())
    try:
        try:
            function(service, orders.provider())
        except Exception as error:
            raise LearnerError(explain(error)) from error
        service.send("POST", "/orders", {"customer": 7, "cents": 1990})
        return orders.recorded(lab, since)
    finally:
        orders.close()


def _services(spans: pd.DataFrame) -> str:
    return " and ".join(sorted(set(spans.loc[~spans["inferred"], "service"])))
