"""The lab in a real Jupyter kernel: the notebook's variables, its errors, the panel."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from devops_workbook.course import execute
from devops_workbook.course_pages import WIDGET

CHAPTER = """
from devops_workbook.checks import call, number
from devops_workbook.exercise import Chapter

chapter = Chapter("tiny", "Tiny", minutes=1)


@chapter.exercise("double", title="Double", minutes=1, hints=("a", "b"), answer="double")
def check_double(lab, answer):
    number(call(answer, 2), 4, "double(2)")
    return "Twice."
"""
CELLS = {
    "open": "from tiny import chapter\nfrom devops_workbook.lab import Lab\nlab = Lab(chapter)",
    "panel": "lab",
    "nothing": 'lab.check("double")',
    "stub": 'def double(x):\n    """Return twice x."""\n    ...\n\nlab.check("double")',
    "raises": "def double(x):\n    return x / 0",
    "raised": 'lab.check("double")',
    "right": 'def double(x):\n    return 2 * x\n\nlab.check("double")',
    "printed": 'print(lab.check("double"))',
    "quiz": "lab.quiz()",
    "unknown": 'lab.hint("duoble")',
    "clock": "lab.clock.advance(4)",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Run the cells in one kernel; return the output of each by its name."""
    folder = tmp_path_factory.mktemp("kernel")
    (folder / "tiny.py").write_text(CHAPTER)
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS.values()]
    for cell, name in zip(cells, CELLS, strict=True):
        cell.metadata["tags"] = ["raises-exception"] if name in {"unknown", "clock"} else []
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "tiny.ipynb")
    executed = execute(folder / "tiny.ipynb", folder)
    assert (folder / ".workbook" / "progress.jsonl").exists()
    return {
        name: cell.outputs[0] if cell.outputs else {}
        for name, cell in zip(CELLS, executed.cells, strict=True)
    }


def plain(output: dict[str, Any]) -> str:
    """Return the text of an output, as a terminal would show it."""
    return str(output["data"]["text/plain"])


def test_a_variable_that_is_not_there_is_not_started(outputs: dict[str, Any]) -> None:
    assert plain(outputs["nothing"]).startswith("○ Not started (double): `double` is still `...`")


def test_a_stub_in_the_notebook_is_not_started(outputs: dict[str, Any]) -> None:
    assert plain(outputs["stub"]).startswith("○ Not started (double)")


def test_the_answer_is_taken_from_the_notebook(outputs: dict[str, Any]) -> None:
    assert plain(outputs["right"]) == "✓ Passed (double): Twice."


def test_the_learners_error_names_the_line_of_their_cell(outputs: dict[str, Any]) -> None:
    assert plain(outputs["raised"]).splitlines()[:2] == [
        "! Your code raised an error (double): ZeroDivisionError: division by zero",
        "In your cell, line 2: return x / 0",
    ]


def test_a_check_is_shown_as_html_with_the_same_words(outputs: dict[str, Any]) -> None:
    shown = outputs["right"]["data"]["text/html"]
    assert 'role="status"' in shown
    assert "✓ Passed" in shown
    assert "Twice." in shown


def test_a_printed_result_is_plain_text(outputs: dict[str, Any]) -> None:
    assert outputs["printed"]["text"] == "✓ Passed (double): Twice.\n"


@pytest.mark.parametrize("cell", ["panel", "quiz"])
def test_a_widget_comes_with_its_text_and_its_html(outputs: dict[str, Any], cell: str) -> None:
    assert {WIDGET, "text/plain", "text/html"} <= set(outputs[cell]["data"])


def test_the_panels_text_is_the_table(outputs: dict[str, Any]) -> None:
    assert plain(outputs["panel"]).startswith("Tiny: 0 of 1 done\n")
    assert "<table" in outputs["panel"]["data"]["text/html"]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("unknown", "UnknownKeyError: There is no exercise 'duoble'. Did you mean 'double'?"),
        ("clock", "ClockError: The clock moves by days, hours, minutes and seconds, by name"),
    ],
)
def test_a_mistake_in_a_call_is_one_sentence_and_no_traceback(
    outputs: dict[str, Any], cell: str, sentence: str
) -> None:
    (shown,) = outputs[cell]["traceback"]
    assert shown.startswith(sentence)
