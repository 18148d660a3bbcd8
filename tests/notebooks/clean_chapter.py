"""A small chapter that keeps every content gate, and ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from devops_workbook.exercise import Chapter, Exercise, Question
from devops_workbook.notebooks.gates import SECTIONS
from devops_workbook.notebooks.source import Cell, Source

HINTS = ("Look at the log.", "Count it.")
OPTIONS = {"a": ("One", "Less."), "b": ("Two", "Yes.")}
IMAGE = "![Your notebook calls boto3, which offline AWS answers](images/offline_aws.svg)"
LINK = "[chapter 00](00_start_here.ipynb)"
GLOSSARY = "[glossary](glossary.md)"
PROSE = "The log has a mistake. Find it, and put the number that is right into the variable."
FENCE = "```\n# A comment, no heading\n```"


def exercise(key: str, kind: Any, answer: str | None = None) -> Exercise:
    """Return an exercise of ten minutes."""
    return Exercise(key, key.title(), 10, lambda lab, given: "", HINTS, answer, kind)


def clean_chapter() -> Chapter:
    """Return a small chapter that keeps every gate."""
    made = (exercise("mend", "break/fix", "fixed"), exercise("predict", "prediction"))
    questions = (Question(key, "Two?", OPTIONS, "b") for key in ("q-one", "q-two", "q-three"))
    return Chapter(
        "dora-metrics", "Clean", 24, {e.key: e for e in made}, {q.key: q for q in questions}
    )


def clean_source() -> Source:
    """Return the source of the small chapter."""
    texts = dict.fromkeys(SECTIONS, "Some prose.")
    texts |= {"The idea": f"{IMAGE}\n\n{FENCE}", "Read on": f"Go back to {LINK}, or see the {GLOSSARY}."}
    cells = [Cell("markdown", "# Clean\n\n*24 minutes.*")]
    for section in SECTIONS:
        cells.append(Cell("markdown", f"## {section}\n\n{texts[section]}"))
        if section == "A worked example":
            cells.append(Cell("code", "import boto3\n\nprint(boto3)"))
        if section == "Exercises":
            cells += [
                Cell("markdown", f"### Mend\n\n{PROSE}"),
                Cell("code", "fixed = ...", "task", "mend"),
                Cell("code", "fixed = 1", "solution", "mend"),
                Cell("code", "fixed = 2", "wrong", "mend", "more"),
                Cell("code", "fixed = 0", "wrong", "mend", "less"),
                Cell("code", 'lab.check("mend", fixed)'),
                Cell("markdown", "Ask what they expect.", "instructor"),
                Cell("markdown", f"### Predict\n\n{PROSE}"),
                Cell("markdown", "If you are late, skip this one.", "instructor"),
                Cell("code", "...", "task", "predict"),
                Cell("code", "predict()", "solution", "predict"),
                Cell("code", "predict(1)", "wrong", "predict", "one"),
                Cell("code", "predict(2)", "wrong", "predict", "two"),
                Cell("code", 'lab.check(\n    "predict"\n)'),
            ]
    cells += [Cell("code", "...", "task", "quiz"), Cell("code", "answer()", "solution", "quiz")]
    return Source("dora-metrics", tuple(cells))


# Each takes the chapter and its source and returns broken ones.

Pair = tuple[Chapter, Source]
Break = Callable[[Chapter, Source], Pair]


def text(old: str, new: str) -> Break:
    """Replace a piece of text wherever it stands in the source."""

    def apply(chapter: Chapter, source: Source) -> Pair:
        assert any(old in cell.text for cell in source.cells)
        cells = (replace(cell, text=cell.text.replace(old, new)) for cell in source.cells)
        return chapter, Source(source.key, tuple(cells))

    return apply


def without(**wanted: str) -> Break:
    """Leave out the first cell whose fields are these."""

    def apply(chapter: Chapter, source: Source) -> Pair:
        place = _place(source, **wanted)
        return chapter, Source(source.key, source.cells[:place] + source.cells[place + 1 :])

    return apply


def after(cell: Cell, **wanted: str) -> Break:
    """Put a cell after the first one whose fields are these."""

    def apply(chapter: Chapter, source: Source) -> Pair:
        place = _place(source, **wanted) + 1
        cells = (*source.cells[:place], cell, *source.cells[place:])
        return chapter, Source(source.key, cells)

    return apply


def _place(source: Source, **wanted: str) -> int:
    fits = [all(getattr(c, name) == v for name, v in wanted.items()) for c in source.cells]
    return fits.index(True)


def code(added: str) -> Break:
    """Put a code cell after the worked example's."""
    return after(Cell("code", added), kind="code")


def prose(added: str) -> Break:
    """Put a markdown cell after the worked example's code."""
    return after(Cell("markdown", added), kind="code")


def with_exercise(key: str, **changes: Any) -> Break:
    """Change an exercise of the chapter."""

    def apply(chapter: Chapter, source: Source) -> Pair:
        changed = replace(chapter.exercises[key], **changes)
        return replace(chapter, exercises={**chapter.exercises, key: changed}), source

    return apply


def with_questions(*keys: str, options: dict[str, tuple[str, str]] = OPTIONS) -> Break:
    """Give the chapter another quiz."""

    def apply(chapter: Chapter, source: Source) -> Pair:
        questions = {key: Question(key, "Two?", options, "b") for key in keys}
        return replace(chapter, questions=questions), source

    return apply


def with_chapter(**changes: Any) -> Break:
    """Change the chapter itself."""
    return lambda chapter, source: (replace(chapter, **changes), source)


def both(first: Break, second: Break) -> Break:
    """Apply one after the other."""
    return lambda chapter, source: second(*first(chapter, source))


def empty(chapter: Chapter, source: Source) -> Pair:
    """Leave no cell."""
    return chapter, Source(source.key, ())
