"""A chapter in JupyterLab as a learner handles it: menus, cells, the panel and the quiz."""

from __future__ import annotations

import re

from page_watch import PageWatch
from playwright.sync_api import Browser, Locator, expect

# The first kernel of a session also loads boto3 and moto, on a machine that runs other tests.
# Chapter 04 deploys a dozen times.
_PATIENCE_MS = 180_000
_RAN = re.compile(r"^\[\d+\]:$")
_ERRORS = ".jp-OutputArea-output:is([data-mime-type$='.error'], [data-mime-type$='.stderr'])"


class NotebookPage:
    """A notebook that is open in JupyterLab, on a page of its own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.watch = PageWatch(self.page)
        self.page.goto(address)
        # Before its kernel is there, JupyterLab answers "Run" with a question.
        status = self.page.locator("#jp-bottom-panel")
        expect(status).to_contain_text("Python 3 (ipykernel) | Idle", timeout=_PATIENCE_MS)
        self.outputs = self.page.locator(".jp-OutputArea-output")
        self.errors = self.page.locator(_ERRORS)

    def run_all(self) -> None:
        """Choose Run, Run All Cells; return when the last cell has run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        prompt = self.page.locator(".jp-CodeCell .jp-InputPrompt").last
        expect(prompt).to_have_text(_RAN, timeout=_PATIENCE_MS)

    def cell(self, code: str) -> Locator:
        """Return the first code cell that says this, whatever it says later on."""
        said = self.page.locator(".cm-content", has_text=code)
        cell = self.page.locator(".jp-CodeCell", has=said).first
        place = cell.get_attribute("data-windowed-list-index")
        return self.page.locator(f".jp-CodeCell[data-windowed-list-index='{place}']")

    def write(self, cell: Locator, code: str) -> None:
        """Replace what a cell says, and run it."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(code)
        self.run(cell)

    def run(self, cell: Locator) -> None:
        """Run a cell, and wait until it has run."""
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(_RAN, timeout=_PATIENCE_MS)


class PanelOnPage:
    """The lab's panel on a notebook's page."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.output = notebook.cell("open_lab(").locator(".jp-OutputArea-output")
        self.result = self.output.get_by_role("status")

    def exercise(self, title: str) -> Locator:
        """Return an exercise of the list; its name says its state, too."""
        return self.output.get_by_role("radio", name=title)

    def button(self, name: str) -> Locator:
        """Return one of the three buttons."""
        return self.output.get_by_role("button", name=name)

    def passed(self) -> int:
        """Return how many exercises the heading says are passed."""
        found = re.search(r"(\d+) of \d+ exercises passed", self.output.text_content() or "")
        assert found, "The panel's heading does not say how many exercises are passed."
        return int(found.group(1))
