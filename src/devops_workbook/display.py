"""How the workbook shows things: figures with a text alternative, in one style."""

from __future__ import annotations

import base64
import html
import io
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

# The four Okabe-Ito colours that reach 3:1 on white and on JupyterLab's dark background.
GREEN, BLUE, RED, PINK = "#009E73", "#0072B2", "#D55E00", "#CC79A7"
# Half as many dots again as the page has, for screens with a high density.
_CSS_PIXELS_AN_INCH = 110
_DOTS_AN_INCH = 165
COLOURS = (BLUE, RED, GREEN, PINK)

_STYLE: Mapping[str, Any] = {
    "figure.figsize": (8.0, 3.6),
    "figure.facecolor": "white",  # opaque, so that a dark theme does not swallow the labels
    "savefig.facecolor": "white",
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.08,  # a margin, which shows where the page is dark
    "figure.constrained_layout.w_pad": 0.08,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
}


def notebook_shell() -> Any:
    """Return the IPython shell that runs this code, or None outside of one."""
    # Looked up rather than imported: outside a notebook IPython need not be loaded at all.
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def style() -> AbstractContextManager[None]:
    """Return a context in which matplotlib draws in the workbook's style."""
    import matplotlib as mpl
    from cycler import cycler

    settings: dict[Any, Any] = {**_STYLE, "axes.prop_cycle": cycler(color=COLOURS)}
    return mpl.rc_context(settings)


_IN_BACKTICKS = re.compile("`([^`\n]+)`")


def inline_html(text: str) -> str:
    """Return a text as HTML, escaped; what stands in backticks is shown as code."""
    return _IN_BACKTICKS.sub(r"<code>\1</code>", html.escape(text))


@dataclass(frozen=True)
class Figure:
    """A drawn figure and the sentence that says what it shows.

    ``alt`` is read by screen readers and stands where the picture cannot: in a terminal, or in
    a page without images. ``figure`` is the matplotlib figure, to change or to save.
    """

    figure: MatplotlibFigure
    alt: str

    def png(self) -> bytes:
        """Return the picture as PNG bytes, the same for the same drawing."""
        buffer = io.BytesIO()
        # Software and date would make two equal pictures differ.
        self.figure.savefig(buffer, format="png", dpi=_DOTS_AN_INCH, metadata={"Software": None})
        return buffer.getvalue()

    def to_html(self) -> str:
        """Return an ``<img>`` that carries its picture and its alternative text."""
        data = base64.b64encode(self.png()).decode("ascii")
        alt = html.escape(self.alt, quote=True)
        width = round(self.figure.get_figwidth() * _CSS_PIXELS_AN_INCH)
        style = f"width:{width}px;max-width:100%"
        return f'<img alt="{alt}" style="{style}" src="data:image/png;base64,{data}">'

    def save(self, path: str | Path) -> Path:
        """Write the picture as a PNG file and return its path."""
        path = Path(path)
        path.write_bytes(self.png())
        return path

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.to_html(), "text/plain": self.alt}

    def __repr__(self) -> str:
        return self.alt


@dataclass(frozen=True)
class Note:
    """A titled piece of text, with code below it where there is some."""

    title: str
    text: str = ""
    code: str = ""

    def __repr__(self) -> str:
        lines = f"{self.title} {self.text}".rstrip()
        return f"{lines}\n\n{self.code}" if self.code else lines

    def to_html(self) -> str:
        """Return the note as HTML, escaped."""
        # A long line would be broken in the middle of a word, or make the whole note wider.
        style = "white-space:pre;overflow-x:auto;width:0;min-width:100%;margin:.4em 0 0"
        code = f'<pre style="{style}">{html.escape(self.code)}</pre>' if self.code else ""
        return (
            '<div role="status" style="border-left:6px solid #0072B2;padding:.4em .8em;'
            # A widget would set lines as far apart as its buttons are high.
            f'margin:.3em 0;line-height:1.5"><strong>{html.escape(self.title)}</strong> '
            f'<span style="white-space:pre-wrap">{inline_html(self.text)}</span>{code}</div>'
        )

    def _repr_html_(self) -> str:
        return self.to_html()


@dataclass(frozen=True)
class Table:
    """A small table of text with a caption; the first column names its row.

    ``links`` are where the names of the rows lead to in HTML, one for each row, or none at all.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    links: Sequence[str] = ()

    def __repr__(self) -> str:
        lines = [list(self.columns), *map(list, self.rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        lines.insert(1, ["-" * width for width in widths])
        text = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
        return "\n".join([self.caption, *text])

    def to_html(self) -> str:
        """Return the table with its caption and header cells marked for screen readers."""
        head = "".join(f'<th scope="col"{_LEFT}>{html.escape(name)}</th>' for name in self.columns)
        links = self.links or [""] * len(self.rows)
        rows = zip(self.rows, links, strict=True)
        body = "".join(f"<tr>{_row(row, link)}</tr>" for row, link in rows)
        caption = html.escape(self.caption)
        return (
            f"<table><caption{_LEFT}>{caption}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def _repr_html_(self) -> str:
        return self.to_html()


# On every cell: JupyterLab aligns each one to the right.
_LEFT = ' style="text-align:left"'


def _row(cells: Sequence[str], link: str) -> str:
    first, *rest = (html.escape(cell) for cell in cells)
    if link:
        first = f'<a href="{html.escape(link)}">{first}</a>'
    others = "".join(f"<td{_LEFT}>{cell}</td>" for cell in rest)
    return f'<th scope="row"{_LEFT}>{first}</th>{others}'
