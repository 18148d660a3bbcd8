"""The shop's traces: each fault leaves its own mark, and nothing but its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import numpy as np
import pytest

from devops_workbook.shop.traces import FAULTS, TracedLoad, draw_minute, put_documents
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
RATE = 400.0
Document = dict[str, Any]


def minute(*faults: str, **more: Any) -> list[Document]:
    return draw_minute(MONDAY, rate=RATE, faults=faults, **more)


def of(documents: list[Document], name: str) -> list[Document]:
    return [each for each in documents if each["name"] == name]


def calls(documents: list[Document], name: str) -> list[Document]:
    """Return the subsegments of a name."""
    return [sub for each in documents for sub in each.get("subsegments", ()) if sub["name"] == name]


def seconds(documents: list[Document]) -> Any:
    return np.array([each["end_time"] - each["start_time"] for each in documents])


PLAIN = minute()


def test_the_same_arguments_give_the_same_documents() -> None:
    assert minute() == PLAIN
    assert minute(seed=2) != PLAIN
    assert draw_minute(MONDAY + timedelta(minutes=1), rate=RATE) != PLAIN


def test_a_request_goes_through_the_services() -> None:
    names = Counter(each["name"] for each in PLAIN)
    assert names["storefront"] == names["orders"]
    assert names["payments"] == names["invoicing"]
    assert 0.15 < names["payments"] / names["orders"] < 0.25
    subsegments = {sub["id"]: sub for each in PLAIN for sub in each.get("subsegments", ())}
    for each in PLAIN:
        if each["name"] == "storefront":
            assert "parent_id" not in each
        else:
            caller = subsegments[each["parent_id"]]
            assert caller["start_time"] <= each["start_time"]
            if each["name"] != "invoicing":  # It takes a message, after the answer.
                assert each["end_time"] <= caller["end_time"]


def test_subsegments_are_within_their_segments_and_ids_are_unique() -> None:
    for fault in FAULTS:
        documents = minute(fault)
        ids = [each["id"] for each in documents]
        for each in documents:
            for sub in each.get("subsegments", ()):
                ids.append(sub["id"])
                assert each["start_time"] <= sub["start_time"] <= sub["end_time"]
                assert sub["end_time"] <= each["end_time"]
        assert len(ids) == len(set(ids)), fault


def test_n_plus_one_asks_for_each_order_by_itself() -> None:
    def queries(documents: list[Document]) -> list[int]:
        lists = [
            each
            for each in of(documents, "orders")
            if re.search(r"/customers/\d+/orders$", each["http"]["request"]["url"])
        ]
        return [len(each["subsegments"]) for each in lists]

    assert set(queries(PLAIN)) == {1}
    assert min(queries(minute("n-plus-one"))) >= 6
    assert len(queries(PLAIN)) == len(queries(minute("n-plus-one")))


@pytest.mark.parametrize(
    ("fault", "name", "share", "times"),
    [
        ("missing-index", "orders@db", 0.2, 20),
        ("lock", "orders@db", 0.05, 50),
        ("slow-third-party", "bank.example.com", 1.0, 10),
        ("cold-start", "payments", 0.05, 5),
    ],
)
def test_a_fault_slows_who_it_befalls(fault: str, name: str, share: float, times: float) -> None:
    """A share of the calls of a name takes so many times the usual."""
    usual = np.median(seconds(calls(PLAIN, name)))
    slow = seconds(calls(minute(fault), name)) > times * usual
    assert slow.mean() >= share
    assert (seconds(calls(PLAIN, name)) > times * usual).mean() < share / 4


def test_a_lock_lets_some_orders_fail() -> None:
    broken = [each for each in of(minute("lock"), "orders") if each.get("fault")]
    assert broken
    for each in broken:
        assert each["http"]["response"]["status"] == 500
        assert each["cause"]["exceptions"][0]["type"] == "LockTimeout"
    assert not any(each.get("fault") for each in PLAIN)


def test_a_retry_storm_multiplies_the_calls_of_the_bank() -> None:
    storm = minute("retry-storm")
    before, now = calls(PLAIN, "bank.example.com"), calls(storm, "bank.example.com")
    assert len(before) == len(of(PLAIN, "payments"))
    assert len(now) > 2 * len(before)
    assert any(each.get("throttle") for each in now)
    failed = [each for each in of(storm, "payments") if each.get("fault")]
    assert failed
    assert all(len(each["subsegments"]) == 5 for each in failed)


def test_a_dropped_header_breaks_the_trace_in_two() -> None:
    broken = minute("dropped-header")
    roots = [each for each in broken if "parent_id" not in each]
    assert len(roots) == 2 * len(of(broken, "storefront"))
    assert len({each["trace_id"] for each in roots}) == len(roots)


def test_a_smaller_sample_is_part_of_a_larger_one() -> None:
    small, large = ({each["trace_id"] for each in minute(sampled=share)} for share in (0.05, 0.5))
    whole = {each["trace_id"] for each in PLAIN}
    assert small < large < whole
    assert 0.4 < len(large) / len(whole) < 0.6


def test_an_unknown_fault_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"no fault 'rain'.*n-plus-one"):
        minute("rain")


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


def test_x_ray_takes_all_that_is_drawn(aws: OfflineAWS) -> None:
    for fault in FAULTS:
        documents = draw_minute(MONDAY, rate=30, faults=[fault])
        assert put_documents(documents) == len(documents)


def test_a_load_puts_a_minute_when_it_is_over(aws: OfflineAWS) -> None:
    client: Any = boto3.client("xray")
    load = TracedLoad(aws, rate=20).start()

    def found(expression: str = "", **more: Any) -> int:
        window = {"StartTime": MONDAY, "EndTime": MONDAY + timedelta(minutes=30), **more}
        pages = client.get_paginator("get_trace_summaries").paginate(
            **window, FilterExpression=expression
        )
        return sum(len(page["TraceSummaries"]) for page in pages)

    aws.clock.advance(seconds=59)
    assert found() == 0
    aws.clock.advance(seconds=1)
    first = found()
    assert first == len(of(draw_minute(MONDAY, rate=20), "storefront"))
    load.fault("slow-third-party", minutes=2)
    aws.clock.advance(minutes=4)
    slow = 'service("payments") { responsetime > 1.4 }'
    assert found(slow) > 0
    assert found(slow, EndTime=MONDAY + timedelta(minutes=1)) == 0
    assert found(slow, StartTime=MONDAY + timedelta(minutes=3)) == 0
    load.fault("lock")
    load.mend()
    load.version = "1.5.0"
    aws.clock.advance(minutes=1)
    assert found("fault") == 0
    assert found('annotation.version = "1.5.0"') > 0
    load.stop()
    before = found()
    aws.clock.advance(minutes=5)
    assert found() == before
