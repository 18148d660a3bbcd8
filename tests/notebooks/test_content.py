"""Every chapter keeps its promises: its gates, its checks and its solutions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from devops_workbook import chapters
from devops_workbook.exercise import Outcome, Result
from devops_workbook.notebooks import Source, read_source
from devops_workbook.notebooks.gates import problems
from devops_workbook.notebooks.rehearsal import Rehearsal
from devops_workbook.notebooks.source import Cell

EXERCISES = [(key, name) for key in chapters.COURSE for name in chapters.load(key).exercises]


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let what a cell writes go where no one works."""
    monkeypatch.chdir(tmp_path)


@cache
def source(key: str) -> Source:
    """Return a chapter's source, read once."""
    return read_source(key)


@pytest.mark.parametrize("key", chapters.COURSE)
def test_a_chapter_keeps_every_gate(key: str) -> None:
    assert problems(chapters.load(key), source(key)) == []


@cache
def attempts(key: str) -> dict[str, list[tuple[Cell, Result]]]:
    """Return what the checks say to each solution and each mistake of a chapter, by exercise.

    In one run of the chapter, since its cells take longer than its checks.
    """
    tried: dict[str, list[tuple[Cell, Result]]] = {}
    with Rehearsal(source(key)) as rehearsal:
        for exercise in chapters.load(key).exercises:
            rehearsal.until(exercise)
            cells = [*source(key).of("solution", exercise), *source(key).of("wrong", exercise)]
            tried[exercise] = [(cell, rehearsal.attempt(exercise, cell)) for cell in cells]
    return tried


@pytest.mark.parametrize(("key", "exercise"), EXERCISES, ids=lambda part: part)
def test_caught_up_from_an_empty_account_the_solution_passes(key: str, exercise: str) -> None:
    [result] = [result for cell, result in attempts(key)[exercise] if cell.tag == "solution"]
    assert result.passed, result


@pytest.mark.parametrize(("key", "exercise"), EXERCISES, ids=lambda part: part)
def test_each_mistake_fails_with_its_own_message(key: str, exercise: str) -> None:
    for wrong, result in attempts(key)[exercise]:
        if wrong.tag == "wrong":
            assert result.outcome in {Outcome.NOT_YET, Outcome.RAISED}, result
            assert wrong.message in result.message


@pytest.mark.parametrize("key", chapters.COURSE)
def test_no_message_of_a_mistake_is_in_another_ones(key: str) -> None:
    """A message that fits two mistakes would not show which of them was recognised."""
    for exercise in chapters.load(key).exercises:
        messages = [wrong.message for wrong in source(key).of("wrong", exercise)]
        assert len(set(messages)) == len(messages), exercise
