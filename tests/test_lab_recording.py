"""What a lab keeps of a learner's progress, and what it does when it cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from devops_workbook import open_lab
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab
from devops_workbook.progress import Progress


@pytest.fixture
def lab() -> Iterator[Lab]:
    with closing(open_lab("start-here")) as lab:
        yield lab


def recorded() -> list[tuple[str, ...]]:
    """Return event, exercise and outcome of what is in the progress file."""
    fields = ("event", "exercise", "outcome")
    return [tuple(e[name] for name in fields if name in e) for e in Progress().events()]


def test_each_step_is_recorded(lab: Lab) -> None:
    lab.check("on-purpose", 5)
    lab.hint("on-purpose")
    lab.solution("on-purpose")
    lab.check("on-purpose", 4)
    lab.answer("q-clock", "a")
    lab.catch_up("move-the-clock")
    lab.reset()
    assert recorded() == [
        ("opened",),
        ("check", "on-purpose", "not yet"),
        ("hint", "on-purpose"),
        ("solution", "on-purpose"),
        ("check", "on-purpose", "passed"),
        ("answer", "q-clock", "not yet"),
    ]


def test_a_solution_that_only_asked_is_not_recorded(lab: Lab) -> None:
    lab.solution("on-purpose")
    assert recorded() == [("opened",)]


def test_an_event_holds_no_answer_and_no_code(lab: Lab) -> None:
    lab.check("on-purpose", "a secret of mine")
    assert "secret" not in Progress().path.read_text()
    assert all(set(e) <= {"at", "chapter", "event", "exercise", "outcome"} for e in _raw())


def _raw() -> list[dict[str, str]]:
    return [json.loads(line) for line in Progress().path.read_text().splitlines()]


def test_passed_stays_passed_after_a_later_wrong_check(lab: Lab) -> None:
    lab.check("on-purpose", 4)
    assert lab.check("on-purpose", 5).outcome is Outcome.NOT_YET
    assert lab.state("on-purpose") == "passed"
    with closing(open_lab("start-here")) as tomorrow:
        assert tomorrow.state("on-purpose") == "passed"


def test_the_states_come_back_when_the_lab_is_opened_again(lab: Lab) -> None:
    lab.check("on-purpose", 5)
    lab.check("first-bucket")
    lab.answer("q-clock", "c")
    with closing(open_lab("start-here")) as tomorrow:
        states = {key: tomorrow.state(key) for key in ("on-purpose", "first-bucket", "q-clock")}
    assert states == {"on-purpose": "tried", "first-bucket": "not started", "q-clock": "passed"}


def test_with_recording_off_nothing_is_written(lab: Lab) -> None:
    before = Progress().path.read_bytes()
    lab.recording = False
    assert lab.check("on-purpose", 4).passed
    lab.hint("on-purpose")
    lab.solution("on-purpose")
    lab.answer("q-clock", "c")
    assert Progress().path.read_bytes() == before
    assert lab.state("on-purpose") == "passed"


@pytest.fixture
def blocked_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the learner's folder impossible: where it should be made there is a file."""
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("WORKBOOK_HOME", str(file / "learner"))
    return file


def test_a_progress_file_that_cannot_be_written_adds_a_sentence(blocked_home: Path) -> None:
    with closing(open_lab("start-here")) as lab:
        result = lab.check("on-purpose", 4)
        assert result.passed
        assert result.notes == (
            f"Your progress could not be saved in {blocked_home / 'learner' / 'progress.jsonl'}: "
            "Not a directory. It is kept in this notebook and saved at a later check, once that "
            "works.",
        )
        assert lab.state("on-purpose") == "passed"
        stuck = lab.check("first-bucket")
        assert stuck.outcome is Outcome.NOT_STARTED
        assert len(stuck.notes) == 1


def test_nothing_is_lost_once_it_can_be_written_again(blocked_home: Path) -> None:
    with closing(open_lab("start-here")) as lab:
        lab.check("on-purpose", 4)
        lab.hint("first-bucket")
        blocked_home.unlink()
        assert not lab.answer("q-clock", "c").notes[3:]
    assert recorded() == [
        ("opened",),
        ("check", "on-purpose", "passed"),
        ("hint", "first-bucket"),
        ("answer", "q-clock", "passed"),
    ]


def test_a_progress_file_that_cannot_be_read_does_not_keep_the_lab_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    (tmp_path / "progress.jsonl").mkdir()
    with closing(open_lab("start-here")) as lab:
        assert "Is a directory" in lab.check("on-purpose", 4).notes[0]
