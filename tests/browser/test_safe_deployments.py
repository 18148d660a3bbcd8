"""Chapter 04 in a real JupyterLab: the deployment player, its buttons, and an exercise."""

from __future__ import annotations

import re

import pytest
from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import Locator, expect

NOTEBOOK = "04_safe_deployments.ipynb"

START = """\
lab.catch_up("predict")
deployment = deploy("1.5.0", "CodeDeployDefault.ECSCanary10Percent5Minutes")
player = DeploymentPlayer(deployment, lab.clock)
player"""


@pytest.fixture
def player(notebook: NotebookPage) -> Locator:
    """A bad canary behind alarms that has just been created, with its picture and buttons."""
    cell = notebook.cell("player = DeploymentPlayer(made")
    notebook.write(cell, START)
    return cell.locator(".jp-OutputArea-output")


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_the_keyboard_alone_brings_a_bad_canary_to_its_rollback(
    notebook: NotebookPage, player: Locator
) -> None:
    picture = player.get_by_role("img", name="Deployment d-")
    expect(picture).to_have_accessible_name(re.compile("is created"))
    player.get_by_role("button", name="One minute on").focus()
    for _ in range(2):
        notebook.page.keyboard.press("Enter")
    expect(picture).to_have_accessible_name(re.compile(r"\(orders-green\) gets 10 %"))
    player.get_by_role("button", name="Five minutes on").focus()
    notebook.page.keyboard.press("Enter")
    expect(player.get_by_role("status")).to_contain_text("ALARM_ACTIVE")
    expect(picture).to_have_accessible_name(re.compile("Activated alarms: <orders-green>"))
    expect(picture).to_have_accessible_name(re.compile(r"\(orders-blue\) gets 100 %"))


def test_a_wrong_prediction_is_told_why_and_the_right_one_passes(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    panel.exercise("Predict: when it moves, when it comes back").check()
    task = notebook.cell('minute = {"canary"')
    notebook.write(task, 'minute = {"canary": 5, "linear": 10, "alarm": 2}')
    panel.button("Check").click()
    expect(panel.result).to_contain_text("The first tenth moves at once")
    notebook.write(task, 'minute = {"canary": 5, "linear": 9, "alarm": 2}')
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Passed")
    assert jupyterlab.progress.states("safe-deployments")["predict"] == "passed"


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
