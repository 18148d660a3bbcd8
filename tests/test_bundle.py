"""``workbook bundle``: unzipped where no network is, the course can be set up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from devops_workbook import bundle, paths

# A course as small as can be, whose package builds itself and needs one other.
PYPROJECT = """
[build-system]
requires = ["tinydep"]
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny-course"
version = "1"
dependencies = ["tinydep"]
"""
# Its wheel is made already, so that the tests need no package that makes one.
BACKEND = """
import shutil


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "tiny_course-1-py3-none-any.whl"
    shutil.copy(f"made/{name}", folder)
    return name


build_editable = build_wheel
"""
#: An index at which nobody answers: what asks it fails.
NOWHERE = "http://127.0.0.1:9/simple"


def _wheel(folder: Path, name: str, version: str, needs: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += f"Requires-Dist: {needs}\n" if needs else ""
    tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", f"version = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", tags)
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tiny course, and stand a folder of wheels in for PyPI."""
    folder, shelf = tmp_path / "devops-workbook", tmp_path / "shelf"
    folder.mkdir()
    shutil.copytree(paths.COURSE / ".ci", folder / ".ci")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "constraints.txt").write_text("tinydep==1.0\n")
    (folder / "backend.py").write_text(BACKEND)
    _wheel(folder / "made", "tiny_course", "1", needs="tinydep")
    for version in ("1.0", "2.0"):
        _wheel(shelf, "tinydep", version)
    _wheel(shelf, "editables", "0.6")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return folder


def _set_up(packed: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Unzip a bundle into a folder with an awkward name and set the course up, offline."""
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run(
        ["sh", ".ci/setup", "lab"],
        cwd=folder / "devops-workbook",
        env={**kept, "PIP_INDEX_URL": NOWHERE, "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
    )


def test_unzipped_the_course_is_set_up_without_a_network(course: Path, tmp_path: Path) -> None:
    packed = bundle.pack(course, tmp_path / "out")
    assert packed.name.endswith(f"-py{sys.version_info.major}.{sys.version_info.minor}.zip")
    ran = _set_up(packed, tmp_path / "la salle é")
    assert ran.returncode == 0, ran.stderr
    python = tmp_path / "la salle é" / "devops-workbook" / ".venv" / "bin" / "python"
    asked = [str(python), "-c", "import tinydep; print(tinydep.version)"]
    assert subprocess.run(asked, capture_output=True, text=True).stdout == "1.0\n"


def test_what_is_one_person_s_is_left_out(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for name in (".git/config", ".workbook/progress.jsonl", ".venv/x", "build/x", "README.md"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("x")
    bundle.copy_course(course, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy").rglob("*")] == ["README.md"]


def test_a_package_that_is_nowhere_is_one_sentence(course: Path, tmp_path: Path) -> None:
    (course / "constraints.txt").write_text("tinydep==3.0\n")
    with pytest.raises(bundle.BundleError, match=r"could not collect the packages\. It says: "):
        bundle.pack(course, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_python_that_is_not_there_is_one_sentence(course: Path, tmp_path: Path) -> None:
    missing = str(tmp_path / "python9")
    with pytest.raises(bundle.BundleError, match=f"There is no Python '{missing}' here"):
        bundle.pack(course, tmp_path / "out", [missing])
