"""The course as pages: a chapter that was run, the glossary, and the index that leads to them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection
from typing import Any

from devops_workbook import chapters, page, paths
from devops_workbook.display import inline_html
from devops_workbook.notebooks.build import notebook_path

WIDGET = "application/vnd.jupyter.widget-view+json"
# Without what nbconvert would load from the network: require.js, MathJax and Mermaid.
_TEMPLATE = """{%- extends "index.html.j2" -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block body_header -%}{{ super() }}{{ resources.way }}{%- endblock -%}
{%- block body_footer -%}{{ resources.way }}{{ super() }}{%- endblock -%}
"""
_KEY = re.compile(r"<kbd></kbd>(\w+)")
_TO_ANOTHER_PAGE = re.compile(r'(href=")(?:\.\./)?(\d\d_\w+\.|glossary\.)(?:ipynb|md)')


def chapter_page(notebook: Any, key: str) -> str:
    """Return a chapter's solutions notebook that was run as one self-contained page."""
    from nbconvert import HTMLExporter

    without_widgets(notebook)
    exporter = HTMLExporter(embed_images=True, raw_template=_TEMPLATE)
    metadata = {"name": chapters.load(key).title, "path": str(paths.NOTEBOOKS)}
    resources = {"metadata": metadata, "way": _way(key)}
    page, _ = exporter.from_notebook_node(notebook, resources=resources)
    return _to_pages(with_keys(str(page)))


def _way(key: str) -> str:
    """Return the links to the chapters before and after a chapter, and to the index."""
    place = chapters.COURSE.index(key)
    links = [
        *(f"← {_link(before)}" for before in chapters.COURSE[max(0, place - 1) : place]),
        '<a href="index.html">All chapters</a>',
        *(f"{_link(after)} →" for after in chapters.COURSE[place + 1 : place + 2]),
    ]
    style = "padding: 0.5rem 1rem 0.5rem 5.4rem"  # below one another with the text
    return f'<nav class="jp-RenderedHTMLCommon" style="{style}">{" &nbsp; ".join(links)}</nav>'


def _link(key: str) -> str:
    return f'<a href="{chapters.stem(key)}.html">{html.escape(chapters.load(key).title)}</a>'


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


def glossary_page() -> str:
    """Return the glossary as a page of the course."""
    text = (paths.NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
    return _to_pages(page.from_markdown("Glossary", f"{text}\n[All chapters](index.html)\n"))


def index_page(failed: Collection[str]) -> str:
    """Return the page that leads to all others, and says which chapters did not run."""
    items = "".join(_item(key, key in failed) for key in chapters.COURSE)
    heading = "DevOps on AWS: the workbook"
    hours = sum(chapters.load(key).minutes for key in chapters.COURSE) / 60
    about = f"{len(chapters.COURSE)} chapters, {hours:.0f} hours, each with its solutions."
    return page.page(heading, f"<h1>{heading}</h1><p>{about}</p><ol>{items}</ol>{_GLOSSARY}")


_GLOSSARY = '<p><a href="glossary.html">Glossary</a></p>'


def _item(key: str, failed: bool) -> str:
    chapter = chapters.load(key)
    item = f'<li value="{int(chapters.stem(key)[:2])}">'
    if failed:
        return f"{item}{html.escape(chapter.title)}: did not run to its end</li>"
    about = f'<br><span class="quiet">{_opening(key)}</span>'
    return f"{item}{_link(key)} ({chapter.minutes} minutes){about}</li>"


def _opening(key: str) -> str:
    """Return what a chapter says below its title, as HTML, "" where it says nothing."""
    cells = json.loads(notebook_path(key, "solutions").read_text(encoding="utf-8"))["cells"]
    _, *paragraphs = "".join(cells[0]["source"]).split("\n\n")
    return inline_html(" ".join(paragraphs[0].split())) if paragraphs else ""
