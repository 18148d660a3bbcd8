"""Every notebook runs in a real kernel, top to bottom, in a folder with any name.

The solved ones run twice, and become the pages of the course.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from html_page import Page

from devops_workbook import chapters, paths
from devops_workbook.course import NotebookRunError, execute
from devops_workbook.course_pages import WIDGET, chapter_page
from devops_workbook.exercise import Outcome
from devops_workbook.notebooks.build import Edition, notebook_path
from devops_workbook.notebooks.exercise_gates import checks_exercise
from devops_workbook.notebooks.source import Cell
from devops_workbook.progress import Progress

pytestmark = pytest.mark.notebook

Outputs = list[dict[str, Any]]
Executed = Callable[[str, Edition], "list[Run]"]


class Run:
    """One execution of a notebook."""

    def __init__(self, key: str, notebook: Any) -> None:
        self.key = key
        self.notebook = notebook
        self.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]

    def checks(self) -> dict[str, str]:
        """Return what each check cell says in a terminal, by exercise."""
        return {
            exercise: _text(cell.outputs)
            for exercise in chapters.load(self.key).exercises
            for cell in self.cells
            if checks_exercise(Cell("code", cell.source), exercise)
        }

    def data(self) -> list[dict[str, str]]:
        """Return the mime bundle of each output that has one."""
        return [
            output["data"] for cell in self.cells for output in cell.outputs if "data" in output
        ]

    def stream(self, name: str) -> str:
        """Return what was written to stdout or stderr."""
        outputs = (output for cell in self.cells for output in cell.outputs)
        return "".join(output["text"] for output in outputs if output.get("name") == name)


def _text(outputs: Outputs) -> str:
    [shown] = [output["data"]["text/plain"] for output in outputs if "data" in output]
    return str(shown)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the notebooks, as a learner has them, to a folder with a space and an accent."""
    copy = tmp_path_factory.mktemp("run") / "Café DevOps" / "notebooks"
    leave_out = shutil.ignore_patterns(".*", "source")
    shutil.copytree(paths.NOTEBOOKS, copy, ignore=leave_out)
    return copy


@pytest.fixture(scope="module")
def executed(folder: Path) -> Executed:
    """Return a function that runs an edition where it is, once for all tests.

    The solved one twice in a row, since every cell of the learner's that does something is in it.
    """

    @cache
    def run(key: str, edition: Edition) -> list[Run]:
        path = folder / notebook_path(key, edition).relative_to(paths.NOTEBOOKS)
        times = 2 if edition == "solutions" else 1
        return [Run(key, execute(path, path.parent)) for _ in range(times)]

    return run


@pytest.fixture(scope="module")
def page(executed: Executed) -> Callable[[str], Page]:
    """Return a function that makes a solved chapter a page of the course, once for all tests."""

    @cache
    def make(key: str) -> Page:
        notebook = executed(key, "solutions")[0].notebook
        return Page(chapter_page(copy.deepcopy(notebook), key))

    return make


def _editions(*editions: Edition) -> list[tuple[str, Edition]]:
    return [(key, edition) for key in chapters.COURSE for edition in editions]


learner = pytest.mark.parametrize(("key", "edition"), _editions("learner"))
solutions = pytest.mark.parametrize(("key", "edition"), _editions("solutions"))
both = pytest.mark.parametrize(("key", "edition"), _editions("learner", "solutions"))
every = pytest.mark.parametrize("key", chapters.COURSE)


@learner
def test_untouched_every_check_says_not_started(
    executed: Executed, key: str, edition: Edition
) -> None:
    for run in executed(key, edition):
        checks = run.checks()
        assert list(checks) == list(chapters.load(key).exercises)
        for exercise, said in checks.items():
            assert said.startswith(f"{Outcome.NOT_STARTED.symbol} Not started ({exercise}): ")


@learner
def test_untouched_leaves_the_course_where_it_was(
    executed: Executed, folder: Path, key: str, edition: Edition
) -> None:
    assert executed(key, edition)
    progress = Progress(folder / ".workbook" / "progress.jsonl")
    assert progress.states(key) == {}
    assert key in {event["chapter"] for event in progress.events()}
    assert progress.unreadable() == 0


