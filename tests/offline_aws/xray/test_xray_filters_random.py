"""Filter expressions agree with the same in Python, on traces at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xray_lab import MONDAY, Document, XrayLab, http, new_trace, segment

from offline_aws import OfflineAWS


@pytest.fixture(scope="module")
def shop() -> Iterator[XrayLab]:
    """An account for all examples, each with traces of its own."""
    with OfflineAWS(now=MONDAY) as aws:
        yield XrayLab(aws)


FLAGS = ("ok", "error", "fault", "throttle", "partial")
NAMES = ("shop", "orders")
TraceData = dict[str, Any]
Test = tuple[str, Callable[[TraceData], bool]]


@st.composite
def trace_data(draw: st.DrawFn) -> TraceData:
    """Draw what the only segment of a trace says."""
    ended = draw(st.booleans())
    return {
        "name": draw(st.sampled_from(NAMES)),
        "seconds": draw(st.integers(0, 4)) if ended else None,
        "status": draw(st.sampled_from([None, 200, 404, 429, 500])),
        "user": draw(st.sampled_from([None, "", "ann", "anna"])),
        "note": draw(st.sampled_from([None, 1, 2.5, "1", True, False])),
    }


def flag(data: TraceData, name: str) -> bool:
    status = data["status"] or 0
    return {
        "error": 400 <= status < 500,
        "fault": status >= 500,
        "throttle": status == 429,
        "partial": data["seconds"] is None,
        "ok": status < 400 and data["seconds"] is not None,
    }[name]


@st.composite
def one_keyword(draw: st.DrawFn) -> Test:
    """Draw an expression with one keyword, and the same in Python."""
    kind = draw(st.sampled_from(["flag", "seconds", "user", "note", "service"]))
    if kind == "flag":
        name = draw(st.sampled_from(FLAGS))
        return name, lambda data: flag(data, name)
    if kind == "seconds":
        sign, limit = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "!="])), draw(INTEGERS)
        compare = COMPARE[sign]
        return (
            f"responsetime {sign} {limit}",
            lambda data: data["seconds"] is not None and compare(data["seconds"], limit),
        )
    if kind == "user":
        word, part = draw(st.sampled_from(["CONTAINS", "BEGINSWITH", "="])), draw(TEXTS)
        holds = TEXT[word]
        return (
            f'user {word} "{part}"',
            lambda data: data["user"] is not None and holds(data["user"], part),
        )
    if kind == "note":
        return draw(st.sampled_from(NOTES))
    name = draw(st.sampled_from(NAMES))
    return (
        f'service("{name}") {{ fault }}',
        lambda data: data["name"] == name and flag(data, "fault"),
    )


INTEGERS, TEXTS = st.integers(0, 4), st.sampled_from(["", "an", "ann", "x"])
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
TEXT: dict[str, Callable[[str, str], bool]] = {
    "CONTAINS": lambda text, part: part in text,
    "BEGINSWITH": lambda text, part: text.startswith(part),
    "=": lambda text, part: text == part,
}
NOTES: list[Test] = [
    ("annotation.note", lambda data: data["note"] not in (None, False)),
    ("annotation.note > 1", lambda data: data["note"] == 2.5),
    ('annotation.note = "1"', lambda data: data["note"] == "1"),
    ("annotation.note = 1", lambda data: data["note"] == 1 and data["note"] is not True),
    ("annotation.note != true", lambda data: data["note"] is False),
]


def combined(inner: st.SearchStrategy[Test]) -> st.SearchStrategy[Test]:
    """Return negations, conjunctions and disjunctions, with and without AND."""

    def join(both: tuple[Test, Test, str]) -> Test:
        (left, first), (right, second), word = both
        if word == "OR":
            return f"({left} OR {right})", lambda data: first(data) or second(data)
        return f"({left} {word} {right})", lambda data: first(data) and second(data)

    return st.one_of(
        inner.map(lambda test: (f"!({test[0]})", lambda data: not test[1](data))),
        st.tuples(inner, inner, st.sampled_from(["AND", "OR", ""])).map(join),
    )


@settings(max_examples=40, derandomize=True, database=None)
@given(
    data=st.lists(trace_data(), min_size=1, max_size=8),
    test=st.recursive(one_keyword(), combined, max_leaves=5),
)
def test_an_expression_agrees_with_the_same_in_python(
    shop: XrayLab, data: list[TraceData], test: Test
) -> None:
    expression, holds = test
    traces = [new_trace() for _ in data]
    shop.put(*(one_segment(each, trace) for each, trace in zip(data, traces, strict=True)))
    wanted = {trace for each, trace in zip(data, traces, strict=True) if holds(each)}
    assert shop.found(expression) & set(traces) == wanted, expression


def one_segment(data: TraceData, trace: str) -> Document:
    more: Document = {}
    if data["status"]:
        more["http"] = http(data["status"])
    if data["user"] is not None:
        more["user"] = data["user"]
    if data["note"] is not None:
        more["annotations"] = {"note": data["note"]}
    return segment(data["name"], trace, 0, data["seconds"], **more)
