"""Statements grouped by what they have in common, and loops found."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_traces import Span, together, trace

from devops_workbook import tracing


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT * FROM a WHERE id = 17", "SELECT * FROM a WHERE id = ?"),
        ("select 'it''s', 1.5e3, .5, 0xff from a;", "select ?, ?, ?, ? from a"),
        ("select * from a1 where b2 = -3", "select * from a1 where b2 = -?"),
        ("select *\n  from a -- all\n where /* x = 1 */ b = $1", "select * from a where b = ?"),
        ("select a from b where c in (1, 2, 3)", "select a from b where c in (?, ...)"),
        ("select a from b where c in (?)", "select a from b where c in (?)"),
        ("insert into a values (1, 'x'), (2, 'y')", "insert into a values (?, ...), ..."),
        ("select a from b where c = :name and d = %s", "select a from b where c = ? and d = ?"),
        ("select a::text from b", "select a::text from b"),
        ("select a from b where c is null", "select a from b where c is null"),
        ("select '--' from a where b = %(id)s", "select ? from a where b = ?"),
    ],
)
def test_literals_are_replaced(statement: str, expected: str) -> None:
    assert tracing.normalised(statement) == expected


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.text(alphabet="ab '-/*?$:", max_size=12))
def test_no_value_makes_another_group(number: int, text: str) -> None:
    quoted = text.replace("'", "''")
    found = tracing.normalised(f"select a from b where c = {number} and d = '{quoted}' order by e")
    assert found == "select a from b where c = ? and d = ? order by e"


def query(name: str, parent: str, start: float, end: float, text: str) -> Span:
    return (name, parent, start, end, {"kind": "client", "statement": text})


def page(count: int, trace_id: str = "t", at: float = 0) -> pd.DataFrame:
    spans: list[Span] = [
        ("GET /orders", None, at, at + 100, {"kind": "server"}),
        query("all", "GET /orders", at, at + 1, "select id from orders"),
    ]
    for k in range(count):
        begin = at + 2 + 2 * k
        text = f"select * from lines where order_id = {k}"
        # Each query inside of a span of its own, as an ORM does it.
        spans += [(f"load {k}", "GET /orders", begin, begin + 1.5),
                  query(f"line {k}", f"load {k}", begin, begin + 1, text)]  # fmt: skip
    return trace(*spans, trace_id=trace_id)


def test_statements_are_grouped() -> None:
    spans = together(page(7, "one"), page(9, "two", 200))
    lines, orders = tracing.statements(spans).to_dict("records")
    assert lines["statement"] == "select * from lines where order_id = ?"
    assert (lines["calls"], lines["requests"], lines["most_in_a_request"]) == (16, 2, 9)
    assert (lines["total_seconds"], lines["p50"]) == (pytest.approx(16), pytest.approx(1))
    assert (orders["calls"], orders["example"]) == (2, "one")


def test_a_loop_is_found_below_wrappers_and_told_with_its_worst_trace() -> None:
    ordinary = [page(7, f"one {k}", 600 + 200 * k) for k in range(12)]
    spans = together(*ordinary, page(9, "two", 200), page(2, "three", 400))
    [found] = tracing.repeated_calls(spans).to_dict("records")
    assert (found["operation"], found["kind"]) == ("GET /orders", "statement")
    assert found["call"] == "select * from lines where order_id = ?"
    assert (found["requests"], found["calls_most"], found["example"]) == (13, 9, "two")
    assert found["calls_p50"] == 7
    assert found["share"] == pytest.approx((12 * 7 + 9) / 1300)


def test_calls_at_the_same_time_are_no_loop() -> None:
    beside = trace(
        ("get", None, 0, 20, {"kind": "server"}),
        *(query(str(k), "get", 1, 3 + k / 10, f"select {k}") for k in range(9)),
    )
    assert tracing.repeated_calls(beside).empty
    assert len(tracing.repeated_calls(beside, at_least=1)) == 1


def test_calls_of_another_service_are_a_loop_too() -> None:
    spans = trace(
        ("get", None, 0, 20, {"kind": "server"}),
        *(("GET /price", "get", k, k + 0.5, {"kind": "client", "span_id": str(k)})
          for k in range(6)),
    )  # fmt: skip
    [found] = tracing.repeated_calls(spans).to_dict("records")
    assert (found["kind"], found["call"], found["calls_p50"]) == ("request", "GET /price", 6)


def test_no_statement_makes_empty_tables() -> None:
    spans = trace(("root", None, 0, 1))
    assert tracing.statements(spans).empty
    assert tracing.repeated_calls(spans).empty
