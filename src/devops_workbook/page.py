"""A self-contained HTML page in the workbook's style, from HTML or from Markdown."""

from __future__ import annotations

import html
from pathlib import Path


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


def write(path: Path, text: str) -> None:
    """Write a page to a file, in a folder that is made when it is not there, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
