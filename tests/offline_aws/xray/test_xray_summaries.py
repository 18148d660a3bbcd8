"""Summaries of traces."""

from __future__ import annotations

from datetime import timedelta

import pytest
from xray_lab import MONDAY, XrayLab, apart, entity, http, new_trace, segment


def test_duration_goes_on_after_the_response(lab: XrayLab) -> None:
    trace = new_trace()
    root = segment("orders", trace, 0, 1, http=http(202, method="POST", url="http://shop/orders"))
    lab.put(root, apart(root, "later", 1, 4))
    (summary,) = lab.summaries()
    assert (summary["ResponseTime"], summary["Duration"]) == (1, 4)
    assert summary["StartTime"] == MONDAY
    assert summary["Http"] == {
        "HttpMethod": "POST",
        "HttpURL": "http://shop/orders",
        "HttpStatus": 202,
    }
    assert lab.found("duration >= 4 AND responsetime <= 1") == {trace}


def test_errors_are_the_entry_s_and_throttling_anybody_s(lab: XrayLab) -> None:
    trace = new_trace()
    call = entity("bank", 0.1, 0.2, namespace="remote", http=http(429))
    broken = entity("cache", 0.2, 0.3, namespace="remote", fault=True)
    lab.put(segment("orders", trace, 0, 1, http=http(404), subsegments=[call, broken]))
    (summary,) = lab.summaries()
    assert (summary["HasFault"], summary["HasError"], summary["HasThrottle"]) == (False, True, True)


def test_a_flag_wins_over_the_status(lab: XrayLab) -> None:
    lab.put(segment("orders", new_trace(), 0, 1, http=http(404), error=False))
    assert [each["HasError"] for each in lab.summaries()] == [False]


def test_annotations_users_and_places(lab: XrayLab) -> None:
    trace = new_trace()
    ec2 = {"ec2": {"instance_id": "i-1", "availability_zone": "us-east-1a"}}
    call = entity("payments", 0.1, 0.9, namespace="remote", annotations={"tier": "gold", "n": 2})
    root = segment(
        "shop", trace, 0, 1, user="me", aws=ec2, annotations={"tier": "gold"}, subsegments=[call]
    )
    callee = segment(
        "payments", trace, 0.2, 0.8, parent_id=call["id"], annotations={"tier": True}, user="me"
    )
    lab.put(root, {**callee, "resource_arn": "arn:aws:x:::y"})
    (summary,) = lab.summaries()
    shown = {
        key: [(each["AnnotationValue"], [s["Name"] for s in each["ServiceIds"]]) for each in of]
        for key, of in summary["Annotations"].items()
    }
    assert shown == {
        "tier": [
            ({"StringValue": "gold"}, ["shop"]),
            ({"BooleanValue": True}, ["payments"]),
        ],
        "n": [({"NumberValue": 2.0}, ["shop"])],
    }
    (user,) = summary["Users"]
    assert [each["Name"] for each in user["ServiceIds"]] == ["shop", "payments"]
    assert summary["InstanceIds"] == [{"Id": "i-1"}]
    assert summary["AvailabilityZones"] == [{"Name": "us-east-1a"}]
    assert summary["ResourceARNs"] == [{"ARN": "arn:aws:x:::y"}]
    assert summary["EntryPoint"]["Name"] == "shop"


def test_fifty_annotations_are_indexed(lab: XrayLab) -> None:
    lab.put(segment("orders", new_trace(), 0, 1, annotations={f"k{i}": i for i in range(60)}))
    assert len(lab.summaries()[0]["Annotations"]) == 50


