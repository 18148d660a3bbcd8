"""Pictures of traces: what their texts say, and that they draw anything without a warning."""

from __future__ import annotations

import pytest
from made_traces import SCOREKEEP, TRACE, Span, together, trace

from devops_workbook import tracing
from devops_workbook.display import Figure
from devops_workbook.tracing import charts

SAMPLE = tracing.Forest.of(tracing.read_segments(SCOREKEEP))


def all_charts(spans: tracing.Forest) -> list[Figure]:
    return [
        charts.service_map(tracing.service_map(spans)),
        charts.waterfall(spans, spans.traces[0]),
        charts.latency_heat_map(spans),
        charts.flame_graph(spans),
        charts.changes(tracing.compare(spans, spans)),
    ]


def test_the_waterfall_marks_the_critical_path() -> None:
    picture = charts.waterfall(SAMPLE, TRACE)
    assert "SNS Publish of random-name 959 ms (30%)" in picture.alt
    [axis] = picture.figure.axes
    marked = {line.get_ydata()[0] for line in axis.lines if line.get_label() == "critical path"}
    labels = [label.get_text().strip() for label in axis.get_yticklabels()]
    assert len(labels) == 9
    assert {labels[int(place)] for place in marked} == set(labels)


def test_equal_calls_one_after_the_other_share_a_row() -> None:
    calls: list[Span] = [("query", "get", k, k + 0.5, {"span_id": str(k)}) for k in range(9)]
    picture = charts.waterfall(trace(("get", None, 0, 10), *calls), "t")
    [axis] = picture.figure.axes
    assert [label.get_text().strip() for label in axis.get_yticklabels()] == [
        "get",
        "query \N{MULTIPLICATION SIGN} 9",
    ]


def test_a_long_trace_is_cut_off_and_says_so() -> None:
    deep: list[Span] = [(str(k), str(k - 1) if k else None, k, 200 - k) for k in range(80)]
    picture = charts.waterfall(trace(*deep), "t", most=30)
    [axis] = picture.figure.axes
    assert len(axis.get_yticklabels()) == 30
    assert "50 more spans below" in axis.get_xlabel()


def test_the_map_goes_from_left_to_right_and_marks_faults_in_words() -> None:
    spans = trace(
        ("page", None, 0, 9, {"service": "storefront", "kind": "server"}),
        ("call", "page", 1, 8, {"service": "storefront", "kind": "client"}),
        ("list", "call", 2, 7, {"service": "orders", "kind": "server", "status": "fault"}),
        ("back", "list", 3, 6, {"service": "storefront", "kind": "server"}),
    )
    picture = charts.service_map(tracing.service_map(spans))
    assert "Service map of 2 services" in picture.alt
    assert "storefront to orders, 1 at p95 7.00 s" in picture.alt
    texts = [text.get_text() for text in picture.figure.axes[0].texts]
    assert any("100% faults" in text for text in texts)


def test_a_frame_is_as_wide_as_its_time() -> None:
    spans = together(
        trace(("get", None, 0, 10), ("query", "get", 0, 6), trace_id="1"),
        trace(("get", None, 20, 30), ("query", "get", 20, 24), trace_id="2"),
    )
    picture = charts.flame_graph(spans)
    widths = sorted(round(bar.get_width(), 6) for bar in picture.figure.axes[0].patches)
    assert widths == [10, 20]
    assert "Flame graph of 2 traces, 20.0 s of work" in picture.alt


def test_the_heat_map_is_of_requests_or_of_one_operation() -> None:
    assert "durations of 1 request over time" in charts.latency_heat_map(SAMPLE).alt
    one = charts.latency_heat_map(SAMPLE, operation="SNS Publish")
    assert "longest 959 ms" in one.alt
    with pytest.raises(tracing.TracesError, match="no span of 'x'"):
        charts.latency_heat_map(SAMPLE, service="x")


def test_an_unknown_trace_is_refused() -> None:
    with pytest.raises(tracing.TracesError, match="no trace 'x'"):
        charts.waterfall(SAMPLE, "x")


@pytest.mark.parametrize(
    "spans",
    [SAMPLE, tracing.Forest.of(trace(("a", None, 0, 0))),
     tracing.Forest.of(trace(("a", None, 0, 1), ("b", "a", 5, 6), ("c", "gone", 0, 1)))],
    ids=["sample", "instant", "broken"],
)  # fmt: skip
def test_everything_is_drawn_the_same_twice_with_a_text(spans: tracing.Forest) -> None:
    for first, second in zip(all_charts(spans), all_charts(spans), strict=True):
        assert first.alt
        assert first.png() == second.png()
