"""The break/fix: one order makes two traces, because a header does not arrive."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from devops_workbook.chapters.tracing import orders
from devops_workbook.chapters.tracing.account import chapter
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

KEY = "broken-trace"
#: What the proxy between orders and payments keeps back.
DROPPED = frozenset({"Cookie", "X-Amzn-Trace-Id", "X-Shop-Token"})
_SECRET = frozenset({"Cookie", "X-Shop-Token"})


def arrange_broken(lab: Lab) -> None:
    """The service, traced, behind a proxy that keeps three headers back; thirty requests."""
    service = orders.begin(lab)
    service.dropped_headers = set(DROPPED)
    since = lab.clock.now()
    service.browse(30)
    orders.recorded(lab, since)


@chapter.exercise(
    KEY,
    title="A trace broken in two",
    minutes=5,
    kind="break/fix",
    hints=(
        "service.dropped_headers is what the proxy keeps back. Which of them says to which trace "
        "a request belongs?",
        "dropped_headers is a set: discard(name) takes one out. The others are kept back for a "
        "reason.",
    ),
    arrange=arrange_broken,
)
def check_broken_trace(lab: Lab, answer: Any) -> str:
    """A new order is one trace again, and the proxy still keeps the secrets back."""
    service = orders.running()
    require(
        isinstance(service.dropped_headers, (Set, list, tuple)),
        "service.dropped_headers should be a set of names. Found "
        f"{describe(service.dropped_headers)}.",
    )
    dropped = {name.lower() for name in service.dropped_headers}
    if dropped == {name.lower() for name in DROPPED}:
        raise NotStarted("The proxy keeps back the same three headers as before.")
    since = lab.clock.now()
    service.send("POST", "/orders", {"customer": 7, "cents": 1990})
    spans = orders.recorded(lab, since)
    traces = spans["trace_id"].nunique()
    if traces != 1:
        raise NotYet(
            f"A new order still makes {traces} traces: payments does not learn which one it is "
            "part of."
        )
    leaked = sorted(name for name in _SECRET if name.lower() not in dropped)
    if leaked:
        raise NotYet(
            f"The trace is whole again, but payments now gets {' and '.join(leaked)}, too. That was"
            " kept back for a reason: let the trace header through, and nothing else."
        )
    return "A new order is one trace, from orders to payments."
