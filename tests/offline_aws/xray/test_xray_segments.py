"""Segments in and whole traces out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from xray_lab import NINE, XrayLab, apart, entity, http, new_id, new_trace, segment

GOOD = {"name": "orders", "id": "0" * 16, "trace_id": f"1-{int(NINE):08x}-{'a' * 24}"}
GOOD |= {"start_time": NINE, "end_time": NINE + 1}  # type: ignore[dict-item]


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "ParseError"),
        ("[]", "ParseError"),
        ({**GOOD, "subsegments": {}}, "ParseError"),
        ({**GOOD, "http": "no"}, "ParseError"),
        (without("id"), "MissingId"),
        ({**GOOD, "id": "xyz"}, "InvalidId"),
        (without("name"), "MissingName"),
        ({**GOOD, "name": "mysql at RouteBinding:?"}, "InvalidName"),
        ({**GOOD, "name": "n" * 201}, "InvalidName"),
        (without("start_time"), "MissingStartTime"),
        (without("end_time"), "MissingEndTime"),
        ({**without("end_time"), "in_progress": False}, "MissingEndTime"),
        ({**GOOD, "end_time": "soon"}, "InvalidTime"),
        ({**GOOD, "start_time": True}, "InvalidTime"),
        (without("trace_id"), "MissingTraceId"),
        ({**GOOD, "trace_id": "1-2-3"}, "InvalidTraceId"),
        ({**GOOD, "parent_id": "me"}, "InvalidParentId"),
        ({**GOOD, "type": "subsegment"}, "MissingParentId"),
        ({**GOOD, "metadata": {"long": "x" * 65536}}, "TooLarge"),
        ({**GOOD, "subsegments": [{"id": "1" * 16, "name": "a"}]}, "MissingStartTime"),
    ],
)
def test_a_wrong_document_is_returned_with_the_reason(
    lab: XrayLab, document: Any, code: str
) -> None:
    good = {**GOOD, "id": "f" * 16}
    (unprocessed,) = lab.put(document, good)
    assert unprocessed["ErrorCode"] == code
    assert unprocessed["Message"].startswith("Invalid s")
    assert code in unprocessed["Message"]
    given = document.get("id") if isinstance(document, dict) else None
    assert unprocessed.get("Id") == given
    assert [each["Id"] for each in lab.summaries()] == [good["trace_id"]]


def test_names_and_w3c_ids_that_aws_allows_are_taken(lab: XrayLab) -> None:
    names = ["höher & weiter", "a_b.c:d/e%f&g#h=i+j\\k-l@m", "n" * 200]
    traces = ["1-ffffffff-" + "a" * 24, *(new_trace() for _ in names[1:])]
    assert lab.put(*(segment(n, t, 0, 1) for n, t in zip(names, traces, strict=True))) == []
    assert lab.found() == set(traces)


def test_a_complete_segment_takes_the_place_of_one_in_progress(lab: XrayLab) -> None:
    trace = new_trace()
    begun = segment("orders", trace, 0, None, user="me")
    lab.put(begun)
    (partial,) = lab.summaries("partial")
    assert partial["IsPartial"] is True
    assert "ResponseTime" not in partial
    complete = {**begun, "end_time": NINE + 2}
    del complete["in_progress"]
    lab.put(complete)
    (summary,) = lab.summaries("!partial")
    assert (summary["ResponseTime"], summary["Revision"]) == (2, 2)
    lab.put(begun)  # It was on its way for longer.
    assert lab.documents(trace)["orders"]["end_time"] == NINE + 2


def test_subsegments_that_were_sent_apart_belong_to_their_parents(lab: XrayLab) -> None:
    trace = new_trace()
    root = segment("orders", trace, 0, 2, subsegments=[entity("inside", 0.1, 0.2)])
    outer = apart(root, "outer", 0.5, 1.5, annotations={"step": 2})
    inner = {**apart(root, "bank", 0.6, 1.0, namespace="remote"), "parent_id": outer["id"]}
    lab.put(inner, outer)
    (before,) = lab.summaries()
    assert before["Duration"] == pytest.approx(1.0)
    assert {each["Name"] for each in before["ServiceIds"]} == set()
    lab.put(root)
    whole = lab.documents(trace)
    assert [each["name"] for each in whole["orders"]["subsegments"]] == ["inside", "outer"]
    assert whole["orders"]["subsegments"][1]["subsegments"][0]["id"] == inner["id"]
    assert whole["bank"]["inferred"] is True
    assert lab.found("annotation.step = 2") == {trace}


def test_an_inferred_segment_gives_way_to_the_callee_s(lab: XrayLab) -> None:
    trace = new_trace()
    call = entity("payments", 0.1, 0.9, namespace="remote", http=http(200, method="POST"))
    lab.put(segment("orders", trace, 0, 1, subsegments=[call]))
    inferred = lab.documents(trace)["payments"]
    assert (inferred["inferred"], inferred["parent_id"]) == (True, call["id"])
    assert inferred["http"] == call["http"]
    assert inferred["id"] == lab.documents(trace)["payments"]["id"]
    lab.put(segment("payments", trace, 0.2, 0.8, parent_id=call["id"]))
    own = lab.documents(trace)["payments"]
    assert "inferred" not in own
    assert own["start_time"] == NINE + 0.2
    assert lab.found("inferred") == set()


def test_a_call_of_a_traced_service_waits_for_its_segment(lab: XrayLab) -> None:
    trace = new_trace()
    call = entity("payments", 0.1, 0.9, namespace="remote", http={"request": {"traced": True}})
    lab.put(segment("orders", trace, 0, 1, subsegments=[call]))
    assert set(lab.documents(trace)) == {"orders"}
    assert lab.found("partial") == {trace}
    lab.put(segment("payments", trace, 0.2, 0.8, parent_id=call["id"]))
    assert set(lab.documents(trace)) == {"orders", "payments"}
    assert lab.found("partial") == set()


@pytest.mark.parametrize(
    ("more", "origin"),
    [
        ({"name": "DynamoDB", "aws": {"table_name": "carts"}}, "AWS::DynamoDB::Table"),
        ({"name": "S3", "aws": {"bucket_name": "notes"}}, "AWS::S3::Bucket"),
        ({"name": "SNS", "aws": {"topic_arn": "arn"}}, "AWS::SNS"),
        ({"name": "orders@db", "namespace": "remote", "sql": {}}, "Database::SQL"),
        ({"name": "example.com", "namespace": "remote"}, None),
    ],
)
def test_the_type_of_what_is_inferred(lab: XrayLab, more: Any, origin: str | None) -> None:
    trace = new_trace()
    call = {**entity("", 0, 1, namespace="aws"), **more}
    lab.put(segment("orders", trace, 0, 1, subsegments=[call]))
    assert lab.documents(trace)[call["name"]].get("origin") == origin
    wanted = origin or "remote"
    assert wanted in {each.get("Type") for each in lab.summaries()[0]["ServiceIds"]}


def test_traces_are_asked_for_by_five_known_and_unknown_ids(lab: XrayLab) -> None:
    known, unknown = new_trace(), new_trace()
    lab.put(segment("orders", known, 0, 1))
    answer = lab.xray.batch_get_traces(TraceIds=[known, unknown, known])
    assert [each["Id"] for each in answer["Traces"]] == [known]
    assert answer["UnprocessedTraceIds"] == [unknown]
    assert "5" in lab.error("batch_get_traces", TraceIds=[new_trace() for _ in range(6)])[1]
    assert "1-2-3" in lab.error("batch_get_traces", TraceIds=["1-2-3"])[1]


def test_a_trace_that_is_too_large_says_so(lab: XrayLab) -> None:
    trace, metadata = new_trace(), {"long": "x" * 60_000}
    lab.put(*(segment(f"s{i}", trace, i, i + 1, metadata=metadata) for i in range(9)))
    (whole,) = lab.xray.batch_get_traces(TraceIds=[trace])["Traces"]
    assert whole["LimitExceeded"] is True
    assert len(whole["Segments"]) == 8
    assert whole["Duration"] == 9


def test_a_request_has_one_to_fifty_documents(lab: XrayLab) -> None:
    texts = [json.dumps(segment("orders", new_trace(), 0, 1)) for _ in range(51)]
    assert "50" in lab.error("put_trace_segments", TraceSegmentDocuments=texts)[1]
    code, _ = lab.error("put_trace_segments", TraceSegmentDocuments=[])
    assert code == "InvalidRequestException"


def test_traces_are_kept_for_thirty_days_in_their_region(lab: XrayLab) -> None:
    import boto3

    old, young = new_trace(), new_trace()
    lab.put(segment("orders", old, 0, 1))
    assert boto3.client("xray", "eu-west-1").batch_get_traces(TraceIds=[old])["Traces"] == []
    lab.aws.clock.advance(days=29)
    lab.put(segment("orders", young, 0, 1))
    assert lab.found() == {old, young}
    lab.aws.clock.advance(days=1)
    assert lab.found() == {young}
    assert lab.xray.batch_get_traces(TraceIds=[old])["Traces"] == []


def test_a_circle_of_wrong_parents_ends(lab: XrayLab) -> None:
    trace = new_trace()
    root = segment("orders", trace, 0, 1)
    first, second = apart(root, "a", 0, 1), apart(root, "b", 0, 1)
    lab.put(root, {**first, "parent_id": second["id"]}, {**second, "parent_id": first["id"]})
    looping = apart(root, "c", 0, 1)
    lab.put({**looping, "id": new_id(), "parent_id": root["id"]}, {**looping, "id": root["id"]})
    assert lab.documents(trace)["orders"]["id"] == root["id"]
    assert lab.found("ok") == {trace}
