"""What the workbook shows: figures with their sentence, notes and tables."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import COLOURS, Figure, Note, Table, inline_html, style

HOSTILE = """<b>"it's" & co</b>"""
LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="`"))


class Page(HTMLParser):
    """The elements of a page with their attributes and the text in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        tag, attributes, text = self.elements[-1]
        self.elements[-1] = (tag, attributes, text + data)

    def of(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        """Return attributes and text of each element with the tag."""
        return [(attributes, text) for name, attributes, text in self.elements if name == tag]


def drawing(alt: str = "Two lines cross at noon.") -> Figure:
    """Draw a figure anew, in the workbook's style."""
    with style():
        figure = MatplotlibFigure()
        axes = figure.add_subplot()
        axes.plot([1, 2, 3], [3, 1, 2], label="lead time")
        axes.set_title("Crossing")
        axes.legend()
        return Figure(figure, alt)


# Figures.


def test_a_figure_shows_its_picture_with_its_sentence() -> None:
    figure = drawing()
    [(attributes, _)] = Page(figure.to_html()).of("img")
    assert attributes["alt"] == "Two lines cross at noon."
    assert attributes["src"]
    assert base64.b64decode(attributes["src"].partition("base64,")[2]) == figure.png()


def test_a_figure_in_a_notebook_is_html_and_its_sentence() -> None:
    figure = drawing()
    bundle = figure._repr_mimebundle_()
    assert bundle == {"text/html": figure.to_html(), "text/plain": figure.alt}


def test_a_figure_in_a_terminal_is_its_sentence() -> None:
    assert repr(drawing()) == "Two lines cross at noon."


def test_a_sentence_cannot_break_out_of_its_attribute() -> None:
    [(attributes, text)] = Page(drawing(HOSTILE).to_html()).of("img")
    assert attributes["alt"] == HOSTILE
    assert set(attributes) == {"alt", "style", "src"}
    assert not text


def test_the_same_drawing_gives_the_same_bytes() -> None:
    assert drawing().png() == drawing().png()


def test_a_figure_is_saved_as_a_png(tmp_path: Path) -> None:
    path = drawing().save(tmp_path / "crossing.png")
    assert path == tmp_path / "crossing.png"
    assert path.read_bytes().startswith(b"\x89PNG\r\n")


def test_a_figure_is_opaque_so_that_a_dark_theme_does_not_swallow_it() -> None:
    assert drawing().figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)


def _luminance(colour: str) -> float:
    # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("background", ["#ffffff", "#111111"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_stands_out_from_both_themes(colour: str, background: str) -> None:
    dark, light = sorted([_luminance(colour), _luminance(background)])
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_the_style_ends_with_its_context() -> None:
    import matplotlib as mpl

    before = mpl.rcParams["axes.prop_cycle"]
    with style():
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(COLOURS)
    assert mpl.rcParams["axes.prop_cycle"] == before


# Text.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Use `s3`, not `ec2`.", "Use <code>s3</code>, not <code>ec2</code>."),
        ("`a < b & c`", "<code>a &lt; b &amp; c</code>"),
        ("one ` alone", "one ` alone"),
        ("`two\nlines`", "`two\nlines`"),
        ("``", "``"),
    ],
)
def test_what_stands_in_backticks_is_code(text: str, shown: str) -> None:
    assert inline_html(text) == shown


@given(st.text())
def test_no_text_makes_another_tag_than_code(text: str) -> None:
    assert {tag for tag, _, _ in Page("<p>" + inline_html(text)).elements} <= {"p", "code"}


# Notes.


@pytest.mark.parametrize(
    ("note", "text"),
    [
        (Note("Reset."), "Reset."),
        (Note("Reset.", "All is new."), "Reset. All is new."),
        (Note("A solution.", "Or another.", code="x = 1\n"), "A solution. Or another.\n\nx = 1\n"),
    ],
)
def test_a_note_is_plain_text_in_a_terminal(note: Note, text: str) -> None:
    assert repr(note) == text


@given(LINE, LINE, LINE.filter(bool))
def test_a_note_is_escaped(title: str, text: str, code: str) -> None:
    page = Page(Note(title + HOSTILE, text + HOSTILE, code + HOSTILE).to_html())
    assert [tag for tag, _, _ in page.elements] == ["div", "strong", "span", "pre"]
    assert page.of("strong")[0][1].startswith(title + HOSTILE)
    assert page.of("span")[0][1] == text + HOSTILE
    assert page.of("pre")[0][1] == code + HOSTILE


def test_a_note_is_announced_and_shown_as_html_in_a_notebook() -> None:
    note = Note("Reset.")
    assert note._repr_html_() == note.to_html()
    assert Page(note.to_html()).of("div")[0][0]["role"] == "status"


# Tables.

CELL = LINE.map(str.strip)


def test_a_table_lines_up_in_a_terminal() -> None:
    table = Table("Two rows", ("Name", "State"), [("a long name", "passed"), ("b", "tried")])
    assert repr(table).splitlines() == [
        "Two rows",
        "Name         State",
        "-----------  ------",
        "a long name  passed",
        "b            tried",
    ]


def test_a_table_may_be_empty() -> None:
    table = Table("None", ("Name", "State"), [])
    assert repr(table).splitlines() == ["None", "Name  State", "----  -----"]
    assert Page(table.to_html()).of("td") == []


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4))
def test_a_table_keeps_and_escapes_every_cell(rows: list[tuple[str, str, str]]) -> None:
    page = Page(Table(HOSTILE, ("A", HOSTILE, "C"), rows).to_html())
    heads, cells = page.of("th"), page.of("td")
    assert page.of("caption")[0][1] == HOSTILE
    assert [text for at, text in heads if at["scope"] == "col"] == ["A", HOSTILE, "C"]
    assert [text for at, text in heads if at["scope"] == "row"] == [row[0] for row in rows]
    assert [text for _, text in cells] == [cell for row in rows for cell in row[1:]]


def test_a_table_is_shown_as_html_in_a_notebook() -> None:
    table = Table("None", ("Name",), [])
    assert table._repr_html_() == table.to_html()
