"""A dashboard's JSON and CloudWatch's values as a picture with its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from devops_workbook import dashboard
from devops_workbook.dashboard.body import DashboardError, widgets_of
from devops_workbook.dashboard.words import short
from devops_workbook.display import Figure, Note
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def cloudwatch() -> Iterator[Any]:
    """CloudWatch with ten minutes of requests and errors of the shop."""
    with OfflineAWS(now=MONDAY):
        client = boto3.client("cloudwatch")
        for name, value in (("Requests", 100.0), ("Errors", 2.0)):
            data = [
                {
                    "MetricName": name,
                    "Timestamp": MONDAY - timedelta(minutes=minute),
                    "Dimensions": [{"Name": "Service", "Value": "orders"}],
                    "Value": value + minute,
                }
                for minute in range(1, 11)
            ]
            client.put_metric_data(Namespace="Shop", MetricData=data)
        yield client


def metric(title: str, *metrics: list[Any], **more: Any) -> dict[str, Any]:
    properties = {"title": title, "region": "us-east-1", "period": 60, "metrics": [*metrics]}
    return {"type": "metric", "width": 12, "height": 6, "properties": properties | more}


def drawn(client: Any, *widgets: dict[str, Any]) -> Figure:
    body = json.dumps({"widgets": widgets})
    client.put_dashboard(DashboardName="shop", DashboardBody=body)
    found = dashboard.draw(client, "shop", end=MONDAY, hours=1)
    assert isinstance(found, Figure)
    return found


REQUESTS = ["Shop", "Requests", "Service", "orders", {"stat": "Sum", "label": "requests"}]


def test_the_words_say_each_line_with_its_range_and_its_last_value(cloudwatch: Any) -> None:
    figure = drawn(cloudwatch, metric("Rate", REQUESTS, ["...", {"stat": "p50", "label": "p50"}]))
    assert figure.alt == (
        "Dashboard shop, 05 Jan 08:00 to 09:00 UTC. Rate: requests between 101 and 110, highest "
        "at 08:50, last 101; p50 between 101 and 110, highest at 08:50, last 101."
    )
    assert figure.png().startswith(b"\x89PNG")


def test_expressions_see_the_metrics_of_their_own_widget(cloudwatch: Any) -> None:
    rows: list[list[Any]] = [
        ["Shop", "Errors", "Service", "orders", {"id": "e", "stat": "Sum", "visible": False}],
        [".", "Requests", ".", ".", {"id": "r", "stat": "Sum", "visible": False}],
        [{"expression": "100 * e / r", "label": "failed"}],
    ]
    limits = {"annotations": {"horizontal": [{"label": "alarm", "value": 2}]}}
    figure = drawn(cloudwatch, metric("Rate", REQUESTS), metric("Errors", *rows, **limits))
    assert "Errors: failed between 2.97 and 10.9" in figure.alt
    assert "limit alarm 2" in figure.alt


def test_shorthand_stands_for_the_row_above() -> None:
    row: list[Any] = ["Shop", "Requests", "Service", "orders"]
    body = {
        "widgets": [metric("Rate", row, ["...", {"stat": "p99"}], [".", "Errors", ".", "cart"])]
    }
    lines = widgets_of(json.dumps(body))[0].lines
    assert [line.metric["MetricName"] for line in lines] == ["Requests", "Requests", "Errors"]
    assert [line.metric["Dimensions"][0]["Value"] for line in lines] == [
        *("orders", "orders", "cart")
    ]
    assert [line.stat for line in lines] == ["Average", "p99", "Average"]


def test_widgets_without_a_place_stand_behind_each_other() -> None:
    body = {"widgets": [metric("a"), metric("b"), metric("c")]}
    assert [(each.x, each.y) for each in widgets_of(json.dumps(body))] == [(0, 0), (12, 0), (0, 6)]


def test_alarms_texts_and_numbers_are_written(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName="too-few",
        Namespace="Shop",
        MetricName="Requests",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )
    [alarm] = cloudwatch.describe_alarms()["MetricAlarms"]
    properties = {"title": "Alarms", "alarms": [alarm["AlarmArn"]]}
    figure = drawn(
        cloudwatch,
        metric("Now", REQUESTS, view="singleValue"),
        {"type": "alarm", "width": 6, "height": 3, "properties": properties},
        {"type": "text", "width": 6, "height": 3, "properties": {"markdown": "It costs $ 3."}},
    )
    assert "Alarms: ? too-few: insufficient data." in figure.alt
    assert "Text: It costs $ 3." in figure.alt
    assert figure.png()


def test_a_metric_without_data_says_so(cloudwatch: Any) -> None:
    figure = drawn(cloudwatch, metric("Gone", ["Shop", "Requests", "Service", "nobody"]))
    assert "Gone: Requests Average has no data." in figure.alt


def test_what_is_not_there_or_cannot_be_read_is_a_note(cloudwatch: Any) -> None:
    note = dashboard.draw(cloudwatch, "none", end=MONDAY)
    assert isinstance(note, Note)
    assert note.title == "There is no dashboard none."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "no JSON object"),
        ("{}", "no JSON object"),
        ('{"widgets": [{}]}', "Widget 1 cannot be read: KeyError"),
        ('{"widgets": [{"type": "metric", "properties": {"metrics": [["Shop"]]}}]}', "Widget 1"),
    ],
)
def test_a_body_that_is_none_is_refused_with_the_place(body: str, message: str) -> None:
    with pytest.raises(DashboardError, match=message):
        widgets_of(body)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0042, "0.004"), (2.5, "2.5"), (29.96, "30"), (12.34, "12.3"), (1234.5, "1,234")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text
