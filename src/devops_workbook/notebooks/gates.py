"""Content gates: rules that every chapter's source keeps, each a function that names breaches.

These look at the source alone. ``rehearsal`` runs the exercises.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from devops_workbook import chapters, paths
from devops_workbook.exercise import Chapter
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
MIN_HINTS = 2
MIN_WRONGS = 2
MIN_PROSE_WORDS = 8
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
    return [problem for gate in GATES for problem in gate(chapter, source)]


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


def same_exercises(chapter: Chapter, source: Source) -> Iterator[str]:
    """The notebook has a task for each exercise of the chapter, in its order, and no other."""
    tasks = [cell.exercise for cell in source.cells if cell.tag == "task"]
    quiz = ["quiz"] if "quiz" in tasks else []
    expected = [*chapter.exercises, *quiz]
    if tasks != expected:
        yield f"tasks should be {expected}, found {tasks}"


def exercise_shape(chapter: Chapter, source: Source) -> Iterator[str]:
    """Each task has prose before it, a solution and wrong cells after it, then its check."""
    cells = source.cells
    for place, cell in enumerate(cells):
        if cell.tag != "task" or cell.exercise not in chapter.exercises:
            continue
        key = cell.exercise
        if place == 0 or not _is_prose(cells[place - 1]):
            yield f"{key}: at least {MIN_PROSE_WORDS} words of prose come right before the task"
        rest = list(cells[place + 1 :])
        if not rest or rest[0].tag != "solution" or rest[0].exercise != key:
            yield f"{key}: the solution comes right after the task"
        own = [other for other in rest if other.tag in {"solution", "wrong"}]
        wrongs = [other for other in own if other.tag == "wrong" and other.exercise == key]
        if len(wrongs) < MIN_WRONGS:
            yield f"{key}: {MIN_WRONGS} wrong cells or more, found {len(wrongs)}"
        following = [other for other in rest if other.tag not in {"solution", "wrong"}]
        if not following or not checks_exercise(following[0], key):
            yield f'{key}: the next cell is lab.check("{key}", ...)'


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


def minutes(chapter: Chapter, source: Source) -> Iterator[str]:
    """The declared minutes agree with the words, code and exercises, and stand in the text."""
    estimate = estimated_minutes(chapter, source)
    if abs(chapter.minutes - estimate) > MINUTES_TOLERANCE * chapter.minutes:
        yield f"{chapter.minutes} minutes are declared, the content makes {estimate:.0f}"
    if source.cells and f"{chapter.minutes} minutes" not in source.cells[0].text:
        yield f"the first cell says '{chapter.minutes} minutes'"


def no_later_chapter(chapter: Chapter, source: Source) -> Iterator[str]:
    """No chapter imports a later one."""
    later = chapters.COURSE[chapters.COURSE.index(chapter.key) + 1 :]
    forbidden = {f"devops_workbook.chapters.{key.replace('-', '_')}" for key in later}
    for cell in source.cells:
        if cell.kind == "code":
            for name in sorted(_imports(cell.text) & forbidden):
                yield f"imports the later chapter {name}"


GATES: tuple[Gate, ...] = (
    one_title,
    heading_levels,
    section_order,
    same_exercises,
    exercise_shape,
    hints,
    quiz_size,
    kinds,
    code_length,
    alt_text,
    links,
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


def checks_exercise(cell: Cell, key: str) -> bool:
    """Return whether a cell is the ``lab.check`` of an exercise."""
    pattern = rf'lab\.check\(\s*"{re.escape(key)}"'
    return cell.kind == "code" and re.search(pattern, cell.text) is not None


def _headings(source: Source) -> Iterator[tuple[int, str]]:
    for cell in source.cells:
        if cell.kind == "markdown" and cell.tag != "instructor":
            for marks, text in _HEADING.findall(_FENCE.sub("", cell.text)):
                yield len(marks), text


def _is_prose(cell: Cell) -> bool:
    return cell.kind == "markdown" and len(cell.text.split()) >= MIN_PROSE_WORDS


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
