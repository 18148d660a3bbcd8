"""Which cells of a chapter become which slides.

A level-two heading begins a column of slides, all else goes below it. Text is cut where a slide is
full; the notes for the instructor become speaker notes; checks, the panel and the quiz widget are
left out. The answers wait: a solution stands below its name, as the slide's next step, and so does
the answer to a question of the quiz, each of which has a slide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from devops_workbook.exercise import Chapter, Question

#: Words of text that a slide holds.
FULL = 120
#: Lines and columns of code and of what it prints that a slide holds in larger letters.
LARGE_LINES, LARGE_COLUMNS = 16, 76
#: What nbconvert knows: a column, a slide below the last one, a step, notes for the speaker.
SlideType = Literal["slide", "subslide", "fragment", "notes"]

_QUIZ = "## Quiz"
_HEADING = re.compile(r"^(#{1,3}) (.*)$")
_PICTURE = re.compile(r"!\[")
# A lab as a cell's last line shows its panel.
_PANEL = re.compile(r"^lab\s*\Z", re.MULTILINE)
_NOT_FOR_SLIDES = re.compile(r"^lab\.(check|quiz|progress|recording|hint|solution)\b", re.MULTILINE)


def deck(notebook: Any, chapter: Chapter) -> Any:
    """Return a notebook whose cells are slides, made of a solutions notebook that was run."""
    import nbformat

    cells: list[Any] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith(_QUIZ):
            cells += _quiz(chapter)
        else:
            cells += _slides(cell, chapter)
    return nbformat.v4.new_notebook(cells=cells, metadata={"title": chapter.title})


def _slides(cell: Any, chapter: Chapter) -> Iterator[Any]:
    tags = cell.metadata.get("tags", [])
    if cell.cell_type == "markdown" and "instructor" in tags:
        yield _markdown(cell.source, "notes")
    elif cell.cell_type == "markdown":
        yield from _text(cell.source)
    elif not _NOT_FOR_SLIDES.search(cell.source) and cell.metadata.get("exercise") != "quiz":
        exercise = chapter.exercises.get(cell.metadata.get("exercise", ""))
        if exercise:
            yield _markdown(f"#### A solution: {exercise.title}", "subslide")
        slide = cell.copy()
        slide.metadata = _metadata("fragment" if exercise else "subslide")
        if _PANEL.search(cell.source):
            slide.outputs = []
        slide.metadata["tags"] = ["large"] if _is_small(slide) else []
        yield slide


def _is_small(cell: Any) -> bool:
    """Whether a cell of code, with what it prints, has room for larger letters."""
    printed = [output.get("text") or output.get("data", {}) for output in cell.get("outputs", [])]
    if not all(isinstance(text, str) for text in printed):
        return False
    lines = "\n".join([cell.source, *printed]).splitlines()
    return len(lines) <= LARGE_LINES and all(len(line) <= LARGE_COLUMNS for line in lines)


def _text(source: str) -> Iterator[Any]:
    heading = ""
    for title, blocks in _sections(source):
        level, heading = (len(title[1]), title[2]) if title else (3, heading)
        for number, text in enumerate(_pages(blocks)):
            first = "slide" if level <= 2 and title and not number else "subslide"
            above = f"{'#' * level} {heading}\n\n" if title and not number else ""
            yield _markdown(above + text, first)


def _sections(source: str) -> Iterator[tuple[re.Match[str] | None, list[str]]]:
    """Yield each heading with the blocks of text below it."""
    title: re.Match[str] | None = None
    blocks: list[str] = []
    for block in _blocks(source):
        head, _, rest = block.partition("\n")
        if found := _HEADING.match(head):
            if title or blocks:
                yield title, blocks
            title, blocks = found, [rest] if rest.strip() else []
        else:
            blocks.append(block)
    yield title, blocks


def _blocks(source: str) -> Iterator[str]:
    """Yield what blank lines divide; a block of code stays whole."""
    block: list[str] = []
    fenced = False
    for line in source.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if line.strip() or fenced:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _pages(blocks: Iterable[str]) -> list[str]:
    """Return the blocks in as few slides as hold them; a picture has one of its own."""
    pages: list[list[str]] = [[]]
    words = 0
    for block in blocks:
        length = FULL if _PICTURE.match(block) else len(block.split())
        if pages[-1] and words + length > FULL:
            pages.append([])
            words = 0
        pages[-1].append(block)
        words += length
    return ["\n\n".join(page) for page in pages]


def _quiz(chapter: Chapter) -> Iterator[Any]:
    yield _markdown(_QUIZ, "slide")
    for question in chapter.questions.values():
        yield from _question(question)


def _question(question: Question) -> Iterator[Any]:
    options = "\n".join(f"- **{key}** {text}" for key, (text, _) in question.options.items())
    yield _markdown(f"### {question.text}\n\n{options}", "subslide")
    explanation = question.options[question.right][1]
    yield _markdown(f"**{question.right}**: {explanation}", "fragment")


def _markdown(source: str, kind: SlideType | str) -> Any:
    import nbformat

    return nbformat.v4.new_markdown_cell(source, metadata=_metadata(kind))


def _metadata(kind: str) -> Any:
    import nbformat

    return nbformat.from_dict({"slideshow": {"slide_type": kind}})
