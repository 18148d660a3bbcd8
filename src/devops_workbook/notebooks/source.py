"""The one source of a chapter: ``notebooks/source/NN_key.py`` in percent format.

A cell's tags and its exercise stand in its first line::

    # %% tags=["task"] exercise="lead-time"
    # %% tags=["solution"] exercise="lead-time"
    # %% tags=["wrong"] exercise="lead-time" message="not the mean"
    # %% tags=["instructor"]

A ``task`` cell is followed by its ``solution`` and by its ``wrong`` cells. Markdown cells can be
tagged ``instructor`` too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devops_workbook import chapters, paths
from devops_workbook.errors import NotebookSourceError

TAGS = {"task", "solution", "wrong", "instructor"}
FIELDS = {"tags", "exercise", "message"}
# What jupytext notes for itself.
_LAYOUT = {"lines_to_next_cell", "lines_to_end_of_cell_marker"}


@dataclass(frozen=True)
class Cell:
    """One cell of a source. ``kind`` is ``code`` or ``markdown``; ``tag`` is "" for most."""

    kind: str
    text: str
    tag: str = ""
    exercise: str = ""
    message: str = ""


@dataclass(frozen=True)
class Source:
    """A chapter's source: its key and its cells in order."""

    key: str
    cells: tuple[Cell, ...]

    def of(self, tag: str, exercise: str) -> Iterator[Cell]:
        """Yield the cells of an exercise that carry the tag."""
        for cell in self.cells:
            if cell.tag == tag and cell.exercise == exercise:
                yield cell


def source_path(key: str) -> Path:
    """Return where the source of a chapter is."""
    return paths.NOTEBOOKS / "source" / f"{chapters.stem(key)}.py"


def read_source(key: str, path: Path | None = None) -> Source:
    """Read a chapter's source. Raises ``NotebookSourceError`` naming file and cell."""
    # jupytext is only needed here and is slow to import.
    import jupytext
    from nbformat import ValidationError

    path = path or source_path(key)
    try:
        notebook = jupytext.read(path, fmt="py:percent")
    except FileNotFoundError:
        raise NotebookSourceError(f"Chapter {key!r} has no source: {path} is missing.") from None
    except ValidationError as error:
        raise NotebookSourceError(f"{path.name}: {error.message}.") from None
    cells = (_cell(path, number, cell) for number, cell in enumerate(notebook.cells, 1))
    return Source(key, tuple(cells))


def _cell(path: Path, number: int, cell: Any) -> Cell:
    tags = cell.metadata.get("tags", [])
    where = f"{path.name}, cell {number}"
    if unknown := set(cell.metadata) - FIELDS - _LAYOUT:
        found = ", ".join(f"{name} {cell.metadata[name]!r}" for name in sorted(unknown))
        raise NotebookSourceError(
            f'{where}: its first line has tags=["…"], exercise="…" and message="…" at most, '
            f"found {found}."
        )
    if unknown := set(tags) - TAGS:
        known = ", ".join(sorted(TAGS))
        raise NotebookSourceError(f"{where}: unknown tag {sorted(unknown)}. Tags are: {known}.")
    if len(tags) > 1:
        raise NotebookSourceError(f"{where}: one tag a cell, found {', '.join(tags)}.")
    tag = tags[0] if tags else ""
    exercise = cell.metadata.get("exercise", "")
    if tag in {"task", "solution", "wrong"} and not exercise:
        raise NotebookSourceError(f'{where}: a {tag} cell names its exercise="…".')
    message = cell.metadata.get("message", "")
    if tag == "wrong" and not message:
        raise NotebookSourceError(f'{where}: a wrong cell names the message="…" it must get.')
    return Cell(cell.cell_type, cell.source, tag, exercise, message)
