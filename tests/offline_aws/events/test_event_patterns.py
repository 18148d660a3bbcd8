"""Which events a pattern is for, asked as a learner asks: with TestEventPattern."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_aws import OfflineAWS

EVENT = {
    "id": "1",
    "account": "123456789012",
    "source": "shop.orders",
    "time": "2026-01-05T09:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:s3:::orders", "arn:aws:s3:::invoices"],
    "detail-type": "Order Paid",
    "detail": {
        "state": "Paid",
        "total": 19.5,
        "count": 2,
        "gift": False,
        "note": None,
        "ip": "10.0.3.7",
        "path": "a*b/c.tar.gz",
        "empty": [],
        "lines": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}],
    },
}


@pytest.fixture
def client() -> Iterator[Any]:
    with OfflineAWS():
        yield boto3.client("events")


def matches(client: Any, pattern: object, event: object = EVENT) -> bool:
    texts = {"EventPattern": json.dumps(pattern), "Event": json.dumps(event)}
    return bool(client.test_event_pattern(**texts)["Result"])


MATCHING = [
    ({"source": ["shop.orders"]}, True),
    ({"source": ["other", "shop.orders"]}, True),
    ({"source": ["shop"]}, False),
    ({"resources": ["arn:aws:s3:::invoices"]}, True),
    ({"detail": {"state": ["Paid"], "count": [2]}}, True),
    ({"detail": {"state": ["Paid"], "count": [3]}}, False),
    ({"detail": {"state": ["paid"]}}, False),
    ({"detail": {"state": [{"equals-ignore-case": "pAID"}]}}, True),
    ({"detail": {"count": [2.0]}}, True),
    ({"detail": {"count": ["2"]}}, False),
    ({"detail": {"gift": [False]}}, True),
    ({"detail": {"gift": [0]}}, False),
    ({"detail": {"note": [None]}}, True),
    ({"detail": {"missing": [None]}}, False),
    ({"detail": {"state": [{"prefix": "Pa"}]}}, True),
    ({"detail": {"state": [{"prefix": {"equals-ignore-case": "PA"}}]}}, True),
    ({"detail": {"path": [{"suffix": ".gz"}]}}, True),
    ({"detail": {"path": [{"suffix": {"equals-ignore-case": ".GZ"}}]}}, True),
    ({"detail": {"path": [{"suffix": ".zip"}]}}, False),
    ({"detail": {"path": [{"wildcard": "a*.gz"}]}}, True),
    ({"detail": {"path": [{"wildcard": "a\\*b*"}]}}, True),
    ({"detail": {"path": [{"wildcard": "ab\\**"}]}}, False),
    ({"detail": {"path": [{"wildcard": "*.g"}]}}, False),
    ({"detail": {"total": [{"numeric": [">", 10, "<=", 19.5]}]}}, True),
    ({"detail": {"total": [{"numeric": ["=", 19]}]}}, False),
    ({"detail": {"gift": [{"numeric": ["=", 0]}]}}, False),
    ({"detail": {"ip": [{"cidr": "10.0.0.0/16"}]}}, True),
    ({"detail": {"ip": [{"cidr": "10.1.0.0/16"}]}}, False),
    ({"detail": {"state": [{"cidr": "10.1.0.0/16"}]}}, False),
    ({"detail": {"state": [{"anything-but": "Open"}]}}, True),
    ({"detail": {"state": [{"anything-but": ["Open", "Paid"]}]}}, False),
    ({"detail": {"state": [{"anything-but": {"prefix": "Pa"}}]}}, False),
    ({"detail": {"path": [{"anything-but": {"suffix": [".zip", ".bz2"]}}]}}, True),
    ({"detail": {"missing": [{"anything-but": "Open"}]}}, False),
    ({"detail": {"state": [{"exists": True}]}}, True),
    ({"detail": {"state": [{"exists": False}]}}, False),
    ({"detail": {"missing": [{"exists": False}]}}, True),
    ({"detail": {"missing": {"deeper": [{"exists": False}]}}}, True),
    ({"detail": {"missing": {"deeper": [{"exists": True}]}}}, False),
    ({"detail": {"empty": [{"exists": True}]}}, False),
    ({"detail": {"lines": {"sku": ["B"]}}}, True),
    ({"detail": {"lines": {"sku": ["B"], "n": [1]}}}, False),
    ({"detail": {"$or": [{"state": ["Open"]}, {"count": [2]}]}}, True),
    ({"detail": {"$or": [{"state": ["Open"]}, {"count": [3]}]}}, False),
]


@pytest.mark.parametrize(("pattern", "expected"), MATCHING, ids=str)
def test_a_pattern_matches_or_not(pattern: object, expected: bool, client: Any) -> None:
    assert matches(client, pattern) is expected


WRONG = [
    "{",
    "[]",
    "{}",
    '{"source": "shop"}',
    '{"source": []}',
    '{"source": [["shop"]]}',
    '{"source": [{"ends": "x"}]}',
    '{"source": [{"prefix": 1}]}',
    '{"source": [{"prefix": "a", "suffix": "b"}]}',
    '{"detail": {"n": [{"numeric": [">"]}]}}',
    '{"detail": {"n": [{"numeric": ["~", 1]}]}}',
    '{"detail": {"n": [{"numeric": [">", "1"]}]}}',
    '{"detail": {"n": [{"cidr": "everywhere"}]}}',
    '{"detail": {"n": [{"exists": "yes"}]}}',
    '{"detail": {"n": [{"anything-but": []}]}}',
    '{"detail": {"n": [{"anything-but": {"prefix": 1}}]}}',
    '{"detail": {"n": [{"anything-but": {"numeric": "x"}}]}}',
]


@pytest.mark.parametrize("pattern", WRONG)
def test_a_pattern_that_is_none_is_refused(pattern: str, client: Any) -> None:
    with pytest.raises(client.exceptions.InvalidEventPatternException):
        client.test_event_pattern(EventPattern=pattern, Event=json.dumps(EVENT))


@pytest.mark.parametrize("event", ["{", "[]", "{}"])
def test_an_event_that_is_none_is_refused(event: str, client: Any) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        client.test_event_pattern(EventPattern='{"source": ["a"]}', Event=event)


values = st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text("abc", min_size=1), values, min_size=1), st.text("abcd", min_size=1))
def test_an_event_matches_the_pattern_of_its_own_values(
    client: Any, detail: dict[str, object], other: str
) -> None:
    event = {**EVENT, "detail": detail}
    pattern: dict[str, object] = {name: [value] for name, value in detail.items()}
    assert matches(client, {"detail": pattern}, event)
    assert matches(client, {"detail": {**pattern, other: [{"exists": other in detail}]}}, event)
    but = {name: [{"exists": False}] for name in detail}
    assert not matches(client, {"detail": but}, event)
