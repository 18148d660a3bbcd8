"""How long a function may take: its time-out in lab time, and a limit of real time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from types import FrameType
from typing import Any
from unittest.mock import patch

#: What the lines of a function may take on the learner's machine, in seconds of the real clock.
REAL_SECONDS = 20.0
# What counts of the real time from one of its lines to the next: the rest is the lab's own work,
# such as a call to the offline AWS, which is no business of the function's.
_LONGEST_STEP = 0.05
_sleep = time.sleep


class TimedOut(BaseException):
    """The function is out of time."""


class Deadline:
    """The time that one invocation has. A sleep takes none of the learner's."""

    def __init__(self, timeout: int, folder: Path) -> None:
        self._timeout, self._folder = timeout, str(folder)
        self._thread = get_ident()
        self._looked = self._taken = 0.0
        self.slept = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """End what runs inside with ``TimedOut`` when it is out of time."""
        before = sys.gettrace()
        self._looked, self._taken = time.perf_counter(), 0.0
        sys.settrace(self._trace)
        try:
            with patch.object(time, "sleep", self._sleep):
                yield
        finally:
            sys.settrace(before)

    def milliseconds_left(self) -> int:
        """Return what is left of the time-out in lab time."""
        return max(0, round((self._timeout - self.slept) * 1000))

    def _sleep(self, seconds: float) -> None:
        if get_ident() != self._thread or seconds < 0:
            _sleep(seconds)
            return
        self.slept += seconds
        if self.slept >= self._timeout:
            self.slept = float(self._timeout)
            raise TimedOut

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        # Only the function's own lines are looked at: each look costs.
        if not frame.f_code.co_filename.startswith(self._folder):
            return None
        now = time.perf_counter()
        self._taken += min(now - self._looked, _LONGEST_STEP)
        self._looked = now
        if self._taken > min(self._timeout, REAL_SECONDS):
            self.slept = float(self._timeout)
            raise TimedOut
        return self._trace
