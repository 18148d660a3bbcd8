"""The helpers that checks are written with."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learners_cell import from_cell

from devops_workbook.checks import as_number, as_text, number, require, untouched
from devops_workbook.exercise import NotYet

REAL = st.floats(allow_nan=False, allow_infinity=False, width=32)

# Each is written in a task cell as the exec of a cell would see it.
STUBS = {
    "ellipsis": "def f(): ...",
    "two lines": "def f(a, b):\n    ...",
    "docstring": 'def f(a):\n    """Return a."""',
    "docstring and ellipsis": 'def f(a, b=3, *args, key, **rest):\n    """Return a."""\n    ...',
    "annotated": "def f(a: int, b: list[str] | None = None) -> dict[str, int]:\n    ...",
    "comment": "def f(a):\n    # write your code here\n    ...",
    "pass": "def f(a): pass",
    "returns ellipsis": 'def f(a):\n    """Return a."""\n    return ...',
    "lambda": "f = lambda a: ...",
}
BODIES = {
    "constant": "def f(): return 1",
    "zero": "def f(): return 0",
    "text": "def f(): return 'doc'",
    "argument": "def f(a): return a",
    "expression": "def f(a): a",
    "docstring and body": 'def f(a):\n    """Return a."""\n    return a',
    "assignment": "def f(a): b = 1",
    "call": "def f(): print()",
    "raise": "def f(): raise ValueError",
    "loop": "def f():\n    for _ in (): ...",
    "generator": "def f(): yield",
    "lambda": "f = lambda a: a",
}


# untouched


@pytest.mark.parametrize("code", STUBS.values(), ids=STUBS)
def test_a_stub_is_untouched(code: str) -> None:
    assert untouched(from_cell(code, "f"))


@pytest.mark.parametrize("code", BODIES.values(), ids=BODIES)
def test_a_body_is_not_untouched(code: str) -> None:
    assert not untouched(from_cell(code, "f"))


@pytest.mark.parametrize("answer", [..., {"mean": ..., "median": ...}, [...], (..., ...), {...}])
def test_ellipses_are_untouched(answer: object) -> None:
    assert untouched(answer)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        0,
        "",
        "...",
        {},
        [],
        (),
        set(),
        {"mean": 1, "median": ...},
        [..., 1],
        len,
        pd.DataFrame(),
    ],
    ids=repr,
)
def test_anything_else_has_been_touched(answer: object) -> None:
    assert not untouched(answer)


@given(st.dictionaries(st.text(), REAL, min_size=1))
def test_a_dict_with_a_value_has_been_touched(answer: dict[str, float]) -> None:
    assert not untouched({**answer, "one more": ...})


# require


@pytest.mark.parametrize("condition", [True, 1, "x", [0]])
def test_what_holds_raises_nothing(condition: object) -> None:
    require(condition, "never said")


@pytest.mark.parametrize("condition", [False, 0, "", [], None])
def test_what_does_not_hold_raises_the_message(condition: object) -> None:
    with pytest.raises(NotYet, match="as said"):
        require(condition, "as said")


# number


def accepts(answer: object, expected: float, rel: float = 1e-6) -> bool:
    """Return whether number() takes the answer."""
    try:
        number(answer, expected, "x", rel=rel)
    except NotYet:
        return False
    return True


@given(REAL, REAL, st.sampled_from([1e-9, 1e-6, 1e-3, 0.05]))
def test_a_number_is_accepted_if_and_only_if_it_is_close(
    value: float, expected: float, rel: float
) -> None:
    close = abs(value - expected) <= max(rel * max(abs(value), abs(expected)), 1e-9)
    assert accepts(value, expected, rel) == close


@given(st.floats(min_value=1e-3, max_value=1e9), st.sampled_from([1e-6, 1e-3, 0.05]))
def test_just_inside_is_accepted_and_just_outside_is_not(expected: float, rel: float) -> None:
    assert accepts(expected * (1 + rel * 0.99), expected, rel)
    assert not accepts(expected * (1 + rel * 1.2), expected, rel)


def test_a_wide_tolerance_stays_relative_for_small_numbers() -> None:
    assert not accepts(0.14, 0.10, rel=0.05)


@given(REAL.filter(bool))
def test_kinds_of_number_are_all_the_same(value: float) -> None:
    for kind in (np.float64(value), Decimal(value), np.array(value)):
        assert accepts(kind, value)


@pytest.mark.parametrize("answer", [4, np.int64(4), np.int8(4)])
def test_whole_numbers_are_numbers(answer: object) -> None:
    assert accepts(answer, 4.0)


def test_nan_equals_nan_and_nothing_else() -> None:
    assert accepts(math.nan, math.nan)
    with pytest.raises(NotYet, match=r"^x is nan\. It should be a number, and nan is none: "):
        number(math.nan, 4, "x")
    with pytest.raises(NotYet, match=r"^x is 4\. It should be nan, because there is nothing"):
        number(4, math.nan, "x")


@given(REAL, REAL)
def test_a_wrong_number_is_sent_the_right_way_and_the_right_one_not_told(
    value: float, expected: float
) -> None:
    if accepts(value, expected):
        return
    with pytest.raises(NotYet) as raised:
        number(value, expected, "`x`")
    way = "less" if value > expected else "more"
    assert str(raised.value) == f"`x` is {value:.6g}. It should be {way} than that."


@pytest.mark.parametrize("answer", [math.inf, -math.inf])
def test_infinity_is_sent_back_too(answer: float) -> None:
    with pytest.raises(NotYet, match="than that"):
        number(answer, 4, "x")


MISTAKES = {"That is the mean.": 7.0, "That is in days.": 0.25}


@pytest.mark.parametrize(("explanation", "wrong"), MISTAKES.items())
def test_a_typical_mistake_is_explained(explanation: str, wrong: float) -> None:
    with pytest.raises(NotYet) as raised:
        number(wrong, 6.0, "`x`", mistakes=MISTAKES)
    assert str(raised.value) == f"`x` is {wrong:g}. {explanation}"


def test_another_mistake_is_not_explained_as_a_typical_one() -> None:
    with pytest.raises(NotYet, match="It should be less"):
        number(6.5, 6.0, "`x`", mistakes=MISTAKES)


def test_the_right_number_passes_even_where_a_mistake_gives_the_same() -> None:
    number(6.0, 6.0, "`x`", mistakes={"Never said.": 6.0})


@pytest.mark.parametrize(
    "answer",
    ["4", True, np.True_, None, [4], pd.Timedelta(hours=4), 4j, pd.NA, pd.NaT, {"a": 4}, ...],
    ids=repr,
)
def test_what_is_no_number_is_described(answer: object) -> None:
    with pytest.raises(NotYet) as raised:
        number(answer, 4, "`x`")
    assert str(raised.value).startswith("`x` should be a number. Found ")


@pytest.mark.parametrize("answer", [np.array([4.0, 5.0]), 10**400], ids=["array", "huge"])
def test_what_is_not_one_number_is_described(answer: object) -> None:
    with pytest.raises(NotYet, match="should be one number"):
        number(answer, 4, "`x`")


@pytest.mark.parametrize("answer", [1.8, 1.78, 2])
def test_the_right_number_rounded_is_told_so(answer: float) -> None:
    with pytest.raises(NotYet, match=r"^x is [\d.]+\. Is it rounded\? Give the number as computed"):
        number(answer, 1.7832, "x", rel=1e-4)


def test_what_rounding_leaves_of_a_small_number_is_not_the_number() -> None:
    with pytest.raises(NotYet, match=r"^x is 0\. It should be more than that\.$"):
        number(0, 0.2, "x")


# as_number, as_text


def test_a_number_and_a_text_come_back() -> None:
    assert as_number(np.int64(4), "`x`") == 4.0
    assert as_text("four", "`x`") == "four"


@pytest.mark.parametrize("answer", [4, None, b"four", ["four"], pd.Series(["four"]), ...])
def test_what_is_no_text_is_described(answer: object) -> None:
    with pytest.raises(NotYet, match=r"^`x` should be a text\. Found .+\.$"):
        as_text(answer, "`x`")
