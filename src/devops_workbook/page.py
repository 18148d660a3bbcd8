"""A self-contained HTML page in the workbook's style, from HTML or from Markdown."""

from __future__ import annotations

import html
from pathlib import Path

_CSS = (
    "body{font:17px/1.55 system-ui,sans-serif;margin:2rem auto;max-width:56rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}caption{padding:.4rem .8rem}"
    "th,td{padding:.4rem .8rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "h1,h2,h3{line-height:1.25}code{background:#f2f2f2;padding:.1em .3em;border-radius:3px}"
    "@media print{body{margin:0;max-width:none;font-size:12px}h2{break-before:auto}"
    "tr,li{break-inside:avoid}}"
)


def page(title: str, body: str) -> str:
    """Return a whole page; ``title`` is text, ``body`` is HTML with its own level-one heading."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_CSS}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
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
