"""Chapter 09 in a real JupyterLab: pictures of rollouts, and a manifest that is checked."""

from __future__ import annotations

import re

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "09_running_containers.ipynb"

APPLY = """\
lab.catch_up("manifest")
manifest = eks.manifest("1.4.0").replace("replicas: 3", "replicas: COUNT")
kube.apply(manifest)
kube.rollout_status("orders")"""


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_a_rollout_is_a_picture_that_says_what_it_shows(notebook: NotebookPage) -> None:
    picture = notebook.page.get_by_role("img", name="Pods of orders over").first
    expect(picture).to_have_accessible_name(re.compile("at the end: 3 of revision 2"))


def test_a_manifest_is_judged_by_what_runs(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    task = notebook.cell("running_containers.manifest import BARE")
    panel.exercise("A manifest for production").check()
    notebook.write(task, APPLY.replace("COUNT", "1"))
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Its replicas: 1")
    notebook.write(task, APPLY.replace("COUNT", "3"))
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Passed")
    assert jupyterlab.progress.states("running-containers")["manifest"] == "passed"


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert len(found) >= 4
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
