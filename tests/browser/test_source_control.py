"""Chapter 02 in a real JupyterLab: a push, a mistake at a merge, its pictures and tables."""

from __future__ import annotations

import re

from live_jupyterlab import LiveJupyterLab
from notebook_page import NotebookPage, PanelOnPage
from playwright.sync_api import expect

NOTEBOOK = "02_source_control.ipynb"

_COMMIT = """
folder = tempfile.mkdtemp()
porcelain.clone(clone_url(lab, "shop"), folder, errstream=quiet).close()
porcelain.branch_create(folder, "new-year")
porcelain.checkout(folder, "new-year")
footer = Path(folder, "storefront/src/Footer.jsx")
footer.write_text(footer.read_text().replace("2025", "2026"))
porcelain.add(folder, [str(footer)])
pushed = porcelain.commit(folder, "2026", author=TEAM, committer=TEAM, sign=False, **when)
"""
_PUSH = 'sent = porcelain.push(folder, "origin", "new-year", outstream=quiet, errstream=quiet)\n'


def test_an_untouched_chapter_runs_without_an_error(notebook: NotebookPage) -> None:
    expect(notebook.page.get_by_role("button", name="Answer").first).to_be_attached()
    expect(notebook.errors).to_have_count(0)


def test_a_commit_counts_when_it_is_pushed(
    notebook: NotebookPage, jupyterlab: LiveJupyterLab
) -> None:
    panel = PanelOnPage(notebook)
    passed = panel.passed()
    answer = notebook.cell("pushed = ...")
    exercise = panel.exercise("A change, pushed with git")

    exercise.check()
    for code, said in ((_COMMIT, "until it is pushed"), (_COMMIT + _PUSH, "Passed")):
        notebook.write(answer, code)
        panel.button("Check").click()
        expect(panel.result).to_contain_text(said)
    expect(exercise).to_have_accessible_name(re.compile("^✓ passed"))
    expect(panel.output).to_contain_text(f": {passed + 1} of ")
    assert jupyterlab.progress.states("source-control")["push-with-git"] == "passed"
    expect(notebook.errors).to_have_count(0)


def test_a_one_sided_merge_says_what_is_lost(notebook: NotebookPage) -> None:
    notebook.write(
        notebook.cell('ours = found["fileContent"]'),
        "merged = codecommit.merge_branches_by_three_way(\n"
        '    repositoryName="shop", sourceCommitSpecifier="free-shipping",\n'
        '    destinationCommitSpecifier="main", conflictResolutionStrategy="ACCEPT_SOURCE",\n'
        ")\n",
    )
    check = notebook.cell('lab.check("resolve-conflict"')
    notebook.run(check)
    expect(check.get_by_role("status")).to_contain_text("prices for 2026 are lost")


def test_every_picture_is_there_and_says_what_it_shows(notebook: NotebookPage) -> None:
    pictures = notebook.page.locator(".jp-Notebook img")
    expect(notebook.outputs.locator("img")).to_have_count(1)
    notebook.page.wait_for_function("[...document.images].every(i => i.complete)")
    found = pictures.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert len(found) == 3
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


def test_every_table_has_header_cells(notebook: NotebookPage) -> None:
    tables = notebook.page.locator(".jp-Notebook table")
    expect(notebook.outputs.locator("table")).not_to_have_count(0)
    headless = tables.filter(has_not=notebook.page.locator("thead th"))
    expect(headless).to_have_count(0)


def test_nothing_left_this_computer_and_nothing_broke(notebook: NotebookPage) -> None:
    assert notebook.watch.hosts == {"127.0.0.1"}
    assert notebook.watch.errors == []
