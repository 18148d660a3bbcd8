"""``workbook certificate``: what a progress file says was done, as a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devops_workbook import chapters
from devops_workbook.certificate import finished
from devops_workbook.cli import main
from devops_workbook.progress import Progress

KEY = "start-here"


def _event(day: int, event: str = "check", **details: str) -> str:
    at = f"2026-03-{day:02d}T10:00:00.000+00:00"
    return json.dumps({"at": at, "chapter": KEY, "event": event, **details}) + "\n"


def _passed(day: int) -> list[str]:
    """Return the events of a chapter that was done by a day, its last exercise on that day."""
    keys = list(chapters.load(KEY).exercises)
    days = [*range(day - len(keys) + 1, day + 1)]
    return [_event(d, exercise=key, outcome="passed") for d, key in zip(days, keys, strict=True)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "progress.jsonl"


def _certify(file: Path, out: Path, name: str = "Learner 7") -> int:
    return main(["certificate", name, "--progress", str(file), "--html", str(out)])


def test_the_page_names_the_learner_and_what_is_done(file: Path, tmp_path: Path) -> None:
    file.write_text("".join(_passed(12)))
    out = tmp_path / "new" / "page.html"
    assert _certify(file, out, "A <b> & C") == 0
    page = out.read_text(encoding="utf-8")
    assert "<h1>A &lt;b&gt; &amp; C</h1>" in page
    assert f"1 of {len(chapters.COURSE)} chapters: 3 exercises, every one checked." in page
    assert "<td>00 Start here</td><td>3</td><td>15</td><td><time>2026-03-12</time></td>" in page
    assert page.count("<tr>") == 2


def test_what_is_tried_later_changes_no_date_and_a_reset_takes_it_back(file: Path) -> None:
    key = next(iter(chapters.load(KEY).exercises))
    later = _event(20, exercise=key, outcome="not yet")
    file.write_text("".join([*_passed(12), later]))
    assert {k: when.day for k, when in finished(Progress(file)).items()} == {KEY: 12}
    file.write_text("".join([*_passed(12), _event(21, "reset")]))
    assert finished(Progress(file)) == {}
    file.write_text("".join([*_passed(12), _event(21, "reset"), *_passed(28)]))
    assert {k: when.day for k, when in finished(Progress(file)).items()} == {KEY: 28}


def test_nobody_gets_an_empty_certificate(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("".join(_passed(12)[:-1]))
    assert _certify(file, tmp_path / "page.html") == 2
    assert f"No chapter is done in {file} yet" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


def test_a_file_that_is_not_there_is_named(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _certify(file, tmp_path / "page.html") == 2
    assert f"There is no {file}." in capsys.readouterr().err


def test_what_cannot_be_read_is_counted_and_the_rest_is_certified(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong_time = json.dumps({"at": "yesterday", "chapter": KEY, "event": "check"})
    file.write_text(f'{wrong_time}\n{{"at": "2026-0\n' + "".join(_passed(12)))
    assert _certify(file, tmp_path / "page.html") == 0
    assert f"Left out: 2 unreadable lines of {file}." in capsys.readouterr().out


def test_a_file_of_something_else_is_said_to_be_unreadable(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("import json\n")
    assert _certify(file, tmp_path / "page.html") == 2
    assert f"Left out: 1 unreadable line of {file}." in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_nobody_without_a_name_gets_one(
    name: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("".join(_passed(12)))
    assert _certify(file, tmp_path / "page.html", name) == 2
    assert "Give a name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Zoë O'Brien", "certificate-zoë-o-brien.html"),
        ("Ann <b>\n Lee", "certificate-ann-b-lee.html"),
        ("../..", "certificate.html"),
        ("李" * 400, f"certificate-{'李' * 50}.html"),
    ],
)
def test_the_certificates_of_a_room_stand_side_by_side(
    name: str, written: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("".join(_passed(12)))
    monkeypatch.chdir(tmp_path)
    assert main(["certificate", name, "--progress", str(file)]) == 0
    assert [path.name for path in tmp_path.glob("*.html")] == [written]
