"""Self time: the duration without the union of the children."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from made_traces import ROWS, SCOREKEEP, drawn, nested, trace

from devops_workbook import tracing


def by_name(spans: pd.DataFrame) -> dict[str, float]:
    own = tracing.self_seconds(spans)
    return dict(zip(spans["span_id"], own.round(6), strict=True))


def test_children_at_the_same_time_count_once() -> None:
    spans = trace(
        ("root", None, 0, 10),
        ("a", "root", 1, 4),
        ("b", "root", 3, 6),
        ("c", "root", 8, 9),
        ("inside", "a", 2, 3),
    )
    assert by_name(spans) == {"root": 4, "a": 2, "b": 3, "c": 1, "inside": 1}


def test_who_is_not_waited_for_does_not_count() -> None:
    spans = trace(("root", None, 0, 10), ("task", "root", 1, 9, {"asynchronous": True}))
    assert by_name(spans) == {"root": 10, "task": 8}


def test_the_sample_of_the_guide() -> None:
    own = by_name(tracing.read_segments(SCOREKEEP))
    assert own["194fcc8747581230"] == pytest.approx(3.232 - 2.943 - 0.188)
    assert own["00f91aa01f4984fd"] == pytest.approx(1.740 - 0.057 - 0.959)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_it_is_what_counting_milliseconds_gives(rows: list[tuple[int, float, float]]) -> None:
    spans = nested(rows)
    first = spans["start"].min()
    begin, end = (
        ((spans[name] - first).dt.total_seconds() * 1000).round().astype(int).to_numpy()
        for name in ("start", "end")
    )
    place = {name: row for row, name in enumerate(spans["span_id"])}
    own = (tracing.self_seconds(spans) * 1000).round().to_numpy()
    for row in range(len(spans)):
        busy = np.zeros(end[row] - begin[row], dtype=bool)
        for child in np.flatnonzero((spans["parent_id"] == spans["span_id"][row]).to_numpy()):
            busy[begin[child] - begin[row] : end[child] - begin[row]] = True
        assert own[row] == (~busy).sum()
    assert place["0"] == 0


@settings(max_examples=40, deadline=None)
@given(drawn())
def test_it_is_never_negative_nor_longer_than_the_span(spans: pd.DataFrame) -> None:
    forest = tracing.Forest.of(spans)
    own = tracing.self_seconds(forest).to_numpy()
    assert (own >= 0).all()
    assert (own <= forest.seconds + 1e-9).all()
