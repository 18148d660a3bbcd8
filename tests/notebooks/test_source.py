"""Reading a chapter's source: what a cell says of itself, and errors that name the place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devops_workbook import chapters
from devops_workbook.errors import NotebookSourceError, UnknownKeyError, WorkbookError
from devops_workbook.notebooks import read_source, solution_of
from devops_workbook.notebooks.source import Cell, Source

CLEAN = """\
# %% [markdown]
# # Title
#
# Prose.

# %% tags=["task"] exercise="lead-time"
def f():
    ...


x = 1

# %% tags=["solution"] exercise="lead-time"
x = 2

# %% tags=["wrong"] exercise="lead-time" message="not the mean"
x = 3

# %% [markdown] tags=["instructor"]
# Say this.
"""


def read(folder: Path, text: str) -> Source:
    """Write a source and read it."""
    path = folder / "07_cdk.py"
    path.write_text(text, encoding="utf-8")
    return read_source("cdk", path)


def test_each_cell_is_read_with_its_kind_tag_and_exercise(tmp_path: Path) -> None:
    source = read(tmp_path, CLEAN)
    assert source.key == "cdk"
    assert source.cells == (
        Cell("markdown", "# Title\n\nProse."),
        Cell("code", "def f():\n    ...\n\n\nx = 1", "task", "lead-time"),
        Cell("code", "x = 2", "solution", "lead-time"),
        Cell("code", "x = 3", "wrong", "lead-time", "not the mean"),
        Cell("markdown", "Say this.", "instructor"),
    )


def test_cells_are_found_by_tag_and_exercise(tmp_path: Path) -> None:
    source = read(tmp_path, CLEAN)
    assert [cell.text for cell in source.of("wrong", "lead-time")] == ["x = 3"]
    assert list(source.of("wrong", "other")) == []


def test_letters_of_any_language_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, "# %%\nname = 'Zoë ✓'\n").cells[0].text == "name = 'Zoë ✓'"


# What is wrong in the second cell, and what the error says.
BROKEN = {
    "unknown tag": (
        '# %% tags=["soluton"] exercise="a"',
        "unknown tag ['soluton']. Tags are: instructor, solution, task, wrong.",
    ),
    "two tags": (
        '# %% tags=["task", "wrong"] exercise="a"',
        "one tag a cell, found task, wrong.",
    ),
    "task without exercise": ('# %% tags=["task"]', 'a task cell names its exercise="…".'),
    "solution without exercise": (
        '# %% tags=["solution"]',
        'a solution cell names its exercise="…".',
    ),
    "wrong without exercise": (
        '# %% tags=["wrong"] message="a"',
        'a wrong cell names its exercise="…".',
    ),
    "wrong without message": (
        '# %% tags=["wrong"] exercise="a"',
        'a wrong cell names the message="…" it must get.',
    ),
    "misspelt field": ('# %% tag=["solution"] exercise="a"', "found tag ['solution']."),
    "title": ('# %% Solution tags=["solution"]', "found title 'Solution'."),
    "unclosed bracket": (
        '# %% tags=["solution" exercise="a"',
        """found incorrectly_encoded_metadata 'tags=["solution"'.""",
    ),
}


@pytest.mark.parametrize(("head", "message"), BROKEN.values(), ids=BROKEN)
def test_an_error_names_the_file_and_the_cell(tmp_path: Path, head: str, message: str) -> None:
    with pytest.raises(NotebookSourceError) as raised:
        read(tmp_path, f"# %% [markdown]\n# # Title\n\n{head}\nx = 1\n")
    assert str(raised.value).startswith("07_cdk.py, cell 2: ")
    assert str(raised.value).endswith(message)


def test_tags_that_are_no_list_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(NotebookSourceError, match=r"^07_cdk\.py: 'task' is not of type 'array'\.$"):
        read(tmp_path, '# %% tags="task" exercise="a"\nx = 1\n')


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    path = tmp_path / "07_cdk.py"
    with pytest.raises(WorkbookError, match=f"'cdk' has no source: {re.escape(str(path))} is miss"):
        read_source("cdk", path)


def test_an_unknown_chapter_has_no_source() -> None:
    with pytest.raises(UnknownKeyError, match="Did you mean 'start-here'"):
        read_source("start-her")


@pytest.mark.parametrize("key", chapters.COURSE)
def test_every_exercise_has_a_solution_to_show(key: str) -> None:
    source = read_source(key)
    for exercise in chapters.load(key).exercises:
        shown = solution_of(key, exercise)
        assert shown
        assert shown == "\n\n".join(cell.text for cell in source.of("solution", exercise))
