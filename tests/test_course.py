"""The course as HTML: every page stands alone, and a notebook that fails is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from html_page import Page

from devops_workbook import chapters, course, paths
from devops_workbook.cli import main

pytestmark = pytest.mark.notebook

ALT = "The queue grows until noon, then it is empty."
FIGURE = f"""
from matplotlib.figure import Figure as Drawing
from devops_workbook.display import Figure
Figure(Drawing(), {ALT!r})
"""
# Each flush arrives by itself.
COUNTING = """
import time
for n in (1, 2, 3):
    print(f"\\rGates: {n} of 3", end="", flush=True)
    time.sleep(0.2)
"""
PROSE = """# Tiny <b>title</b>

![The notebook calls boto3](../images/offline_aws.svg) costs $5 or $6, see
[next](01_dora_metrics.ipynb) and [the docs](https://example.org).
Press <kbd>Shift</kbd>+<kbd>Enter</kbd>.

```mermaid
graph TD; A-->B
```
"""


@dataclass
class Ran:
    """What a run of the course left behind."""

    status: int
    out: Path
    said: str

    def page(self, name: str) -> Page:
        """Return a page that was written."""
        return Page((self.out / f"{name}.html").read_text(encoding="utf-8"))


@pytest.fixture
def tiny(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Tiny:
    return Tiny(tmp_path, monkeypatch, capsys)


class Tiny:
    """A course of two chapters, the second of which is one good cell."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.out, self._capsys = folder / "out", capsys
        self._solutions = folder / "notebooks" / "solutions"
        self._solutions.mkdir(parents=True)
        for name in ("images", "glossary.md"):
            (folder / "notebooks" / name).symlink_to(paths.NOTEBOOKS / name)
        patch.setattr(paths, "NOTEBOOKS", folder / "notebooks")
        patch.setattr(chapters, "COURSE", ("start-here", "dora-metrics"))
        self.write("01_dora_metrics", nbformat.v4.new_code_cell("print(6 * 7)"))

    def write(self, name: str, *cells: nbformat.NotebookNode) -> None:
        """Write a notebook of the tiny course."""
        notebook = nbformat.v4.new_notebook(cells=list(cells))
        nbformat.write(notebook, self._solutions / f"{name}.ipynb")

    def run(self, jobs: int | None = None) -> Ran:
        """Run the tiny course."""
        status = course.run(self.out, jobs)
        return Ran(status, self.out, self._capsys.readouterr().out)


def test_every_chapter_has_a_page_and_the_index_links_to_each(tiny: Tiny) -> None:
    begin = nbformat.v4.new_markdown_cell("# Start here\n\nYou `<begin>`\nhere.\n\n*15 minutes.*")
    tiny.write("00_start_here", begin, nbformat.v4.new_code_cell("1"))
    ran = tiny.run()
    assert ran.status == 0
    pages = ["00_start_here.html", "01_dora_metrics.html"]
    assert {path.name for path in ran.out.iterdir()} == {*pages, "index.html", "glossary.html"}
    index = ran.page("index")
    assert index.links == [*pages, "glossary.html"]
    assert index.loaded == []
    for key in chapters.COURSE:
        assert f"{chapters.load(key).title} ({chapters.load(key).minutes} minutes)" in index.text
    assert "You <begin> here." in index.text
    assert "2 chapters, 2 hours" in index.text


def test_a_page_leads_to_its_neighbours_and_to_the_index(tiny: Tiny) -> None:
    tiny.write("00_start_here", nbformat.v4.new_code_cell("1"))
    ran = tiny.run()
    assert ran.page("00_start_here").links == ["index.html", "01_dora_metrics.html"] * 2
    assert ran.page("01_dora_metrics").links == ["00_start_here.html", "index.html"] * 2


def test_the_course_goes_to_build_and_leaves_nothing_else(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = paths.COURSE / "notebooks" / "solutions" / "00_start_here.ipynb"
    tiny.write("00_start_here", *nbformat.read(solved, as_version=4).cells)
    folder = tmp_path / "working"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("WORKBOOK_HOME", str(folder / "learner"))
    assert main(["course", "--html"]) == 0
    assert [path.name for path in folder.iterdir()] == ["build"]
    assert (folder / "build" / "course" / "index.html").is_file()


def test_the_course_goes_where_it_is_told_to(tiny: Tiny, tmp_path: Path) -> None:
    tiny.write("00_start_here", nbformat.v4.new_code_cell("1 + 1"))
    assert main(["course", "--html", str(tmp_path / "a" / "site")]) == 0
    assert (tmp_path / "a" / "site" / "index.html").is_file()


def test_a_line_that_is_written_over_is_one_line(tiny: Tiny) -> None:
    tiny.write("00_start_here", nbformat.v4.new_code_cell(COUNTING))
    text = tiny.run(jobs=1).page("00_start_here").text
    assert "Gates: 3 of 3" in text
    assert "Gates: 1 of 3" not in text


def test_a_figure_a_picture_and_a_link_on_a_page(tiny: Tiny) -> None:
    tiny.write(
        "00_start_here", nbformat.v4.new_markdown_cell(PROSE), nbformat.v4.new_code_cell(FIGURE)
    )
    ran = tiny.run(jobs=1)
    assert ran.status == 0
    page = ran.page("00_start_here")
    assert page.alts == ["The notebook calls boto3", ALT]
    assert len(page.loaded) == 2
    assert all(url.startswith("data:image/") for url in page.loaded)
    assert "script" not in page.tags
    assert {"01_dora_metrics.html", "https://example.org"} <= set(page.links)
    assert "costs $5 or $6" in page.text
    assert "<kbd>Shift</kbd>+<kbd>Enter</kbd>" in page.html


FAILURES = {
    "raises": ("1 / 0", "00_start_here.ipynb did not run to its end. ", "ZeroDivisionError"),
    "dies": ("import os; os._exit(3)", "00_start_here.ipynb did not run to its end. ", "died"),
}


@pytest.mark.parametrize(("code", "sentence", "reason"), FAILURES.values(), ids=FAILURES)
def test_a_notebook_that_fails_is_named_and_the_others_are_written(
    tiny: Tiny, code: str, sentence: str, reason: str
) -> None:
    tiny.write("00_start_here", nbformat.v4.new_code_cell("1"))
    assert tiny.run().status == 0
    tiny.write("00_start_here", nbformat.v4.new_code_cell(code))
    ran = tiny.run()
    assert ran.status == 1
    assert sentence in ran.said
    assert reason in ran.said
    assert not (ran.out / "00_start_here.html").exists()  # not the page of an earlier run
    assert ran.page("index").links == ["01_dora_metrics.html", "glossary.html"]
    assert "Start here: did not run to its end" in ran.page("index").text
    assert "42" in ran.page("01_dora_metrics").text
