"""Events put and read back."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from log_lab import LogLab, refused

SHOP = {"logGroupName": "shop"}
WEB = {**SHOP, "logStreamName": "web"}


def test_events_come_back_in_the_order_of_time(lab: LogLab) -> None:
    lab.write("late", at=60)
    lab.write("early", "middle", at=0, every=30)
    events = lab.logs.get_log_events(**WEB, startFromHead=True)["events"]
    assert [event["message"] for event in events] == ["early", "middle", "late"]
    assert events[0] == {
        "timestamp": lab.time(),
        "message": "early",
        "ingestionTime": lab.time(),
    }


def test_a_page_has_the_newest_events_and_the_tokens_lead_both_ways(lab: LogLab) -> None:
    lab.write(*[str(number) for number in range(7)], every=1)

    def page(token: str = "", **more: object) -> tuple[list[str], str, str]:
        tokens = {"nextToken": token} if token else {}
        answer = lab.logs.get_log_events(**WEB, limit=3, **tokens, **more)
        messages = [event["message"] for event in answer["events"]]
        return messages, answer["nextBackwardToken"], answer["nextForwardToken"]

    newest, back, forward = page()
    assert newest == ["4", "5", "6"]
    assert page(back)[0] == ["1", "2", "3"]
    # At the end the same token comes again, which is how a reader knows it.
    assert page(forward)[0] == []
    assert page(forward)[2] == forward
    oldest, _, forward = page(startFromHead=True)
    assert (oldest, page(forward)[0]) == (["0", "1", "2"], ["3", "4", "5"])


def test_from_a_time_on_and_before_another(lab: LogLab) -> None:
    lab.write("0", "1", "2", "3", every=1)
    between = {"startTime": lab.time(1), "endTime": lab.time(3)}
    events = lab.logs.get_log_events(**WEB, **between)["events"]
    assert [event["message"] for event in events] == ["1", "2"]
    events = lab.logs.filter_log_events(**SHOP, **between)["events"]
    assert [event["message"] for event in events] == ["1", "2", "3"]


def test_filter_log_events_merges_streams_and_knows_patterns(lab: LogLab) -> None:
    lab.logs.create_log_stream(**SHOP, logStreamName="api")
    lab.write("GET ok", "GET error", "GET error", every=2)
    lab.write("POST error", at=3, stream="api")
    pages = lab.logs.get_paginator("filter_log_events").paginate(
        **SHOP, filterPattern="error", PaginationConfig={"PageSize": 2}
    )
    found = [
        (event["logStreamName"], event["message"]) for page in pages for event in page["events"]
    ]
    assert found == [("web", "GET error"), ("api", "POST error"), ("web", "GET error")]
    one = lab.logs.filter_log_events(**SHOP, logStreamNames=["api"])["events"]
    assert [event["message"] for event in one] == ["POST error"]
    assert len(one[0]["eventId"]) == 56


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        ((1, 0), "Log events in a single PutLogEvents request must be in chronological order."),
        (
            (0, 86_401),
            "The batch of log events in a single PutLogEvents request cannot span more than "
            "24 hours.",
        ),
    ],
)
def test_a_batch_is_in_order_and_within_a_day(
    lab: LogLab, seconds: tuple[int, int], message: str
) -> None:
    events = [{"timestamp": lab.time(each), "message": "x"} for each in seconds]
    with pytest.raises(ClientError) as caught:
        lab.logs.put_log_events(**WEB, logEvents=events)
    assert refused(caught) == ("InvalidParameterException", message)


def test_a_batch_has_at_most_a_mebibyte(lab: LogLab) -> None:
    with pytest.raises(ClientError) as caught:
        lab.write("x" * 600_000, "x" * 600_000)
    assert refused(caught)[1] == "Upload too large: 1200052 bytes exceeds limit of 1048576"


def test_what_is_too_old_or_too_new_is_left_out_and_said(lab: LogLab) -> None:
    old = lab.write("old", at=-15 * 86_400)
    assert old["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    new = lab.write("now", "soon", every=7_300)
    assert new["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    lab.logs.put_retention_policy(**SHOP, retentionInDays=1)
    expired = lab.write("two days ago", at=-2 * 86_400)
    assert expired["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    assert len(lab.logs.filter_log_events(**SHOP)["events"]) == 1


def test_a_record_and_the_fields_of_a_group_are_found(lab: LogLab) -> None:
    lab.write({"level": "INFO", "request": {"path": "/cart"}}, {"level": "ERROR"})
    row = lab.answer("fields level | filter level = 'INFO'")["results"][0]
    pointer = next(cell["value"] for cell in row if cell["field"] == "@ptr")
    record = lab.logs.get_log_record(logRecordPointer=pointer)["logRecord"]
    assert record["request.path"] == "/cart"
    assert record["@logStream"] == "web"
    fields = lab.logs.get_log_group_fields(**SHOP)["logGroupFields"]
    percents = {field["name"]: field["percent"] for field in fields}
    assert percents["level"] == 100
    assert percents["request.path"] == 50


def test_exports_and_live_tail_are_refused_by_name(lab: LogLab) -> None:
    with pytest.raises(ClientError) as caught:
        lab.logs.describe_export_tasks()
    assert refused(caught)[0] == "NotSimulatedOffline"
