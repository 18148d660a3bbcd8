"""``workbook traces`` and its page, on a real file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from made_traces import SCOREKEEP, TRACE

from devops_workbook import tracing
from devops_workbook.cli import main


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder of one's own; the page is written to where one is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "220")
    return tmp_path


def test_a_file_is_analysed_printed_and_reported(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["traces", str(SCOREKEEP)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for text in ("Services", "SNS Publish", "30%", "Traces to open", TRACE, "1 span: before"):
        assert text in out
    assert out.splitlines()[-1] == "wrote traces-report.html"
    text = (here / "traces-report.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert page.h1.string == f"Where the time goes: {SCOREKEEP.name}"
    pictures = page.find_all("img")
    assert len(pictures) == 4
    assert all(picture["alt"] and picture["src"].startswith("data:") for picture in pictures)
    assert [table.caption.string for table in page.find_all("table")] == [
        "Services, the one with most time first",
        "What requests waited for, the longest first",
        "Traces to open",
    ]
    assert not page.find_all(["script", "link"])


def test_on_a_narrow_terminal_nothing_is_cut_short(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["traces", str(SCOREKEEP)]) == 0
    out = capsys.readouterr().out
    assert f" {TRACE} " in out
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= 80
    assert "p99" in out


def test_json_holds_the_numbers_and_writes_no_page(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["traces", str(SCOREKEEP), "--json", "--format=xray"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["traces"], found["spans"]) == (1, 11)
    expected = tracing.bottlenecks(tracing.read(SCOREKEEP))
    assert [row["path_seconds"] for row in found["bottlenecks"]] == pytest.approx(
        expected["path_seconds"].tolist()
    )
    assert list(here.iterdir()) == []


def test_one_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["traces", str(SCOREKEEP), "--trace", TRACE]) == 0
    out = capsys.readouterr().out
    assert "Initialization" in out
    assert "- 1 span: before the parent began" in out
    assert main(["traces", str(SCOREKEEP), "--trace", TRACE, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 15


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing.json"], "workbook: nothing.json: No such file or directory\n"),
        ([str(SCOREKEEP), "--trace=x"], "workbook: there is no trace 'x' among the 1 traces\n"),
        ([str(SCOREKEEP), "--format=zipkin"], "expected `array`, got `object`\n"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["traces", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(sentence)
    assert err.count("\n") == 1


def test_the_same_spans_give_the_same_bytes(here: Path) -> None:
    spans = tracing.read(SCOREKEEP)
    first, second = (tracing.report(spans, here / name) for name in ("a.html", "b.html"))
    assert first.read_bytes() == second.read_bytes()
