"""Chapter 07 in a real JupyterLab: the CDK says how long it takes, a diff is read, data is kept."""

from __future__ import annotations

import re

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "07_cdk.ipynb"

MENDED = """from aws_cdk import aws_sns as sns

class Mended(Base):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        self.database = add_database(self, self.network)
        self.customers = add_customers(CUSTOMERS)
        self.events = sns.Topic(self, "OrderEvents")

app = cdk.App()
Mended(app, "shop")
deploy(synth(app))"""


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_the_cdk_says_that_it_starts_and_how_long_it_took(notebook: NotebookPage) -> None:
    started = notebook.cell("cdk = start()")
    expect(started.locator(".jp-OutputArea-output")).to_have_text(
        re.compile(r"^Starting the CDK \(Node\.js v\d+\.\d+\.\d+\) … \d+\.\d s\s*$")
    )
    synthesised = notebook.cell("class Base(cdk.Stack)")
    expect(synthesised).to_contain_text(re.compile(r"Synthesising, and loading .* … \d+\.\d s"))


def test_what_is_warned_of_is_readable_text(notebook: NotebookPage) -> None:
    cell = notebook.cell("test_reliable_queue(template):")
    notebook.write(cell, 'ec2.Vpc(cdk.Stack(cdk.App(), "old"), "Network", cidr="10.0.0.0/16")')
    expect(cell).to_contain_text("[WARNING] aws-cdk-lib.aws_ec2.VpcProps#cidr is deprecated")
    expect(cell).not_to_contain_text("base64")


def test_what_a_construct_refuses_is_shown_with_the_cell_s_line(notebook: NotebookPage) -> None:
    cell = notebook.cell('cidr="10.0.0.0/16"')
    notebook.write(cell, 's3.Bucket(cdk.Stack(cdk.App(), "old"), "Notes", bucket_name="UPPER")')
    error = cell.locator(".jp-OutputArea-output")
    expect(error).to_contain_text("RuntimeError: Invalid S3 bucket name (value: UPPER)")
    expect(error).to_contain_text('----> 1 s3.Bucket(cdk.Stack(cdk.App(), "old")')
    expect(error).not_to_contain_text("site-packages")
    expect(error).not_to_contain_text("JavaScriptError")
    notebook.write(cell, "")


def test_a_diff_shows_what_leaves_and_what_comes(notebook: NotebookPage) -> None:
    cell = notebook.cell('print(diff(assembly_of("id")))')
    expect(cell).to_contain_text("[-] AWS::RDS::DBInstance DatabaseB269D8BB destroy")
    expect(cell).to_contain_text("[+] AWS::RDS::DBInstance OrdersDatabase OrdersDatabase")


def test_a_refactoring_loses_the_customers_and_is_mended(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    shows = notebook.cell('lab.catch_up("keep")')
    task = notebook.page.locator(
        f".jp-CodeCell[data-windowed-list-index="
        f"'{int(shows.get_attribute('data-windowed-list-index') or 0) + 2}']"
    )
    panel.exercise("Mend the refactoring").check()
    for scope, said in (('Construct(self, "Data")', "the user pool is another one"), ("self", "")):
        notebook.run(shows)
        notebook.write(task, MENDED.replace("CUSTOMERS", scope))
        expect(task).to_contain_text("✓ shop: UPDATE_COMPLETE")
        panel.button("Check").click()
        expect(panel.result).to_contain_text(said or "Passed", ignore_case=True)
    assert jupyterlab.progress.states("cdk")["keep"] == "passed"


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    pictures = notebook.page.locator(".jp-Notebook img")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert found
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
