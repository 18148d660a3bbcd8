"""The chapter, and the account it begins with: an hour of the shop's traces in X-Ray."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from devops_workbook import tracing
from devops_workbook.chapters.tracing import orders
from devops_workbook.exercise import Chapter
from devops_workbook.lab import MONDAY, REGION, Lab
from devops_workbook.shop.traces import draw_minute, put_documents
from offline_aws import clients

chapter = Chapter("tracing", "Tracing", minutes=75)

#: When the hour begins whose traces are in the account, when 1.5.0 was released, and its end.
BEGIN, RELEASED, END = MONDAY - timedelta(hours=1), MONDAY - timedelta(minutes=30), MONDAY
#: While this lasted, some orders could not be kept.
LOCKED = MONDAY - timedelta(minutes=40), MONDAY - timedelta(minutes=25)
RATE = 20.0  # requests a minute
SEED = 27
_MINUTES = 60


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the traces of the last hour into X-Ray: half an hour of 1.4.0, then of 1.5.0."""
    orders.close()
    documents = [document for minute in minutes() for document in drawn(minute)]
    put_documents(documents, xray())


def minutes() -> list[datetime]:
    """Return the beginning of each minute of the hour."""
    return [BEGIN + timedelta(minutes=number) for number in range(_MINUTES)]


def drawn(minute: datetime, sampled: float = 1.0) -> list[dict[str, Any]]:
    """Return the segment documents of a minute, or of a share of its requests."""
    faults = ["n-plus-one", "missing-index"] if minute >= RELEASED else []
    if LOCKED[0] <= minute < LOCKED[1]:
        faults.append("lock")
    version = "1.5.0" if minute >= RELEASED else "1.4.0"
    return draw_minute(
        minute, rate=RATE, seed=SEED, faults=faults, version=version, sampled=sampled
    )


def xray() -> Any:
    """Return a client of X-Ray that is kept: to make one takes longer than most calls."""
    return clients.client("xray", REGION)


def spans_of(begin: datetime, end: datetime, filter_expression: str | None = None) -> pd.DataFrame:
    """Return the spans that X-Ray has of a time."""
    return tracing.from_xray(xray(), begin, end, filter_expression)
