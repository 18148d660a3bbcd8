"""Calling a learner's function, and describing what a learner gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learners_cell import from_cell

from devops_workbook.checks import call, describe
from devops_workbook.exercise import LearnerError, NotStarted, NotYet

# describe


@pytest.mark.parametrize(
    ("answer", "described"),
    [
        (4, "int 4"),
        ("a\n  b", r"str 'a\n b'"),
        (None, "NoneType None"),
        ([1, 2], "list [1, 2]"),
        (..., "`...`"),
        ([1, ...], "list [1, ...]"),
    ],
)
def test_a_value_is_described_by_type_and_text(answer: object, described: str) -> None:
    assert describe(answer) == described


@given(st.text() | st.lists(st.integers()) | st.binary())
def test_a_description_is_one_short_line(answer: object) -> None:
    described = describe(answer)
    assert len(described) <= len(type(answer).__name__) + 1 + 60
    assert "\n" not in described


def test_a_long_table_is_cut() -> None:
    described = describe(pd.DataFrame({"column": range(100)}))
    assert described.startswith("DataFrame column 0 0 1 1")
    assert described.endswith("…")


def test_what_cannot_be_shown_is_named() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError

    assert describe(Odd()) == "Odd that cannot be shown"


# call


def test_a_call_returns_what_the_function_returns() -> None:
    assert call(lambda a, b: a + b, 2, 3) == 5


@pytest.mark.parametrize("answer", [0, "", [], False, math.nan])
def test_an_answer_may_be_empty(answer: object) -> None:
    assert call(lambda: answer) is answer


def test_a_function_without_return_is_told_so() -> None:
    with pytest.raises(NotYet, match=r"^`f` returned None\. Does it end with a `return`\?$"):
        call(from_cell("def f(a): a + 1", "f"), 1)


def test_a_function_that_still_returns_an_ellipsis_is_not_started() -> None:
    with pytest.raises(NotStarted, match=r"^`f` still returns `\.\.\.`\.$"):
        call(from_cell("def f(a):\n    total = ...\n    return total", "f"), 1)


@pytest.mark.parametrize("answer", [4, None, "f"])
def test_what_is_no_function_is_described(answer: Any) -> None:
    with pytest.raises(NotYet, match=r"^`double` should be a function\. Found "):
        call(answer, 1, what="double")


def test_the_learners_exception_is_kept_as_the_cause() -> None:
    with pytest.raises(LearnerError, match=r"^KeyError: 'x'\nIn your cell, line 1") as raised:
        call(from_cell("def f(a): return a['x']", "f"), {})
    assert isinstance(raised.value.__cause__, KeyError)


def test_a_learner_can_stop_the_kernel() -> None:
    with pytest.raises(KeyboardInterrupt):
        call(from_cell("def f(): raise KeyboardInterrupt", "f"))


@dataclass
class Log:
    """Tables in a dataclass, as dora.Events are."""

    table: pd.DataFrame


def table() -> pd.DataFrame:
    """Return a table with a missing value, which equals nothing, not even itself."""
    return pd.DataFrame({"a": [1.0, math.nan]})


GIVEN: dict[str, Callable[[], Any]] = {
    "list": lambda: [3, 1, 2],
    "dict of lists": lambda: {"a": [1], "b": {"c": (2, [3])}},
    "DataFrame": table,
    "Series": lambda: table()["a"],
    "array": lambda: np.array([1.0, math.nan]),
    "list of tables": lambda: [table(), table()],
    "dataclass of a table": lambda: Log(table()),
    "object": lambda: [object()],
    "nan": lambda: math.nan,
    "set": lambda: {1, 2},
    "Timestamp": lambda: pd.Timestamp("2026-01-05", tz="UTC"),
}


@pytest.mark.parametrize("make", GIVEN.values(), ids=GIVEN)
def test_a_function_that_leaves_its_data_alone_is_not_blamed(make: Callable[[], Any]) -> None:
    assert call(lambda data: 1, make()) == 1


CHANGES: dict[str, tuple[Callable[[], Any], str]] = {
    "list sorted": (GIVEN["list"], "data.sort()"),
    "list appended": (GIVEN["list"], "data.append(4)"),
    "nested": (GIVEN["dict of lists"], "data['b']['c'][1].clear()"),
    "key removed": (GIVEN["dict of lists"], "del data['a']"),
    "column added": (GIVEN["DataFrame"], "data['b'] = 1"),
    "cell": (GIVEN["Series"], "data[0] = 9"),
    "array": (GIVEN["array"], "data[0] = 9"),
    "table in a list": (GIVEN["list of tables"], "data[1]['b'] = 1"),
    "table in a dataclass": (GIVEN["dataclass of a table"], "data.table.loc[0, 'a'] = 9"),
    "set": (GIVEN["set"], "data.add(3)"),
}


@pytest.mark.parametrize(("make", "change"), CHANGES.values(), ids=CHANGES)
def test_a_function_that_changes_its_data_is_told_so(make: Callable[[], Any], change: str) -> None:
    data, f = make(), from_cell(f"def f(data):\n    {change}\n    return 1", "f")
    with pytest.raises(NotYet, match="`f` changed the data it was given"):
        call(f, data)


@given(st.lists(st.integers()))
def test_the_learner_gets_a_copy(data: list[int]) -> None:
    before = list(data)
    f = from_cell("def f(data):\n    data.append(1)\n    return 1", "f")
    with pytest.raises(NotYet):
        call(f, data)
    assert data == before


def test_a_client_is_handed_over_as_it_is() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    assert call(lambda given: given, client) is client


def test_what_the_arguments_show_stands_before_what_goes_wrong() -> None:
    with pytest.raises(LearnerError, match=r"^A quiet month: ZeroDivisionError"):
        call(lambda count: 1 / count, 0, case="A quiet month")
    with pytest.raises(NotYet, match=r"^A quiet month: `rate` returned None"):
        call(lambda count: None, 0, what="rate", case="A quiet month")
