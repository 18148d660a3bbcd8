"""Run every solved notebook and write it as HTML, with an index page."""

from __future__ import annotations

import asyncio
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from devops_workbook import chapters
from devops_workbook.course_pages import chapter_page, glossary_page, index_page
from devops_workbook.errors import WorkbookError
from devops_workbook.notebooks.build import notebook_path

CELL_TIMEOUT_SECONDS = 120


class NotebookRunError(WorkbookError):
    """A notebook did not run to its end."""


def execute(path: Path, folder: Path) -> Any:
    """Run a notebook in a kernel of its own and return it with its outputs.

    What it writes goes to ``folder``, which must exist, its progress to ``.workbook`` inside.
    Raises ``NotebookRunError`` with the cell's error.
    """
    import nbclient
    import nbformat
    from nbclient.exceptions import CellControlSignal, DeadKernelError
    from traitlets.config import Config

    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_SECONDS,
        # A line that is written over arrives in parts, and is one line only when they are together.
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        # Without, each kernel warns that others on this machine could listen.
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
    )
    try:
        environment = {**os.environ, "WORKBOOK_HOME": str(folder / ".workbook")}
        asyncio.run(client.async_execute(env=environment))
    except (CellControlSignal, DeadKernelError) as error:
        raise NotebookRunError(f"{path.name} did not run to its end. {error}") from error
    return notebook


def run(out: Path | None = None, jobs: int | None = None) -> int:
    """Run the solutions edition of every chapter with a progress bar; return 0, or 1 on failure.

    Pages and ``index.html`` go to ``out`` (default ``build/course`` in the working directory).
    ``jobs`` is how many run at once. Nothing is recorded in the learner's progress.
    """
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TimeElapsedColumn

    out = out or Path("build", "course").absolute()
    out.mkdir(parents=True, exist_ok=True)
    failures: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory() as scratch,
        ThreadPoolExecutor(jobs or _at_once()) as pool,
        # The spinner and the time move while the first notebooks take theirs.
        Bar(SpinnerColumn(), *Bar.get_default_columns(), TimeElapsedColumn()) as bar,
    ):
        task = bar.add_task("Running the course", total=len(chapters.COURSE))
        pages = {pool.submit(_write_page, key, out, Path(scratch)): key for key in _longest_first()}
        try:
            for done in as_completed(pages):
                if isinstance(error := done.exception(), NotebookRunError):
                    failures[pages[done]] = str(error)
                else:
                    done.result()
                bar.advance(task)
        finally:
            # After Ctrl+C, or on a full disk, the notebooks that have not begun do not.
            pool.shutdown(cancel_futures=True)
    (out / "index.html").write_text(index_page(failures), encoding="utf-8")
    (out / "glossary.html").write_text(glossary_page(), encoding="utf-8")
    for problem in failures.values():
        print(problem)
    print(f"wrote {out / 'index.html'}")
    return 1 if failures else 0


def _at_once() -> int:
    """Return how many notebooks run at once: one more than there are processors.

    A notebook now and then waits, for its kernel or for a build, and another has its turn.
    """
    return (os.cpu_count() or 1) + 1


def _longest_first() -> list[str]:
    """Return the chapters so that none that takes long begins when the others have ended.

    Whatever takes a learner long has much to run, more or less.
    """
    return sorted(chapters.COURSE, key=lambda key: -chapters.load(key).minutes)


def _write_page(key: str, out: Path, scratch: Path) -> None:
    page_path = out / f"{chapters.stem(key)}.html"
    page_path.unlink(missing_ok=True)
    folder = scratch / key
    folder.mkdir()
    notebook = execute(notebook_path(key, "solutions"), folder)
    page_path.write_text(chapter_page(notebook, key), encoding="utf-8")
