"""A table of one's own as a table of spans."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from devops_workbook import tracing

ROW = {"trace_id": "t", "span_id": "1", "service": "a", "operation": "b", "start": 1.0, "end": 2.0}


def made(**more: Any) -> pd.DataFrame:
    return tracing.spans(pd.DataFrame([ROW | more]))


def test_what_is_left_out_has_a_default() -> None:
    [row] = made().to_dict("records")
    assert list(row) == list(tracing.COLUMNS)
    assert (row["kind"], row["status"], row["seconds"]) == ("internal", "ok", 1.0)
    assert (row["asynchronous"], row["inferred"]) == (False, False)
    assert pd.isna(row["parent_id"])


def test_seconds_stand_for_the_end() -> None:
    frame = pd.DataFrame([ROW]).drop(columns="end").assign(seconds=0.25)
    assert tracing.spans(frame)["seconds"].tolist() == [0.25]


def test_times_are_turned_to_utc() -> None:
    start = pd.Timestamp("2026-01-05 10:00", tz="Europe/Berlin")
    found = made(start=start, end=start + pd.Timedelta(seconds=3))
    assert str(found["start"].iloc[0]) == "2026-01-05 09:00:00+00:00"


def test_spans_are_sorted_by_trace_and_start() -> None:
    rows = [
        ROW | {"span_id": "late", "start": 5.0, "end": 6.0},
        ROW | {"span_id": "early"},
        ROW | {"trace_id": "first", "start": 0.5},
    ]
    assert tracing.spans(pd.DataFrame(rows))["span_id"].tolist() == ["1", "early", "late"]


def test_it_is_the_same_after_a_second_time() -> None:
    once = made(kind="server", remote="db", status="fault", http_status=500)
    pd.testing.assert_frame_equal(tracing.spans(once), once)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"kind": "srv"}, "row 0, column kind: found 'srv', expected one of internal, server"),
        ({"status": "bad"}, "row 0, column status: found 'bad', expected one of ok, error"),
        ({"service": None}, "row 0, column service: found None, expected a value"),
        ({"start": pd.Timestamp("2026-01-05")}, "column start: the times have no time zone"),
        ({"start": "yesterday"}, "column start: "),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(tracing.TracesError) as caught:
        made(**more)
    assert str(caught.value).startswith(sentence)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(tracing.TracesError, match="column operation: this column is missing"):
        tracing.spans(pd.DataFrame([ROW]).drop(columns="operation"))
    with pytest.raises(tracing.TracesError, match="found no column parent_id"):
        tracing.bottlenecks(pd.DataFrame([ROW]))
    with pytest.raises(tracing.TracesError, match="found no spans"):
        tracing.bottlenecks(made().iloc[:0])
