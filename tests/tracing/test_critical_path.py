"""Critical paths: the sample of X-Ray's guide, the rules one by one, and what always holds."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from made_traces import ROWS, SCOREKEEP, TRACE, drawn, nested, path, together, trace

from devops_workbook import tracing


def test_the_sample_of_the_guide_with_the_start_of_a_function_before_its_segment() -> None:
    found = tracing.critical_path(tracing.read_segments(SCOREKEEP), TRACE)
    assert found["seconds"].sum() == pytest.approx(3.232)
    assert [round(value, 3) for value in found["seconds"]] == [
        0.067, 0.048, 0.387, 0.755, 0.011, 0.182, 0.057, 0.043, 0.959, 0.499, 0.002, 0.009,
        0.109, 0.079, 0.025,
    ]  # fmt: skip
    assert found["operation"].tolist()[3] == "Initialization"
    assert found["share"].sum() == pytest.approx(1)
    # X-Ray's inferred copies of SNS and DynamoDB repeat their callers.
    assert set(found["service"]) == {"Scorekeep", "random-name"}
    [note] = found.attrs["notes"]
    assert note.startswith("1 span: before the parent began")


def test_from_the_end_back_to_the_last_that_ended_before() -> None:
    spans = trace(
        ("root", None, 0, 100),
        ("first", "root", 10, 30),
        ("beside", "root", 10, 50),
        ("last", "root", 60, 90),
        ("inner", "last", 70, 80),
    )
    assert path(spans) == [
        ("root", 0, 10),
        ("beside", 10, 50),
        ("root", 50, 60),
        ("last", 60, 70),
        ("inner", 70, 80),
        ("last", 80, 90),
        ("root", 90, 100),
    ]


def test_the_longest_span_may_not_be_on_it() -> None:
    spans = trace(
        ("root", None, 0, 100),
        ("long", "root", 0, 85),
        ("a", "root", 0, 40),
        ("b", "root", 41, 95),
    )
    assert {name for name, _, _ in path(spans)} == {"root", "a", "b"}


def test_siblings_back_to_back_are_all_on_it() -> None:
    spans = trace(
        ("root", None, 0, 30), ("a", "root", 0, 10), ("b", "root", 10, 20), ("c", "root", 20, 30)
    )
    assert path(spans) == [("a", 0, 10), ("b", 10, 20), ("c", 20, 30)]


def test_a_child_that_outlives_its_parent_counts_until_its_end() -> None:
    spans = trace(("root", None, 0, 10), ("late", "root", 5, 50), ("inner", "late", 6, 40))
    assert path(spans) == [("root", 0, 5), ("late", 5, 6), ("inner", 6, 10)]
    assert "2 spans: partly outside" in " ".join(tracing.notes(spans))


def test_a_message_is_not_waited_for() -> None:
    spans = trace(
        ("root", None, 0, 10, {"kind": "server"}),
        ("send", "root", 1, 2, {"kind": "producer"}),
        ("receive", "send", 1.5, 9, {"kind": "consumer", "service": "worker"}),
        ("work", "receive", 3, 8, {"service": "worker"}),
    )
    assert path(spans) == [("root", 0, 1), ("send", 1, 2), ("root", 2, 10)]


def test_what_is_marked_as_asynchronous_is_not_waited_for() -> None:
    spans = trace(("root", None, 0, 10), ("task", "root", 2, 10, {"asynchronous": True}))
    assert path(spans) == [("root", 0, 10)]


def test_what_begins_after_the_end_of_its_parent_is_not_waited_for() -> None:
    spans = trace(("root", None, 0, 10), ("part", "root", 2, 4), ("log", "part", 4, 9))
    assert path(spans) == [("root", 0, 2), ("part", 2, 4), ("root", 4, 10)]
    assert tracing.notes(spans) == ["1 span: after the parent had ended; taken as not waited for."]


def test_a_server_whose_clock_is_wrong_is_moved_with_all_that_it_caused() -> None:
    spans = trace(
        ("root", None, 0, 10),
        ("call", "root", 2, 8, {"kind": "client"}),
        ("answer", "call", 100, 104, {"kind": "server", "service": "orders"}),
        ("query", "answer", 101, 103, {"kind": "client", "service": "orders"}),
    )
    assert path(spans) == [
        ("root", 0, 2),
        ("call", 2, 3),
        ("answer", 3, 4),
        ("query", 4, 6),
        ("answer", 6, 7),
        ("call", 7, 8),
        ("root", 8, 10),
    ]
    assert "1 span: another clock than the parent's" in " ".join(tracing.notes(spans))


def test_a_span_in_progress_ends_with_what_it_waited_for() -> None:
    spans = trace(("root", None, 0, 10), ("open", "root", 2, 3), ("inner", "open", 2, 6))
    spans.loc[spans["span_id"] == "open", ["end", "seconds"]] = [pd.NaT, None]
    assert path(spans) == [("root", 0, 2), ("inner", 2, 6), ("root", 6, 10)]
    assert "1 span: in progress" in " ".join(tracing.notes(spans))


def test_a_lost_parent_and_a_circle_are_told_and_do_no_harm() -> None:
    spans = trace(
        ("root", None, 0, 10),
        ("orphan", "gone", 3, 20),
        ("a", "b", 4, 6),
        ("b", "a", 4, 6),
    )
    assert path(spans) == [("root", 0, 10)]
    told = " ".join(tracing.notes(spans))
    assert "1 span: parent not among the spans" in told
    assert "2 spans: its own ancestor" in told


def test_several_traces_need_an_id_and_an_unknown_one_is_refused() -> None:
    spans = together(
        trace(("root", None, 0, 1), trace_id="one"), trace(("root", None, 0, 2), trace_id="two")
    )
    assert path(spans, "two") == [("root", 0, 2)]
    with pytest.raises(tracing.TracesError, match="there are 2 traces: say which one"):
        tracing.critical_path(spans)
    with pytest.raises(tracing.TracesError, match="no trace 'three' among the 2 traces"):
        tracing.critical_path(spans, "three")


def test_a_request_without_a_duration_has_one_section() -> None:
    assert path(trace(("root", None, 5, 5))) == [("root", 0, 0)]


def test_ten_thousand_spans_below_each_other() -> None:
    n = 10_000
    spans = trace(*((str(k), str(k - 1) if k else None, k, 2 * n - k) for k in range(n)))
    found = tracing.critical_path(spans)
    assert len(found) == 2 * n - 1
    assert found["seconds"].sum() == pytest.approx(2 * n)


def test_five_thousand_children() -> None:
    children = [(str(k), "root", k, k + 0.5) for k in range(5000)]
    found = tracing.critical_path(trace(("root", None, 0, 5000), *children))
    assert len(found) == 10_000
    assert found.loc[found["operation"] == "root", "seconds"].sum() == pytest.approx(2500)


@settings(max_examples=40, deadline=None)
@given(drawn())
def test_sections_partition_each_request(spans: pd.DataFrame) -> None:
    forest = tracing.Forest.of(spans)
    found = tracing.critical_paths(forest)
    for root in forest.roots:
        request = forest.spans.iloc[root]
        part = found[found["trace_id"] == request["trace_id"]]
        assert part["start"].iloc[0] == request["start"]
        assert part["end"].iloc[-1] == request["end"]
        assert (part["start"].iloc[1:].to_numpy() == part["end"].iloc[:-1].to_numpy()).all()


def by_definition(spans: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Walk back from the end, span by span, as the definition says."""
    rows = {row.span_id: row for row in spans.itertuples()}
    sections: list[tuple[str, pd.Timestamp, pd.Timestamp]] = []

    def walk(name: str) -> None:
        moment = rows[name].end
        children = [row for row in rows.values() if row.parent_id == name]
        while True:
            before = [c for c in children if c.end <= moment]
            if not before:
                break
            last = max(before, key=lambda c: (c.end, c.start, int(c.span_id)))
            children.remove(last)
            sections.append((name, last.end, moment))
            walk(last.span_id)
            moment = last.start
        sections.append((name, rows[name].start, moment))

    walk("0")
    first = rows["0"].start
    return [
        (name, round((begin - first).total_seconds(), 6), round((end - first).total_seconds(), 6))
        for name, begin, end in reversed(sections)
        if end > begin
    ]


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_it_is_what_the_definition_says(rows: list[tuple[int, float, float]]) -> None:
    spans = nested(rows)
    assert path(spans) == by_definition(spans)
