"""Chapter 05 in a real JupyterLab: the pipeline's picture, its buttons, and an exercise."""

from __future__ import annotations

import re

import pytest
from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import Locator, expect

NOTEBOOK = "05_pipelines.ipynb"

ANSWER = """\
def answer(status, summary):
    state = codepipeline.get_pipeline_state(name="orders")["stageStates"]
    codepipeline.put_approval_result(
        pipelineName="orders", stageName="Approve", actionName="Release",
        result={"status": status, "summary": summary},
        token=state[2]["actionStates"][0]["latestExecution"]["token"])


"""
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def view(notebook: NotebookPage) -> Locator:
    """The pipeline's picture with its buttons, anew, with a draft that waits for approval."""
    cell = notebook.cell('lab.catch_up("approve")')
    notebook.run(cell)
    return cell.locator(".jp-OutputArea-output")


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_the_picture_says_what_waits_and_a_button_says_it_too(view: Locator) -> None:
    picture = view.get_by_role("img", name="Pipeline orders.")
    expect(picture).to_have_accessible_name(re.compile("Release waiting for approval"))
    view.get_by_role("button", name="To the next change").click()
    expect(view.get_by_role("status")).to_contain_text("Approve/Release waits for your answer.")


def test_a_release_is_rejected_and_the_next_one_approved(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab, view: Locator
) -> None:
    panel = PanelOnPage(notebook)
    exercise = panel.exercise("Say no, then yes")
    place = notebook.cell("from devops_workbook.shop_repository import commit_files")
    number = int(place.get_attribute("data-windowed-list-index") or 0) + 2
    task = notebook.page.locator(f".jp-CodeCell[data-windowed-list-index='{number}']")
    exercise.check()
    notebook.write(task, ANSWER + 'answer("Approved", "ok")\nview.settle()')
    panel.button("Check").click()
    expect(panel.result).to_contain_text("let the draft through")

    notebook.run(notebook.cell('lab.catch_up("approve")'))
    notebook.write(
        task,
        ANSWER + 'answer("Rejected", "The notes are a draft.")\n'
        'commit_files("Finish", {"orders/RELEASE_NOTES.md": "Vouchers."})\n'
        'view.settle()\nanswer("Approved", "Complete.")\nview.settle()',
    )
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Passed")
    assert jupyterlab.progress.states("pipelines")["approve"] == "passed"
    expect(view.get_by_role("img")).to_have_accessible_name(re.compile("Deploy succeeded"))


def test_on_a_narrow_screen_the_picture_scrolls_and_the_buttons_wrap(
    notebook: NotebookPage, view: Locator
) -> None:
    usual = notebook.page.viewport_size
    assert usual
    notebook.page.keyboard.press("ControlOrMeta+B")  # closes the file browser
    notebook.page.set_viewport_size(PHONE)
    region = view.get_by_role("region", name="Pipeline orders")
    expect(region).to_be_attached()
    sizes = region.evaluate("r => [r.clientWidth, r.scrollWidth, r.firstChild.clientWidth]")
    rows = {button.evaluate("b => b.offsetTop") for button in view.get_by_role("button").all()}
    notebook.page.set_viewport_size(usual)
    notebook.page.keyboard.press("ControlOrMeta+B")
    client, scroll, picture = sizes
    assert 150 < client < 390 < scroll
    assert picture >= 650  # as wide as its letters need
    assert len(rows) > 1


def choose_theme(notebook: NotebookPage, name: str) -> None:
    """Choose a theme of JupyterLab from its menu."""
    notebook.page.get_by_role("menuitem", name="Settings", exact=True).click()
    # What opens another menu has no role of its own.
    entries = notebook.page.locator(".lm-Menu-item")
    entries.filter(has_text=re.compile(r"^Theme\s*$")).hover()
    entries.filter(has_text=re.compile(rf"^{name}\s*$")).click()


def test_in_the_dark_the_picture_keeps_its_paper(notebook: NotebookPage, view: Locator) -> None:
    choose_theme(notebook, "JupyterLab Dark")
    notebook.page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    picture = view.get_by_role("img")
    corner = picture.evaluate(
        """async picture => {
            await picture.decode();
            const canvas = document.createElement("canvas");
            const paper = canvas.getContext("2d");
            paper.drawImage(picture, 0, 0);
            return [...paper.getImageData(2, 2, 1, 1).data];
        }"""
    )
    choose_theme(notebook, "JupyterLab Light")
    notebook.page.wait_for_function("document.body.dataset.jpThemeLight === 'true'")
    assert corner == [255, 255, 255, 255]


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
