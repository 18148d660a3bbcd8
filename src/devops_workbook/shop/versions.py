"""The versions of ``orders`` that the story ships, and the faults that can befall them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

#: What can be switched on and off while the shop is open.
#: ``slow-query``: one request in ten waits 2.5 seconds for the database.
#: ``bad-dependency``: three requests in ten fail after a second, because payments do not answer.
#: ``memory-leak``: memory is full half an hour after a start.
FaultKind = Literal["slow-query", "bad-dependency", "memory-leak"]

_SLOW_SHARE, _SLOW_SECONDS = 0.1, 2.5
_DEPENDENCY_SHARE, _DEPENDENCY_SECONDS = 0.3, 1.0
_LEAK_MINUTES = 30.0
# The 99th percentile of the standard normal distribution.
_Z99 = 2.3263478740408408


@dataclass(frozen=True)
class Version:
    """How a version of a service behaves while it answers requests.

    ``error_rate`` is the share of requests answered with a 5xx. Durations follow a log-normal
    distribution with the given median and 99th percentile, in seconds. The process listens at
    once, and is ready for requests ``ready_after`` seconds after its start, or never where that
    is infinite: until then it answers every request with 503. ``full_after`` is the age in
    minutes at which a leak has filled its memory. ``slow_share`` of its requests take
    ``slow_seconds`` more, ``timeout_share`` of them fail after ``timeout_seconds``. A request
    keeps one virtual processor busy for ``cpu_seconds``.
    """

    name: str
    error_rate: float = 0.002
    p50: float = 0.045
    p99: float = 0.25
    ready_after: float = 20.0
    full_after: float = math.inf
    slow_share: float = 0.0
    slow_seconds: float = _SLOW_SECONDS
    timeout_share: float = 0.0
    timeout_seconds: float = _DEPENDENCY_SECONDS
    cpu_seconds: float = 0.02

    def __post_init__(self) -> None:
        """Refuse what no service can do. Raises ``ValueError``."""
        if not 0 <= self.error_rate <= 1:
            raise ValueError(f"error_rate is a share from 0 to 1, not {self.error_rate}.")
        if not 0 < self.p50 <= self.p99:
            raise ValueError(f"p50 and p99 are seconds, 0 < p50 <= p99, not {self.p50}, {self.p99}")

    @property
    def spread(self) -> float:
        """The standard deviation of the logarithm of its durations."""
        return math.log(self.p99 / self.p50) / _Z99

    def memory(self, age: timedelta) -> float:
        """Return the share of its memory in use at an age, from 0 to 1."""
        return min(1.0, 0.3 + 0.7 * (age.total_seconds() / 60) / self.full_after)

    def at_age(self, age: timedelta) -> Version:
        """Return how it behaves at an age: before it is ready, and when its memory fills up.

        Above 80 % of its memory the garbage collector takes more and more of its time; the last
        of it costs four requests in ten.
        """
        if age.total_seconds() < self.ready_after:
            return replace(self, error_rate=1.0)
        pressed = max(0.0, self.memory(age) - 0.8) / 0.2
        if not pressed:
            return self
        return replace(
            self,
            error_rate=min(1.0, self.error_rate + 0.4 * pressed**2),
            p50=self.p50 * (1 + 5 * pressed),
            p99=self.p99 * (1 + 9 * pressed),
        )


@dataclass(frozen=True)
class Fault:
    """A fault that lasts ``since`` a time ``until`` another, of one version or of all."""

    kind: FaultKind
    since: datetime
    until: datetime | None = None
    version: str | None = None

    def strikes(self, version: str, now: datetime) -> bool:
        """Return whether a version suffers from it at a time."""
        begun = self.since <= now and (self.until is None or now < self.until)
        return begun and self.version in (None, version)

    def put_into(self, version: Version) -> Version:
        """Return how a version behaves with this fault."""
        if self.kind == "slow-query":
            return replace(version, slow_share=_SLOW_SHARE)
        if self.kind == "bad-dependency":
            return replace(version, timeout_share=_DEPENDENCY_SHARE)
        if self.kind == "memory-leak":
            return replace(version, full_after=min(version.full_after, _LEAK_MINUTES))
        raise ValueError(f"There is no fault {self.kind!r}.")


def with_faults(version: Version, faults: Iterable[Fault], now: datetime) -> Version:
    """Return how a version behaves with all faults that strike it at a time."""
    for fault in faults:
        if fault.strikes(version.name, now):
            version = fault.put_into(version)
    return version


#: The versions of the story, by name. 1.4.0, 1.4.1 and 1.5.1 are good.
VERSIONS: Mapping[str, Version] = {
    version.name: version
    for version in (
        Version("1.4.0"),
        Version("1.4.1"),
        Version("1.5.0", error_rate=0.05),  # vouchers, and a mistake in them
        Version("1.5.1"),
        Version("1.6.0", p50=0.06, p99=2.4),  # a report that asks the database for everything
        Version("1.6.1", full_after=60.0),  # keeps that report in memory, for ever
        Version("1.7.0", ready_after=math.inf),  # waits for a table that does not exist
    )
}
