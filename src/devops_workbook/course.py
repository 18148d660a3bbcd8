"""Run every solved notebook and write it as HTML, with an index page."""

from __future__ import annotations

import asyncio
import html
import os
import re
import tempfile
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from devops_workbook import chapters, page, paths
from devops_workbook.errors import WorkbookError
from devops_workbook.notebooks.build import notebook_path

WIDGET = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT_SECONDS = 120
# Without what nbconvert would load from the network: require.js, MathJax and Mermaid.
_TEMPLATE = """{%- extends "index.html.j2" -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""
_KEY = re.compile(r"<kbd></kbd>(\w+)")
_TO_ANOTHER_PAGE = re.compile(r'(href=")(?:\.\./)?(\d\d_\w+\.|glossary\.)(?:ipynb|md)')


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


def to_html(notebook: Any, title: str) -> str:
    """Return an executed solutions notebook as one self-contained page."""
    from nbconvert import HTMLExporter

    without_widgets(notebook)
    exporter = HTMLExporter(embed_images=True, raw_template=_TEMPLATE)
    resources = {"metadata": {"name": title, "path": str(paths.NOTEBOOKS)}}
    page, _ = exporter.from_notebook_node(notebook, resources=resources)
    return _to_pages(with_keys(str(page)))


def with_keys(page: str) -> str:
    """Return a page with the names of keys in their ``<kbd>``.

    nbconvert reads each tag for itself, to embed pictures, and so closes it before the name.
    """
    return _KEY.sub(r"<kbd>\1</kbd>", page)


def _to_pages(text: str) -> str:
    return _TO_ANOTHER_PAGE.sub(r"\1\2html", text)


def without_widgets(notebook: Any) -> None:
    """Make a solutions notebook that was run fit for a page without a kernel, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            # nbconvert embeds only pictures that are below its folder.
            cell.source = cell.source.replace("](../images/", "](images/")
        for output in cell.get("outputs", []):
            # A widget needs a kernel; beside it stands its text, which does not.
            output.get("data", {}).pop(WIDGET, None)
            if output.output_type == "stream":
                # A line that was written over again is seen as it was in the end.
                output.text = re.sub(r"[^\n]*\r(?!\n)", "", output.text)
    notebook.metadata.pop("widgets", None)


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
    (out / "index.html").write_text(_index(failures), encoding="utf-8")
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
    page_path.write_text(to_html(notebook, chapters.load(key).title), encoding="utf-8")


def glossary_page() -> str:
    """Return the glossary as a page of the course."""
    text = (paths.NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
    return _to_pages(page.from_markdown("Glossary", text))


def _index(failed: Collection[str]) -> str:
    items = "".join(_item(key, key in failed) for key in chapters.COURSE)
    heading = "DevOps on AWS: the workbook"
    return page.page(heading, f"<h1>{heading}</h1><ol>{items}</ol>{_GLOSSARY}")


_GLOSSARY = '<p><a href="glossary.html">Glossary</a></p>'


def _item(key: str, failed: bool) -> str:
    chapter, stem = chapters.load(key), chapters.stem(key)
    title = html.escape(chapter.title)
    item = f'<li value="{int(stem[:2])}">'
    if failed:
        return f"{item}{title}: did not run to its end</li>"
    return f'{item}<a href="{stem}.html">{title}</a> ({chapter.minutes} minutes)</li>'
