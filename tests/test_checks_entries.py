"""Answers that are a dict: which of its keys and entries a learner is told about."""

from __future__ import annotations

from collections import OrderedDict, UserDict
from collections.abc import Hashable
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook.checks import require_entries
from devops_workbook.exercise import NotStarted, NotYet

KEYS = ("packaged", "deployed")
RIGHT = {"packaged": 1, "deployed": 2}
LONG = tuple(f"question {number}" for number in range(12))
OTHER = "The keys of `digests` are not those of the task: "


def said_to(answer: object, keys: tuple[Hashable, ...] = KEYS) -> str:
    """Return what a learner is told about an answer that is not complete."""
    with pytest.raises(NotYet) as raised:
        require_entries(answer, "digests", keys)
    return str(raised.value)


@pytest.mark.parametrize("kind", [dict, OrderedDict, UserDict, MappingProxyType])
def test_any_mapping_with_these_keys_passes_in_any_order(kind: Any) -> None:
    require_entries(kind(RIGHT), "digests", KEYS)
    require_entries(kind(dict(reversed(RIGHT.items()))), "digests", iter(KEYS))


@pytest.mark.parametrize("value", [None, 0, "", [], {}, (1, ...), pd.Series([1, 2]), np.array([])])
def test_what_an_entry_holds_is_not_looked_at(value: object) -> None:
    require_entries({**RIGHT, "deployed": value}, "digests", KEYS)


@pytest.mark.parametrize(
    ("answer", "described"),
    [
        (None, "NoneType None"),
        (["a", ...], "list ['a', ...]"),
        ("packaged", "str 'packaged'"),
        (dict, "type <class 'dict'>"),
        (pd.Series(RIGHT), "Series packaged 1 deployed 2 dtype: int64"),
        (pd.DataFrame({"packaged": [1]}), "DataFrame packaged 0 1"),
        (np.float64(3), "float64 np.float64(3.0)"),
        (..., "`...`"),
    ],
    ids=["None", "list", "str", "class", "Series", "DataFrame", "number", "stub"],
)
def test_what_is_no_mapping_is_described(answer: object, described: str) -> None:
    expected = "`digests` should be a dict with the keys 'packaged' and 'deployed'. "
    assert said_to(answer) == f"{expected}Found {described}."


@pytest.mark.parametrize(
    ("answer", "difference"),
    [
        ({}, "'packaged' and 'deployed' are missing"),
        ({"packaged": 1}, "'deployed' is missing"),
        ({**RIGHT, "zip": 3}, "'zip' is not asked for"),
        ({**RIGHT, 4: 3, None: 3, ("a", 1): 3}, "4, None and ('a', 1) are not asked for"),
        ({"packaged": 1, "zip": 2}, "'deployed' is missing; 'zip' is not asked for"),
        ({"packaged": 1, "deploied": 2}, "'deploied' is probably meant to be 'deployed'"),
        ({"packaged": 1, "Deployed": ...}, "'Deployed' is probably meant to be 'deployed'"),
        (
            {"pakaged": 1, "zip": 2},
            "'pakaged' is probably meant to be 'packaged'; 'deployed' is missing; "
            "'zip' is not asked for",
        ),
    ],
)
def test_keys_that_differ_are_named(answer: object, difference: str) -> None:
    assert said_to(answer) == f"{OTHER}{difference}."


def test_a_key_that_is_there_is_not_meant_by_another() -> None:
    assert said_to({**RIGHT, "deploy": 3}) == f"{OTHER}'deploy' is not asked for."


def test_two_keys_are_not_meant_to_be_the_same() -> None:
    answer = {"packaged": 1, "deploy": 2, "deployd": 3}
    assert said_to(answer) == (
        f"{OTHER}'deploy' is probably meant to be 'deployed'; 'deployd' is not asked for."
    )


def test_keys_can_be_numbers() -> None:
    require_entries({np.int64(2): "b", 1: "a"}, "digests", (1, 2))
    assert said_to({1: "a"}, (1, 2)) == f"{OTHER}2 is missing."
    assert said_to({1: "a", "2": "b"}, (1, 2)) == f"{OTHER}'2' is probably meant to be 2."
    assert said_to({1: "a", 2: ...}, (1, 2)) == "`digests[2]` is still `...`."
    assert "with the keys 1 and 2. Found" in said_to([], (1, 2))


@pytest.mark.parametrize("stub", [..., (..., ...), [...], {...}, {"a": ...}], ids=repr)
def test_entries_that_are_still_stubs_are_named(stub: object) -> None:
    assert said_to({**RIGHT, "deployed": stub}) == "`digests['deployed']` is still `...`."
    answer = {**dict.fromkeys(LONG[:4], stub), LONG[0]: 1}
    assert said_to(answer, LONG[:4]) == (
        "`digests['question 1']`, `digests['question 2']` and `digests['question 3']` "
        "are still `...`."
    )


def test_a_dict_of_stubs_alone_is_not_started() -> None:
    with pytest.raises(NotStarted, match=r"^All entries of `digests` are still `\.\.\.`\.$"):
        require_entries(dict.fromkeys(KEYS, ...), "digests", KEYS)


def test_a_dict_with_a_thousand_keys_is_answered_shortly() -> None:
    said = said_to({f"strange {number}": number for number in range(1000)})
    assert said.endswith("'strange 6', 'strange 7' and 992 more are not asked for.")
    assert len(said_to({"x" * 1000: 1})) < 200
    assert "'question 7' and 4 more are missing." in said_to({}, LONG)


ANY_KEY = st.text(max_size=5) | st.integers() | st.none() | st.tuples(st.integers())


@given(st.dictionaries(ANY_KEY, st.none() | st.just(...)), st.lists(ANY_KEY, min_size=1))
def test_only_a_complete_answer_passes(answer: dict[Any, Any], keys: list[Any]) -> None:
    complete = answer.keys() == set(keys) and ... not in answer.values()
    if complete:
        require_entries(answer, "digests", dict.fromkeys(keys))
        return
    with pytest.raises((NotYet, NotStarted), match=r"\.$") as raised:
        require_entries(answer, "digests", dict.fromkeys(keys))
    assert "Ellipsis" not in str(raised.value)