@solutions
def test_solved_every_check_says_passed(executed: Executed, key: str, edition: Edition) -> None:
    for run in executed(key, edition):
        checks = run.checks()
        assert list(checks) == list(chapters.load(key).exercises)
        for exercise, said in checks.items():
            assert said.startswith(f"{Outcome.PASSED.symbol} Passed ({exercise}): ")


@solutions
def test_solved_every_question_is_answered_right(
    executed: Executed, key: str, edition: Edition
) -> None:
    for run in executed(key, edition):
        for question in chapters.load(key).questions:
            assert f"{Outcome.PASSED.symbol} Passed ({question}): " in run.stream("stdout")


@solutions
def test_solving_is_not_recorded_as_learning(
    executed: Executed, folder: Path, key: str, edition: Edition
) -> None:
    assert executed(key, edition)
    progress = Progress(folder / "solutions" / ".workbook" / "progress.jsonl")
    assert progress.states(key) == {}


@solutions
def test_a_second_run_says_the_same(executed: Executed, key: str, edition: Edition) -> None:
    first, second = executed(key, edition)
    assert first.checks() == second.checks()
    assert first.stream("stdout") == second.stream("stdout")


@both
def test_nothing_warns(executed: Executed, key: str, edition: Edition) -> None:
    for run in executed(key, edition):
        assert not run.stream("stderr")


@both
def test_every_picture_has_alternative_text(executed: Executed, key: str, edition: Edition) -> None:
    for run in executed(key, edition):
        for data in run.data():
            assert not [kind for kind in data if kind.startswith("image/")]
            for picture in re.findall(r"<img\b[^>]*>", data.get("text/html", "")):
                alt = re.search(r'\balt="([^"]*)"', picture)
                assert alt, picture[:80]
                assert len(alt[1].split()) >= 3


@both
def test_every_widget_has_text_beside_it(executed: Executed, key: str, edition: Edition) -> None:
    for run in executed(key, edition):
        widgets = [data for data in run.data() if WIDGET in data]
        assert len(widgets) >= 2  # the panel and the quiz
        for data in widgets:
            assert data["text/plain"]
            assert data["text/html"]


@every
def test_a_page_stands_alone(page: Callable[[str], Page], key: str) -> None:
    made = page(key)
    assert [url for url in made.loaded if not url.startswith("data:")] == []
    assert "script" not in made.tags
    assert not re.search(r"""@import|url\(\s*["']?(https?:)?//""", made.html)


@every
def test_a_page_shows_what_the_checks_said(page: Callable[[str], Page], key: str) -> None:
    made = page(key)
    assert made.tags.count("h1") == 1
    for exercise in chapters.load(key).exercises:
        assert re.search(rf"✓ Passed\s+\({exercise}\)", made.text)
    assert "VBox(" not in made.text  # a widget's own text says nothing


@every
def test_every_picture_of_a_page_has_its_alternative_text(
    page: Callable[[str], Page], key: str
) -> None:
    made = page(key)
    assert made.alts
    assert all(len(alt.split()) >= 3 for alt in made.alts)


@every
def test_links_between_chapters_lead_to_pages(page: Callable[[str], Page], key: str) -> None:
    pages = {"index.html", "glossary.html", *(f"{chapters.stem(other)}.html" for other in chapters.COURSE)}
    links = [link for link in page(key).links if not link.startswith(("#", "https://"))]
    assert links
    assert {link.partition("#")[0] for link in links} <= pages


def test_a_cell_that_raises_is_named_with_its_error(tmp_path: Path) -> None:
    import nbformat

    path = tmp_path / "broken.ipynb"
    cells = [nbformat.v4.new_code_cell(text) for text in ("x = 1", "x / 0")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with pytest.raises(NotebookRunError, match=r"(?s)^broken\.ipynb .*x / 0.*ZeroDivisionError"):
        execute(path, tmp_path)
