"""Metric filters: what they make of events in CloudWatch, and what AWS refuses in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from log_lab import LogLab, refused

METRIC = {"metricName": "Errors", "metricNamespace": "Shop"}


def put_filter(lab: LogLab, pattern: str, **metric: Any) -> None:
    lab.logs.put_metric_filter(
        logGroupName="shop",
        filterName="errors",
        filterPattern=pattern,
        metricTransformations=[{**METRIC, "metricValue": "1", **metric}],
    )


def points(lab: LogLab, statistic: str = "Sum", **dimensions: str) -> dict[int, float]:
    """Return a statistic of the metric by the minutes from now."""
    now = lab.aws.clock.now()
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="Shop",
        MetricName="Errors",
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now,
        EndTime=now + timedelta(minutes=10),
        Period=60,
        Statistics=[statistic],
    )["Datapoints"]
    return {int((each["Timestamp"] - now).total_seconds() // 60): each[statistic] for each in found}


def test_each_matching_event_counts_in_its_minute(lab: LogLab) -> None:
    put_filter(lab, "{ $.status >= 500 }")
    lab.write(*[{"status": status} for status in (200, 500, 503, 200, 502)], every=20)
    assert points(lab) == {0: 2, 1: 1}


def test_the_events_from_before_the_filter_do_not_count(lab: LogLab) -> None:
    lab.write("ERROR")
    put_filter(lab, "ERROR")
    assert points(lab) == {}


def test_the_value_is_a_field_of_the_event(lab: LogLab) -> None:
    put_filter(lab, "{ $.latency = * }", metricValue="$.latency", unit="Milliseconds")
    lab.write({"latency": 12.5}, {"latency": 30}, {"latency": "40"}, {"latency": "slow"}, {})
    assert points(lab) == {0: 82.5}
    assert points(lab, "SampleCount") == {0: 3}


def test_the_value_is_a_named_field_of_a_line(lab: LogLab) -> None:
    put_filter(lab, "[status = 4*, bytes]", metricValue="$bytes")
    lab.write("404 120", "200 900", "403 30")
    assert points(lab) == {0: 150}


def test_the_default_value_comes_once_for_a_minute_without_a_match(lab: LogLab) -> None:
    put_filter(lab, "ERROR", defaultValue=0)
    lab.write("fine", "fine", "ERROR", "fine", every=30)
    lab.write("fine", at=5)
    lab.write("fine", at=200)
    assert points(lab) == {0: 0, 1: 1, 3: 0}
    assert points(lab, "SampleCount") == {0: 1, 1: 1, 3: 1}


def test_dimensions_are_fields_of_the_event(lab: LogLab) -> None:
    put_filter(lab, "{ $.status >= 500 }", dimensions={"Path": "$.path"})
    lab.write(
        {"status": 500, "path": "/cart"},
        {"status": 500, "path": "/pay"},
        {"status": 500, "path": "/cart"},
        # Without the field there is no value at all.
        {"status": 500, "code": "E1"},
    )
    assert points(lab, Path="/cart") == {0: 2}
    assert points(lab, Path="/pay") == {0: 1}
    listed = boto3.client("cloudwatch").list_metrics(Namespace="Shop")["Metrics"]
    assert all(metric["Dimensions"] for metric in listed)


@pytest.mark.parametrize(
    ("pattern", "metric", "message"),
    [
        (
            "ERROR",
            {"defaultValue": 0.0, "dimensions": {"A": "$.a"}},
            "mutually exclusive",
        ),
        ("ERROR", {"metricValue": "many"}, "many is no number"),
        ("ERROR", {"metricValue": "$.latency"}, "no field $.latency"),
        ("[a, b]", {"metricValue": "$c"}, "no field $c"),
        ("{ $.a = 1 }", {"dimensions": dict.fromkeys("ABCD", "$.a")}, "at most 3 dimensions"),
        ("a.b", {}, "Invalid character(s) in term 'a.b'"),
    ],
)
def test_what_cannot_be_is_refused(
    lab: LogLab, pattern: str, metric: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        put_filter(lab, pattern, **metric)
    code, text = refused(caught)
    assert code == "InvalidParameterException"
    assert message in text


def test_filters_are_described_by_group_prefix_and_metric(lab: LogLab) -> None:
    put_filter(lab, "ERROR")
    (found,) = lab.logs.describe_metric_filters(filterNamePrefix="err")["metricFilters"]
    assert found == {
        "filterName": "errors",
        "filterPattern": "ERROR",
        "logGroupName": "shop",
        "creationTime": lab.time(),
        "applyOnTransformedLogs": False,
        "metricTransformations": [{**METRIC, "metricValue": "1"}],
    }
    assert lab.logs.describe_metric_filters(**METRIC)["metricFilters"] == [found]
    assert lab.logs.describe_log_groups()["logGroups"][0]["metricFilterCount"] == 1
    lab.logs.delete_metric_filter(logGroupName="shop", filterName="errors")
    assert lab.logs.describe_metric_filters(logGroupName="shop")["metricFilters"] == []
    with pytest.raises(lab.logs.exceptions.ResourceNotFoundException):
        lab.logs.delete_metric_filter(logGroupName="shop", filterName="errors")
