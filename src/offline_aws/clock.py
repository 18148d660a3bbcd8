"""Virtual time: it stands still until moved, and what is due on the way happens in order."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock, local
from typing import Any

from offline_aws.errors import ClockError

Callback = Callable[[], object]


class Clock:
    """A clock that moves only when it is told to. All times are aware and in UTC."""

    def __init__(self, now: datetime) -> None:
        self._beginning = _in_utc(now)
        self._order = itertools.count()
        self._lock = Lock()
        # Of each thread, in which life the callback began that it runs.
        self._running = local()
        self.restart()

    def restart(self) -> None:
        """Go back to the beginning and forget what is due, and what comes of what is under way."""
        self._life = object()
        self._now = self._beginning
        self._due: list[tuple[datetime, int, Callback]] = []
        self._before_moves: list[Callback] = []

    def now(self) -> datetime:
        """Return the current virtual time."""
        return self._now

    def call_at(self, when: datetime, callback: Callback) -> None:
        """Have the callback called when the clock reaches a time; at once comes at the next move.

        Callbacks of the same time run in the order they were scheduled, and may schedule more.
        Raises ``ClockError`` for a time that is past or naive.
        """
        if (getattr(self._running, "life", None) or self._life) is not self._life:
            return  # The clock was restarted under the callback that asks for this.
        when = _in_utc(when)
        if when < self._now:
            raise ClockError(f"{when} is past: the clock stands at {self._now}.")
        heapq.heappush(self._due, (when, next(self._order), callback))

    def call_later(self, delay: timedelta, callback: Callback) -> None:
        """Have the callback called after a delay."""
        self.call_at(self._now + delay, callback)

    def before_moving(self, callback: Callback) -> None:
        """Have the callback called whenever the clock is about to be moved, once a move.

        For what can change behind the back of the services, such as a repository on disk: it is
        seen at the time at which it happened, and what follows from it comes in the move.
        """
        self._before_moves.append(callback)

    def advance(self, *unnamed: object, **amount: float) -> datetime:
        """Move the clock by ``timedelta`` keywords, such as ``minutes=5``; return the new time.

        Everything due on the way happens, in the order of time. A restart on the way ends the
        move at the beginning. Raises ``ClockError`` for a negative amount, and for one that is not
        named in ``timedelta``'s words.
        """
        step = _step(unnamed, amount)
        if step < timedelta(0):
            raise ClockError(f"The clock does not go back: cannot advance by {step}.")
        target, life = self._now + step, self._life
        self._notice()
        while self._life is life and self._run_next(target):
            pass
        # A callback may itself have moved the clock, for example by waiting with a waiter.
        if self._life is life:
            self._now = max(self._now, target)
        return self._now

    def advance_until(
        self, predicate: Callable[[], object], timeout: timedelta = timedelta(hours=24)
    ) -> datetime:
        """Move from one due event to the next until the predicate is true; return the time.

        Raises ``ClockError`` when it is still false after ``timeout``; the clock then stands at
        the end of it. A restart on the way is an error too.
        """
        deadline, life = self._now + timeout, self._life
        self._notice()
        while not predicate():
            if self._life is not life:
                raise ClockError("The clock was put back to its beginning while it was moved.")
            if not self._run_next(deadline):
                self._now = max(self._now, deadline)
                if predicate():
                    break
                raise ClockError(f"What was waited for did not happen within {timeout}.")
        return self._now

    def _notice(self) -> None:
        for callback in tuple(self._before_moves):
            callback()

    def _run_next(self, until: datetime) -> bool:
        """Run the next due callback if it is due by then; return whether there was one."""
        # Held for the look alone: a callback may take as long as it likes.
        with self._lock:
            if not self._due or self._due[0][0] > until:
                return False
            when, _, callback = heapq.heappop(self._due)
            self._now = max(self._now, when)
            life = self._life
        outer, self._running.life = getattr(self._running, "life", None), life
        try:
            callback()
        finally:
            self._running.life = outer
        return True


def _step(unnamed: tuple[object, ...], amount: dict[str, float]) -> timedelta:
    try:
        if not unnamed:
            return timedelta(**amount)
    except (TypeError, OverflowError):
        pass
    given = [repr(each) for each in unnamed] + [f"{key}={each!r}" for key, each in amount.items()]
    raise ClockError(
        "The clock moves by days, hours, minutes and seconds, by name, such as "
        f"advance(days=4, hours=12). Found advance({', '.join(given)})."
    )


def _in_utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise ClockError(f"The clock needs an aware time, such as {time}+00:00. Found {time}.")
    return time.astimezone(UTC)


class WaiterTime:
    """Stands in for the ``time`` module in botocore's waiters: their sleep moves the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def sleep(self, seconds: float) -> None:
        """Advance the clock instead of waiting."""
        self._clock.advance(seconds=seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
