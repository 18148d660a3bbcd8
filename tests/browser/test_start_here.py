"""Chapter 00 in a real JupyterLab, with the mouse and with the keyboard."""

from __future__ import annotations

import re

import pytest
from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import Locator, expect

from devops_workbook import chapters

NOTEBOOK = "00_start_here.ipynb"


@pytest.fixture(scope="module")
def panel(notebook: NotebookPage) -> PanelOnPage:
    return PanelOnPage(notebook)


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer")).to_have_count(3)
    expect(notebook.errors).to_have_count(0)


def test_the_panel_takes_a_learner_from_not_started_to_passed(
    notebook: NotebookPage, panel: PanelOnPage, jupyterlab: LiveJupyterLab
) -> None:
    passed, begun = panel.passed(), len(list(jupyterlab.progress.events()))
    answer = notebook.cell("days_to_wait = ...")
    exercise = panel.exercise("Get something wrong on purpose")

    exercise.check()
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Not started")
    expect(exercise).to_have_accessible_name(re.compile("^not started"))
    notebook.write(answer, "days_to_wait = 5")
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Not yet")
    expect(panel.result).to_contain_text("Monday itself is not a day of waiting")
    expect(exercise).to_have_accessible_name(re.compile("^◐ tried"))
    expect(exercise).to_be_checked()
    panel.button("Hint").click()
    expect(panel.result).to_contain_text(re.compile(r"Hint \d of 2"))
    notebook.write(answer, "days_to_wait = 4")
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Passed")
    expect(exercise).to_have_accessible_name(re.compile("^✓ passed"))
    expect(panel.output).to_contain_text(f": {passed + 1} of ")

    events = list(jupyterlab.progress.events())[begun:]
    assert {(e["chapter"], e["exercise"]) for e in events} == {("start-here", "on-purpose")}
    assert [(e["event"], e.get("outcome")) for e in events] == [
        ("check", "not started"),
        ("check", "not yet"),
        ("hint", None),
        ("check", "passed"),
    ]


def test_a_check_in_a_cell_shows_in_the_panel_too(
    notebook: NotebookPage, panel: PanelOnPage
) -> None:
    notebook.write(notebook.cell("..."), 's3.create_bucket(Bucket="shop-release-notes")')
    check = notebook.cell('lab.check("first-bucket")')
    notebook.run(check)
    expect(check.get_by_role("status")).to_contain_text("Passed")
    expect(panel.exercise("Make a bucket")).to_have_accessible_name(re.compile("^✓ passed"))


def test_a_solution_is_shown_after_asking_twice(panel: PanelOnPage) -> None:
    panel.exercise("Move the clock").check()
    panel.button("Solution").click()
    expect(panel.result).to_contain_text("Ask again to see")
    panel.button("Solution").click()
    expect(panel.result).to_contain_text("lab.clock.advance(days=4, hours=12)")


def test_the_quiz_explains_a_wrong_answer_and_then_the_right_one(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    begun = len(list(jupyterlab.progress.events()))
    quiz = notebook.cell("lab.quiz()")
    for option, said in (("As on the wall", "Not yet"), ("When you advance it", "Passed")):
        quiz.get_by_role("radio", name=option).check()
        quiz.get_by_role("button", name="Answer").nth(1).click()
        expect(quiz.get_by_role("status")).to_contain_text(said)
    expect(quiz.get_by_role("status")).to_contain_text("A waiter that would sleep for minutes")

    events = list(jupyterlab.progress.events())[begun:]
    assert [(e["event"], e["exercise"], e["outcome"]) for e in events] == [
        ("answer", "q-clock", "not yet"),
        ("answer", "q-clock", "passed"),
    ]


def test_the_panel_works_without_a_mouse(notebook: NotebookPage, panel: PanelOnPage) -> None:
    exercise = panel.exercise("Get something wrong on purpose")
    notebook.cell("open_lab(").locator(".cm-content").focus()
    notebook.page.keyboard.press("Escape")
    tab_to(exercise, most=10)
    notebook.page.keyboard.press("Space")
    expect(exercise).to_be_checked()
    tab_to(panel.button("Check"), most=5)
    for name, said in (("Check", "(on-purpose)"), ("Hint", "Hint"), ("Solution", "solution")):
        expect(panel.button(name)).to_be_focused()
        notebook.page.keyboard.press("Space")
        expect(panel.result).to_contain_text(said)
        notebook.page.keyboard.press("Tab")


def tab_to(target: Locator, most: int) -> None:
    """Press Tab until the target has the focus, but not for ever."""
    for _ in range(most):
        target.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{most} times Tab did not lead to {target}")


def test_the_course_is_shown_and_each_chapter_opens_from_it(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    course = notebook.cell("course_progress()")
    for key in chapters.load("start-here").exercises:
        jupyterlab.progress.record("start-here", "check", exercise=key, outcome="passed")
    notebook.run(course)
    expect(course.get_by_role("row", name="00 Start here")).to_contain_text("✓ done")
    expect(course.get_by_role("link")).to_have_count(1 + len(chapters.COURSE))
    course.get_by_role("link", name="01 DORA metrics").first.click()
    tab = notebook.page.get_by_role("tab", name="01_dora_metrics.ipynb")
    expect(tab).to_have_attribute("aria-selected", "true")


def test_the_names_of_the_chapters_can_be_read(notebook: NotebookPage) -> None:
    names = notebook.page.locator(".jp-DirListing-itemText", has_text="running_containers")
    expect(names).to_be_visible()
    assert names.evaluate("name => name.scrollWidth <= name.clientWidth")


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
