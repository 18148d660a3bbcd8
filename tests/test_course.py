"""The course as HTML: every page stands alone, and a notebook that fails is named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from devops_workbook import chapters, course, paths

# One worker of pytest-xdist gets all of these, so that the course is run there alone.
pytestmark = [pytest.mark.notebook, pytest.mark.xdist_group("course")]

ALT = "The queue grows until noon, then it is empty."
FIGURE = f"""
from matplotlib.figure import Figure as Drawing
from devops_workbook.display import Figure
Figure(Drawing(), {ALT!r})
"""
PROSE = """# Tiny <b>title</b>

![The notebook calls boto3](../images/offline_aws.svg) costs $5 or $6, see
[next](01_dora_metrics.ipynb) and [the docs](https://example.org).

```mermaid
graph TD; A-->B
```
"""
LOADING = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """What a page would load, where it links to, its pictures and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.alts: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append(tag)
        self.loaded += [attributes[LOADING[tag]] or ""] if LOADING.get(tag) in attributes else []
        self.links += [attributes["href"] or ""] if tag == "a" and "href" in attributes else []
        self.alts += [attributes.get("alt") or ""] if tag == "img" else []

    def handle_data(self, data: str) -> None:
        self.text += data


@dataclass
class Ran:
    """What a run of the course left behind."""

    status: int
    out: Path
    said: str

    def page(self, name: str) -> Page:
        """Return a page that was written."""
        return Page(self.out / f"{name}.html")


STEMS = [chapters.stem(key) for key in chapters.COURSE]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run the real course once, from a folder of its own."""
    folder = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("WORKBOOK_HOME", str(folder / "learner"))
        status = course.run()
    return Ran(status, folder / "build" / "course", "")


def test_every_chapter_has_a_page_and_the_index_links_to_each(whole: Ran) -> None:
    assert whole.status == 0
    assert {path.name for path in whole.out.iterdir()} == {
        "index.html",
        *(f"{stem}.html" for stem in STEMS),
    }
    assert whole.page("index").links == [f"{stem}.html" for stem in STEMS]
    for key in chapters.COURSE:
        assert chapters.load(key).title in whole.page("index").text


@pytest.mark.parametrize("name", ["index", *STEMS])
def test_a_page_stands_alone(whole: Ran, name: str) -> None:
    page = whole.page(name)
    assert [url for url in page.loaded if not url.startswith("data:")] == []
    assert "script" not in page.tags
    text = (whole.out / f"{name}.html").read_text(encoding="utf-8")
    assert not re.search(r"""@import|url\(\s*["']?(https?:)?//""", text)


@pytest.mark.parametrize("key", chapters.COURSE)
def test_a_page_shows_what_the_checks_said(whole: Ran, key: str) -> None:
    page = whole.page(chapters.stem(key))
    chapter = chapters.load(key)
    assert page.tags.count("h1") == 1
    for exercise in chapter.exercises:
        assert re.search(rf"✓ Passed\s+\({exercise}\)", page.text)
    assert "VBox(" not in page.text  # a widget's own text says nothing


@pytest.mark.parametrize("name", STEMS)
def test_every_picture_has_its_alternative_text(whole: Ran, name: str) -> None:
    page = whole.page(name)
    assert page.alts
    assert all(len(alt.split()) >= 3 for alt in page.alts)


@pytest.mark.parametrize("name", STEMS)
def test_links_between_chapters_lead_to_pages(whole: Ran, name: str) -> None:
    links = [link for link in whole.page(name).links if not link.startswith(("#", "https://"))]
    assert links
    for link in links:
        assert (whole.out / link.partition("#")[0]).is_file()


def test_nothing_is_recorded_and_nothing_else_is_written(whole: Ran) -> None:
    assert [path.name for path in whole.out.parent.parent.iterdir()] == ["build"]


# A tiny course.


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
        (folder / "notebooks" / "images").symlink_to(paths.NOTEBOOKS / "images")
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
    assert ran.page("index").links == ["01_dora_metrics.html"]
    assert "Start here: did not run to its end" in ran.page("index").text
    assert "42" in ran.page("01_dora_metrics").text
