"""The lab's panel: its buttons do what the calls do, and it needs no kernel to be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import ipywidgets as w
import pytest

from devops_workbook import open_lab
from devops_workbook.exercise import Chapter
from devops_workbook.lab import Lab
from devops_workbook.panel import bundle, panel
from devops_workbook.progress import Progress

HOSTILE = """<b onclick="it's()">&amp;</b>"""


@pytest.fixture
def lab() -> Iterator[Lab]:
    with closing(open_lab("start-here")) as lab:
        yield lab


class Panel:
    """The panel's widgets by what they are."""

    def __init__(self, lab: Lab) -> None:
        self.heading, self.chooser, buttons, self.output = panel(lab).children
        self.buttons: dict[str, w.Button] = {b.description: b for b in buttons.children}

    def click(self, name: str, key: str) -> str:
        """Choose an exercise, press a button, and return what is shown."""
        self.chooser.value = key
        self.buttons[name].click()
        return str(self.output.value)

    def labels(self) -> dict[str, str]:
        """Return the label of each exercise."""
        return {key: label for label, key in self.chooser.options}


def test_the_panel_has_a_row_for_each_exercise_and_three_buttons(lab: Lab) -> None:
    shown = Panel(lab)
    assert list(shown.labels()) == list(lab.chapter.exercises)
    assert shown.chooser.value == "first-bucket"
    assert list(shown.buttons) == ["Check", "Hint", "Solution"]


def test_everything_to_operate_says_what_it_is(lab: Lab) -> None:
    shown = Panel(lab)
    assert all(item.tooltip for item in (shown.chooser, *shown.buttons.values()))


def test_check_shows_what_the_call_returns(lab: Lab) -> None:
    assert Panel(lab).click("Check", "move-the-clock") == lab.check("move-the-clock").to_html()


def test_check_records_what_the_call_records(lab: Lab) -> None:
    lab.clock.advance(days=4, hours=12)
    Panel(lab).click("Check", "move-the-clock")
    assert Progress().states("start-here") == {"move-the-clock": "passed"}


def test_hint_shows_one_hint_after_the_other(lab: Lab) -> None:
    shown = Panel(lab)
    first, second = (shown.click("Hint", "on-purpose") for _ in range(2))
    assert "Hint 1 of 2 (on-purpose)" in first
    assert "Hint 2 of 2 (on-purpose)" in second
    assert lab.hint("on-purpose").to_html() == second  # the last again


def test_solution_asks_once_and_then_shows_it(lab: Lab) -> None:
    shown = Panel(lab)
    assert "You have not tried yet" in shown.click("Solution", "on-purpose")
    assert "days_to_wait = 4" in shown.click("Solution", "on-purpose")


def test_the_buttons_work_on_the_chosen_exercise(lab: Lab) -> None:
    shown = Panel(lab)
    assert "(first-bucket)" in shown.click("Check", "first-bucket")
    assert "(move-the-clock)" in shown.click("Check", "move-the-clock")


@pytest.mark.parametrize(
    ("answer", "label"),
    [(4, "✓ passed · "), (5, "◐ tried · "), (..., "not started · ")],
)
def test_the_panel_follows_a_check_in_a_cell(lab: Lab, answer: object, label: str) -> None:
    shown = Panel(lab)
    shown.chooser.value = "move-the-clock"
    lab.check("on-purpose", answer)
    assert shown.labels()["on-purpose"].startswith(label)
    assert shown.chooser.value == "move-the-clock"  # what was chosen stays chosen


def test_the_heading_counts_what_is_passed(lab: Lab) -> None:
    shown = Panel(lab)
    assert shown.heading.value.endswith("0 of 3 exercises passed")
    lab.check("on-purpose", 4)
    lab.answer("q-clock", "c")  # no exercise
    assert shown.heading.value.endswith("1 of 3 exercises passed")


def test_two_views_of_the_panel_agree(lab: Lab) -> None:
    one, other = Panel(lab), Panel(lab)
    one.click("Check", "on-purpose")
    lab.check("on-purpose", 4)
    assert one.labels() == other.labels()
    assert other.labels()["on-purpose"].startswith("✓ passed")


def test_a_closed_lab_says_so_in_the_panel(lab: Lab) -> None:
    shown = Panel(lab)
    lab.close()
    assert "Run the cell with open_lab again" in shown.click("Check", "on-purpose")


def test_without_a_kernel_the_panel_is_a_table(lab: Lab) -> None:
    lab.check("on-purpose", 4)
    assert bundle(lab) == {
        "text/plain": str(lab.progress()),
        "text/html": lab.progress().to_html(),
    }
    assert lab._repr_mimebundle_() == bundle(lab)


@pytest.fixture
def hostile() -> Iterator[Lab]:
    chapter = Chapter("hostile", HOSTILE, minutes=1)

    @chapter.exercise("evil", title=HOSTILE, minutes=1, hints=(HOSTILE, HOSTILE))
    def check(lab: Lab, answer: object) -> str:
        return HOSTILE

    with closing(Lab(chapter)) as lab:
        yield lab


def test_hostile_text_stays_text(hostile: Lab) -> None:
    shown = Panel(hostile)
    texts = [shown.heading.value, shown.click("Check", "evil"), shown.click("Hint", "evil")]
    for text in (*texts, bundle(hostile)["text/html"]):
        assert HOSTILE not in text
        assert "&lt;b onclick=&quot;it&#x27;s()&quot;&gt;&amp;amp;&lt;/b&gt;" in text
    # A front end sets an option's label as text, so it is not escaped twice.
    assert HOSTILE in shown.labels()["evil"]
