"""``workbook slides``: a chapter as one page of slides that loads nothing."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from devops_workbook import chapters
from devops_workbook.cli import main
from devops_workbook.slides import deck, to_slides
from devops_workbook.slides.deck import FULL, LARGE_LINES

CHAPTER = chapters.load("start-here")
MARKDOWN, CODE = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell


def _deck(*cells: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Return kind and text of each slide."""
    slides = deck(nbformat.v4.new_notebook(cells=list(cells)), CHAPTER).cells
    return [(cell.metadata.slideshow.slide_type, cell.source) for cell in slides]


def test_a_heading_begins_a_column_and_a_smaller_one_a_slide() -> None:
    text = "# Title\n\nPromise.\n\n## The idea\n\nOne.\n\n### Make a bucket\n\nTwo."
    assert _deck(MARKDOWN(text)) == [
        ("slide", "# Title\n\nPromise."),
        ("slide", "## The idea\n\nOne."),
        ("subslide", "### Make a bucket\n\nTwo."),
    ]


def test_text_that_is_too_long_for_a_slide_goes_on_on_the_next() -> None:
    paragraph = "word " * (FULL // 2)
    slides = _deck(MARKDOWN(f"## The idea\n\n{paragraph}\n\n{paragraph}\n\n{paragraph}"))
    assert [kind for kind, _ in slides] == ["slide", "subslide"]
    assert all(len(text.split()) <= FULL + 3 for _, text in slides)


def test_a_picture_has_a_slide_of_its_own_and_code_stays_whole() -> None:
    code = "```\nfirst\n\nsecond\n```"
    slides = _deck(MARKDOWN(f"Before.\n\n![A picture.](images/a.svg)\n\n{code}"))
    assert [text for _, text in slides] == ["Before.", "![A picture.](images/a.svg)", code]


def test_the_instructor_s_notes_are_the_speaker_s() -> None:
    note = MARKDOWN("**Instructor.** Ask first.", metadata={"tags": ["instructor"]})
    assert _deck(note) == [("notes", "**Instructor.** Ask first.")]


@pytest.mark.parametrize("call", ['lab.check("first-bucket")', "lab.quiz()", "lab.progress()"])
def test_checks_and_panels_are_left_out(call: str) -> None:
    assert _deck(CODE("1 + 1"), CODE(call)) == [("subslide", "1 + 1")]


def test_a_solution_waits_below_its_name() -> None:
    exercise = next(iter(CHAPTER.exercises.values()))
    solved = CODE("s3.create_bucket()", metadata={"exercise": exercise.key, "tags": ["solution"]})
    assert _deck(solved) == [
        ("subslide", f"#### A solution: {exercise.title}"),
        ("fragment", "s3.create_bucket()"),
    ]


def test_the_panel_below_a_lab_is_left_out() -> None:
    shown = nbformat.v4.new_output("execute_result", data={"text/plain": "0 of 3 done"})
    cells = [CODE(source, outputs=[shown]) for source in ("lab = open_lab()\nlab", "lab\n3")]
    slides = deck(nbformat.v4.new_notebook(cells=cells), CHAPTER).cells
    assert [len(cell.outputs) for cell in slides] == [0, 1]


@pytest.mark.parametrize(
    ("source", "printed", "tags"),
    [
        ("print(1)", "1\n", ["large"]),
        ("print(1)\n" * LARGE_LINES, "1\n", []),
        ("1 + 1  # " + "long " * 20, "", []),
        ("print(1)", "long " * 20, []),
    ],
)
def test_short_code_is_large(source: str, printed: str, tags: list[str]) -> None:
    outputs = [nbformat.v4.new_output("stream", text=printed)]
    [cell] = deck(nbformat.v4.new_notebook(cells=[CODE(source, outputs=outputs)]), CHAPTER).cells
    assert cell.metadata.tags == tags


def test_every_question_shows_its_answer_as_the_last_step() -> None:
    title, *slides = _deck(MARKDOWN("## Quiz\n\nChoose an option and press *Answer*."))
    assert title == ("slide", "## Quiz")
    pairs = zip(slides[::2], slides[1::2], strict=True)
    for question, (asked, answered) in zip(CHAPTER.questions.values(), pairs, strict=True):
        assert asked[1].startswith(f"### {question.text}\n")
        assert asked[1].count("\n- **") == len(question.options)
        assert answered[0] == "fragment"
        assert answered[1].startswith(f"**{question.right}**: ")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "new" / "slides.html"
    assert main(["slides", "start_here", "--out", str(path)]) == 0
    return path


def test_the_page_loads_nothing(written: Path) -> None:
    page = BeautifulSoup(written.read_text(encoding="utf-8"), "html.parser")
    assert not page.find_all("link")
    for loading in page.find_all(src=True):
        assert loading["src"].startswith("data:")
    assert page.title
    assert page.title.text == f"{CHAPTER.title} slides"


def test_the_page_has_outputs_pictures_and_notes(written: Path) -> None:
    page = BeautifulSoup(written.read_text(encoding="utf-8"), "html.parser")
    assert "2026-01-05" in page.text
    assert "Aim: nobody leaves" in page.select("aside.notes")[0].text
    assert page.find("img", alt=lambda alt: bool(alt and alt.startswith("Your notebook")))
    headings = [heading.text.rstrip("¶") for heading in page.find_all("h2")]
    assert headings[:2] == ["You will be able to", "The story so far"]


def test_what_looks_like_a_template_is_shown_as_it_is() -> None:
    slides = deck(nbformat.v4.new_notebook(cells=[MARKDOWN("Say `{{ name }}`.")]), CHAPTER)
    assert "{{ name }}" in to_slides(slides)


def test_an_unknown_chapter_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["slides", "dora"]) == 2
    assert "There is no chapter 'dora'." in capsys.readouterr().err
