"""Incidents out of a load balancer's minutes, as CloudWatch tells them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import boto3
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook import dora
from offline_aws import OfflineAWS

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
MINUTE = pd.Timedelta(minutes=1)
NAMES = (f"app/shop/{number:016x}" for number in count())

#: What a minute records: requests, failures of the target and of the balancer, seconds.
Minute = tuple[int, int, int, float]
#: When an incident began and ended, in minutes before noon.
Span = tuple[int | None, int | None]
GOOD: Minute = (100, 2, 0, 0.2)
FAILING: Minute = (100, 2, 1, 0.2)
SLOW: Minute = (100, 0, 0, 1.5)
REFUSED: Minute = (0, 0, 5, 0.0)
SILENT: Minute = (0, 0, 0, 0.0)


@pytest.fixture(scope="module")
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=NOON) as running:
        yield running


@cache  # one is dear to make
def client(aws: OfflineAWS) -> Any:
    return boto3.client("cloudwatch", region_name=aws.region)


def datum(name: str, value: float, balancer: str, time: datetime) -> dict[str, Any]:
    dimensions = [{"Name": "LoadBalancer", "Value": balancer}]
    return {"MetricName": name, "Value": value, "Timestamp": time, "Dimensions": dimensions}


def record(aws: OfflineAWS, minutes: list[Minute], end: datetime = NOON) -> str:
    """Record minutes of a load balancer of their own, up to ``end``; return its name."""
    balancer = next(NAMES)
    data = []
    for ago, (requests, target, refused, seconds) in enumerate(reversed(minutes), start=1):
        values = {
            "RequestCount": requests,
            "HTTPCode_Target_5XX_Count": target,
            "HTTPCode_ELB_5XX_Count": refused,
            "TargetResponseTime": seconds,
        }
        time = end - ago * MINUTE
        data += [datum(name, value, balancer, time) for name, value in values.items() if value]
    aws.record_metrics("AWS/ApplicationELB", data)
    return balancer


def read(aws: OfflineAWS, recorded: list[Minute], **more: Any) -> pd.DataFrame:
    """Record minutes and read them; a good one first, so that there is always a request."""
    whole = [GOOD, *recorded]
    balancer = record(aws, whole)
    return dora.incidents_from_cloudwatch(
        client(aws), balancer, NOON - len(whole) * MINUTE, NOON, **more
    )


def spans(found: pd.DataFrame) -> list[Span]:
    """Return begins and ends of incidents, in minutes before noon."""
    names = ("started_at", "resolved_at")
    begins, ends = ([_ago(time) for time in found[name]] for name in names)
    return list(zip(begins, ends, strict=True))


def _ago(time: pd.Timestamp) -> int | None:
    return None if pd.isna(time) else int((NOON - time) / MINUTE)


def test_an_incident_is_a_row_of_the_log(aws: OfflineAWS) -> None:
    found = read(aws, [*3 * [FAILING], *3 * [GOOD]])
    assert list(found["incident_id"]) == ["2026-01-12T11:54Z"]
    assert spans(found) == [(6, 3)]
    deployments = pd.DataFrame({"deployment_id": ["1"], "finished_at": [NOON]})
    kept = dora.Events(deployments, incidents=found).incidents
    assert kept is not None
    pd.testing.assert_frame_equal(kept, found)


@pytest.mark.parametrize("bad", [FAILING, SLOW, REFUSED])
def test_what_harms_customers(aws: OfflineAWS, bad: Minute) -> None:
    assert spans(read(aws, 3 * [bad])) == [(3, None)]


def test_as_many_as_were_said_are_not_too_many(aws: OfflineAWS) -> None:
    assert read(aws, 5 * [(100, 29, 0, 0.5)], harmed=0.29, patience=0.5).empty
    assert len(read(aws, 5 * [(100, 30, 0, 0.5)], harmed=0.29, patience=0.5)) == 1


def test_the_slowest_are_as_many_as_may_be_harmed(aws: OfflineAWS) -> None:
    """Of 100 requests 3 are slow: more than 2 percent, fewer than 4."""
    balancer = next(NAMES)
    counts = {"Values": [0.1, 3.0], "Counts": [97.0, 3.0]}
    data: list[dict[str, Any]] = []
    for ago in range(1, 6):
        time = NOON - ago * MINUTE
        data.append(datum("RequestCount", 100, balancer, time))
        spread = {**datum("TargetResponseTime", 0, balancer, time), **counts}
        del spread["Value"]
        data.append(spread)
    aws.record_metrics("AWS/ApplicationELB", data)
    found = [
        dora.incidents_from_cloudwatch(client(aws), balancer, "2026-01-12", NOON, harmed=harmed)
        for harmed in (0.02, 0.04)
    ]
    assert [len(each) for each in found] == [1, 0]


def test_only_whole_minutes_of_the_period_count(aws: OfflineAWS) -> None:
    balancer = record(aws, 5 * [FAILING])

    def within(start: str, end: str) -> list[Span]:
        return spans(dora.incidents_from_cloudwatch(client(aws), balancer, start, end))

    assert within("2026-01-12T11:55:01", "2026-01-12T13:00+01:00") == [(4, None)]
    assert within("2026-01-12T11:56", "2026-01-12T11:58:59") == []


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from([GOOD, GOOD, FAILING, SLOW, SILENT]), max_size=30),
    st.integers(1, 4),
)
def test_the_rule_is_the_plain_one(aws: OfflineAWS, minutes: list[Minute], needed: int) -> None:
    assert spans(read(aws, minutes, minutes=needed)) == plainly([GOOD, *minutes], needed)


def plainly(minutes: list[Minute], needed: int) -> list[Span]:
    """Go through the minutes that say something one by one, and count."""
    found: list[Span] = []
    begun: int | None = None
    row: list[int] = []  # the minutes before noon that speak against what is thought now
    for ago, minute in zip(range(len(minutes), 0, -1), minutes, strict=True):
        if minute == SILENT:
            continue
        if (minute in (FAILING, SLOW)) == (begun is not None):
            row = []
            continue
        row.append(ago)
        if len(row) < needed:
            continue
        if begun is None:
            begun = row[0]
        else:
            found.append((begun, row[0]))
            begun = None
        row = []
    return found if begun is None else [*found, (begun, None)]


def test_more_than_a_page(aws: OfflineAWS) -> None:
    """A series that goes on from one page to the next is one."""
    night = [*3 * [FAILING], *200 * [GOOD]]
    balancer = record(aws, night)
    own = boto3.client("cloudwatch", region_name=aws.region)

    def in_small_pages(params: dict[str, Any], **_: Any) -> None:
        params["MaxDatapoints"] = 100

    own.meta.events.register("provide-client-params.cloudwatch.GetMetricData", in_small_pages)
    found = dora.incidents_from_cloudwatch(own, balancer, NOON - timedelta(days=1), NOON)
    assert spans(found) == [(203, 200)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"load_balancer": "net/shop/1"}, "load_balancer: found 'net/shop/1', expected the end of"),
        ({"start": NOON}, "the period is empty"),
        ({"start": "2026-01-12T11:59:30"}, "there is no whole minute between"),
        ({"end": "noon"}, "end: found 'noon', expected a date or time"),
        ({"harmed": 1}, "harmed: found 1, expected a share between 0 and 1"),
        ({"patience": 0}, "patience: found 0, expected seconds"),
        ({"minutes": 0}, "minutes: found 0, expected at least 1"),
        ({}, "CloudWatch has no minute with a request of load balancer 'app/none/1'"),
    ],
)
def test_what_cannot_be_read_is_said(
    aws: OfflineAWS, arguments: dict[str, Any], message: str
) -> None:
    given = {"load_balancer": "app/none/1", "start": "2026-01-12", "end": NOON, **arguments}
    with pytest.raises(ValueError, match="^" + message.replace("(", "\\(")):
        dora.incidents_from_cloudwatch(client(aws), **given)
