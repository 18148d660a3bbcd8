"""What every browser test shares: the marker, and where Chromium is."""

from __future__ import annotations

from pathlib import Path

import pytest

from devops_workbook.doctor_checks import find_browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever is in this folder, so that ``-m "not browser"`` leaves out all of it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the command of the Chromium or Chrome to drive."""
    found = find_browser()
    assert found, "There is no Chromium or Chrome here. Leave these out with: -m 'not browser'"
    return found
