"""What takes a while says how far it is, the same in every run."""

from __future__ import annotations

import pytest

from devops_workbook.under_way import counted, progress_bar, spinning


def test_each_item_is_counted_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    for item in counted("Gates", "ab"):
        seen.append((item, capsys.readouterr().out))
    assert seen == [("a", "\rGates: 1 of 2"), ("b", "\rGates: 2 of 2")]
    assert capsys.readouterr().out == "\n"


def test_the_line_ends_where_the_work_stops_early(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        for item in counted("Gates", [1, 0, 2]):
            1 / item

    with pytest.raises(ZeroDivisionError):
        work()
    assert capsys.readouterr().out == "\rGates: 1 of 3\rGates: 2 of 3\n"


def test_nothing_is_said_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(counted("Gates", [])) == []
    assert capsys.readouterr().out == ""


def test_what_goes_on_is_said_once_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with spinning("Collecting [packages]"):
        assert capsys.readouterr().out == "Collecting [packages] ...\n"
    assert capsys.readouterr().out == ""


def test_in_a_terminal_the_time_moves(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with spinning("Collecting [packages]"):
        pass
    said = capsys.readouterr().out
    assert "Collecting [packages]" in said
    assert "0:00:00" in said


def test_a_bar_is_drawn_on_stderr_and_in_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress_bar("Reading") as report:
        report(3, 4)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar("Reading") as report:
        report(2, None)
        report(3, 4)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Reading" in err
    assert "3/4" in err
