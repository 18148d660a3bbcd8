"""Content gates for exercises and the quiz; ``gates`` has the others and the list of all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from devops_workbook import chapters
from devops_workbook.exercise import Chapter
from devops_workbook.notebooks.source import Cell, Source

MIN_HINTS = 2
MIN_WRONGS = 2
MIN_PROSE_WORDS = 8


def same_exercises(chapter: Chapter, source: Source) -> Iterator[str]:
    """The notebook has a task for each exercise of the chapter, in its order, and no other.

    Each solution and wrong cell belongs to one of them.
    """
    tasks = [cell.exercise for cell in source.cells if cell.tag == "task"]
    quiz = ["quiz"] if "quiz" in tasks else []
    expected = [*chapter.exercises, *quiz]
    if tasks != expected:
        yield f"tasks should be {expected}, found {tasks}"
    for cell in source.cells:
        if cell.tag in {"solution", "wrong"} and cell.exercise not in tasks:
            yield f"a {cell.tag} cell is for {cell.exercise!r}, which has no task"


def exercise_shape(chapter: Chapter, source: Source) -> Iterator[str]:
    """Each task has prose before it, a solution and wrong cells after it, then its check."""
    cells = source.cells
    for place, cell in enumerate(cells):
        if cell.tag != "task" or cell.exercise not in chapter.exercises:
            continue
        key = cell.exercise
        before = [other for other in cells[:place] if other.tag in {"", "task"}]
        if not before or not _is_prose(before[-1]):
            yield f"{key}: at least {MIN_PROSE_WORDS} words of prose come right before the task"
        rest = list(cells[place + 1 :])
        if not rest or rest[0].tag != "solution" or rest[0].exercise != key:
            yield f"{key}: the solution comes right after the task"
        wrongs = sum(other.tag == "wrong" and other.exercise == key for other in rest)
        if wrongs < MIN_WRONGS:
            yield f"{key}: {MIN_WRONGS} wrong cells or more, found {wrongs}"
        shown = [other for other in rest if other.tag in {"", "task"}]
        if not shown or not checks_exercise(shown[0], key):
            yield f'{key}: the next cell a learner sees is lab.check("{key}", ...)'


def answer_names(chapter: Chapter, source: Source) -> Iterator[str]:
    """A task sets the variable or function that its exercise names, or the panel misses it."""
    for key, exercise in chapter.exercises.items():
        for cell in source.of("task", key) if exercise.answer else ():
            if exercise.answer not in _bound(cell.text):
                yield f"{key}: the task does not set `{exercise.answer}`"


def hints(chapter: Chapter, _: Source) -> Iterator[str]:
    """Each exercise has at least two hints, none of them empty."""
    for key, exercise in chapter.exercises.items():
        if len(exercise.hints) < MIN_HINTS or not all(map(str.strip, exercise.hints)):
            yield f"{key}: {MIN_HINTS} hints or more, none empty"


def quiz_size(chapter: Chapter, _: Source) -> Iterator[str]:
    """The quiz has three to five questions, each option with text and explanation."""
    if not 3 <= len(chapter.questions) <= 5:
        yield f"a quiz has 3 to 5 questions, found {len(chapter.questions)}"
    for question in chapter.questions.values():
        if not all(text and why for text, why in question.options.values()):
            yield f"{question.key}: every option has a text and an explanation"


def kinds(chapter: Chapter, _: Source) -> Iterator[str]:
    """One exercise is a break/fix and one a prediction; the first chapter is excused."""
    found = {exercise.kind for exercise in chapter.exercises.values()}
    if chapter.key != chapters.COURSE[0]:
        for kind in ("break/fix", "prediction"):
            if kind not in found:
                yield f"no exercise is a {kind}"


def checks_exercise(cell: Cell, key: str) -> bool:
    """Return whether a cell is the ``lab.check`` of an exercise."""
    pattern = rf'lab\.check\(\s*"{re.escape(key)}"'
    return cell.kind == "code" and re.search(pattern, cell.text) is not None


def _bound(code: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(code)))
    functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    stored = (n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return functions | {node.id for node in stored}


def _is_prose(cell: Cell) -> bool:
    return cell.kind == "markdown" and len(cell.text.split()) >= MIN_PROSE_WORDS
