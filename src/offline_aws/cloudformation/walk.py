"""Many things done on the clock, each when what it needs is done, side by side where it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from offline_aws.clock import Clock

#: What is done step by step; each value is the lab time until the next step.
Steps = Iterator[timedelta]


class Walk:
    """One walk through things that need each other.

    ``needs`` says what has to be done before each. ``begin`` gives the steps of one, which raise
    when it fails; ``failed`` and ``cancelled`` are told, and ``ended`` once, when nothing runs any
    more. A failure cancels what runs and starts nothing else, unless ``goes_on``: then it holds
    up what needs it, and no other.
    """

    def __init__(
        self,
        clock: Clock,
        needs: Mapping[str, set[str]],
        begin: Callable[[str], Steps],
        failed: Callable[[str, Exception], None],
        cancelled: Callable[[str], None],
        ended: Callable[[], None],
        *,
        goes_on: bool = False,
    ) -> None:
        self._clock = clock
        self._needs = {name: set(needed) for name, needed in needs.items()}
        self._begin = begin
        self._tell_failed = failed
        self._tell_cancelled = cancelled
        self._tell_ended = ended
        self._goes_on = goes_on
        self._running: dict[str, Steps] = {}
        self._done: set[str] = set()
        self._stopped = False
        self._over = False
        self.failures: list[str] = []

    def start(self) -> None:
        """Begin everything that needs nothing; with nothing to do at all, end."""
        self._go_on()

    def stop(self) -> None:
        """Cancel what runs, start nothing else, and end."""
        if not self._over:
            self._stop()
            self._go_on()

    def _stop(self) -> None:
        self._stopped = True
        for name in list(self._running):
            del self._running[name]
            self.failures.append(name)
            self._tell_cancelled(name)

    def _go_on(self) -> None:
        if not self._stopped:
            for name in [each for each, needed in self._needs.items() if needed <= self._done]:
                if self._stopped:
                    break
                del self._needs[name]
                self._running[name] = self._begin(name)
                self._step(name, self._running[name])
        if not self._running and not self._over and (self._stopped or not self._ready()):
            self._over = True
            self._tell_ended()

    def _ready(self) -> bool:
        return any(needed <= self._done for needed in self._needs.values())

    def _step(self, name: str, steps: Steps) -> None:
        if self._running.get(name) is not steps:
            return  # cancelled
        try:
            delay = next(steps)
        except StopIteration:
            del self._running[name]
            self._done.add(name)
            self._later()
        except Exception as error:
            self._running.pop(name, None)
            self.failures.append(name)
            self._tell_failed(name, error)
            if not self._goes_on:
                self._stop()
            self._later()
        else:
            self._clock.call_later(delay, lambda: self._step(name, steps))

    def _later(self) -> None:
        # Not deeper and deeper into the stack, and after what is due at the same time.
        self._clock.call_later(timedelta(0), self._go_on)
