"""Chapter 06 in a real JupyterLab: a stuck stack is helped, drift is shown, a build is red."""

from __future__ import annotations

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "06_infrastructure_as_code.ipynb"

SKIP = """cloudformation.continue_update_rollback(
    StackName="shop", ResourcesToSkip=["OrdersQueue"])
settle(lab, "shop")"""
BRING_BACK = """queue = cloudformation.describe_stack_resource(
    StackName="shop", LogicalResourceId="OrdersQueue"
)["StackResourceDetail"]["PhysicalResourceId"]
sqs.create_queue(QueueName=queue.rpartition("/")[2])["QueueUrl"]"""


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_a_stuck_stack_is_skipped_and_then_helped(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    shows = notebook.cell('lab.catch_up("stuck")')
    notebook.run(shows)
    table = shows.get_by_role("table", name="Events of shop, times in UTC")
    expect(table).to_contain_text("UPDATE_ROLLBACK_FAILED")
    panel.exercise("Out of UPDATE_ROLLBACK_FAILED").check()
    number = int(shows.get_attribute("data-windowed-list-index") or 0) + 2
    task = notebook.page.locator(f".jp-CodeCell[data-windowed-list-index='{number}']")
    for code, said in ((SKIP, "What is skipped counts as done"), (BRING_BACK, "Passed")):
        notebook.write(task, code)
        panel.button("Check").click()
        expect(panel.result).to_contain_text(said)
    assert jupyterlab.progress.states("infrastructure-as-code")["stuck"] == "passed"


def test_drift_is_a_table_with_expected_and_actual(notebook: NotebookPage) -> None:
    notebook.run(notebook.cell('lab.catch_up("drift")'))
    shows = notebook.cell('drift_table("shop")')
    notebook.run(shows)
    table = shows.get_by_role("table", name="Drift of shop, as last detected")
    expect(table.get_by_role("columnheader", name="Expected")).to_be_visible()
    row = table.get_by_role("row", name="OrdersQueue")
    expect(row).to_contain_text("/VisibilityTimeout30120")


def test_the_build_of_a_dangerous_template_is_red(notebook: NotebookPage) -> None:
    build = notebook.cell("hurried = templates.SHOP")
    expect(build.get_by_role("status")).to_contain_text("FAILED")
    expect(build.get_by_role("status")).to_contain_text("DatabaseAccess: open to 0.0.0.0/0")


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
