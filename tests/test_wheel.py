"""The wheel: whoever installs it gets the whole course, and nothing of the author's own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import hatchling.build
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        wheel = hatchling.build.build_wheel(str(folder))
    with zipfile.ZipFile(folder / wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


@pytest.mark.parametrize(
    "path",
    [
        "devops_workbook/jupyter/labconfig/page_config.json",
        "devops_workbook/_course/constraints.txt",
        "devops_workbook/_course/notebooks/source/00_start_here.py",
        "devops_workbook/_course/data/git_history/click_tags.csv",
        "devops_workbook-0.1.0.dist-info/licenses/LICENSE",
        "devops_workbook-0.1.0.dist-info/licenses/LICENSE-TEXT",
    ],
)
def test_wheel_has(path: str, installed: Path) -> None:
    assert (installed / path).is_file()


def test_wheel_has_nothing_of_the_authors_own(installed: Path) -> None:
    own = {".workbook", ".venv", ".ipynb_checkpoints", "__pycache__", "tests"}
    # The shop's own service has tests, which chapter 03 puts into its repository.
    shop = installed / "devops_workbook" / "_course" / "data" / "shop" / "orders" / "tests"
    found = {path for path in installed.rglob("*") if path.name in own}
    assert found == {shop}


def test_an_installed_course_finds_its_files(installed: Path, tmp_path: Path) -> None:
    script = "from devops_workbook import paths; print(paths.NOTEBOOKS)"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert Path(ran.stdout.strip()) == installed / "devops_workbook" / "_course" / "notebooks"
