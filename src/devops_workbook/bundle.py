"""``workbook bundle``: the course with every package it needs, for a room without a network.

The bundle is the course's folder with one more in it, ``wheels``. ``make lab`` finds it there
(``.ci/setup``) and installs from it alone. Wheels fit one kind of computer: the one that made them.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from devops_workbook import paths
from devops_workbook.errors import WorkbookError
from devops_workbook.under_way import spinning

#: What a folder of the course may hold that is one person's, or made anew.
_LEFT_OUT = (
    *(".git", ".venv", ".workbook", ".ipynb_checkpoints", "build", "dist", "wheels"),
    *("__pycache__", "*.egg-info", ".*_cache", ".hypothesis"),
)
# What hatchling asks for besides, for an installation that can be edited.
_EDITABLE = ("editables",)
_NAME = "devops-workbook"


class BundleError(WorkbookError):
    """A bundle could not be made."""


def run(out: Path | None, pythons: Sequence[str] = ()) -> int:
    """Write the bundle of this course as a zip file, by default to ``build``; return 0.

    ``pythons`` are the Pythons of this computer whose versions it is for, such as ``python3.12``;
    by default the one that runs this.
    Needs the network. Raises ``BundleError`` where there is no checkout, and when pip fails.
    """
    if paths.COURSE == paths.INSTALLED:
        raise BundleError(
            "A bundle is made in the course's own folder, where its Makefile is: run it there."
        )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / _NAME
        copy_course(paths.COURSE, folder)
        _renew_notebooks(folder / "notebooks")
        made = pack(folder, out or Path("build").absolute(), pythons)
    print(f"wrote {made} ({made.stat().st_size / 1e6:.0f} MB)")
    print("Unzip it on each computer, and run make lab in it: no network is needed.")
    return 0


def copy_course(course: Path, folder: Path) -> None:
    """Copy the course without what is one person's or was made: progress, packages, caches."""
    shutil.copytree(course, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)


def pack(folder: Path, out: Path, pythons: Sequence[str] = ()) -> Path:
    """Put the wheels into a course's folder and return the zip file of both, in ``out``.

    Raises ``BundleError`` when pip fails.
    """
    versions = [_collect(folder, python) for python in pythons or [sys.executable]]
    (folder / "wheels" / "README").write_text(_note(versions), encoding="utf-8")
    out.mkdir(parents=True, exist_ok=True)
    name = "-".join([_NAME, _computer(), *(f"py{version}" for version in versions)])
    with spinning("Packing them"):
        return Path(shutil.make_archive(str(out / name), "zip", folder.parent, folder.name))


def _collect(folder: Path, python: str) -> str:
    """Put the wheels for a Python beside the others; return its version, ``3.12``."""
    asking = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = _run([python, "-c", asking], folder).strip()
    # Not pip download: what is there as a source alone could not be built in the room.
    pip = [python, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "-w", "wheels"]
    with spinning(f"Collecting packages for Python {version}"):
        _run([*pip, "-c", "constraints.txt", *_requirements(folder)], folder)
    return version


def _run(command: list[str], folder: Path) -> str:
    try:
        ran = subprocess.run(  # noqa: S603 - a Python that whoever calls has named
            command, cwd=folder, capture_output=True, text=True
        )
    except OSError as error:
        raise BundleError(f"There is no Python {command[0]!r} here: {error.strerror}.") from None
    if ran.returncode:
        said = ran.stderr.strip().rpartition("\n")[2] or "nothing"
        raise BundleError(f"{command[0]} could not collect the packages. It says: {said}")
    return ran.stdout


def _requirements(folder: Path) -> Iterable[str]:
    """Return what the course needs, and what builds its package."""
    import tomllib

    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    needed: list[str] = project["project"].get("dependencies", [])
    return [*needed, *project["build-system"]["requires"], *_EDITABLE]


def _renew_notebooks(folder: Path) -> None:
    """Write the notebooks as shipped: whoever makes the bundle may have solved some."""
    from devops_workbook import chapters
    from devops_workbook.notebooks.build import edition, notebook_path
    from devops_workbook.notebooks.source import read_source

    for key in chapters.COURSE:
        notebook = folder / notebook_path(key).relative_to(paths.NOTEBOOKS)
        notebook.write_text(edition(read_source(key), "learner"), encoding="utf-8", newline="\n")


def _computer() -> str:
    return f"{platform.system()}-{platform.machine()}".lower()


def _note(versions: Sequence[str]) -> str:
    return f"Packages for {_computer()}, Python {', '.join(versions)}. make lab installs them.\n"
