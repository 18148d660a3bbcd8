"""Every exercise that takes a dict says in a sentence what is amiss with one.

Before it looks at the account: no lab is open here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from devops_workbook import chapters
from devops_workbook.exercise import Exercise, NotYet
from devops_workbook.lab import Lab
from devops_workbook.notebooks.source import source_path

NO_LAB = cast("Lab", object())


# Read as text: jupytext would take seconds, whenever tests are collected.
TASK = re.compile(r'^# %% tags=\["task"\] exercise="([^"]+)"\n(.*?)(?=^# %%|\Z)', re.M | re.S)


def dict_stubs() -> Iterator[tuple[str, Exercise, dict[Any, Any]]]:
    """Yield each exercise whose task ships a dict of ``...`` as the answer, with that dict."""
    for chapter in chapters.COURSE:
        exercises = chapters.load(chapter).exercises
        for key, code in TASK.findall(source_path(chapter).read_text()):
            if key in exercises:
                for stub in stubs_in(code, exercises[key].answer):
                    yield f"{chapter}-{key}", exercises[key], stub


def stubs_in(code: str, name: str | None) -> Iterator[dict[Any, Any]]:
    """Yield what is assigned to a name if that is a dict of ``...``."""
    for step in ast.parse(code).body:
        if (
            isinstance(step, ast.Assign)
            and ast.unparse(step.targets) == name
            and isinstance(step.value, ast.Dict)
            and {ast.unparse(value) for value in step.value.values} == {"..."}
        ):
            yield ast.literal_eval(step.value)


STUBS = list(dict_stubs())
each_stub = pytest.mark.parametrize(
    ("exercise", "stub"), [case[1:] for case in STUBS], ids=[case[0] for case in STUBS]
)

#: Of no use where a word or a number is asked; most are not hashable.
UNUSABLE = ([[]], {"a": {}}, {1, 2}, [..., 1], None)
#: Compared with anything these have no single truth value.
AMBIGUOUS = (
    np.array([1, 2]),
    np.array(["a", "b"]),
    pd.Series([1, 2]),
    pd.DataFrame({"a": [1, 2]}),
)


def said_to(exercise: Exercise, answer: object) -> str:
    """Return the sentence that a check has for an answer, in one line."""
    with pytest.raises(NotYet) as raised:
        exercise.check(NO_LAB, answer)
    said = str(raised.value)
    assert said.endswith((".", "?"))
    assert "\n" not in said
    assert "Ellipsis" not in said
    return said


def test_the_exercises_with_a_dict_are_found() -> None:
    assert len(STUBS) >= 25


@each_stub
def test_what_is_no_dict_is_described(exercise: Exercise, stub: dict[Any, Any]) -> None:
    for answer in (["a", ...], None, 3, "a", pd.Series(list(stub)), pd.DataFrame({"a": [1]})):
        said = said_to(exercise, answer)
        assert f"`{exercise.answer}` should be a dict with the keys " in said
        assert f"Found {type(answer).__name__} " in said


@each_stub
def test_what_is_still_a_stub_is_named(exercise: Exercise, stub: dict[Any, Any]) -> None:
    first, *others = stub
    said = said_to(exercise, {**stub, first: 1})
    assert all(f"`{exercise.answer}[{key!r}]`" in said for key in others)
    assert said.endswith("still `...`.")


@each_stub
def test_a_misspelled_key_is_told_which_it_is(exercise: Exercise, stub: dict[Any, Any]) -> None:
    for key in stub:
        answer = {f"{each}s" if each == key else each: 1 for each in stub}
        assert f"'{key}s' is probably meant to be {key!r}." in said_to(exercise, answer)


@each_stub
def test_values_of_no_use_are_told_so(exercise: Exercise, stub: dict[Any, Any]) -> None:
    for value in UNUSABLE:
        said_to(exercise, dict.fromkeys(stub, value))


@each_stub
def test_values_of_no_single_truth_are_told_so(exercise: Exercise, stub: dict[Any, Any]) -> None:
    for value in AMBIGUOUS:
        said_to(exercise, dict.fromkeys(stub, value))


@pytest.mark.parametrize(
    ("chapter", "key", "answer"),
    [
        ("safe-deployments", "predict", {"canary": 5, "linear": 9, "alarm": 2}),
        ("source-control", "kinds-of-merge", {"fast-forward": 3, "squash": 1, "three-way": 4}),
        ("tracing", "longest-span", {"recommendations": 0, "session": 30, "prices": 50}),
        ("container-images", "layer-order", {"at once": 3, "libraries first": 2}),
    ],
)
def test_numpys_numbers_are_numbers(chapter: str, key: str, answer: dict[str, int]) -> None:
    check = chapters.load(chapter).exercises[key].check
    assert check(NO_LAB, {name: np.int64(value) for name, value in answer.items()})
    with pytest.raises(NotYet, match=r"should be a (whole )?number\. Found str "):
        check(NO_LAB, {name: str(value) for name, value in answer.items()})


def test_a_workload_in_numpys_numbers_is_a_workload() -> None:
    check = chapters.load("running-containers").exercises["decision"].check
    words = ("knows_kubernetes", "needs_kubernetes", "only_http", "has_app_runner")
    counts = {"services": np.int64(2), "people": np.int32(3), "busy": np.float32(0.5)}
    assert check(NO_LAB, {**counts, **dict.fromkeys(words, False)})
