"""Where the learner's folder is: chosen, in a checkout, installed, on a shared server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devops_workbook import paths
from devops_workbook.progress import Progress, home


def test_the_learners_folder_is_the_one_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBOOK_HOME", "/somewhere/else")
    assert home() == Path("/somewhere/else")
    assert Progress().path == Path("/somewhere/else/progress.jsonl")


def test_a_tilde_in_the_chosen_folder_is_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WORKBOOK_HOME", "~/progress")
    assert home() == tmp_path / "progress"


def test_in_a_checkout_it_is_beside_the_notebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBOOK_HOME")
    assert home() == paths.COURSE / ".workbook"
    assert (home().parent / "notebooks" / "source").is_dir()


# Run in a copy of the package. Root may write anywhere, so root becomes nobody before it asks.
ASK = """
import os
from devops_workbook.progress import home

if os.getuid() == 0:
    os.setuid(65534)
print(home())
"""


def home_in(site: Path, home: Path) -> str:
    """Return what home() says in a copy of the package in a folder."""
    kept = {k: v for k, v in os.environ.items() if k not in {"WORKBOOK_HOME", "PYTHONPATH"}}
    environment = {**kept, "PYTHONPATH": str(site), "HOME": str(home)}
    command = [sys.executable, "-c", ASK]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return ran.stdout.strip()


def copy_of_the_package(site: Path) -> None:
    source = Path(paths.__file__).parent
    leave_out = shutil.ignore_patterns("_course", "__pycache__")
    shutil.copytree(source, site / "devops_workbook", ignore=leave_out)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody can enter, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_installed_it_is_in_the_home_folder_even_if_writable(folder: Path) -> None:
    site = folder / "lib" / "site-packages"
    copy_of_the_package(site)
    course = site / "devops_workbook" / "_course"
    course.mkdir()
    course.chmod(0o777)
    assert home_in(site, folder) == str(folder / ".devops-workbook")


@pytest.mark.parametrize(
    ("mode", "expected"), [(0o777, "checkout/.workbook"), (0o555, ".devops-workbook")]
)
def test_in_a_read_only_checkout_it_is_in_the_home_folder(
    folder: Path, mode: int, expected: str
) -> None:
    checkout = folder / "checkout"
    copy_of_the_package(checkout / "src")
    (checkout / "notebooks" / "source").mkdir(parents=True)
    checkout.chmod(mode)
    assert home_in(checkout / "src", folder) == str(folder / expected)
