"""The sample documents and answers of the X-Ray developer guide."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from xray_lab import SAMPLES, XrayLab

from offline_aws import OfflineAWS

TRACE = "1-59602603-23fc5b688855d396af79b496"
JULY = datetime(2017, 7, 8, 0, 30, tzinfo=UTC)
HOUR = {"StartTime": JULY - timedelta(minutes=30), "EndTime": JULY + timedelta(minutes=30)}


def sample(beginning: str) -> Any:
    (path,) = SAMPLES.glob(f"{beginning}*.json")
    return json.loads(path.read_text())


def sample_segments() -> list[Any]:
    (trace,) = sample("xray-api-gettingdata__04")["Traces"]
    return [json.loads(each["Document"]) for each in trace["Segments"]]


@pytest.fixture(scope="module")
def july() -> Iterator[XrayLab]:
    """The sample trace, of which only the segments were sent that are not inferred."""
    with OfflineAWS(now=JULY) as aws:
        lab = XrayLab(aws)
        lab.put(*(each for each in sample_segments() if not each.get("inferred")))
        lab.hour = HOUR
        yield lab


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("xray-api-segmentdocuments__09", None),
        ("xray-api-segmentdocuments__10", None),
        ("xray-api-segmentdocuments__11", None),
        ("xray-api-segmentdocuments__15", None),
        ("xray-api-sendingdata__20", None),
        ("repaired_00", None),
        ("repaired_01", None),
        ("repaired_02", "InvalidTraceId"),
        ("repaired_03", "MissingTraceId"),
        ("xray-api-segmentdocuments__14", "MissingTraceId"),
        ("xray-api-segmentdocuments__17", "MissingTraceId"),
        ("xray-api-segmentdocuments__19", "MissingTraceId"),
    ],
)
def test_sample_documents_are_taken_or_refused_with_the_reason(
    july: XrayLab, name: str, code: str | None
) -> None:
    document = sample(name)
    unprocessed = july.put(document)
    assert [each["ErrorCode"] for each in unprocessed] == ([code] if code else [])
    if code:
        assert unprocessed[0]["Id"] == document["id"]


def test_the_sample_trace_comes_back_whole_with_what_is_inferred(july: XrayLab) -> None:
    (trace,) = july.xray.batch_get_traces(TraceIds=[TRACE])["Traces"]
    (wanted,) = sample("xray-api-gettingdata__04")["Traces"]
    assert trace["Duration"] == wanted["Duration"] == 3.232
    assert trace["LimitExceeded"] is False
    made = {each["name"]: each for each in map(_parsed, trace["Segments"]) if "inferred" in each}
    given = {each["name"]: each for each in map(_parsed, wanted["Segments"]) if "inferred" in each}
    for document in (*made.values(), *given.values()):
        document.pop("id")  # X-Ray draws the ids of what it infers.
    assert made == given
    assert set(made) == {"DynamoDB", "SNS"}


def _parsed(part: dict[str, str]) -> Any:
    return json.loads(part["Document"])


def test_the_sample_summary(july: XrayLab) -> None:
    wanted = sample("xray-api-gettingdata__03")["TraceSummaries"][1]
    assert wanted["Id"] == TRACE
    (found,) = july.summaries('user = "5M388M1E"')
    for name in ("Duration", "ResponseTime", "HasError", "HasFault", "HasThrottle", "Id"):
        assert found[name] == wanted[name], name
    # The sample's own documents have another address of the client than its summary.
    del wanted["Http"]["ClientIp"], found["Http"]["ClientIp"]
    assert found["Http"] == wanted["Http"]
    values = {
        key: [each["AnnotationValue"] for each in of] for key, of in found["Annotations"].items()
    }
    given = wanted["Annotations"].items()
    assert values == {key: [each["AnnotationValue"] for each in of] for key, of in given}
    assert [user["UserName"] for user in found["Users"]] == ["5M388M1E"]


def test_the_sample_service_graph_out_of_four_requests(july: XrayLab) -> None:
    """Three requests went well and one was an error; two of them asked the table and SNS."""
    wanted = sample("xray-api-gettingdata__02")["Services"]
    begin = 1528317567.0
    july.put(*_four_requests(begin))
    start = datetime.fromtimestamp(begin, UTC)
    answer = july.xray.get_service_graph(StartTime=start, EndTime=start + timedelta(minutes=1))
    found = {(each["Name"], each["Type"]): each for each in answer["Services"]}
    names = {each["ReferenceId"]: (each["Name"], each["Type"]) for each in answer["Services"]}
    given_names = {each["ReferenceId"]: (each["Name"], each["Type"]) for each in wanted}
    assert set(found) == set(given_names.values())
    for given in wanted:
        made = found[given["Name"], given["Type"]]
        for key in ("Names", "Root", "State", "SummaryStatistics"):
            assert made.get(key) == given.get(key), key
        for key in ("DurationHistogram", "ResponseTimeHistogram"):
            assert _entries(made.get(key, [])) == _entries(given.get(key, []))
        assert {names[edge["ReferenceId"]]: _counted(edge) for edge in made["Edges"]} == {
            given_names[edge["ReferenceId"]]: _counted(edge) for edge in given["Edges"]
        }


def _entries(histogram: list[dict[str, float]]) -> list[tuple[float, float]]:
    return sorted((each["Value"], each["Count"]) for each in histogram)


def _counted(edge: dict[str, Any]) -> Any:
    return edge["SummaryStatistics"], _entries(edge["ResponseTimeHistogram"]), edge["Aliases"]


def _four_requests(begin: float) -> Iterator[Any]:
    table = "awseb-e-dixzws4s9p-stack-StartupSignupsTable-4IMSMHAYX2BA"
    calls = {2: (0.076, 0.049), 3: (0.044, 0.076)}
    for i, (seconds, status) in enumerate(((0.005, 404), (0.015, 200), (0.157, 200), (0.096, 200))):
        start = begin + 5 * i
        document: dict[str, Any] = {
            "name": "xray-sample.elasticbeanstalk.com",
            "id": f"{i:016x}",
            "trace_id": f"1-{int(start):08x}-{i:024x}",
            "origin": "AWS::EC2::Instance",
            "start_time": start,
            "end_time": start + seconds,
            "http": {"response": {"status": status}},
            "error": status == 404,
        }
        if i in calls:
            of_table, of_topic = calls[i]
            document["subsegments"] = [
                _call(16 + i, "DynamoDB", start, of_table, {"table_name": table}),
                _call(32 + i, "SNS", start, of_topic, {}),
            ]
        yield document


def _call(number: int, name: str, start: float, seconds: float, aws: dict[str, str]) -> Any:
    call = {"name": name, "id": f"{number:016x}", "namespace": "aws", "aws": aws}
    return {**call, "start_time": start, "end_time": start + seconds}
