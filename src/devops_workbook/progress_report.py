"""The whole course's progress: a table, a page, what is next, and starting a chapter anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devops_workbook import chapters, page
from devops_workbook.display import Table
from devops_workbook.exercise import Chapter
from devops_workbook.progress import Progress, home

_COLUMNS = ("Chapter", "State", "Exercises", "Quiz", "Minutes", "Next")


@dataclass(frozen=True)
class Standing:
    """How far the learner is in one chapter."""

    chapter: Chapter
    states: dict[str, str]

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
    loaded = (chapters.load(key) for key in chapters.COURSE)
    states = progress.all_states()
    return [Standing(chapter, states.get(chapter.key, {})) for chapter in loaded]


def table(progress: Progress) -> Table:
    """Return the course as a table; its caption says what is next."""
    all_standings = standings(progress)
    open_ones = [standing for standing in all_standings if not standing.done]
    caption = "DevOps on AWS: the workbook. "
    if open_ones:
        key = open_ones[0].chapter.key
        caption += f"Next: {chapters.stem(key)}, {open_ones[0].next_exercise!r}."
    else:
        caption += "Every exercise is passed."
    return Table(caption, _COLUMNS, [_row(standing) for standing in all_standings])


def _row(standing: Standing) -> tuple[str, ...]:
    chapter = standing.chapter
    exercises = f"{standing.passed(chapter.exercises)} of {len(chapter.exercises)}"
    questions = f"{standing.passed(chapter.questions)} of {len(chapter.questions)}"
    name = f"{chapters.stem(chapter.key)[:2]} {chapter.title}"
    return (
        name,
        standing.state,
        exercises,
        questions,
        str(chapter.minutes),
        standing.next_exercise,
    )


def print_table() -> int:
    """Print the course as a table; return 0."""
    from rich.console import Console
    from rich.table import Table as RichTable

    progress = Progress()
    shown = table(progress)
    rich_table = RichTable(*shown.columns, title=shown.caption, title_justify="left")
    for row in shown.rows:
        rich_table.add_row(*row)
    console = Console(markup=False, highlight=False)  # a path can hold [brackets]
    console.print(rich_table)
    if unreadable := progress.unreadable():
        console.print(f"{unreadable} unreadable line(s) in {progress.path} were left out.")
    return 0


def write_html(path: Path) -> int:
    """Write the course's progress as one self-contained page; return 0."""
    body = f"<h1>Progress</h1>{table(Progress()).to_html()}"
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
