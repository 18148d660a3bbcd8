"""The progress file: append-only, shared by kernels, whole after a kill."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook.progress import STATES, Progress

WRITER = """
import sys
from pathlib import Path
from devops_workbook.progress import Progress

progress = Progress(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    progress.record("start-here", "check", exercise=sys.argv[2] + str(number), outcome="passed")
"""
FOREVER = str(10**9)


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "learner" / "progress.jsonl")


def writer(progress: Progress, name: str, events: str) -> subprocess.Popen[str]:
    """Start a process that waits for a line and then records its events."""
    command = [sys.executable, "-c", WRITER, str(progress.path), name, events]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_nothing_is_recorded_yet(progress: Progress) -> None:
    assert list(progress.events()) == []
    assert progress.unreadable() == 0
    assert progress.states("start-here") == {}
    assert not progress.path.exists()


def test_an_event_is_one_line_of_json_with_its_time(progress: Progress) -> None:
    before = datetime.now(UTC)
    progress.record("start-here", "check", exercise="first-bucket", outcome="not yet")
    event = json.loads(progress.path.read_bytes())
    at = datetime.fromisoformat(event.pop("at"))
    assert abs(at - before).total_seconds() < 60
    assert event == {
        "chapter": "start-here",
        "event": "check",
        "exercise": "first-bucket",
        "outcome": "not yet",
    }


def test_the_file_only_grows(progress: Progress) -> None:
    content = b""
    for number in range(5):
        progress.record("start-here", "hint", exercise=f"é\n{number}")
        longer = progress.path.read_bytes()
        assert longer.startswith(content)
        assert longer.count(b"\n") == number + 1
        content = longer
    assert [event["exercise"] for event in progress.events()] == [f"é\n{n}" for n in range(5)]


def go(process: subprocess.Popen[str]) -> None:
    """Let a waiting writer begin."""
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_at_once_lose_no_event_and_tear_none(progress: Progress) -> None:
    writers = [writer(progress, name, "1000") for name in "ab"]
    for process in writers:
        go(process)
    for process in writers:
        with process:
            assert process.wait() == 0
    assert progress.unreadable() == 0
    written = Counter(event["exercise"] for event in progress.events())
    assert written == {f"{name}{number}": 1 for name in "ab" for number in range(1000)}


def test_a_kill_at_any_moment_tears_one_line_at_most(progress: Progress) -> None:
    for kill in range(1, 6):
        with writer(progress, f"{kill}-", FOREVER) as process:
            go(process)
            while not any(e["exercise"].startswith(f"{kill}-") for e in progress.events()):
                time.sleep(0.01)
            process.kill()
            assert process.wait() == -signal.SIGKILL
        assert progress.unreadable() <= kill
        progress.record("start-here", "hint", exercise=f"after {kill}")
        *_, last = progress.events()
        assert last["exercise"] == f"after {kill}"


@pytest.mark.parametrize("torn", [b'{"at": "2026', b"{", b'{"at": "x", "chapter": "y", "event"'])
def test_a_torn_line_swallows_no_later_event(progress: Progress, torn: bytes) -> None:
    progress.record("start-here", "opened")
    with progress.path.open("ab") as file:
        file.write(torn)
    progress.record("start-here", "check", exercise="first-bucket", outcome="passed")
    assert [event["event"] for event in progress.events()] == ["opened", "check"]
    assert progress.unreadable() == 1


FULL = """
import resource, signal, sys
from pathlib import Path
from devops_workbook.progress import Progress

progress = Progress(Path(sys.argv[1]))
progress.record("start-here", "opened")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (progress.path.stat().st_size + 20, most))
for exercise in ("torn", "refused"):
    try:
        progress.record("start-here", "hint", exercise=exercise)
    except OSError as error:
        print(error.strerror)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
progress.record("start-here", "hint", exercise="room again")
"""


def test_what_did_not_fit_on_the_disk_is_written_when_there_is_room(progress: Progress) -> None:
    command = [sys.executable, "-c", FULL, str(progress.path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["No space left on device", "File too large"]
    assert [event.get("exercise") for event in progress.events()] == [
        None,
        "torn",
        "refused",
        "room again",
    ]
    assert progress.unreadable() == 1


UNREADABLE = (
    b"not json",
    b"\xff\xfe",
    b"[1, 2]",
    b"null",
    b'{"at": "now"}',
    b'{"at": "now", "chapter": "start-here", "event": "check", "exercise": [], "outcome": "x"}',
    b'{"at": 1, "chapter": "start-here", "event": "check"}',
)


def test_unreadable_lines_are_skipped_and_counted(progress: Progress) -> None:
    for line in UNREADABLE:
        progress.record("start-here", "check", exercise="first-bucket", outcome="passed")
        with progress.path.open("ab") as file:
            file.write(line + b"\n\n")
    assert len(list(progress.events())) == len(UNREADABLE)
    assert progress.unreadable() == len(UNREADABLE)
    assert progress.states("start-here") == {"first-bucket": "passed"}


def test_a_file_saved_by_another_editor_is_read(progress: Progress) -> None:
    progress.record("start-here", "check", exercise="first-bucket", outcome="passed")
    progress.record("start-here", "check", exercise="on-purpose", outcome="passed")
    text = progress.path.read_text()
    progress.path.write_text(text.replace("\n", "\r\n"), encoding="utf-8-sig")
    assert len(progress.states("start-here")) == 2
    assert progress.unreadable() == 0


# States.

OUTCOMES = ("passed", "not yet", "not started", "raised", "set-up missing")
STEP = st.one_of(
    st.tuples(st.just("check"), st.sampled_from(["a", "b"]), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("hint"), st.sampled_from(["a", "b"]), st.just("")),
    st.tuples(st.just("reset"), st.just(""), st.just("")),
)
EVENTS = st.lists(st.tuples(st.sampled_from(["one", "two"]), STEP), max_size=20)


def expected_states(events: list[tuple[str, tuple[str, str, str]]], chapter: str) -> dict[str, str]:
    """Return the states by looking back: what happened since the chapter's last reset."""
    own = [step for name, step in events if name == chapter]
    resets = [place for place, (event, _, _) in enumerate(own) if event == "reset"]
    since = own[resets[-1] :] if resets else own
    states = {}
    for key in ("a", "b"):
        outcomes = {outcome for event, exercise, outcome in since if exercise == key}
        if "passed" in outcomes:
            states[key] = "passed"
        elif outcomes & {"not yet", "raised"}:
            states[key] = "tried"
    return states


@given(EVENTS)
def test_the_states_follow_from_the_events(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, tuple[str, str, str]]]
) -> None:
    progress = Progress(tmp_path_factory.mktemp("progress") / "progress.jsonl")
    for chapter, (event, exercise, outcome) in events:
        details = {"exercise": exercise, "outcome": outcome}
        progress.record(chapter, event, **{k: v for k, v in details.items() if v})
    for chapter in ("one", "two"):
        states = progress.states(chapter)
        assert states == expected_states(events, chapter)
        assert set(states.values()) <= set(STATES)
