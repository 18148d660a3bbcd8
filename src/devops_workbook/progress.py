"""The learner's progress: an append-only file of small JSON objects, one per line."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devops_workbook import paths

# The states of an exercise, from nothing to done; a later event never takes one back.
STATES = ("not started", "tried", "passed")


def home() -> Path:
    """Return the learner's folder: ``$WORKBOOK_HOME``, else ``.workbook`` beside the course.

    Where the course is installed read-only, as on a shared server, it is
    ``~/.devops-workbook``.
    """
    if chosen := os.environ.get("WORKBOOK_HOME"):
        return Path(chosen).expanduser()
    if os.access(paths.COURSE, os.W_OK) and paths.COURSE != paths.INSTALLED:
        return paths.COURSE / ".workbook"
    return Path.home() / ".devops-workbook"


@dataclass
class Progress:
    """What a learner has done, read from and appended to one JSON-lines file.

    An event is ``{"at": ISO 8601 UTC, "chapter": key, "event": "opened" | "check" | "answer" |
    "hint" | "solution" | "reset"}``, with ``"exercise"`` and ``"outcome"`` where they apply.
    It holds no code and no name. Each event is one ``write`` to a file opened for appending,
    so two kernels can share it and a kill leaves at most one torn line, which reading skips
    and counts.
    """

    path: Path = field(default_factory=lambda: home() / "progress.jsonl")
    _unsaved: list[bytes] = field(default_factory=list, init=False, repr=False)

    def record(self, chapter: str, event: str, **details: str) -> None:
        """Append one event.

        Raises ``OSError`` when the file cannot be written. The event is then kept in memory
        and written before the next one.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "chapter": chapter, "event": event, **details})
        self._unsaved.append(line.encode() + b"\n")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags, 0o644)
        try:
            while self._unsaved:
                self._append(descriptor, self._unsaved[0])
                del self._unsaved[0]
        finally:
            os.close(descriptor)

    def _append(self, descriptor: int, line: bytes) -> None:
        # A torn line must not swallow this one.
        data = line if _ends_cleanly(descriptor) else b"\n" + line
        if os.write(descriptor, data) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield the events in the order they were written, without unreadable lines."""
        for event in self._lines():
            if event is not None:
                yield event

    def unreadable(self) -> int:
        """Return how many lines could not be read."""
        return sum(event is None for event in self._lines())

    def problem(self) -> str:
        """Return a sentence on the lines that could not be read, or ""."""
        count = self.unreadable()
        lines = "1 unreadable line" if count == 1 else f"{count} unreadable lines"
        return f"Left out: {lines} of {self.path}." if count else ""

    def states(self, chapter: str) -> dict[str, str]:
        """Return the state of each exercise and question of a chapter that was begun.

        ``passed`` stays passed whatever is tried afterwards; only a reset of the chapter
        takes it back.
        """
        return self.all_states().get(chapter, {})

    def all_states(self) -> dict[str, dict[str, str]]:
        """Return the states of every chapter in the file, read once."""
        chapters: dict[str, dict[str, str]] = {}
        for event in self.events():
            states = chapters.setdefault(event["chapter"], {})
            if event["event"] == "reset":
                states.clear()
            if "exercise" in event and "outcome" in event:
                raise_state(states, event["exercise"], event["outcome"])
        return chapters

    def _lines(self) -> Iterator[dict[str, Any] | None]:
        try:
            lines = self.path.read_bytes().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return
        for line in lines:
            if line.strip():
                yield _parse(line)


def _ends_cleanly(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    if size == 0:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or not {"at", "chapter", "event"} <= event.keys():
        return None
    if not all(isinstance(value, str) for value in event.values()):
        return None
    try:
        datetime.fromisoformat(event["at"])
    except ValueError:
        return None
    return event


def raise_state(states: dict[str, str], exercise: str, outcome: str) -> None:
    """Put the outcome of a check into the states; a state never goes down.

    A check that found the task untouched, or the lab closed, is not a try.
    """
    if outcome in {"not started", "set-up missing"}:
        return
    state = "passed" if outcome == "passed" else "tried"
    if STATES.index(state) > STATES.index(states.get(exercise, STATES[0])):
        states[exercise] = state
