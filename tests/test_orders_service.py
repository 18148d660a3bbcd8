"""The orders service that really runs, and what OpenTelemetry records of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from devops_workbook.shop.orders_service import OrdersService, Telemetry, instrument
from devops_workbook.tracing_export import SegmentExporter
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Traced:
    """A small service that is instrumented, and its traces."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.xray: Any = boto3.client("xray")
        self.service = OrdersService(aws.clock, customers=50, orders=1000)
        self.telemetry: Telemetry = instrument(self.service, SegmentExporter(self.xray))

    def documents(self) -> dict[str, list[Any]]:
        """Return the segments that were sent, by trace."""
        self.telemetry.flush()
        window = {"StartTime": MONDAY, "EndTime": MONDAY + timedelta(hours=1)}
        found = self.xray.get_trace_summaries(**window)["TraceSummaries"]
        found.sort(key=lambda summary: summary["StartTime"])
        return {each["Id"]: self._trace(each["Id"]) for each in found}

    def _trace(self, trace: str) -> list[Any]:
        (whole,) = self.xray.batch_get_traces(TraceIds=[trace])["Traces"]
        return [json.loads(each["Document"]) for each in whole["Segments"]]


@pytest.fixture
def traced() -> Iterator[Traced]:
    with OfflineAWS(now=MONDAY) as aws:
        made = Traced(aws)
        yield made
        made.telemetry.close()


def statements(segment: Any) -> list[str]:
    return [each["sql"]["sanitized_query"] for each in segment["subsegments"] if "sql" in each]


def test_it_answers() -> None:
    service = OrdersService(customers=50, orders=1000)
    orders = service.send("GET", "/customers/7/orders").json
    assert orders
    one = service.send("GET", f"/orders/{orders[0]['id']}").json
    assert one == orders[0]
    service.n_plus_one = True
    assert service.send("GET", "/customers/7/orders").json == orders
    placed = service.send("POST", "/orders", {"customer": 7, "cents": 500})
    assert (placed.status_code, placed.json) == (201, {"cents": 500})
    assert len(service.send("GET", "/customers/7/orders").json) == len(orders) + 1
    assert service.send("POST", "/orders", {"customer": 7}).status_code == 400
    assert service.send("GET", "/orders/none").status_code == 404
    assert service.send("GET", "/").status_code == 404


def test_without_its_index_a_query_reads_the_whole_table() -> None:
    service = OrdersService(customers=50, orders=1000)
    query = "EXPLAIN QUERY PLAN SELECT id FROM orders WHERE customer_id ="

    def plan(customer: int) -> str:  # A plan is kept for a statement that was asked before.
        ((*_, text),) = service.database.execute(f"{query} {customer}").fetchall()
        return str(text)

    assert plan(1).startswith("SEARCH orders USING")
    service.drop_index()
    assert plan(2) == "SCAN orders"
    service.create_index()
    assert plan(3).startswith("SEARCH orders USING")


def test_an_order_is_one_trace_through_both_services(traced: Traced) -> None:
    traced.service.send("POST", "/orders", {"customer": 7, "cents": 500})
    ((trace, documents),) = traced.documents().items()
    own = {each["name"]: each for each in documents if "inferred" not in each}
    assert set(own) == {"orders", "payments"}
    orders, payments = own["orders"], own["payments"]
    insert, call = orders["subsegments"]
    assert insert["sql"]["sanitized_query"].startswith("INSERT INTO orders")
    assert payments["parent_id"] == call["id"]
    assert call["http"]["request"]["url"] == "http://payments.shop.internal/charges"
    assert trace.startswith(f"1-{int(MONDAY.timestamp()):08x}-")
    assert orders["start_time"] >= MONDAY.timestamp()
    assert orders["end_time"] <= traced.aws.clock.now().timestamp()
    assert orders["origin"] == "AWS::ECS::Container"


def test_a_header_that_is_dropped_breaks_the_trace(traced: Traced) -> None:
    traced.service.dropped_headers = {"X-Amzn-Trace-Id"}
    traced.service.send("POST", "/orders", {"customer": 7, "cents": 500})
    names = sorted(
        [each["name"] for each in documents if "inferred" not in each]
        for documents in traced.documents().values()
    )
    assert names == [["orders"], ["payments"]]


def test_n_plus_one_is_a_query_for_each_order(traced: Traced) -> None:
    count = len(traced.service.send("GET", "/customers/7/orders").json)
    traced.aws.clock.advance(seconds=1)  # A fast machine answers both in one millisecond.
    traced.service.n_plus_one = True
    traced.service.send("GET", "/customers/7/orders")
    joined, single = (documents[0] for documents in traced.documents().values())
    assert len(statements(joined)) == 1
    assert len(statements(single)) == count + 1
    assert len(set(statements(single))) == 2


def test_customers_come_one_after_the_other(traced: Traced) -> None:
    times = traced.service.browse(12, every=timedelta(seconds=2))
    assert len(times) == 12
    moved = (traced.aws.clock.now() - MONDAY).total_seconds()
    assert moved == pytest.approx(24 + sum(times), abs=1)
    assert len(traced.documents()) == 12
    again = OrdersService(customers=50, orders=1000)
    assert len(again.browse(3)) == 3
