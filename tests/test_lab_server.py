"""``workbook lab``: a real JupyterLab on a notebook in a folder with an awkward name."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from devops_workbook.lab_server import LabServerError, has_browser, run

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
SCRIPT = """
import sys; from pathlib import Path; from devops_workbook import lab_server
sys.exit(lab_server.run(
    Path(sys.argv[1]), port=int(sys.argv[2]), host="127.0.0.1", browser=True
))
"""


@dataclass
class Served:
    """A running ``workbook lab`` and what it printed while starting."""

    process: subprocess.Popen[str]
    printed: str

    @property
    def address(self) -> str:
        found = re.search(r"http://\S+", self.printed)
        assert found, self.printed
        return found.group()

    def get(self, path: str, token: str | None = None) -> str:
        base, own_token = self.address.split("/lab/tree/")[0], self.address.split("token=")[1]
        request = urllib.request.Request(f"{base}{path}")
        request.add_header("Authorization", f"token {own_token if token is None else token}")
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.read().decode()

    def interrupt(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, rest


@contextmanager
def serving(notebook: Path, port: int) -> Iterator[Served]:
    own = {
        f"JUPYTER_{name}_DIR": str(notebook.parent.with_name(name))
        for name in ("CONFIG", "DATA", "RUNTIME")
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "JUPYTER_TOKEN"}
    }
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(notebook), str(port)],
        env=inherited | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if "Ctrl-C" in line:
                    break
            yield Served(process, "".join(lines))
        finally:
            process.kill()


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("päper tray") / "00_start_here.ipynb"
    path.write_text(NOTEBOOK)
    return path


@pytest.fixture(scope="module")
def served(notebook: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving(notebook, port) as served:
        yield served


def test_the_notebook_is_served_at_the_address_shown(served: Served) -> None:
    assert "/lab/tree/00_start_here.ipynb?token=" in served.address
    assert json.loads(served.get("/api/contents"))["content"][0]["name"] == "00_start_here.ipynb"


def test_nobody_gets_in_without_the_token(served: Served) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        served.get("/api/contents", token="guess")


def test_what_distracts_or_asks_the_network_is_off(served: Served) -> None:
    found = re.search(
        r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', served.get("/lab"), re.S
    )
    assert found
    page = json.loads(found.group(1))
    assert page["news"] == {"disabled": True}
    assert page["extensionManager"]["name"] == "read-only"
    assert {
        "@jupyterlab/apputils-extension:announcements",
        "@jupyterlab/extensionmanager-extension:plugin",
        "jupyterlab-jupytext",
    } <= set(page["disabledExtensions"])
    assert json.loads(served.get("/lab/api/update")) == {"notification": None}


def test_a_busy_port_moves_to_the_next_and_ctrl_c_stops_cleanly(
    served: Served, notebook: Path
) -> None:
    taken = int(served.address.split(":")[2].split("/")[0])
    with serving(notebook, taken) as second:
        assert f"Port {taken} is busy: using " in second.printed
        assert second.get("/api/status")
        assert second.interrupt() == (0, "JupyterLab has stopped.\n")


def test_a_missing_notebook_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(LabServerError, match="Build the notebooks: workbook notebooks"):
        run(tmp_path / "00_start_here.ipynb", port=8888, host="127.0.0.1", browser=False)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_an_address_of_another_computer_is_refused(host: str, notebook: Path) -> None:
    with pytest.raises(LabServerError, match=rf"Cannot listen on {host}: .+ Try 127\.0\.0\.1"):
        run(notebook, port=8888, host=host, browser=False)


@pytest.mark.parametrize(("variable", "expected"), [("BROWSER", True), ("NOTHING", False)])
def test_a_browser_needs_a_display_or_to_be_named(
    variable: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, sys.executable)
    monkeypatch.setattr(sys, "platform", "linux")
    assert has_browser() is expected
