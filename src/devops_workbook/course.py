"""Run every solved notebook and write it as HTML, with an index page."""

from __future__ import annotations

import html
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from devops_workbook import chapters, paths
from devops_workbook.errors import WorkbookError
from devops_workbook.notebooks.build import Edition, notebook_path

WIDGET = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT_SECONDS = 120


class NotebookRunError(WorkbookError):
    """A cell of a notebook raised."""


def execute(path: Path) -> Any:
    """Run a notebook in a kernel of its own, in the notebook's folder; return it with outputs.

    Raises ``NotebookRunError`` with the cell's error.
    """
    import nbclient
    import nbformat
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=CELL_TIMEOUT_SECONDS, resources={"metadata": {"path": str(path.parent)}}
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise NotebookRunError(f"{path.name}: {error}") from error
    return notebook


def to_html(notebook: Any, title: str) -> str:
    """Return an executed notebook as one self-contained page."""
    from nbconvert import HTMLExporter

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # A widget needs a kernel; beside it stands its text, which does not.
            output.get("data", {}).pop(WIDGET, None)
    notebook.metadata.pop("widgets", None)
    exporter = HTMLExporter(embed_images=True, mathjax_url="", require_js_url="")
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    return str(page)


def run(out: Path | None = None, jobs: int | None = None) -> int:
    """Run the solutions edition of every chapter with a progress bar; return 0, or 1 on failure.

    Pages and ``index.html`` go to ``out`` (default ``build/course``). Nothing is recorded in the
    learner's progress.
    """
    from rich.progress import Progress as Bar

    out = out or paths.COURSE / "build" / "course"
    out.mkdir(parents=True, exist_ok=True)
    failures = []
    with (
        tempfile.TemporaryDirectory() as scratch,
        ProcessPoolExecutor(jobs or os.cpu_count()) as pool,
        Bar() as bar,
    ):
        task = bar.add_task("Running the course", total=len(chapters.COURSE))
        pages = {pool.submit(_page, key, out, scratch): key for key in chapters.COURSE}
        for page in as_completed(pages):
            if problem := page.result():
                failures.append(problem)
            bar.advance(task)
    (out / "index.html").write_text(_index(), encoding="utf-8")
    for problem in failures:
        print(problem)
    print(f"wrote {out / 'index.html'}")
    return 1 if failures else 0


def _page(key: str, out: Path, scratch: str) -> str:
    os.environ["WORKBOOK_HOME"] = scratch
    edition: Edition = "solutions"
    path = notebook_path(key, edition)
    try:
        page = to_html(execute(path), chapters.load(key).title)
    except NotebookRunError as error:
        return str(error)
    (out / f"{path.stem}.html").write_text(page, encoding="utf-8")
    return ""


def _index() -> str:
    items = "".join(
        f'<li><a href="{chapters.stem(key)}.html">{html.escape(chapters.load(key).title)}</a>'
        f" ({chapters.load(key).minutes} minutes)</li>"
        for key in chapters.COURSE
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<title>DevOps on AWS: the workbook</title><style>body{font:18px/1.6 system-ui,sans-serif;"
        "max-width:40rem;margin:3rem auto;padding:0 1rem}</style></head><body><main>"
        f'<h1>DevOps on AWS: the workbook</h1><ol start="0">{items}</ol></main></body></html>\n'
    )
