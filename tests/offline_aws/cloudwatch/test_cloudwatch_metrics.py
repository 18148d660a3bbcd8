"""Metrics: what is put, and the statistics of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from alarm_lab import MINUTE, MONDAY, AlarmLab
from hypothesis import given
from hypothesis import strategies as st
from refused import refusal

from offline_aws.cloudwatch.statistics import statistic
from offline_aws.metric_series import Series, Summary, merged, single

HOUR = timedelta(hours=1)


def put(lab: AlarmLab, *data: dict[str, Any], namespace: str = "Shop") -> None:
    named = [{"MetricName": "Latency", **datum} for datum in data]
    lab.client.put_metric_data(Namespace=namespace, MetricData=named)


def statistics(lab: AlarmLab, *names: str, **more: Any) -> list[dict[str, Any]]:
    """Return the datapoints of an hour around now."""
    basic = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
    given = {
        "Namespace": "Shop",
        "MetricName": "Latency",
        "StartTime": MONDAY,
        "EndTime": MONDAY + HOUR,
        "Period": 60,
        "Statistics": [name for name in names if name in basic],
        "ExtendedStatistics": [name for name in names if name not in basic],
    } | more
    chosen = {name: value for name, value in given.items() if value != []}
    points = lab.client.get_metric_statistics(**chosen)["Datapoints"]
    return sorted(points, key=lambda point: (point["Timestamp"], point["Unit"]))


def test_values_of_a_minute(lab: AlarmLab) -> None:
    put(lab, {"Value": 3}, {"Value": 5, "Timestamp": MONDAY + timedelta(seconds=59)})
    put(lab, {"Value": 7, "Timestamp": MONDAY + MINUTE})
    points = statistics(lab, "SampleCount", "Average", "Sum", "Minimum", "Maximum")
    first = {"SampleCount": 2.0, "Average": 4.0, "Sum": 8.0, "Minimum": 3.0, "Maximum": 5.0}
    assert points == [
        {"Timestamp": MONDAY, "Unit": "None", **first},
        {"Timestamp": MONDAY + MINUTE, "Unit": "None", "SampleCount": 1.0}
        | dict.fromkeys(("Average", "Sum", "Minimum", "Maximum"), 7.0),
    ]


def test_values_with_counts(lab: AlarmLab) -> None:
    put(lab, {"Values": [10.0, 20.0, 1000.0], "Counts": [89.0, 10.0, 1.0]})
    (point,) = statistics(lab, "p50", "p99", "p100", "tm90", "tc90", "PR(:20)", "IQM")
    assert point["ExtendedStatistics"] == {
        "p50": 10.0,
        "p99": pytest.approx(20 + 980 * 0.01),
        "p100": 1000.0,
        "tm90": pytest.approx((89 * 10 + 20) / 90),
        "tc90": 90.0,
        "PR(:20)": 99.0,
        "IQM": 10.0,
    }
    (point,) = statistics(lab, "SampleCount", "Sum")
    assert (point["SampleCount"], point["Sum"]) == (100.0, 2090.0)


def test_a_statistic_set_has_no_percentiles_but_where_all_values_are_one(lab: AlarmLab) -> None:
    different = {"SampleCount": 4, "Sum": 20, "Minimum": 1, "Maximum": 9}
    same = {"SampleCount": 4, "Sum": 20, "Minimum": 5, "Maximum": 5}
    put(lab, {"StatisticValues": different})
    put(lab, {"StatisticValues": same, "Timestamp": MONDAY + MINUTE})
    (average, _) = statistics(lab, "Average", "Maximum")
    assert (average["Average"], average["Maximum"]) == (5.0, 9.0)
    (known,) = statistics(lab, "p90")
    assert known["ExtendedStatistics"] == {"p90": 5.0}
    assert known["Timestamp"] == MONDAY + MINUTE


def test_each_unit_is_counted_by_itself(lab: AlarmLab) -> None:
    put(lab, {"Value": 3, "Unit": "Seconds"}, {"Value": 4, "Unit": "Milliseconds"})
    points = statistics(lab, "Sum")
    assert [(point["Unit"], point["Sum"]) for point in points] == [
        ("Milliseconds", 4.0),
        ("Seconds", 3.0),
    ]
    assert [each["Sum"] for each in statistics(lab, "Sum", Unit="Seconds")] == [3.0]
    assert statistics(lab, "Sum", Unit="Count") == []


def test_periods_begin_at_the_start(lab: AlarmLab) -> None:
    for minute in range(10):
        put(lab, {"Value": 1, "Timestamp": MONDAY + minute * MINUTE})
    points = statistics(lab, "Sum", Period=300, StartTime=MONDAY + 2 * MINUTE)
    assert [(each["Timestamp"], each["Sum"]) for each in points] == [
        (MONDAY + 2 * MINUTE, 5.0),
        (MONDAY + 7 * MINUTE, 3.0),
    ]


def test_high_resolution(lab: AlarmLab) -> None:
    for second in (0, 9, 10):
        put(
            lab,
            {
                "Value": 1,
                "StorageResolution": 1,
                "Timestamp": MONDAY + timedelta(seconds=second),
            },
        )
    assert [each["Sum"] for each in statistics(lab, "Sum", Period=10)] == [2.0, 1.0]
    assert [each["Sum"] for each in statistics(lab, "Sum")] == [3.0]
    lab.clock.advance(hours=4)
    assert statistics(lab, "Sum", Period=10) == []
    assert [each["Sum"] for each in statistics(lab, "Sum")] == [3.0]


def test_old_data_are_there_in_longer_periods(lab: AlarmLab) -> None:
    put(lab, {"Value": 1}, {"Value": 2, "Timestamp": MONDAY + MINUTE})
    for days, shortest in ((14, 60), (2, 300), (50, 3600)):
        lab.clock.advance(days=days)
        for period in (60, 300, 3600):
            points = statistics(lab, "Sum", Period=period)
            assert bool(points) == (period >= shortest), (days, period)
    lab.clock.advance(days=400)
    assert statistics(lab, "Sum", Period=3600) == []


def test_the_store_sums_up_old_rows(lab: AlarmLab) -> None:
    day = timedelta(days=1)
    for number in range(20):
        first = int((MONDAY + number * day).timestamp())
        times = list(range(first, first + 86400, 60))
        datum = {"MetricName": "Latency", "Timestamps": times, "Values": [2.0] * 1440}
        lab.aws.record_metrics("Shop", [datum])
        lab.clock.advance(days=1)
    whole = {"StartTime": MONDAY, "EndTime": MONDAY + 20 * day, "Period": 86400}
    points = statistics(lab, "Sum", "SampleCount", **whole)
    assert [(each["Sum"], each["SampleCount"]) for each in points] == [(2880.0, 1440.0)] * 20


BAD_DATA: list[tuple[dict[str, Any], str]] = [
    ({"Value": 1, "Values": [1.0]}, "InvalidParameterCombination"),
    ({}, "MissingParameter"),
    ({"Value": 1, "Timestamp": MONDAY - timedelta(days=15)}, "InvalidParameterValue"),
    ({"Value": 1, "Timestamp": MONDAY + timedelta(hours=3)}, "InvalidParameterValue"),
    ({"Value": 1, "StorageResolution": 30}, "InvalidParameterValue"),
    ({"Value": 2.0**361}, "InvalidParameterValue"),
    ({"Values": [1.0] * 151}, "InvalidParameterValue"),
    ({"Values": [1.0], "Counts": [1.0, 2.0]}, "InvalidParameterValue"),
    ({"Values": [1.0], "Counts": [0.0]}, "InvalidParameterValue"),
    ({"Value": 1, "Unit": "Hours"}, "InvalidParameterValue"),
    (
        {"Value": 1, "Dimensions": [{"Name": f"D{n}", "Value": "x"} for n in range(31)]},
        "InvalidParameterValue",
    ),
    (
        {"StatisticValues": {"SampleCount": 0, "Sum": 1, "Minimum": 1, "Maximum": 1}},
        "InvalidParameterValue",
    ),
    (
        {"StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 2, "Maximum": 1}},
        "InvalidParameterCombination",
    ),
]


def test_data_that_are_refused_and_none_of_the_others_kept(lab: AlarmLab) -> None:
    for datum, code in BAD_DATA:
        data = [{"MetricName": "Latency", "Value": 1}, {"MetricName": "Latency", **datum}]
        found, _ = refusal(lab.client.put_metric_data, Namespace="Shop", MetricData=data)
        assert found == code, datum
    assert lab.client.list_metrics()["Metrics"] == []


def test_a_thousand_metrics_and_no_more(lab: AlarmLab) -> None:
    data = [{"MetricName": f"m{number}", "Value": 1} for number in range(1001)]
    code, _ = refusal(lab.client.put_metric_data, Namespace="Shop", MetricData=data)
    assert code == "InvalidParameterValue"
    lab.client.put_metric_data(Namespace="Shop", MetricData=data[:1000])
    pages = lab.client.get_paginator("list_metrics").paginate()
    assert [len(page["Metrics"]) for page in pages] == [500, 500]


def test_namespaces_of_aws_are_for_aws(lab: AlarmLab) -> None:
    data = [{"MetricName": "RequestCount", "Value": 1}]
    assert refusal(lab.client.put_metric_data, Namespace="AWS/ELB", MetricData=data) == (
        "InvalidParameterValue",
        "The value AWS/ for parameter Namespace is invalid.",
    )
    lab.aws.record_metrics("AWS/ELB", data)
    lab.aws.record_metrics("AWS/ELB", data, region="eu-west-1")
    (metric,) = lab.client.list_metrics()["Metrics"]
    assert metric == {"Namespace": "AWS/ELB", "MetricName": "RequestCount", "Dimensions": []}


def test_a_list_of_metrics(lab: AlarmLab) -> None:
    def dimensions(**pairs: str) -> list[dict[str, str]]:
        return [{"Name": name, "Value": value} for name, value in pairs.items()]

    put(lab, {"Value": 1}, {"Value": 1, "Dimensions": dimensions(Service="orders", Stage="prod")})
    put(lab, {"Value": 1, "MetricName": "Errors", "Dimensions": dimensions(Service="web")})
    put(lab, {"Value": 1}, namespace="Other")

    def listed(**filters: Any) -> list[tuple[str, str, int]]:
        metrics = lab.client.list_metrics(**filters)["Metrics"]
        return [(m["Namespace"], m["MetricName"], len(m["Dimensions"])) for m in metrics]

    assert listed(Namespace="Shop") == [
        ("Shop", "Errors", 1),
        ("Shop", "Latency", 0),
        ("Shop", "Latency", 2),
    ]
    assert listed(MetricName="Errors") == [("Shop", "Errors", 1)]
    assert len(listed(Dimensions=[{"Name": "Service"}])) == 2
    assert listed(Dimensions=[{"Name": "Service", "Value": "web"}]) == [("Shop", "Errors", 1)]
    lab.clock.advance(hours=4)
    assert listed(RecentlyActive="PT3H") == []
    assert len(listed()) == 4
    lab.clock.advance(days=15)
    assert listed() == []


BAD_QUESTIONS: list[tuple[dict[str, Any], str]] = [
    ({"Period": 45}, "InvalidParameterValue"),
    ({"EndTime": MONDAY}, "InvalidParameterCombination"),
    ({"Statistics": []}, "MissingParameter"),
    ({"Statistics": ["Sum"], "ExtendedStatistics": ["p9"]}, "InvalidParameterCombination"),
    ({"Statistics": [], "ExtendedStatistics": ["p9x"]}, "InvalidParameterValue"),
    ({"EndTime": MONDAY + timedelta(days=2)}, "InvalidParameterCombination"),
]


def test_statistics_that_are_refused(lab: AlarmLab) -> None:
    for changes, code in BAD_QUESTIONS:
        found, message = asked(lab, changes)
        assert found == code, message
    assert message.startswith("You have requested up to 2,880 datapoints, which exceeds")


def asked(lab: AlarmLab, changes: dict[str, Any]) -> tuple[str, str]:
    given = {
        "Namespace": "Shop",
        "MetricName": "Latency",
        "StartTime": MONDAY,
        "EndTime": MONDAY + HOUR,
        "Period": 60,
        "Statistics": ["Sum"],
    } | changes
    chosen = {name: value for name, value in given.items() if value != []}
    return refusal(lab.client.get_metric_statistics, **chosen)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TM(25%:75%)", 50.5),
        ("TM(10:20)", 15.5),
        ("TC(10:20)", 10.0),
        ("TS(10:20)", 155.0),
        ("TM(:50)", 25.5),
        ("PR(80:)", 20.0),
        ("PR(10:20)", 10.0),
        ("wm50", pytest.approx((sum(range(1, 51)) + 50 * 50.5) / 100, abs=0.01)),
        ("WM(:50)", (sum(range(1, 51)) + 50 * 50) / 100),
        ("ts10", 55.0),
        ("p0", 1.0),
        ("p99.9", pytest.approx(99.901)),
    ],
)
def test_a_statistic_of_one_to_a_hundred(name: str, value: float) -> None:
    values = {float(number): 1.0 for number in range(1, 101)}
    assert statistic(name).of(Summary(100, 5050, 1, 100, values)) == value


VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20)


@given(VALUES)
def test_percentiles_are_in_order(values: list[float]) -> None:
    summary = single(values[0])
    for value in values[1:]:
        summary = merged(summary, single(value))
    found = [statistic(f"p{percent}").of(summary) for percent in range(0, 101, 5)]
    assert found == sorted(found)  # type: ignore[type-var]
    assert (found[0], found[-1]) == (min(values), max(values))


@given(st.lists(st.tuples(st.integers(0, 300), st.floats(-1e6, 1e6)), max_size=30))
def test_any_order_of_values_comes_to_the_same(values: list[tuple[int, float]]) -> None:
    series = Series()
    for time, value in values:
        series.add(time, single(value))
    assert list(series.times) == sorted({time for time, _ in values})
    for at, time in enumerate(series.times):
        mine = [value for when, value in values if when == time]
        row = series.row(at)
        assert (row.size, row.low, row.high) == (len(mine), min(mine), max(mine))
        assert row.total == pytest.approx(sum(mine))
        assert row.distribution is not None
        assert sorted(row.distribution) == sorted(set(mine))


def test_a_time_without_a_zone_is_in_utc(lab: AlarmLab) -> None:
    put(lab, {"Value": 1, "Timestamp": datetime(2026, 1, 5, 9)})
    assert [each["Timestamp"] for each in statistics(lab, "Sum")] == [MONDAY]
