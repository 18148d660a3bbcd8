"""Chapter 12 in a real JupyterLab: a stack, its pipeline, a mistake and its check."""

from __future__ import annotations

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "12_capstone.ipynb"

ANSWER = """\
template = current()
template["Resources"] |= {
    "Images": {"Type": "AWS::ECR::Repository", "Properties": {
        "RepositoryName": "orders", "ImageTagMutability": "IMMUTABLE",
        "ImageScanningConfiguration": {"ScanOnPush": True}}},
    "Code": {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": "shop"}},
    "Artifacts": {"Type": "AWS::S3::Bucket", "Properties": {
        "VersioningConfiguration": {"Status": "Enabled"}}},
}
answer = deploy(lab, template)
"""


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_a_foundation_without_code_is_told_so_and_passes_with_it(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    panel.exercise("The foundation, as code").check()
    task = notebook.cell("answer = ...")
    # The last cells of the chapter have built all of it.
    notebook.write(task, 'lab.catch_up("foundation")')
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Not started")
    notebook.write(task, ANSWER)
    panel.button("Check").click()
    expect(panel.result).to_contain_text("has no branch main yet")
    notebook.write(task, 'commit_files("Bring the code", files)')
    panel.button("Check").click()
    expect(panel.result).to_contain_text("Passed")
    assert jupyterlab.progress.states("capstone")["foundation"] == "passed"


def test_results_say_what_is_missing_while_nothing_was_measured(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_text("Measure both quarters first").first).to_be_attached()


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
