"""What every test shares.

Nobody's progress file is touched, no test reaches the network, and no operation of ours gives an
answer that AWS's model does not have.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from output_shapes import WATCH, watch_every_service

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


#: The files that take longest, and the folder. A worker that begins one of them last is alone then.
_LONGEST = ("notebooks/test_execution.py", "notebooks/test_content.py", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest; the Makefile has the workers keep this order."""
    first = [Path(__file__).parent / each for each in _LONGEST]
    items.sort(key=lambda item: [not item.path.is_relative_to(each) for each in first])


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
