"""X-Ray's segment documents: every sample of the guide, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_traces import SAMPLE, SCOREKEEP, TRACE

from devops_workbook import tracing

DOCUMENTS = sorted(
    [*SAMPLE.glob("xray-api-segmentdocuments*"), *SAMPLE.glob("xray-api-sending*"),
     *SAMPLE.glob("repaired*")]
)  # fmt: skip


def sample(number: str) -> Any:
    [path] = SAMPLE.glob(f"*__{number}__*")
    return json.loads(path.read_text())


def one(document: dict[str, Any], **more: Any) -> Any:
    whole = {"id": "1", "name": "shop", "start_time": 1.0, "end_time": 2.0, "trace_id": "t"}
    [row] = tracing.read_segments([whole | document | more]).to_dict("records")
    return row


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_sample_document_is_read(path: Path) -> None:
    document = json.loads(path.read_text())
    # A subsegment that the guide shows by itself stands inside of a segment.
    found = tracing.read_segments([{"trace_id": "1-5880168b-fd5158284b67678a3bb5a78c"} | document])
    assert found["span_id"].iloc[0] == document["id"]
    assert list(found.columns) == list(tracing.COLUMNS)


def test_a_segment_with_a_subsegment() -> None:
    found = tracing.read_segments([sample("10")])
    first, second = found.to_dict("records")
    assert (first["kind"], first["operation"], first["http_status"]) == (
        "server",
        "GET /health",
        200,
    )
    assert (second["kind"], second["operation"]) == ("client", "POST api.example.com/health")
    assert (second["parent_id"], second["remote"], second["remote_type"]) == (
        first["span_id"],
        "api.example.com",
        "remote",
    )
    assert second["service"] == "www.example.com"
    assert first["start"] == pd.Timestamp("2016-04-19 20:00:53.375180", tz="UTC")
    assert first["seconds"] == pytest.approx(0.02902)


def test_a_segment_in_progress_has_no_end_and_gives_way_to_the_finished_one() -> None:
    unfinished = sample("11")
    assert pd.isna(tracing.read_segments([unfinished])["end"].iloc[0])
    finished = unfinished | {"in_progress": False, "end_time": unfinished["start_time"] + 1}
    for documents in ([unfinished, finished], [finished, unfinished]):
        found = tracing.read_segments(documents)
        assert found["seconds"].tolist() == [1.0]
        assert found.attrs["notes"] == ("1 span came more than once: kept once.",)


def test_a_statement() -> None:
    found = tracing.read_segments(
        [
            {
                "id": "1",
                "name": "shop",
                "start_time": 1,
                "trace_id": "t",
                "subsegments": [sample("19")],
            }
        ]
    ).iloc[1]
    assert found["statement"] == "SELECT  *  FROM  customers  WHERE  customer_id=?;"
    assert (found["operation"], found["remote_type"]) == ("SELECT customers", "database")


def test_a_subsegment_sent_by_itself_belongs_to_its_segment() -> None:
    alone = json.loads((SAMPLE / "repaired_00_api.example.com.json").read_text())
    segment = sample("10") | {"trace_id": alone["trace_id"], "subsegments": []}
    found = tracing.read_segments([alone, segment]).set_index("span_id")
    assert found.loc[alone["id"], "service"] == "www.example.com"
    assert found.loc[alone["id"], "kind"] == "client"
    assert tracing.read_segments([alone])["service"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({}, "ok"),
        ({"error": True}, "error"),
        ({"error": True, "throttle": True}, "throttle"),
        ({"fault": True}, "fault"),
        ({"http": {"response": {"status": 404}}}, "error"),
        ({"http": {"response": {"status": 429}}}, "throttle"),
        ({"http": {"response": {"status": 502}}}, "fault"),
    ],
)
def test_status(document: dict[str, Any], status: str) -> None:
    assert one(document)["status"] == status


@pytest.mark.parametrize(
    ("aws", "kind", "remote", "type_"),
    [
        ({"operation": "UpdateItem", "table_name": "orders"}, "client", "orders",
         "AWS::DynamoDB::Table"),
        ({"operation": "SendMessage", "queue_url": "https://sqs.x/1/mail"}, "producer", "mail",
         "AWS::DynamoDB::Table"),
        ({"operation": "Invoke", "invocation_type": "Event", "function_name": "f"}, "producer",
         "f", "AWS::DynamoDB::Table"),
    ],
)  # fmt: skip
def test_calls_of_aws(aws: dict[str, Any], kind: str, remote: str, type_: str) -> None:
    part = {"id": "2", "name": "DynamoDB", "start_time": 1.1, "end_time": 1.2, "aws": aws}
    document = {"id": "1", "name": "shop", "start_time": 1, "trace_id": "t",
                "subsegments": [part | {"namespace": "aws"}]}  # fmt: skip
    row = tracing.read_segments([document]).iloc[1]
    assert (row["kind"], row["remote"], row["remote_type"]) == (kind, remote, type_)


def test_every_way_to_give_them_is_the_same(tmp_path: Path) -> None:
    answer = json.loads(SCOREKEEP.read_text())
    texts = [segment["Document"] for segment in answer["Traces"][0]["Segments"]]
    lines = tmp_path / "segments.jsonl"
    lines.write_text("\n".join(texts) + "\n\n")
    listed = tmp_path / "segments.json"
    listed.write_text(json.dumps([json.loads(text) for text in texts], indent=1))
    given = (
        answer, answer["Traces"], answer["Traces"][0]["Segments"], texts,
        [json.loads(text) for text in texts], lines, str(lines), listed, SCOREKEEP,
        "\n".join(texts), [json.dumps(json.loads(text), indent=1) for text in texts],
    )  # fmt: skip
    expected = tracing.read_segments(answer)
    assert len(expected) == 11
    assert set(expected["trace_id"]) == {TRACE}
    for each in given:
        pd.testing.assert_frame_equal(tracing.read_segments(each), expected)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ([{"id": "1", "start_time": 1}], "document 1: object missing required field `name`"),
        (['{"id": "1", "name": "a", "start_time": "x"}'], "expected `float`, got `str`"),
        (["{}", '{"id"'], "line 1: object missing required field `id`"),
        ([{"id": "1", "name": "a", "start_time": 1}], "has no trace_id"),
        ([3], "document 1: expected `object`, got `int`"),
        ("/no/such/file.json", "/no/such/file.json: No such file"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(source: Any, sentence: str) -> None:
    with pytest.raises(tracing.TracesError) as caught:
        tracing.read_segments(source)
    assert sentence in str(caught.value)


def shop(n: int) -> dict[str, Any]:
    """The nth of many documents: some in progress, some with subsegments in subsegments."""
    inner = {"id": f"{n}i", "name": "work", "start_time": n + 0.2, "end_time": n + 0.3}
    outer = {
        "id": f"{n}o",
        "name": "DynamoDB",
        "namespace": "aws",
        "start_time": n + 0.1,
        "end_time": n + 0.4 if n % 5 else None,
        "subsegments": [inner] * (n % 3 == 0),
    }
    return {"id": f"{n}", "name": f"shop-{n % 4}", "trace_id": f"t{n // 2}", "start_time": n,
            "end_time": n + 0.5 if n % 7 else None, "service": {"version": f"1.{n % 2}"},
            "parent_id": f"{n - 1}o" if n % 2 else None,
            "subsegments": [outer] * (n % 4 != 1)}  # fmt: skip


def test_many_documents_keep_their_parts_together() -> None:
    documents = [shop(n) for n in range(250)]
    found = tracing.read_segments(documents)
    for given in ([json.dumps(each) for each in documents], "\n".join(map(json.dumps, documents))):
        pd.testing.assert_frame_equal(tracing.read_segments(given), found)
    number = found["span_id"].str.extract(r"(\d+)", expand=False).astype(int)
    assert len(found) == sum(1 + (n % 4 != 1) * (1 + (n % 3 == 0)) for n in range(250))
    assert (found["trace_id"] == "t" + (number // 2).astype(str)).all()
    assert (found["service"].astype(str) == "shop-" + (number % 4).astype(str)).all()
    assert (found["version"].astype(str) == "1." + (number % 2).astype(str)).all()
    inner, outer = found["span_id"].str.endswith("i"), found["span_id"].str.endswith("o")
    assert (found["parent_id"][inner] == number[inner].astype(str) + "o").all()
    assert (found["parent_id"][outer] == number[outer].astype(str)).all()
    in_progress = np.where(outer, number % 5 == 0, ~inner & (number % 7 == 0))
    assert (found["end"].isna() == in_progress).all()


@pytest.mark.parametrize("place", ["document, line 230:", "document 230:"])
def test_a_wrong_one_of_many_is_named_by_its_number(place: str) -> None:
    documents: list[Any] = [shop(n) for n in range(250)]
    documents[229] = {"id": "x"}
    given = [json.dumps(each) for each in documents] if "line" in place else documents
    with pytest.raises(tracing.TracesError, match=f"{place} object missing"):
        tracing.read_segments(given)


def test_a_document_nested_too_deeply_is_refused() -> None:
    text = '{"id":"1","name":"a","start_time":1,"trace_id":"t"'
    deep = text + (',"subsegments":[' + text) * 5000 + "}]" * 5000 + "}"
    with pytest.raises(tracing.TracesError, match="nested too deeply"):
        tracing.read_segments([deep])


def test_the_end_before_the_start_is_told() -> None:
    found = tracing.read_segments(
        [{"id": "1", "name": "a", "start_time": 2, "end_time": 1, "trace_id": "t"}]
    )
    assert found["seconds"].tolist() == [0]
    assert found.attrs["notes"] == ("1 span ended before the start: taken as instants.",)


def test_no_documents_make_an_empty_table() -> None:
    assert list(tracing.read_segments([]).columns) == list(tracing.COLUMNS)
