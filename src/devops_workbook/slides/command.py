"""``workbook slides``: run a solved chapter and write it as slides."""

from __future__ import annotations

import tempfile
from pathlib import Path

from devops_workbook import chapters, page
from devops_workbook.course import execute
from devops_workbook.notebooks.build import notebook_path
from devops_workbook.slides.deck import deck
from devops_workbook.slides.reveal_page import to_slides
from devops_workbook.under_way import spinning


def run(key: str, out: Path | None = None) -> int:
    """Write the slides of a chapter, by default to ``build/slides/NN_key.html``; return 0.

    Its solutions are run for it, and nothing is recorded in the learner's progress. Raises
    ``UnknownKeyError``, and ``NotebookRunError`` when the notebook does not run to its end.
    """
    chapter = chapters.load(key)
    out = out or Path("build", "slides", f"{chapters.stem(key)}.html").absolute()
    with spinning(f"Running {chapters.stem(key)}"), tempfile.TemporaryDirectory() as folder:
        notebook = execute(notebook_path(key, "solutions"), Path(folder))
    page.write(out, to_slides(deck(notebook, chapter)))
    print("Open it in a browser: the space bar turns the slides, S opens the speaker's notes.")
    return 0
