"""Content gates: rules that every chapter's source keeps, each a function that names breaches.

These look at the source alone. ``rehearsal`` runs the exercises. A source whose code cannot be
parsed is stopped by ``plain_python``, the first gate.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from devops_workbook import chapters, paths
from devops_workbook.exercise import Chapter
from devops_workbook.notebooks.exercise_gates import (
    answer_names,
    exercise_shape,
    hints,
    kinds,
    quiz_size,
    same_exercises,
)
from devops_workbook.notebooks.source import Cell, Source

Gate = Callable[[Chapter, Source], Iterator[str]]

#: The level-two headings of every chapter, in this order.
SECTIONS = (
    "You will be able to",
    "The story so far",
    "The idea",
    "A worked example",
    "Exercises",
    "In production",
    "Simulated here",
    "Recap",
    "Quiz",
    "Read on",
)
MAX_CODE_LINES = 25
WORDS_A_MINUTE = 200
CODE_LINES_A_MINUTE = 10
MINUTES_A_QUESTION = 1
MINUTES_TOLERANCE = 0.25

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$", re.MULTILINE)
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)]+)\)")
_PYPLOT = re.compile(r"\bplt\.|pyplot")


def problems(chapter: Chapter, source: Source) -> list[str]:
    """Return every breach of every gate, each a sentence that names the place."""
    if unreadable := list(plain_python(chapter, source)):
        return unreadable
    return [problem for gate in GATES for problem in gate(chapter, source)]


def plain_python(_: Chapter, source: Source) -> Iterator[str]:
    """Every code cell is Python alone: no magic, no shell line, no syntax error."""
    for cell in source.cells:
        if cell.kind == "code":
            try:
                ast.parse(cell.text)
            except SyntaxError as error:
                yield f"a code cell is not plain Python, line {error.lineno}: {_start(cell)}"


def one_title(_: Chapter, source: Source) -> Iterator[str]:
    """The first cell holds the only level-one heading."""
    titles = [text for level, text in _headings(source) if level == 1]
    if len(titles) != 1:
        yield f"one level-one heading, found {len(titles)}: {titles}"
    if not source.cells or not source.cells[0].text.startswith("# "):
        yield "the first cell starts with the level-one heading"


def heading_levels(_: Chapter, source: Source) -> Iterator[str]:
    """No heading skips a level."""
    previous = 0
    for level, text in _headings(source):
        if level > previous + 1:
            yield f"heading {text!r} has level {level} after level {previous}"
        previous = level


def section_order(_: Chapter, source: Source) -> Iterator[str]:
    """The level-two headings are those of every chapter, in their order."""
    found = tuple(text for level, text in _headings(source) if level == 2)
    if found != SECTIONS:
        yield f"sections should be {list(SECTIONS)}, found {list(found)}"


def code_length(_: Chapter, source: Source) -> Iterator[str]:
    """Code cells have at most 25 lines."""
    for cell in source.cells:
        lines = len(cell.text.splitlines())
        if cell.kind == "code" and lines > MAX_CODE_LINES:
            yield f"a code cell has {lines} lines, at most {MAX_CODE_LINES}: {_start(cell)}"


def alt_text(_: Chapter, source: Source) -> Iterator[str]:
    """Every picture in prose has alternative text; figures come from the helper package."""
    for cell in source.cells:
        if cell.kind == "code" and _PYPLOT.search(cell.text):
            yield f"a figure drawn with pyplot has no alternative text: {_start(cell)}"
        if cell.kind == "markdown" and "<img" in cell.text:
            yield f"a picture is written ![what it shows](images/…), not <img>: {_start(cell)}"
        for alt, target in _IMAGE.findall(cell.text) if cell.kind == "markdown" else ():
            if len(alt.split()) < 3:
                yield f"picture {target} needs alternative text that says what it shows"
            if not (paths.NOTEBOOKS / target).is_file():
                yield f"picture {target} is not there"


def links(_: Chapter, source: Source) -> Iterator[str]:
    """Links to other notebooks and to files resolve, and say where they lead."""
    for cell in source.cells:
        for text, target in _LINK.findall(cell.text) if cell.kind == "markdown" else ():
            if text.lower() in {"here", "this", "link", "click here"}:
                yield f"link text {text!r} does not say where it leads"
            if not _resolves(target):
                yield f"link {target} leads nowhere"


def glossary(_: Chapter, source: Source) -> Iterator[str]:
    """The chapter ends with a link to the glossary."""
    targets = [target for cell in source.cells for _, target in _LINK.findall(cell.text)]
    if "glossary.md" not in targets:
        yield "'Read on' links to the [glossary](glossary.md)"


def minutes(chapter: Chapter, source: Source) -> Iterator[str]:
    """The declared minutes agree with the words, code and exercises, and stand in the text."""
    estimate = estimated_minutes(chapter, source)
    if abs(chapter.minutes - estimate) > MINUTES_TOLERANCE * chapter.minutes:
        yield f"{chapter.minutes} minutes are declared, the content makes {estimate:.0f}"
    if source.cells and f"{chapter.minutes} minutes" not in source.cells[0].text:
        yield f"the first cell says '{chapter.minutes} minutes'"


def no_later_chapter(chapter: Chapter, source: Source) -> Iterator[str]:
    """Neither the notebook nor the module of a chapter imports a later one."""
    later = chapters.COURSE[chapters.COURSE.index(chapter.key) + 1 :]
    forbidden = {f"devops_workbook.chapters.{key.replace('-', '_')}" for key in later}
    name = chapter.key.replace("-", "_")
    # A module, or a package where the chapter has grown.
    modules = sorted(Path(chapters.__file__).parent.glob(f"{name}/*.py")) or [
        Path(chapters.__file__).with_name(f"{name}.py")
    ]
    codes = [cell.text for cell in source.cells if cell.kind == "code"]
    for code in (*codes, *(module.read_text(encoding="utf-8") for module in modules)):
        for later_one in sorted(_imports(code) & forbidden):
            yield f"imports the later chapter {later_one}"


GATES: tuple[Gate, ...] = (
    plain_python,
    one_title,
    heading_levels,
    section_order,
    same_exercises,
    exercise_shape,
    answer_names,
    hints,
    quiz_size,
    kinds,
    code_length,
    alt_text,
    links,
    glossary,
    minutes,
    no_later_chapter,
)


def estimated_minutes(chapter: Chapter, source: Source) -> float:
    """Return reading time of prose and code, plus the exercises' minutes and the quiz."""
    shown = [cell for cell in source.cells if cell.tag in {"", "task"}]
    words = sum(len(cell.text.split()) for cell in shown if cell.kind == "markdown")
    lines = sum(len(cell.text.splitlines()) for cell in shown if cell.kind == "code")
    exercises = sum(exercise.minutes for exercise in chapter.exercises.values())
    quiz = MINUTES_A_QUESTION * len(chapter.questions)
    return words / WORDS_A_MINUTE + lines / CODE_LINES_A_MINUTE + exercises + quiz


def _headings(source: Source) -> Iterator[tuple[int, str]]:
    for cell in source.cells:
        if cell.kind == "markdown" and cell.tag != "instructor":
            for marks, text in _HEADING.findall(_FENCE.sub("", cell.text)):
                yield len(marks), text


def _resolves(target: str) -> bool:
    if target.startswith(("https://", "#")):
        return True
    return (paths.NOTEBOOKS / target.partition("#")[0]).exists()


def _imports(code: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _start(cell: Cell) -> str:
    return repr(cell.text.splitlines()[0])
