"""A self-contained HTML page in the workbook's style, from HTML, Markdown or a template."""

from __future__ import annotations

import html
import importlib.metadata
from pathlib import Path
from typing import Any


def style() -> str:
    """Return the style sheet of every page the workbook writes, for screen, phone and paper."""
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def page(title: str, body: str) -> str:
    """Return a whole page; ``title`` is text, ``body`` is HTML with its own level-one heading."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style()}</style></head>"
        f'<body><main class="page">{body}</main></body></html>\n'
    )


def from_markdown(title: str, markdown: str) -> str:
    """Return a whole page from CommonMark with tables; HTML in it is shown as text."""
    from markdown_it import MarkdownIt

    return page(title, MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))


def fill(path: str | Path, template: Path, **content: Any) -> Path:
    """Fill a template of jinja2, write it as one UTF-8 page, and return its path.

    The template has ``style`` and ``version`` besides the content. Everything is escaped that it
    does not call safe. Folders that are missing are made. Nothing is written if the content cannot
    be rendered.
    """
    # Not needed to import who calls this, and jinja2 takes its time.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(template.name).render(
        style=style(), version=importlib.metadata.version("devops-workbook"), **content
    )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def write(path: Path, text: str) -> None:
    """Write a page to a file, in a folder that is made when it is not there, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
