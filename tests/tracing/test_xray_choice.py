"""Which traces are read where an account has more than are wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import boto3
import pytest

from devops_workbook import tracing
from devops_workbook.shop.traces import draw_minute, put_documents
from devops_workbook.tracing.xray_account import trace_ids
from offline_aws import OfflineAWS

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
#: In an hour: minutes after its begin, and the requests of each.
RATES = {2: 40, 12: 12, 32: 40, 57: 12}


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """X-Ray after an hour with four minutes of traffic."""
    with OfflineAWS(now=TEN) as aws:
        made: Any = boto3.client("xray")
        for minute, rate in RATES.items():
            put_documents(draw_minute(NINE + timedelta(minutes=minute), rate=rate), made)
        aws.clock.advance(minutes=1)
        yield made


def minutes(ids: list[str]) -> Counter[int]:
    """Return how many traces each of the four minutes gave: an id holds the second."""
    began = [datetime.fromtimestamp(int(one.split("-")[1], 16), UTC) for one in ids]
    return Counter((moment - NINE) // timedelta(minutes=1) for moment in began)


def test_all_of_them_are_in_the_order_of_time(client: Any) -> None:
    ids = trace_ids(client, NINE, TEN)
    assert set(minutes(ids)) == set(RATES)
    assert len(ids) == len(set(ids))
    assert sorted(trace_ids(client, NINE, TEN, most=len(ids))) == sorted(ids)


def test_each_part_of_the_time_gives_as_many(client: Any) -> None:
    assert minutes(trace_ids(client, NINE, TEN, most=8)) == dict.fromkeys(RATES, 2)
    assert tracing.from_xray(client, NINE, TEN, most=8)["trace_id"].nunique() == 8


def test_what_one_part_lacks_the_others_give(client: Any) -> None:
    every = minutes(trace_ids(client, NINE, TEN))
    most = sum(every.values()) - 2
    found = minutes(trace_ids(client, NINE, TEN, most=most))
    assert sum(found.values()) == most
    few = sorted(every, key=every.__getitem__)[:2]
    assert [found[minute] for minute in few] == [every[minute] for minute in few]


@pytest.mark.parametrize(
    ("length", "most", "calls"),
    [
        (timedelta(hours=1), 5, 12),
        (timedelta(hours=1), None, 1),
        (timedelta(minutes=3), 5, 3),
        (timedelta(seconds=20), 5, 1),
        (timedelta(days=4), 5, 16),
    ],
)
def test_how_often_it_asks(client: Any, length: timedelta, most: int | None, calls: int) -> None:
    own = boto3.client("xray")
    asked: list[dict[str, Any]] = []
    own.meta.events.register(
        "provide-client-params.xray.GetTraceSummaries", lambda params, **_: asked.append(params)
    )
    assert trace_ids(own, NINE - length, NINE, most=most) == []
    assert len(asked) == calls
    assert (asked[0]["StartTime"], asked[-1]["EndTime"]) == (NINE - length, NINE)
    assert all(one["EndTime"] == two["StartTime"] for one, two in pairwise(asked))
