"""What every browser test shares: the marker, Chromium, one JupyterLab, pictures of failures."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from live_jupyterlab import LiveJupyterLab, live_jupyterlab
from notebook_page import NotebookPage
from playwright.sync_api import Browser, Error, expect, sync_playwright

from devops_workbook.doctor_checks import find_browser

# What a page does takes longer while other workers run notebooks.
expect.set_options(timeout=20_000)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    # Whatever a page asks for elsewhere fails, as on a computer without a network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_BROWSER = pytest.StashKey[Browser]()
_PICTURES = pytest.StashKey[Path]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever is in this folder, so that ``-m "not browser"`` leaves out all of it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of each page that is open when a test fails, and name it in the report."""
    report = yield
    # Not among the test's fixtures: when one of them fails, those before it are not there.
    browser = item.config.stash.get(_BROWSER, None)
    if report.failed and browser:
        stem = item.config.stash[_PICTURES] / re.sub(r"\W+", "_", item.name)
        pictures = "\n".join(map(str, _photograph(browser, stem)))
        report.sections.append(("pages when it failed", pictures))
    return report


def _photograph(browser: Browser, stem: Path) -> Iterator[Path]:
    pages = [page for context in browser.contexts for page in context.pages]
    for number, page in enumerate(pages):
        path = stem.with_name(f"{stem.name}_{number}.png")
        with suppress(Error):  # a page that has crashed has no picture
            page.screenshot(path=path)
            yield path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the command of the Chromium or Chrome to drive."""
    found = find_browser()
    assert found, "There is no Chromium or Chrome here. Leave these out with: -m 'not browser'"
    return found


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveJupyterLab]:
    """Start the JupyterLab that all browser tests use, or all that one worker runs."""
    with live_jupyterlab(tmp_path_factory.mktemp("jupyterlab")) as live:
        yield live


@pytest.fixture(scope="module")
def browser(
    chromium: str, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Start Chromium for the tests of one file.

    Not for the session: while Playwright runs, its event loop does too, and in the tests of
    another file nothing else could run one.
    """
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=_FLAGS) as browser,
    ):
        pytestconfig.stash[_BROWSER] = browser
        pytestconfig.stash[_PICTURES] = tmp_path_factory.mktemp("pictures")
        yield browser
        del pytestconfig.stash[_BROWSER]


@pytest.fixture(scope="module")
def notebook(
    request: pytest.FixtureRequest, browser: Browser, jupyterlab: LiveJupyterLab
) -> NotebookPage:
    """Open the notebook that the file of tests names as ``NOTEBOOK``; run all of it, untouched."""
    notebook = NotebookPage(browser, jupyterlab.address(request.module.NOTEBOOK))
    notebook.run_all()
    return notebook
