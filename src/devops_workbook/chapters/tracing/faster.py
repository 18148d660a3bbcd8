"""The exercise on mending: the loop and the index of a database that really runs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook.chapters.tracing import orders
from devops_workbook.chapters.tracing.account import chapter
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab
from devops_workbook.shop.orders_service import OrdersService

KEY = "faster"
LIST = "GET /customers/{id}/orders"
_COLUMNS = {"operation", "before", "after", "change", "low", "high", "verdict"}


def arrange_slow(lab: Lab) -> None:
    """The service, traced, with the loop and without the index."""
    service = orders.begin(lab)
    service.n_plus_one = True
    service.drop_index()


@chapter.exercise(
    KEY,
    title="Mend it, and show that it helped",
    minutes=8,
    answer="comparison",
    hints=(
        "service.create_index() makes the index. service.n_plus_one = False lets one query with a "
        "join take the place of the loop.",
        "after = measured(lab) sends the same mix of requests again.",
        "tracing.compare(before, after) has a row for each operation, with the interval of its "
        "change.",
    ),
    arrange=arrange_slow,
)
def check_faster(lab: Lab, answer: Any) -> str:
    """Both faults are gone from the service, and the comparison shows the gain."""
    service = orders.running()
    indexed = has_index(service)
    if service.n_plus_one and not indexed:
        raise NotStarted("The service is as slow as it was: no index, and a query for each order.")
    require(indexed, "The loop is gone, but the query for the orders still reads the whole table.")
    require(
        not service.n_plus_one, "The index is there, but each order still has a query of its own."
    )
    fits = isinstance(answer, pd.DataFrame) and set(answer.columns) >= _COLUMNS
    require(fits, f"`comparison` should be what tracing.compare returns. Found {describe(answer)}.")
    rows = answer[answer["operation"] == LIST]
    require(len(rows), f"`comparison` has no row for {LIST}.")
    row = rows.iloc[0]
    if row["verdict"] == "slower":
        raise NotYet(
            f"It says that {LIST} became slower. The first argument is before, the second after."
        )
    if row["verdict"] != "faster":
        raise NotYet(
            f"It says of {LIST}: {row['verdict']}. Measure before you mend, and again after: "
            '`lab.catch_up("faster")` begins anew.'
        )
    return f"{LIST} is faster: the whole interval of its change lies below zero."


def has_index(service: OrdersService) -> bool:
    """Return whether SQLite finds the orders of a customer without reading the whole table."""
    query = "EXPLAIN QUERY PLAN SELECT id FROM orders WHERE customer_id = ?"
    plan = service.database.execute(query, (1,)).fetchall()
    return not any(str(step[3]).startswith("SCAN") for step in plan)
