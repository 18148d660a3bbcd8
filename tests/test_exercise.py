"""Results as a learner sees them, and chapters as an author registers them."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook.exercise import Chapter, Outcome, Result

OPTIONS = {"a": ("One", "No."), "b": ("Two", "Yes.")}
HOSTILE = """<script>alert("it's")</script> & </div>"""


class Text(HTMLParser):
    """The text of a page, its tags left out, and the tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("outcome", Outcome, ids=lambda outcome: outcome.code)
def test_a_result_says_symbol_word_key_and_message_in_a_terminal(outcome: Outcome) -> None:
    result = Result("first-bucket", outcome, "Found no bucket.", ("Stuck?", "Look again."))
    assert str(result).splitlines() == [
        f"{outcome.symbol} {outcome.word} (first-bucket): Found no bucket.",
        "  Stuck?",
        "  Look again.",
    ]


@pytest.mark.parametrize("outcome", Outcome, ids=lambda outcome: outcome.code)
def test_a_result_says_the_same_to_a_screen_reader(outcome: Outcome) -> None:
    seen = Text(Result("key", outcome, "Found no bucket.", ("Stuck?",)).to_html())
    assert seen.attributes["role"] == "status"
    for part in (outcome.symbol, outcome.word, "(key)", "Found no bucket.", "Stuck?"):
        assert part in seen.text


def test_no_two_outcomes_look_alike_without_colour() -> None:
    for attribute in ("code", "symbol", "word"):
        assert len({getattr(outcome, attribute) for outcome in Outcome}) == len(Outcome)


# Backticks mark code, which makes a tag of its own.
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="`")) | st.just(HOSTILE)


@given(ANY, ANY, ANY)
def test_no_text_breaks_out_of_the_html(key: str, message: str, note: str) -> None:
    plain = Text(Result("key", Outcome.NOT_YET, "message", ("note",)).to_html())
    seen = Text(Result(key, Outcome.NOT_YET, message, (note,)).to_html())
    assert seen.tags == plain.tags
    assert seen.text.endswith(f"({key}){message}{note}")


def test_a_notebook_shows_the_html() -> None:
    result = Result("key", Outcome.PASSED, "Well done.")
    assert result._repr_html_() == result.to_html()


def test_only_passed_is_passed() -> None:
    assert [o for o in Outcome if Result("key", o, "").passed] == [Outcome.PASSED]


def test_a_key_is_taken_once_by_exercises_and_questions_alike() -> None:
    chapter = Chapter("tiny", "Tiny", minutes=1)
    chapter.exercise("one", title="One", minutes=1, hints=("a", "b"))(lambda lab, answer: "")
    with pytest.raises(ValueError, match="'tiny' already has the key 'one'"):
        chapter.question("one", "?", OPTIONS, right="a")
    chapter.question("q-one", "?", OPTIONS, right="a")
    with pytest.raises(ValueError, match="'q-one'"):
        chapter.exercise("q-one", title="", minutes=1, hints=())(lambda lab, answer: "")
    assert (list(chapter.exercises), list(chapter.questions)) == (["one"], ["q-one"])


def test_the_right_option_is_among_the_options() -> None:
    with pytest.raises(ValueError, match="'q-one': the right option 'c' is not among them"):
        Chapter("tiny", "Tiny", minutes=1).question("q-one", "?", OPTIONS, right="c")
