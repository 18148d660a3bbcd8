"""What every test shares.

Nobody's progress file is touched, no test reaches the network, and no operation of ours gives an
answer that AWS's model does not have.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from output_shapes import WATCH, watch_every_service

from devops_workbook import chapters

# A busy machine is no reason for a test to fail: time is measured in tests/benchmarks.
settings.register_profile("workbook", deadline=None)
settings.load_profile("workbook")

watch_every_service()

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: object) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]  # type: ignore[index]
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"a test tried to reach {host}")
    _connect(self, address)  # type: ignore[arg-type]


#: What takes longest, as the beginning of a path: it is first, so that no worker is left alone
#: with it, and of the notebooks' tests each chapter can go to another worker.
_CHAPTER_BY_CHAPTER = ("tests/notebooks/test_execution.py", "tests/notebooks/test_content.py")
_LONGEST = (*_CHAPTER_BY_CHAPTER, "tests/quarter/test_three_designs.py", "tests/browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest; the Makefile has the workers keep this order."""
    items.sort(key=lambda item: [not item.nodeid.startswith(each) for each in _LONGEST])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a file's tests to one worker, or a chapter's of a file that goes through them all."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrChapter(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            if file not in _CHAPTER_BY_CHAPTER:
                return file
            _, _, case = nodeid.partition("[")
            return file + next((key for key in chapters.COURSE if case.startswith(key)), "")

    return ByFileOrChapter(config, log)


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)


@pytest.fixture(autouse=True)
def _own_progress(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "learner"))


@pytest.fixture(autouse=True)
def _answers_fit_aws_s_model() -> Iterator[None]:
    WATCH.clear()
    yield
    assert WATCH.found == []
