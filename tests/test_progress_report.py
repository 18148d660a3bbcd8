"""The whole course's progress: the table, the page, and starting a chapter anew."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from devops_workbook import chapters, paths
from devops_workbook.cli import main
from devops_workbook.errors import UnknownKeyError
from devops_workbook.notebooks.build import notebook_path
from devops_workbook.progress import Progress, home
from devops_workbook.progress_report import (
    course_progress,
    print_table,
    reset,
    table,
    write_html,
)

FIRST = chapters.load("start-here")


class Cells(HTMLParser):
    """The cells of a page's tables row by row, and what the page would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self._in_cell = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value for name, value in attrs if name in {"src", "href"} and value]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def finish(*keys: str, chapter: str = "start-here") -> None:
    """Record that exercises or questions were passed."""
    for key in keys:
        Progress().record(chapter, "check", exercise=key, outcome="passed")


def row(key: str) -> dict[str, str]:
    """Return the row of a chapter by column."""
    shown = table(Progress())
    return dict(zip(shown.columns, shown.rows[chapters.COURSE.index(key)], strict=True))


def test_there_is_a_row_for_each_chapter_in_order() -> None:
    names = [cells[0] for cells in table(Progress()).rows]
    assert names == [
        f"{chapters.stem(key)[:2]} {chapters.load(key).title}" for key in chapters.COURSE
    ]


def test_at_the_beginning_nothing_is_begun_and_the_first_exercise_is_next() -> None:
    assert table(Progress()).caption.endswith("Next: 00_start_here, 'Make a bucket'.")
    assert row("start-here") == {
        "Chapter": "00 Start here",
        "State": "○ not begun",
        "Exercises": "0 of 3",
        "Quiz": "0 of 3",
        "Minutes": "15",
        "Next": "Make a bucket",
    }


def test_a_chapter_that_was_begun_names_the_first_exercise_that_is_open() -> None:
    finish("first-bucket", "move-the-clock", "q-clock")
    shown = row("start-here")
    assert (shown["State"], shown["Exercises"], shown["Quiz"]) == ("◐ begun", "2 of 3", "1 of 3")
    assert shown["Next"] == "Get something wrong on purpose"


def test_a_chapter_is_done_without_its_quiz_and_the_next_is_next() -> None:
    finish(*FIRST.exercises)
    shown = row("start-here")
    assert (shown["State"], shown["Next"]) == ("✓ done", "")
    second = chapters.load(chapters.COURSE[1])
    title = next(iter(second.exercises.values())).title
    assert table(Progress()).caption.endswith(f"Next: {chapters.stem(second.key)}, {title!r}.")


def test_a_quiz_alone_does_not_make_a_chapter_done() -> None:
    finish(*FIRST.questions)
    assert row("start-here")["State"] == "◐ begun"


def test_the_end_of_the_course_is_said() -> None:
    for key in chapters.COURSE:
        finish(*chapters.load(key).exercises, chapter=key)
    assert table(Progress()).caption.endswith("Every exercise is passed.")


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    finish("first-bucket")
    assert print_table(Progress()) == 0
    printed = capsys.readouterr().out
    assert "Next: 00_start_here" in printed
    assert "Go on with: workbook lab start-here" in printed
    assert "1 of 3" in printed
    assert "unreadable" not in printed


def test_unreadable_lines_are_counted_where_the_file_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "[bold]"))
    finish("first-bucket")
    with Progress().path.open("a") as file:
        file.write("torn\nand torn again\n")
    assert print_table(Progress()) == 0
    printed = capsys.readouterr().out.replace("\n", "")
    assert "2 unreadable lines of" in printed
    assert "[bold]" in printed


def test_the_page_holds_the_same_table_and_loads_nothing(tmp_path: Path) -> None:
    finish("first-bucket")
    path = tmp_path / "new folder" / "progress.html"
    assert write_html(path, Progress()) == 0
    page, shown = Cells(path.read_text(encoding="utf-8")), table(Progress())
    assert page.rows == [list(shown.columns), *map(list, shown.rows)]
    assert page.loaded == []
    assert page.tags[:2] == ["html", "head"]
    assert page.tags.count("h1") == 1
    assert "caption" in page.tags