def test_root_causes_lead_to_where_it_went_wrong(lab: XrayLab) -> None:
    cause = {"exceptions": [{"id": "1" * 16, "type": "Timeout", "message": "no answer"}]}
    query = entity("orders@db", 0.3, 0.9, namespace="remote", sql={}, fault=True, cause=cause)
    step = entity("find", 0.25, 0.95, subsegments=[query], fault=True)
    call = entity("orders", 0.1, 1.0, namespace="remote", fault=True)
    trace = new_trace()
    lab.put(
        segment("shop", trace, 0, 1.1, subsegments=[call], fault=True),
        segment("orders", trace, 0.2, 1, parent_id=call["id"], subsegments=[step], fault=True),
    )
    (summary,) = lab.summaries()
    assert summary["ErrorRootCauses"] == []
    for kind in ("Fault", "ResponseTime"):
        (found,) = summary[f"{kind}RootCauses"]
        path = [
            (each["Name"], each["Inferred"], [part["Name"] for part in each["EntityPath"]])
            for each in found["Services"]
        ]
        assert path == [
            ("shop", False, ["shop", "orders"]),
            ("orders", False, ["orders", "find", "orders@db"]),
            ("orders@db", True, ["orders@db"]),
        ]
    last = summary["FaultRootCauses"][0]["Services"][1]["EntityPath"][-1]
    assert last["Exceptions"] == [{"Name": "Timeout", "Message": "no answer"}]
    assert last["Remote"] is True
    slow = summary["ResponseTimeRootCauses"][0]["Services"][1]["EntityPath"][-1]
    assert slow["Coverage"] == pytest.approx(0.6 / 1.1, abs=1e-6)


def test_the_entry_is_the_segment_without_a_parent(lab: XrayLab) -> None:
    trace = new_trace()
    lab.put(segment("late", trace, 0, 1, parent_id="f" * 16), segment("first", trace, 0.5, 2))
    (summary,) = lab.summaries()
    assert summary["EntryPoint"]["Name"] == "first"
    assert summary["ResponseTime"] == 1.5


def test_three_kinds_of_time(lab: XrayLab) -> None:
    trace = new_trace()
    lab.aws.clock.advance(hours=2)
    lab.put(segment("orders", trace, 0, 5400))  # It began at nine, ended at 10:30, came at eleven.

    def found(kind: str, begin: int, end: int) -> bool:
        window = {
            "StartTime": MONDAY + timedelta(minutes=begin),
            "EndTime": MONDAY + timedelta(minutes=end),
        }
        return lab.found(TimeRangeType=kind, **window) == {trace}

    assert (found("TraceId", 0, 1), found("TraceId", 89, 91)) == (True, False)
    assert (found("Service", 0, 1), found("Service", 89, 91)) == (False, True)
    assert (found("Event", 89, 91), found("Event", 120, 121)) == (False, True)
    window = {"StartTime": MONDAY, "EndTime": MONDAY + timedelta(hours=3)}
    (event,) = lab.summaries(TimeRangeType="Event", **window)
    assert event["MatchedEventTime"] == MONDAY + timedelta(hours=2)


def test_pages_newest_first_and_samples(lab: XrayLab) -> None:
    traces = [new_trace() for _ in range(230)]
    lab.put(*(segment("orders", trace, i, i + 1) for i, trace in enumerate(traces)))
    first = lab.xray.get_trace_summaries(**lab.hour)
    assert first["TracesProcessedCount"] == 230
    assert len(first["TraceSummaries"]) == 100
    assert [each["Id"] for each in lab.summaries()] == traces[::-1]
    newest = lab.found(Sampling=True, SamplingStrategy={"Name": "PartialScan", "Value": 0.1})
    assert newest == set(traces[-23:])
    rate = {"Name": "FixedRate", "Value": 0.5}
    half = lab.found(Sampling=True, SamplingStrategy=rate)
    assert half == lab.found(Sampling=True, SamplingStrategy=rate)
    assert 70 < len(half) < 160
    assert lab.found(Sampling=False, SamplingStrategy=rate) == set(traces)
    more = {"Sampling": True, "SamplingStrategy": {"Name": "FixedRate", "Value": 2.0}}
    assert "0 to 1" in lab.error("get_trace_summaries", **lab.hour, **more)[1]
    assert "NextToken" in lab.error("get_trace_summaries", **lab.hour, NextToken="x")[1]


def test_a_day_at_most_and_the_end_after_the_start(lab: XrayLab) -> None:
    day = {"StartTime": MONDAY - timedelta(days=1), "EndTime": MONDAY}
    assert lab.xray.get_trace_summaries(**day)["TraceSummaries"] == []
    longer = {**day, "EndTime": MONDAY + timedelta(seconds=1)}
    assert "24 hours" in lab.error("get_trace_summaries", **longer)[1]
    assert "before" in lab.error("get_trace_summaries", StartTime=MONDAY, EndTime=MONDAY)[1]
