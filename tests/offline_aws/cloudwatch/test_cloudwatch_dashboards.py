"""Dashboards: what is kept, and what is said of their bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alarm_lab import MINUTE, MONDAY, AlarmLab
from refused import refusal

ROW = ["Shop", "Errors", "Service", "orders"]


def widget(kind: str = "metric", /, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "x": 0, "y": 0, "width": 6, "height": 6, "properties": properties}


def metric(*rows: Any, **more: Any) -> dict[str, Any]:
    return widget(metrics=list(rows), region="us-east-1", **more)


def body(*widgets: Any) -> str:
    return json.dumps({"widgets": list(widgets)})


def test_a_dashboard_is_given_back_as_it_was_put(lab: AlarmLab) -> None:
    text = body(
        metric(ROW, [".", "Requests", ".", ".", {"stat": "Sum"}]), widget("text", markdown="#")
    )
    answer = lab.client.put_dashboard(DashboardName="Shop-1", DashboardBody=text)
    assert answer["DashboardValidationMessages"] == []
    found = lab.client.get_dashboard(DashboardName="Shop-1")
    assert found["DashboardBody"] == text
    assert found["DashboardArn"] == "arn:aws:cloudwatch::123456789012:dashboard/Shop-1"


def test_a_list_of_dashboards(lab: AlarmLab) -> None:
    for name in ("shop", "api", "shop-2"):
        lab.client.put_dashboard(DashboardName=name, DashboardBody=body())
    lab.clock.advance(minutes=1)
    lab.client.put_dashboard(DashboardName="shop", DashboardBody=body())
    entries = lab.client.list_dashboards()["DashboardEntries"]
    assert [each["DashboardName"] for each in entries] == ["api", "shop", "shop-2"]
    assert [each["LastModified"] for each in entries] == [MONDAY, MONDAY + MINUTE, MONDAY]
    assert entries[0]["Size"] == len(body())
    entries = lab.client.list_dashboards(DashboardNamePrefix="shop")["DashboardEntries"]
    assert len(entries) == 2
    assert refusal(lab.client.list_dashboards, NextToken="x")[0] == "InvalidParameterValue"


def test_all_are_deleted_or_none(lab: AlarmLab) -> None:
    lab.client.put_dashboard(DashboardName="shop", DashboardBody=body())
    code, _ = refusal(lab.client.delete_dashboards, DashboardNames=["shop", "none"])
    assert code == "ResourceNotFound"
    lab.client.delete_dashboards(DashboardNames=["shop"])
    assert refusal(lab.client.get_dashboard, DashboardName="shop")[0] == "ResourceNotFound"


BAD: list[tuple[str, str]] = [
    ("no JSON", "must be a valid JSON object"),
    ("[]", "must be a valid JSON object"),
    ("{}", "required property 'widgets'"),
    (body(1), '"dataPath": "/widgets/0"'),
    (body({"properties": {}}), "required property 'type'"),
    (body(widget("chart")), "/widgets/0/type"),
    (body({"type": "text"}), "required property 'properties'"),
    (body(widget("text")), "required property 'markdown'"),
    (body(widget("log", region="us-east-1")), "required property 'query'"),
    (body(widget("alarm", alarms=[])), "/widgets/0/properties/alarms"),
    (body(widget(metrics=[ROW])), "required property 'region'"),
    (body(widget(region="us-east-1")), "required property 'metrics'"),
    (body(metric(ROW, period=45)), "Should be multiple of 60"),
    (body(metric(ROW, view="round")), "Should be equal to one of the allowed values"),
    (body(metric(["Shop"])), "Should NOT have less than 2 items"),
    (body(metric(["Shop", "Errors", {"Service": "a"}, "x"])), 'only \\"String\\" type is allowed'),
    (body({**metric(ROW), "width": 25}), "Should be <= 24"),
    (body({**metric(ROW), "x": -1}), "Should be >= 0"),
    (body({**metric(ROW), "height": "tall"}), "Should be integer"),
]


def test_a_body_that_is_refused(lab: AlarmLab) -> None:
    for text, said in BAD:
        code, message = refusal(lab.client.put_dashboard, DashboardName="shop", DashboardBody=text)
        assert code == "InvalidParameterInput"
        assert message.startswith("The dashboard body is invalid, there is 1 validation error:\n[")
        assert said in message, text
    assert lab.client.list_dashboards()["DashboardEntries"] == []


def test_all_that_is_wrong_is_said_at_once(lab: AlarmLab) -> None:
    text = body(widget("text"), widget("text"))
    _, message = refusal(lab.client.put_dashboard, DashboardName="shop", DashboardBody=text)
    assert message.startswith("The dashboard body is invalid, there are 2 validation errors:")


def test_what_is_ignored_is_told_of(lab: AlarmLab) -> None:
    answer = lab.client.put_dashboard(
        DashboardName="shop", DashboardBody=body(metric(ROW, colour="red"))
    )
    (message,) = answer["DashboardValidationMessages"]
    assert message["DataPath"] == "/widgets/0/properties/colour"
    assert "will be ignored" in message["Message"]


@pytest.mark.parametrize("name", ["my shop", "a" * 256])
def test_a_name_that_is_refused(lab: AlarmLab, name: str) -> None:
    code, _ = refusal(lab.client.put_dashboard, DashboardName=name, DashboardBody=body())
    assert code == "InvalidParameterInput"
