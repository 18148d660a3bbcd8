"""The quiz: its buttons do what ``lab.answer`` does, and it needs no kernel to be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import ipywidgets as w
import pytest

from devops_workbook import chapters, open_lab
from devops_workbook.exercise import Chapter
from devops_workbook.lab import Lab
from devops_workbook.progress import Progress
from devops_workbook.quiz import Quiz, widget

HOSTILE = """<b onclick="it's()">&amp;</b>"""
ESCAPED = "&lt;b onclick=&quot;it&#x27;s()&quot;&gt;&amp;amp;&lt;/b&gt;"


@pytest.fixture
def lab() -> Iterator[Lab]:
    with closing(open_lab("start-here")) as lab:
        yield lab


class Asked:
    """The widgets of one question."""

    def __init__(self, lab: Lab, key: str) -> None:
        boxes = dict(zip(lab.chapter.questions, widget(lab).children, strict=True))
        self.text: w.HTML
        self.choice: w.RadioButtons
        self.text, self.choice, self._button, self._output = boxes[key].children

    def answer(self, letter: str | None) -> str:
        """Choose an option, press Answer, and return what is shown."""
        self.choice.value = letter
        self._button.click()
        return str(self._output.value)


def test_there_is_a_question_with_its_options_for_each(lab: Lab) -> None:
    for key, question in lab.chapter.questions.items():
        asked = Asked(lab, key)
        assert asked.choice.value is None  # nothing is suggested
        assert [letter for _, letter in asked.choice.options] == list(question.options)
        for (label, letter), (text, _) in zip(
            asked.choice.options, question.options.values(), strict=True
        ):
            assert label == f"{letter}) {text}"


@pytest.mark.parametrize("letter", ["a", "b", "c"])
def test_answer_shows_what_the_call_returns(lab: Lab, letter: str) -> None:
    assert Asked(lab, "q-clock").answer(letter) == lab.answer("q-clock", letter).to_html()


def test_answer_without_a_choice_is_not_started(lab: Lab) -> None:
    assert Asked(lab, "q-clock").answer(None) == lab.answer("q-clock").to_html()
    assert lab.state("q-clock") == "not started"


def test_answer_records_what_the_call_records(lab: Lab) -> None:
    Asked(lab, "q-clock").answer("a")
    assert Progress().states("start-here") == {"q-clock": "tried"}
    Asked(lab, "q-clock").answer("c")
    assert Progress().states("start-here") == {"q-clock": "passed"}


@pytest.mark.parametrize("key", chapters.COURSE)
def test_every_option_of_every_question_is_explained(key: str) -> None:
    with closing(open_lab(key)) as opened:
        for question in opened.chapter.questions.values():
            right = str(opened.answer(question.key, question.right))
            for letter, (text, why) in question.options.items():
                assert f"{letter}) {text}\n   {why}" in right
                if letter != question.right:
                    wrong = opened.answer(question.key, letter)
                    assert not wrong.passed
                    assert why in wrong.message


def test_in_a_terminal_the_quiz_is_text(lab: Lab) -> None:
    blocks = str(lab.quiz()).split("\n\n")
    assert blocks[1].splitlines() == [
        "When does time pass in the lab?",
        "  a) As on the wall.",
        "  b) Never.",
        "  c) When you advance it, or when a call waits for something.",
        '  Answer with lab.answer("q-clock", "…")',
    ]
    assert len(blocks) == len(lab.chapter.questions)


def test_without_a_kernel_the_quiz_is_text_and_html(lab: Lab) -> None:
    shown = Quiz(lab)._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert shown["text/plain"] == str(lab.quiz())
    for question in lab.chapter.questions.values():
        assert f"lab.answer(&quot;{question.key}&quot;, " in shown["text/html"]


def test_hostile_text_stays_text() -> None:
    chapter = Chapter("hostile", "Hostile", minutes=1)
    chapter.question("q", HOSTILE, {"a": (HOSTILE, HOSTILE), "b": ("No", "No.")}, right="a")
    with closing(Lab(chapter)) as lab:
        asked = Asked(lab, "q")
        texts = [asked.text.value, asked.answer("a"), Quiz(lab)._repr_mimebundle_()["text/html"]]
        for text in texts:
            assert HOSTILE not in text
            assert ESCAPED in text
        # A front end sets an option's label as text, so it is not escaped twice.
        assert asked.choice.options[0] == (f"a) {HOSTILE}", "a")
