"""The glossary: sorted, each term in the chapter that it names, a page of the course."""

from __future__ import annotations

import re

import pytest
from html_page import Page

from devops_workbook import chapters, paths
from devops_workbook.course_pages import glossary_page
from devops_workbook.notebooks import read_source

ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| \[(\d\d)\]\((\S+)\.ipynb\) \|$")
TEXT = (paths.NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ")][1:]
TERMS = [found.groups() for line in ROWS if (found := ROW.match(line))]


def test_every_row_is_a_term_a_meaning_and_a_chapter() -> None:
    assert len(TERMS) == len(ROWS)
    names = [term for term, *_ in TERMS]
    assert names == sorted(set(names), key=str.casefold)


@pytest.mark.parametrize("key", chapters.COURSE[1:])
def test_each_chapter_has_its_words_in_it(key: str) -> None:
    here = [term for term, _, number, stem in TERMS if stem == chapters.stem(key)]
    assert len(here) >= 3
    prose = " ".join(cell.text for cell in read_source(key).cells if cell.kind == "markdown")
    prose = re.sub(r"\s+", " ", prose).casefold()
    missing = [term for term in here if term.casefold() not in prose]
    assert missing == []


def test_the_page_leads_to_the_chapters_pages() -> None:
    page = Page(glossary_page())
    assert page.loaded == []
    stems = {stem for *_, stem in TERMS}
    assert set(page.links) == {"index.html", *(f"{stem}.html" for stem in stems)}
