"""One registered target, and its health as the checks find it one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from offline_aws.elbv2.health_check import HealthCheck, Verdict
from offline_aws.workloads import Workloads

#: How long a new target is "being registered": then comes the first check.
REGISTRATION = timedelta(seconds=5)


@dataclass
class Target:
    """A target of a group and what the checks so far have shown.

    ``begun`` is when it was registered or its group came into use, whichever was later. ``checked``
    is the last check that was looked at; ``resting`` means that none changes anything until what
    the target answers does.
    """

    id: str
    port: int
    begun: datetime
    zone: str = ""
    state: str = "initial"
    verdict: Verdict = field(default_factory=Verdict)
    successes: int = 0
    failures: int = 0
    checked: datetime | None = None
    resting: bool = False
    draining_until: datetime | None = None

    def restart(self, when: datetime) -> None:
        """Begin anew: the group came into use."""
        self.begun, self.checked, self.resting = when, None, False
        self.state, self.verdict, self.successes, self.failures = "initial", Verdict(), 0, 0

    def wake(self, check: HealthCheck, now: datetime) -> None:
        """Have the checks from now on count again, of a target that rested until now."""
        if self.resting and self.checked is not None:
            self.checked += (now - self.checked) // check.interval * check.interval
            self.resting = False

    def settle(self, check: HealthCheck, workloads: Workloads, until: datetime) -> None:
        """Look at every check until a time."""
        while (when := self._next_check(check, workloads)) is not None and when <= until:
            self._take(check, workloads, when)

    def next_turn(self, check: HealthCheck, workloads: Workloads, now: datetime) -> datetime | None:
        """Return when the state will be another one, by what is known now; None for never."""
        ahead = replace(self)
        while (when := ahead._next_check(check, workloads)) is not None:
            ahead._take(check, workloads, when)
            if ahead.state != self.state and when > now:
                return when
        return None

    def _next_check(self, check: HealthCheck, workloads: Workloads) -> datetime | None:
        """Return when the next check that matters is."""
        first = self.begun + REGISTRATION
        if self.checked is None:
            return first
        following = self.checked + check.interval
        if not self.resting:
            return following
        change = workloads.next_change(self.id, check.port_of(self.port), self.checked)
        if change is None:
            return None
        # Checks go on at the same pace in the meantime: the first at or after the change.
        missed = max(0, -(-(change - following) // check.interval))
        return following + missed * check.interval

    def _take(self, check: HealthCheck, workloads: Workloads, when: datetime) -> None:
        """Note the outcome of one check."""
        answer = workloads.answer(self.id, check.port_of(self.port), check.path, when)
        verdict, self.checked = check.verdict(answer), when
        if not verdict.reason:
            self.successes, self.failures = self.successes + 1, 0
            needed = check.first_threshold if self.state == "initial" else check.healthy_threshold
            if self.state != "healthy" and self.successes >= needed:
                self.state, self.verdict = "healthy", Verdict()
            self.resting = self.state == "healthy"
            return
        self.failures, self.successes = self.failures + 1, 0
        if self.failures >= check.unhealthy_threshold:
            self.state, self.verdict = "unhealthy", verdict
        self.resting = self.state == "unhealthy"
