"""Building both editions, and comparing what is committed with its source."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from devops_workbook import chapters, paths
from devops_workbook.notebooks import build, edition, read_source
from devops_workbook.notebooks.build import Edition, notebook_path

EDITIONS: tuple[Edition, ...] = ("learner", "solutions")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build into an empty folder; everything that reads or writes notebooks asks for it there."""
    folder = tmp_path / "notebooks"
    (folder / "source").mkdir(parents=True)
    for key in chapters.COURSE:
        name = f"{chapters.stem(key)}.py"
        text = (paths.NOTEBOOKS / "source" / name).read_bytes()
        (folder / "source" / name).write_bytes(text)
    monkeypatch.setattr(paths, "NOTEBOOKS", folder)
    return folder


def built(folder: Path) -> dict[str, bytes]:
    """Return the notebooks in a folder and their bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.ipynb")}


def test_both_editions_of_every_chapter_are_written(course: Path) -> None:
    assert build() == 0
    stems = [chapters.stem(key) for key in chapters.COURSE]
    assert set(built(course)) == {
        f"{folder}{stem}.ipynb" for stem in stems for folder in ("", "solutions/")
    }


def test_a_rebuild_changes_no_byte_and_says_nothing(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build()
    first = built(course)
    assert capsys.readouterr().out.count("wrote ") == len(first)
    assert build() == 0
    assert built(course) == first
    assert not capsys.readouterr().out
    for path in course.rglob("*.ipynb"):
        path.unlink()
    build()
    assert built(course) == first


def test_a_check_of_what_is_built_is_quiet(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build()
    capsys.readouterr()
    assert build(check=True) == 0
    assert not capsys.readouterr().out


def _edit(path: Path, old: bytes, new: bytes) -> None:
    text = path.read_bytes()
    assert old in text
    path.write_bytes(text.replace(old, new))


DRIFT = {
    "a source edited": lambda f: _edit(f / "source" / "00_start_here.py", b"fifteen", b"sixteen"),
    "a notebook edited": lambda f: _edit(f / "00_start_here.ipynb", b"fifteen", b"sixteen"),
    "a solution edited": lambda f: _edit(
        f / "solutions" / "00_start_here.ipynb", b"days_to_wait = 4", b"days_to_wait = 5"
    ),
    "an output committed": lambda f: _edit(
        f / "00_start_here.ipynb", b'"execution_count": null', b'"execution_count": 1'
    ),
    "other line endings": lambda f: _edit(f / "00_start_here.ipynb", b"\n", b"\r\n"),
    "not text": lambda f: (f / "00_start_here.ipynb").write_bytes(b"\xff"),
    "missing": lambda f: (f / "00_start_here.ipynb").unlink(),
}


@pytest.mark.parametrize("drift", DRIFT.values(), ids=DRIFT)
def test_a_check_fails_on_drift_and_a_build_mends_it(
    course: Path, capsys: pytest.CaptureFixture[str], drift: Any
) -> None:
    build()
    drift(course)
    before = built(course)
    capsys.readouterr()
    assert build(check=True) == 1
    said = capsys.readouterr().out
    assert "00_start_here.ipynb does not match its source. Run: workbook notebooks" in said
    assert built(course) == before  # a check writes nothing
    build()
    assert build(check=True) == 0


@pytest.mark.parametrize("name", ["13_gone.ipynb", "solutions/01_start_here.ipynb"])
def test_a_check_fails_on_a_notebook_without_source_and_leaves_it_there(
    course: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    build()
    stray = course / name
    stray.write_text("{}")
    assert build(check=True) == 1
    assert f"{stray} has no source" in capsys.readouterr().out
    assert build() == 0
    assert stray.read_text() == "{}"


def test_a_learners_own_notebook_is_not_in_the_way(course: Path) -> None:
    build()
    (course / "Untitled.ipynb").write_text("{}")
    assert build(check=True) == 0


# What is committed.


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("key", chapters.COURSE)
def test_what_is_committed_is_what_the_source_makes(key: str, name: Edition) -> None:
    assert notebook_path(key, name).read_bytes() == edition(read_source(key), name).encode()


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("key", chapters.COURSE)
def test_what_is_committed_is_valid_and_holds_no_output(key: str, name: Edition) -> None:
    text = notebook_path(key, name).read_bytes()
    notebook = nbformat.reads(text.decode(), as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert b"\r" not in text
    assert text.endswith(b"}\n")


@pytest.mark.parametrize("key", chapters.COURSE)
def test_no_solution_is_in_what_a_learner_opens(key: str) -> None:
    shown = notebook_path(key).read_text(encoding="utf-8")
    cells = json.loads(shown)["cells"]
    tags = {tag for cell in cells for tag in cell["metadata"].get("tags", [])}
    assert tags <= {"task"}


@pytest.mark.parametrize("key", chapters.COURSE)
def test_files_are_where_the_solutions_look_for_them(key: str) -> None:
    folder = notebook_path(key, "solutions").parent
    for cell in json.loads(notebook_path(key, "solutions").read_bytes())["cells"]:
        for target in re.findall(r"\]\((\.\./[^)]*)\)", "".join(cell["source"])):
            assert (folder / target).exists()
