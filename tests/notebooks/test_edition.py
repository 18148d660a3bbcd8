"""What is in each edition of a chapter, and the ids of its cells."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook.notebooks import edition
from devops_workbook.notebooks.build import Edition
from devops_workbook.notebooks.source import Cell, Source

EDITIONS: tuple[Edition, ...] = ("learner", "solutions")
SOURCE = Source(
    "start-here",
    (
        Cell("markdown", "# Title\n\n![What it\nshows](images/a.svg) and [x](../data/x.csv)"),
        Cell("code", "import boto3"),
        Cell("code", "boto3"),
        Cell("code", "x = ...", "task", "one"),
        Cell("code", "x = 1", "solution", "one"),
        Cell("code", "x = 2", "wrong", "one", "too much"),
        Cell("code", "boto3"),
        Cell("code", "note = 1", "instructor"),
        Cell("markdown", "Say [chapter 01](01_dora_metrics.ipynb).", "instructor"),
        Cell("markdown", "[docs](https://example.org/images/b.png), `](images/`"),
    ),
)


def cells(source: Source, name: Edition) -> list[dict[str, Any]]:
    """Return the cells of an edition."""
    found: list[dict[str, Any]] = json.loads(edition(source, name))["cells"]
    return found


def texts(source: Source, name: Edition) -> list[str]:
    """Return the text of each cell of an edition."""
    return ["".join(cell["source"]) for cell in cells(source, name)]


# What is in an edition.


def test_the_learner_gets_the_task_and_nothing_that_gives_it_away() -> None:
    shown = texts(SOURCE, "learner")
    assert shown == [SOURCE.cells[i].text for i in (0, 1, 2, 3, 6, 9)]


def test_the_solutions_have_solution_and_instructor_cells_in_place_of_tasks() -> None:
    shown = texts(SOURCE, "solutions")
    assert shown[1:-1] == [SOURCE.cells[i].text for i in (1, 2, 4, 6, 7, 8)]


def test_links_to_files_lead_one_folder_up_from_the_solutions() -> None:
    first, *_, last = texts(SOURCE, "solutions")
    assert "](../images/a.svg)" in first
    assert "](../../data/x.csv)" in first
    assert "](https://example.org/images/b.png)" in last


def test_links_between_notebooks_stay_in_their_folder() -> None:
    assert "](01_dora_metrics.ipynb)" in texts(SOURCE, "solutions")[-2]


def test_a_cell_carries_its_tag_and_its_exercise() -> None:
    [task] = [cell for cell in cells(SOURCE, "learner") if "tags" in cell["metadata"]]
    assert task["metadata"] == {"tags": ["task"], "exercise": "one"}


@pytest.mark.parametrize("name", EDITIONS)
def test_a_notebook_knows_its_chapter_and_its_edition(name: Edition) -> None:
    metadata = json.loads(edition(SOURCE, name))["metadata"]
    assert metadata["workbook"] == {"chapter": "start-here", "edition": name}
    assert metadata["kernelspec"]["name"] == "python3"


LINE = st.text(st.characters(exclude_categories=["Cs"]))
CELLS = st.lists(
    st.builds(Cell, st.sampled_from(["code", "markdown"]), LINE, st.sampled_from(["", "task"])),
    max_size=6,
)


@given(CELLS)
def test_any_cells_make_a_valid_notebook_with_their_text_and_ids_of_their_own(
    made: list[Cell],
) -> None:
    source = Source("start-here", tuple(made))
    notebook = nbformat.reads(edition(source, "learner"), as_version=4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == [cell.text for cell in made]
    assert len({cell.id for cell in notebook.cells}) == len(made)


# Ids.


@given(CELLS, CELLS, st.uuids().map(str))
def test_a_cell_put_in_between_changes_no_other_id(
    before: list[Cell], after: list[Cell], text: str
) -> None:
    without = cells(Source("start-here", (*before, *after)), "learner")
    inserted = (*before, Cell("code", text), *after)
    with_it = cells(Source("start-here", inserted), "learner")
    assert without == with_it[: len(before)] + with_it[len(before) + 1 :]


def test_a_cell_keeps_its_id_in_the_other_edition() -> None:
    learner, solutions = ({c["id"] for c in cells(SOURCE, name)} for name in EDITIONS)
    assert len(learner & solutions) == 5  # all but the task


def test_an_edited_cell_gets_another_id() -> None:
    edited = list(SOURCE.cells)
    edited[1] = replace(edited[1], text="import botocore")
    old, new = cells(SOURCE, "learner"), cells(Source("start-here", tuple(edited)), "learner")
    assert [a["id"] == b["id"] for a, b in zip(old, new, strict=True)] == [
        index != 1 for index in range(len(old))
    ]
