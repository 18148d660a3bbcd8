"""Chapter 03 in a real JupyterLab: builds run, their logs are shown, a red one becomes green."""

from __future__ import annotations

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import Locator, expect

NOTEBOOK = "03_build_and_test.ipynb"

BUILDSPEC = """buildspec = '''
version: 0.2
phases:
  build:
    commands:
      - cd orders
      - python -m pytest{}
'''
commit("Build the orders service", {{"orders/buildspec.yml": buildspec}})
build()["buildStatus"]"""


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def _output(cell: Locator) -> Locator:
    """Return what the cell's last line says, below what tells how far the build is."""
    return cell.locator(".jp-OutputArea-output").last


def test_a_first_build_that_hides_its_failure_and_then_one_that_does_not(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    cell = notebook.cell("buildspec = ...")
    panel.exercise("A first build").check()
    for hides, status, said in (
        (" || true", "SUCCEEDED", "hides the exit status"),
        ("", "FAILED", "Red, as it should be"),
    ):
        notebook.write(cell, BUILDSPEC.format(hides))
        expect(_output(cell)).to_contain_text(status)
        panel.button("Check").click()
        expect(panel.result).to_contain_text(said)
    assert jupyterlab.progress.states("build-and-test")["first-build"] == "passed"


def test_the_log_shows_what_the_test_expected(notebook: NotebookPage) -> None:
    shows = notebook.cell("The newest build of orders.")
    notebook.run(shows)
    expect(shows.get_by_role("status")).to_contain_text("assert 8100 == 9000")
    expect(shows.get_by_role("status")).to_contain_text("1 failed, 17 passed")


def test_a_hint_comes_one_at_a_time(notebook: NotebookPage) -> None:
    panel = PanelOnPage(notebook)
    panel.exercise("The secret in the log").check()
    for number in (1, 2):
        panel.button("Hint").click()
        expect(panel.output).to_contain_text(f"Hint {number} of 3 (leak)")


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
