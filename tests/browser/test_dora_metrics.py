"""Chapter 01 in a real JupyterLab: its exercises, its charts and its tables."""

from __future__ import annotations

import re
from itertools import pairwise

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "01_dora_metrics.ipynb"


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_an_exercise_is_answered_wrong_and_then_right(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    passed = panel.passed()
    answer = notebook.cell("on_friday = ...")
    exercise = panel.exercise("Friday night, but whose?")

    exercise.check()
    for zone, said in (("UTC", "Those are Fridays in UTC"), ("Europe/Berlin", "Passed")):
        notebook.write(
            answer,
            'finished = deployments.loc[deployments["status"] == "succeeded", "finished_at"]\n'
            f'days = finished.dt.tz_convert("{zone}").dt.day_name()\n'
            'on_friday = (days == "Friday").mean()',
        )
        panel.button("Check").click()
        expect(panel.result).to_contain_text(said)
    expect(exercise).to_have_accessible_name(re.compile("^✓ passed"))
    expect(panel.output).to_contain_text(f": {passed + 1} of ")
    assert jupyterlab.progress.states("dora-metrics")["friday-night"] == "passed"


def test_the_page_for_the_manager_opens_from_the_file_browser(notebook: NotebookPage) -> None:
    notebook.write(notebook.cell("page = ..."), 'page = dora.report(metrics, "orders_report.html")')
    check = notebook.cell('lab.check("report"')
    notebook.run(check)
    expect(check.get_by_role("status")).to_contain_text("Passed")

    notebook.page.get_by_role("button", name="Refresh the file browser.").click()
    notebook.page.locator(".jp-DirListing-item", has_text="orders_report.html").dblclick()
    shown = notebook.page.frame_locator(".jp-HTMLViewer iframe")
    expect(shown.get_by_role("heading", name="The numbers")).to_be_visible()
    chart = shown.get_by_role("img").first
    expect(chart).to_have_js_property("complete", True)
    assert chart.evaluate("image => image.naturalWidth") > 0
    notebook.page.get_by_role("tab", name="01_dora_metrics.ipynb").click()


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    expect(notebook.outputs.locator("img")).not_to_have_count(0)
    pictures = notebook.page.locator(".jp-Notebook img")
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    # A sentence: where nothing is said, JupyterLab says "Image".
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_every_table_has_header_cells(notebook: NotebookPage) -> None:
    tables = notebook.page.locator(".jp-Notebook table")
    expect(notebook.outputs.locator("table")).not_to_have_count(0)
    headless = tables.filter(has_not=notebook.page.locator("thead th"))
    expect(headless).to_have_count(0)


def test_long_options_wrap_where_there_is_little_room(notebook: NotebookPage) -> None:
    usual = notebook.page.viewport_size
    assert usual
    notebook.page.set_viewport_size({"width": 700, "height": 900})
    quiz = notebook.cell("lab.quiz()").locator(".jp-OutputArea-output")
    labels = quiz.locator("label:has(input)")
    expect(labels.first).to_be_attached()
    boxes = labels.evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(b => [b.top, b.bottom, b.right])"
    )
    right = quiz.evaluate("output => output.getBoundingClientRect().right")
    notebook.page.set_viewport_size(usual)
    assert max(box[2] for box in boxes) <= right
    assert max(bottom - top for top, bottom, _ in boxes) > 30  # two lines, or there was no need
    assert all(above[1] <= below[0] for above, below in pairwise(boxes))


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
