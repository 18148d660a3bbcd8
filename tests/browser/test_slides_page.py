"""The slides that ``workbook slides`` writes, turned with the keys a presenter sends."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from page_watch import PageWatch
from playwright.sync_api import Browser, Page, ViewportSize

from devops_workbook import chapters
from devops_workbook.slides import deck, to_slides

_PROJECTOR = ViewportSize(width=1280, height=720)
_SCROLLED = "Reveal.getCurrentSlide().scrollTop"
_SLIDE = "Reveal.getIndices().v"
_MORE = "(slide => slide.scrollHeight - slide.clientHeight - slide.scrollTop > 8)"


@pytest.fixture
def slides(browser: Browser, tmp_path: Path) -> Page:
    """Return a page on the first of three slides: one longer than the screen, a solution, text."""
    chapter = chapters.load("start-here")
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    solved = {"exercise": "first-bucket", "tags": ["solution"]}
    note = {"tags": ["instructor"]}
    cells = [
        code("\n".join(f"line_{number} = {number}" for number in range(80))),
        text("**Instructor.** Ask first.", metadata=note),
        code("answer = 42", metadata=solved),
        text("### The end"),
    ]
    path = tmp_path / "slides.html"
    path.write_text(to_slides(deck(nbformat.v4.new_notebook(cells=cells), chapter)))
    page = browser.new_page(viewport=_PROJECTOR)
    watch = PageWatch(page)
    page.goto(path.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    assert (watch.hosts, watch.errors) == (set(), [])
    return page


@pytest.mark.parametrize("key", ["Space", "ArrowDown", "PageDown"])
def test_a_long_slide_is_read_to_its_end_before_it_is_turned(slides: Page, key: str) -> None:
    presses = 0
    while slides.evaluate(f"{_MORE}(Reveal.getCurrentSlide())"):
        before = slides.evaluate(_SCROLLED)
        slides.keyboard.press(key)
        presses += 1
        assert slides.evaluate(_SLIDE) == 0
        assert slides.evaluate(_SCROLLED) > before
    assert presses > 1
    slides.keyboard.press(key)
    assert slides.evaluate(_SLIDE) == 1


def test_a_solution_is_shown_by_a_key_of_its_own(slides: Page) -> None:
    slides.evaluate("Reveal.slide(0, 1)")
    assert slides.get_by_role("heading", name="A solution: Make a bucket").is_visible()
    code = slides.locator(".present .fragment")
    assert code.evaluate("each => getComputedStyle(each).visibility") == "hidden"
    slides.keyboard.press("Space")
    assert slides.evaluate(_SLIDE) == 1
    slides.wait_for_function("document.querySelector('.present .fragment.visible')")


def test_the_notes_open_beside_the_slides(slides: Page) -> None:
    with slides.expect_popup() as opened:
        slides.keyboard.press("s")
    opened.value.get_by_text("Ask first.").wait_for()
