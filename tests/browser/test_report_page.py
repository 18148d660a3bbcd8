"""The page that ``workbook dora`` writes, opened from the disk as its reader does."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest
from page_watch import PageWatch
from playwright.sync_api import Browser, Page, ViewportSize

from devops_workbook.paths import DATA

_TABLES = ("deployments", "changes", "incidents")
_DESKTOP = ViewportSize(width=1280, height=900)
_PHONE = ViewportSize(width=390, height=844)


@dataclass
class Opened:
    """A page in the browser, and what it did unseen."""

    page: Page
    watch: PageWatch


@pytest.fixture(scope="module")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Write the shop's report with the command, and open it."""
    path = tmp_path_factory.mktemp("report") / "how orders ships.html"
    files = [f"--{name}={DATA / 'shop' / name}.csv" for name in _TABLES]
    command = [sys.executable, "-m", "devops_workbook.cli", "dora", *files]
    options = ["--service=orders", "--tz=Europe/Berlin", f"--output={path}"]
    subprocess.run([*command, *options], check=True, capture_output=True)
    page = browser.new_page()
    opened = Opened(page, PageWatch(page))
    page.goto(path.as_uri())
    return opened


def test_the_page_loads_nothing_and_complains_of_nothing(opened: Opened) -> None:
    assert opened.page.get_by_role("heading", level=1).inner_text()
    assert opened.watch.hosts == set()
    assert opened.watch.errors == []


def test_every_chart_is_there_and_says_what_it_shows(opened: Opened) -> None:
    charts = opened.page.get_by_role("img")
    found = charts.evaluate_all("all => all.map(i => [i.alt, i.naturalWidth])")
    assert len(found) == 3
    assert [alt for alt, width in found if len(alt.split()) < 5 or not width] == []


@pytest.mark.parametrize("size", [_DESKTOP, _PHONE], ids=["desktop", "phone"])
def test_the_page_never_scrolls_sideways(opened: Opened, size: ViewportSize) -> None:
    opened.page.set_viewport_size(size)
    # With the tables behind the charts, too.
    opened.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_the_text_is_large_enough_for_a_phone(opened: Opened) -> None:
    opened.page.set_viewport_size(_PHONE)
    sizes = opened.page.locator("p, li, td, th, dd, dt, summary, figcaption").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 13


def test_the_page_can_be_read_with_the_keyboard(opened: Opened) -> None:
    summary = opened.page.locator("summary").first
    details = opened.page.locator("details").first
    before = details.get_attribute("open")
    summary.focus()
    opened.page.keyboard.press("Enter")
    assert details.get_attribute("open") != before
