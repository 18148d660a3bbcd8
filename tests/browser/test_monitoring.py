"""Chapter 10 in a real JupyterLab: the dashboard that is drawn, and an alarm that is checked."""

from __future__ import annotations

import re

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "10_monitoring.ipynb"

ANSWER = """\
from devops_workbook.chapters.monitoring.account import error_rate

cloudwatch.put_metric_alarm(
    AlarmName="orders-errors", Metrics=error_rate(), Threshold=2,
    ComparisonOperator="GreaterThanThreshold", TreatMissingData="notBreaching",
    EvaluationPeriods=MINUTES, AlarmActions=[topic_arn()])"""


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_the_dashboard_is_a_picture_that_says_what_it_shows(notebook: NotebookPage) -> None:
    picture = notebook.page.get_by_role("img", name="Dashboard rate")
    expect(picture).to_have_accessible_name(re.compile("requests a minute between"))


def test_an_alarm_is_judged_by_what_it_would_have_done(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    task = notebook.cell("monitoring.account import error_rate")
    panel.exercise("An alarm that wakes no one for nothing").check()
    notebook.write(task, ANSWER.replace("MINUTES", "1"))
    panel.button("Check").click()
    expect(panel.result).to_contain_text("17 times for nothing")
    notebook.write(task, ANSWER.replace("MINUTES", "3"))
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Passed")
    assert jupyterlab.progress.states("monitoring")["error-alarm"] == "passed"


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
