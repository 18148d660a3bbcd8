"""Build the learner's and the solutions edition of each chapter from its source."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from devops_workbook import chapters, paths
from devops_workbook.notebooks.source import Cell, Source, read_source

Edition = Literal["learner", "solutions"]

_LEFT_OUT: dict[Edition, set[str]] = {
    "learner": {"solution", "wrong", "instructor"},
    "solutions": {"task", "wrong"},
}
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# A picture or a page beside the learner's notebook is one folder up from the solutions.
_RELATIVE_FILE = re.compile(r"(\]\()((?:images|\.\.)/|glossary\.md)")


def build(check: bool = False) -> int:
    """Write both editions of every chapter, or with ``check`` compare them; return 0 or 1.

    Prints one line for each file that was written or, with ``check``, that differs.
    """
    differing = 0
    for path, text in _editions():
        # As bytes: line endings count too.
        if path.exists() and path.read_bytes() == text.encode():
            continue
        differing += 1
        if check:
            print(f"{_relative(path)} does not match its source. Run: workbook notebooks")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {_relative(path)}")
    for stray in _strays():
        differing += 1
        print(f"{_relative(stray)} has no source. Delete it, or add its key to chapters.COURSE.")
    return 1 if check and differing else 0


def notebook_path(key: str, edition: Edition = "learner") -> Path:
    """Return where an edition of a chapter is."""
    folder = paths.NOTEBOOKS / "solutions" if edition == "solutions" else paths.NOTEBOOKS
    return folder / f"{chapters.stem(key)}.ipynb"


def solution_of(chapter: str, exercise: str) -> str:
    """Return the code of an exercise's solution, as the solutions edition shows it.

    Read from the built notebook, because jupytext, which reads sources, takes seconds to load.
    """
    notebook = json.loads(notebook_path(chapter, "solutions").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["metadata"].get("exercise") == exercise]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def edition(source: Source, name: Edition) -> str:
    """Return an edition as the text of its ``.ipynb``, the same for the same source."""
    seen: Counter[str] = Counter()
    cells = [_to_json(cell, name, seen) for cell in kept_cells(source, name)]
    metadata = {**_METADATA, "workbook": {"chapter": source.key, "edition": name}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def kept_cells(source: Source, name: Edition) -> Iterator[Cell]:
    """Yield the cells of the source that an edition keeps."""
    return (cell for cell in source.cells if cell.tag not in _LEFT_OUT[name])


def _editions() -> Iterator[tuple[Path, str]]:
    for key in chapters.COURSE:
        source = read_source(key)
        yield notebook_path(key), edition(source, "learner")
        yield notebook_path(key, "solutions"), edition(source, "solutions")


def _strays() -> list[Path]:
    known = {path for key in chapters.COURSE for path in _paths(key)}
    folders = (paths.NOTEBOOKS, paths.NOTEBOOKS / "solutions")
    found = {path for folder in folders for path in folder.glob("*.ipynb")}
    return sorted(path for path in found - known if re.match(r"\d\d_", path.name))


def _paths(key: str) -> tuple[Path, Path]:
    return notebook_path(key), notebook_path(key, "solutions")


def _to_json(cell: Cell, name: Edition, seen: Counter[str]) -> dict[str, Any]:
    text = cell.text
    if name == "solutions" and cell.kind == "markdown":
        text = _RELATIVE_FILE.sub(r"\1../\2", text)
    metadata: dict[str, Any] = {}
    if cell.tag:
        metadata["tags"] = [cell.tag]
    if cell.exercise:
        metadata["exercise"] = cell.exercise
    result: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": _cell_id(cell, seen),
        "metadata": metadata,
        "source": text.splitlines(keepends=True),
    }
    if cell.kind == "code":
        result |= {"execution_count": None, "outputs": []}
    return result


def _cell_id(cell: Cell, seen: Counter[str]) -> str:
    """Return an id made of the cell alone, so that a cell put before it changes nothing.

    The nth cell with the same content gets the nth id.
    """
    content = "\0".join([cell.kind, cell.tag, cell.exercise, cell.text])
    seen[content] += 1
    digest = hashlib.sha256(f"{content}\0{seen[content]}".encode()).hexdigest()
    return digest[:12]


def _relative(path: Path) -> Path:
    return path.relative_to(paths.COURSE) if path.is_relative_to(paths.COURSE) else path
