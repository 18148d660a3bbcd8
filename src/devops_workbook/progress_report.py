"""The whole course's progress: a table, a cell, a page, and starting a chapter anew."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from devops_workbook import chapters, page
from devops_workbook.display import Table
from devops_workbook.errors import WorkbookError
from devops_workbook.exercise import Chapter
from devops_workbook.progress import Progress, home

_ALL_PASSED = "Every exercise is passed."
_COLUMNS = ("Chapter", "State", "Exercises", "Quiz", "Minutes", "Next")


@dataclass(frozen=True)
class Standing:
    """How far the learner is in one chapter."""

    chapter: Chapter
    states: dict[str, str]

    @property
    def name(self) -> str:
        """Return the chapter's number and title."""
        return f"{chapters.stem(self.chapter.key)[:2]} {self.chapter.title}"

    def passed(self, keys: Iterable[str]) -> int:
        """Return how many of the keys are passed."""
        return sum(self.states.get(key) == "passed" for key in keys)

    @property
    def done(self) -> bool:
        """Whether every exercise is passed; the quiz is for oneself."""
        return self.passed(self.chapter.exercises) == len(self.chapter.exercises)

    @property
    def state(self) -> str:
        """Return a symbol and a word."""
        if self.done:
            return "✓ done"
        return "◐ begun" if self.states else "○ not begun"

    @property
    def next_exercise(self) -> str:
        """Return the title of the first exercise that is not passed, or ""."""
        for key, exercise in self.chapter.exercises.items():
            if self.states.get(key) != "passed":
                return exercise.title
        return ""


def standings(progress: Progress) -> list[Standing]:
    """Return the standing in each chapter, in the order of the course."""
    return _standings(progress.all_states())


def _standings(states: Mapping[str, dict[str, str]]) -> list[Standing]:
    loaded = (chapters.load(key) for key in chapters.COURSE)
    return [Standing(chapter, states.get(chapter.key, {})) for chapter in loaded]


def table(progress: Progress) -> Table:
    """Return the course as a table; its caption says what is next."""
    return _table(standings(progress))


def _table(course: Sequence[Standing]) -> Table:
    caption = "DevOps on AWS: the workbook. "
    if standing := _next(course):
        caption += f"Next: {chapters.stem(standing.chapter.key)}, {standing.next_exercise!r}."
    else:
        caption += _ALL_PASSED
    return Table(caption, _COLUMNS, [_row(standing) for standing in course])


def _next(course: Sequence[Standing]) -> Standing | None:
    """Return where to go on: the first chapter that is not done, or None."""
    return next((standing for standing in course if not standing.done), None)


@dataclass(frozen=True)
class CourseProgress:
    """The whole course with its states, as a notebook shows it: each chapter is a link to it.

    The links lead from one notebook to another in the same folder.
    """

    standings: Sequence[Standing]
    problem: str = ""

    def __repr__(self) -> str:
        return "\n".join(filter(None, (repr(_table(self.standings)), self.problem)))

    def to_html(self) -> str:
        """Return what is next, with a link, above the table of the chapters."""
        links = [_notebook(standing) for standing in self.standings]
        shown = replace(_table(self.standings), caption="The course", links=links)
        problem = f"<p>{html.escape(self.problem)}</p>" if self.problem else ""
        return f"<p>{self._next_html()}</p>{shown.to_html()}{problem}"

    def _next_html(self) -> str:
        standing = _next(self.standings)
        if standing is None:
            return _ALL_PASSED
        name, exercise = html.escape(standing.name), html.escape(standing.next_exercise)
        return f'Next: <a href="{_notebook(standing)}">{name}</a>, “{exercise}”.'

    def _repr_html_(self) -> str:
        return self.to_html()


def course_progress() -> CourseProgress:
    """Return how far the learner is in the whole course, and what is next, for a cell to show.

    Needs no lab. A progress file that cannot be read is said, and the course shown as not begun.
    """
    progress = Progress()
    try:
        return CourseProgress(standings(progress))
    except OSError as error:
        problem = f"Your progress in {progress.path} cannot be read: {error.strerror or error}."
        return CourseProgress(_standings({}), problem)


def _notebook(standing: Standing) -> str:
    return f"{chapters.stem(standing.chapter.key)}.ipynb"


def _row(standing: Standing) -> tuple[str, ...]:
    chapter = standing.chapter
    exercises = f"{standing.passed(chapter.exercises)} of {len(chapter.exercises)}"
    questions = f"{standing.passed(chapter.questions)} of {len(chapter.questions)}"
    return (
        standing.name,
        standing.state,
        exercises,
        questions,
        str(chapter.minutes),
        standing.next_exercise,
    )


def of(file: Path | None) -> Progress:
    """Return the progress in a file, by default that of this computer.

    Raises ``WorkbookError`` when there is no such file.
    """
    if file and not file.exists():
        raise WorkbookError(f"There is no {file}. It is progress.jsonl in the folder .workbook.")
    return Progress(file) if file else Progress()


def print_table(progress: Progress) -> int:
    """Print the course as a table; return 0."""
    from rich.console import Console
    from rich.table import Table as RichTable

    course = standings(progress)
    shown = _table(course)
    rich_table = RichTable(*shown.columns, title=shown.caption, title_justify="left")
    for row in shown.rows:
        rich_table.add_row(*row)
    console = Console(markup=False, highlight=False)  # a path can hold [brackets]
    console.print(rich_table)
    if standing := _next(course):
        console.print(f"Go on with: workbook lab {standing.chapter.key}")
    if problem := progress.problem():
        console.print(problem)
    return 0


def write_html(path: Path, progress: Progress) -> int:
    """Write the course's progress as one self-contained page; return 0."""
    body = f'<h1>Progress</h1><div class="scroll">{table(progress).to_html()}</div>'
    if problem := progress.problem():
        body += f"<p>{html.escape(problem)}</p>"
    page.write(path, page.page("Progress", body))
    return 0


def reset(key: str) -> int:
    """Start a chapter anew: its progress at nothing, its notebook as shipped; return 0.

    The notebook as it was is kept in the learner's folder, and the old events stay in the
    progress file, so nothing is lost. Raises ``UnknownKeyError``.
    """
    from devops_workbook.notebooks import edition, read_source
    from devops_workbook.notebooks.build import notebook_path

    chapters.stem(key)  # refuses an unknown key before anything is written
    fresh = edition(read_source(key), "learner").encode()
    notebook = notebook_path(key)
    if notebook.exists() and notebook.read_bytes() != fresh:
        print(f"Your notebook is kept as {_keep(notebook)}")
    notebook.write_bytes(fresh)
    Progress().record(key, "reset")
    print(f"{key} starts anew. If it is open in JupyterLab: File, Reload Notebook from Disk.")
    return 0


def _keep(notebook: Path) -> Path:
    # To the microsecond, so that no copy takes the name of an earlier one.
    when = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")
    kept = home() / "kept" / f"{notebook.stem}-{when}.ipynb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(notebook.read_bytes())
    return kept
