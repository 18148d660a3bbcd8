"""A JupyterLab on a copy of the notebooks, started as ``workbook lab`` starts it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devops_workbook import paths
from devops_workbook.progress import Progress

# The command opens the committed notebooks, which a browser saves; so this goes one step below it.
_SCRIPT = """
import sys; from pathlib import Path; from devops_workbook import lab_server
sys.exit(lab_server.run(
    Path(sys.argv[1]), port=int(sys.argv[2]), host="127.0.0.1", browser=False
))
"""


@dataclass
class LiveJupyterLab:
    """Where the server is, where its notebooks are, and what its learner has done."""

    base: str
    token: str
    notebooks: Path
    progress: Progress

    def address(self, notebook: str) -> str:
        """Return the address of a notebook, in a workspace of its own.

        JupyterLab brings back what a workspace had open, so one module's tabs would be in the
        next one's way.
        """
        workspace = Path(notebook).stem
        return f"{self.base}/lab/workspaces/{workspace}/tree/{notebook}?token={self.token}"


@contextmanager
def live_jupyterlab(folder: Path) -> Iterator[LiveJupyterLab]:
    """Serve a copy of the notebooks from an empty folder, and stop the server and its kernels."""
    notebooks = folder / "notebooks"
    left_out = shutil.ignore_patterns("source", "solutions", ".ipynb_checkpoints")
    shutil.copytree(paths.NOTEBOOKS, notebooks, ignore=left_out)
    home = folder / "learner"
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(notebooks / "00_start_here.ipynb"), str(_free_port())],
        env=_environment(folder, home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            base, token = _announced(process)
            yield LiveJupyterLab(base, token, notebooks, Progress(home / "progress.jsonl"))
        finally:
            _stop(process)


def _environment(folder: Path, home: Path) -> dict[str, str]:
    """Return an environment in which nobody's settings are read or changed."""
    inherited = {name: value for name, value in os.environ.items() if name != "JUPYTER_TOKEN"}
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    return {**inherited, **own, "IPYTHONDIR": str(folder / "ipython"), "WORKBOOK_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _announced(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"(http://\S+)/lab/tree/\S+\?token=(\w+)", line):
            return found.group(1), found.group(2)
    raise AssertionError(f"JupyterLab did not start:\n{''.join(lines)}")


def _stop(process: subprocess.Popen[str]) -> None:
    # Asked nicely it stops its kernels, which are no part of its process group.
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