def test_somebody_else_s_file_is_told_apart_from_one_s_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    theirs = tmp_path / "their progress.jsonl"
    theirs.write_bytes(b"torn\n")
    finish("first-bucket")
    out = tmp_path / "page.html"
    assert main(["progress", "--progress", str(theirs), "--html", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert "1 of 3" not in page
    assert f"Left out: 1 unreadable line of {theirs}." in page
    assert main(["progress", "--progress", str(tmp_path / "none.jsonl")]) == 2
    assert "There is no " in capsys.readouterr().err


# In a cell.


def test_a_cell_shows_the_course_with_a_link_to_each_notebook() -> None:
    finish(*FIRST.exercises)
    page, shown = Cells(course_progress().to_html()), table(Progress())
    assert page.rows == [list(shown.columns), *map(list, shown.rows)]
    following, *links = page.loaded
    assert links == [f"{chapters.stem(key)}.ipynb" for key in chapters.COURSE]
    assert following == links[1]
    assert all((paths.NOTEBOOKS / link).is_file() for link in links)


def test_a_cell_without_html_shows_the_table() -> None:
    assert repr(course_progress()) == repr(table(Progress()))


def test_a_cell_says_that_the_course_is_done() -> None:
    for key in chapters.COURSE:
        finish(*chapters.load(key).exercises, chapter=key)
    shown = course_progress().to_html()
    assert "Every exercise is passed." in shown
    assert "Next: " not in shown


def test_a_progress_file_that_cannot_be_read_is_said_below_the_course() -> None:
    Progress().path.mkdir(parents=True)  # a folder where the file should be stops root, too
    shown = course_progress()
    assert "cannot be read: Is a directory." in repr(shown)
    assert "cannot be read: Is a directory." in shown.to_html()
    assert "0 of 3" in repr(shown)


# Starting anew.


@pytest.fixture
def notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work on a copy of the notebooks; everything that reads or writes them asks for it there."""
    copy = tmp_path / "notebooks"
    shutil.copytree(paths.NOTEBOOKS, copy)
    monkeypatch.setattr(paths, "NOTEBOOKS", copy)
    return copy


def test_a_reset_takes_the_chapter_back_to_nothing(notebooks: Path) -> None:
    finish(*FIRST.exercises)
    finish("lead-time", chapter="dora-metrics")
    assert reset("start-here") == 0
    assert Progress().states("start-here") == {}
    assert Progress().states("dora-metrics") == {"lead-time": "passed"}


def test_a_reset_keeps_the_old_events(notebooks: Path) -> None:
    finish("first-bucket")
    before = Progress().path.read_bytes()
    reset("start-here")
    assert Progress().path.read_bytes().startswith(before)


def test_a_reset_keeps_the_learners_notebook_and_brings_back_the_shipped_one(
    notebooks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = notebook_path("start-here")
    assert notebook.is_relative_to(notebooks)
    shipped = notebook.read_bytes()
    mine = shipped.replace(b"days_to_wait = ...", b"days_to_wait = 4")
    assert mine != shipped
    notebook.write_bytes(mine)
    reset("start-here")
    [kept] = (home() / "kept").iterdir()
    assert kept.read_bytes() == mine
    assert str(kept) in capsys.readouterr().out
    assert notebook.read_bytes() == shipped


def test_each_reset_keeps_its_own_copy(notebooks: Path) -> None:
    versions = [b"first", b"second, not even a notebook \xff", b"third"]
    for version in versions:
        notebook_path("start-here").write_bytes(version)
        reset("start-here")
    kept = sorted((home() / "kept").iterdir())
    assert [path.read_bytes() for path in kept] == versions


def test_an_untouched_notebook_is_not_kept(notebooks: Path) -> None:
    reset("start-here")
    assert not (home() / "kept").exists()


def test_a_deleted_notebook_comes_back(notebooks: Path) -> None:
    notebook_path("start-here").unlink()
    reset("start-here")
    assert json.loads(notebook_path("start-here").read_bytes())["nbformat"] == 4


def test_an_unknown_chapter_is_refused_before_anything_is_written(notebooks: Path) -> None:
    before = sorted(notebooks.rglob("*"))
    with pytest.raises(UnknownKeyError, match="Did you mean 'start-here'"):
        reset("start-her")
    assert sorted(notebooks.rglob("*")) == before
    assert not Progress().path.exists()
