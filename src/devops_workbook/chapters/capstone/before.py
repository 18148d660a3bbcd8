"""The quarter before: how good was the shop at releasing orders?"""

from __future__ import annotations

from functools import cache
from typing import Any

from devops_workbook import dora
from devops_workbook.chapters.capstone.account import chapter
from devops_workbook.chapters.capstone.reference import build_ground
from devops_workbook.checks import describe, require, untouched
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from devops_workbook.paths import DATA

START, END, ZONE = "2025-10-01", "2026-01-01", "Europe/Berlin"


@cache
def log_of_orders() -> dora.Events:
    """Return the log of ``orders`` in 2025."""
    shop = DATA / "shop"
    log = dora.read_csv(shop / "deployments.csv", shop / "changes.csv", shop / "incidents.csv")
    return log.only("orders")


@cache
def measured() -> dora.Metrics:
    """Return the metrics of ``orders`` in the last quarter of 2025."""
    return dora.measure(log_of_orders(), START, END, tz=ZONE)


@chapter.exercise(
    "before",
    title="Measure the quarter before",
    minutes=5,
    answer="before",
    hints=(
        "events.only('orders') are the events of one service.",
        "dora.measure takes start, end and tz; the end does not belong to the period any more.",
    ),
    arrange=build_ground,
)
def check_before(lab: Lab, answer: Any) -> str:
    """The metrics are of orders alone, and of the last quarter of 2025 in Berlin."""
    if untouched(answer):
        raise NotStarted("`before` is still `...`.")
    require(
        isinstance(answer, dora.Metrics),
        f"`before` should be what dora.measure returns. Found {describe(answer)}.",
    )
    right = measured()
    require(
        (answer.start, answer.end) == (right.start, right.end),
        f"It was measured from {answer.start:%Y-%m-%d %H:%M} until {answer.end:%Y-%m-%d %H:%M} "
        f"({answer.tz}). The quarter is from {START} until {END}, by the clocks of {ZONE}.",
    )
    count = answer.deployment_frequency.n
    require(
        count == right.deployment_frequency.n,
        f"It counts {count} deployments, where orders had {right.deployment_frequency.n}. "
        "storefront is another service: measure orders alone.",
    )
    lead = answer.change_lead_time
    return (
        f"{count} releases in a quarter, {lead.value / 24:.1f} days from a commit to production, "
        f"and {answer.change_fail_rate.value:.0%} of the releases failed. That is what you beat."
    )
