"""Spans from an account: those that were sent, and the counts that X-Ray's own map has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pandas as pd
import pytest

from devops_workbook import tracing
from devops_workbook.shop.traces import draw_minute, put_documents
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
DOCUMENTS = draw_minute(MONDAY, rate=25, faults=["retry-storm", "lock"])
END = MONDAY + timedelta(minutes=2)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with OfflineAWS(now=END) as aws:
        made: Any = boto3.client("xray")
        put_documents(DOCUMENTS, made)
        aws.clock.advance(minutes=1)
        yield made


def test_what_was_sent_comes_back(client: Any) -> None:
    found = tracing.from_xray(client, MONDAY, END)
    sent = tracing.read_segments(DOCUMENTS)
    own = found[~found["inferred"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, sent, check_categorical=False)
    assert tracing.notes(found) == tracing.notes(sent)


def test_the_map_counts_what_x_rays_map_counts(client: Any) -> None:
    pages = client.get_paginator("get_service_graph").paginate(StartTime=MONDAY, EndTime=END)
    services = [service for page in pages for service in page["Services"]]
    ours = tracing.service_map(tracing.from_xray(client, MONDAY, END))
    own = [s for s in services if s["Type"] != "client"]
    theirs = {s["Name"]: s["SummaryStatistics"] for s in own}
    known = ours.nodes.set_index("service")
    # A queue has a node of its own in X-Ray; here its messages go straight to who takes them.
    for name in ("storefront", "orders", "payments", "invoicing", "bank.example.com"):
        node = known.loc[name]
        assert node["requests"] == theirs[name]["TotalCount"], name
        assert node["faults"] == theirs[name]["FaultStatistics"]["TotalCount"], name
        wrong = theirs[name]["ErrorStatistics"]
        assert node["throttles"] == wrong["ThrottleCount"], name
        assert node["errors"] == wrong["OtherCount"], name
        assert node["seconds"] == pytest.approx(theirs[name]["TotalResponseTime"], abs=1e-4), name
    assert known.loc["bank.example.com", "throttles"] > 0
    names = {s["ReferenceId"]: s["Name"] for s in services}
    edges = {
        (s["Name"], names[edge["ReferenceId"]]): edge["SummaryStatistics"]["TotalCount"]
        for s in services
        for edge in s["Edges"]
        if s["Type"] != "client" and "SummaryStatistics" in edge
    }
    for pair in (
        ("storefront", "orders"),
        ("orders", "payments"),
        ("payments", "bank.example.com"),
    ):
        row = ours.edges[(ours.edges["source"] == pair[0]) & (ours.edges["target"] == pair[1])]
        assert row["requests"].tolist() == [edges[pair]]


def test_a_filter_expression_and_a_limit(client: Any) -> None:
    failed = tracing.from_xray(client, MONDAY, END, "fault")
    first = [d for d in DOCUMENTS if "parent_id" not in d]
    assert set(failed["trace_id"]) == {d["trace_id"] for d in first if d.get("fault")}
    assert tracing.from_xray(client, MONDAY, END, most=3)["trace_id"].nunique() == 3
    with pytest.raises(client.exceptions.InvalidRequestException):
        tracing.from_xray(client, MONDAY, END, "responsetime >")


def test_a_longer_time_than_x_ray_takes_at_once(client: Any) -> None:
    day = tracing.from_xray(client, MONDAY - timedelta(hours=23), END)
    assert day["trace_id"].nunique() == len([d for d in DOCUMENTS if "parent_id" not in d])


def test_nothing_there_is_an_empty_table(client: Any) -> None:
    assert tracing.from_xray(client, MONDAY - timedelta(hours=2), MONDAY).empty


def test_a_time_without_a_zone_is_refused(client: Any) -> None:
    with pytest.raises(tracing.TracesError, match="need a time zone"):
        tracing.from_xray(client, datetime(2026, 1, 5), END)
