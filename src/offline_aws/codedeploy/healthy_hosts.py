"""How many hosts stay healthy while a deployment goes from one to the next.

Source: AWS CodeDeploy User Guide, "Instance health", and the model's ``MinimumHealthyHosts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from offline_aws.codedeploy.shapes import Shape

_PERCENT = 100


@dataclass(frozen=True)
class Candidate:
    """A host of a deployment. ``rank`` orders: the lowest is deployed to first.

    An unhealthy host is one whose last deployment failed. ``stopped`` ones cannot be deployed to.
    """

    id: str
    healthy: bool = True
    rank: int = 0
    zone: str = ""


def minimum_healthy(hosts: Shape, total: int) -> int:
    """Return how many of so many hosts have to be healthy at any moment.

    A percentage is rounded up. OneAtATime keeps all but one.
    """
    kind, value = hosts["type"], int(hosts["value"])
    if kind == "MOST_CONCURRENCY":
        return max(0, total - value)
    if kind == "FLEET_PERCENT":
        return -(-total * value // _PERCENT)
    return value


@dataclass
class Rollout:
    """Which hosts a deployment goes to next, and what becomes of it.

    Ask ``next`` which hosts to begin with, tell ``ended`` how each has ended, and ask again.
    ``verdict`` is "" as long as it goes on, then Succeeded or the code of AWS's error. Hosts that
    were never begun with are in ``waiting``.
    """

    hosts: Sequence[Candidate]
    minimum: int
    waiting: list[Candidate] = field(init=False)
    running: dict[str, Candidate] = field(default_factory=dict)
    healthy: set[str] = field(init=False)
    succeeded: set[str] = field(default_factory=set)
    attempted: int = 0
    #: Whether its verdict has been acted on.
    decided: bool = False

    def __post_init__(self) -> None:
        self.waiting = sorted(self.hosts, key=lambda each: (each.healthy, each.rank, each.id))
        self.healthy = {each.id for each in self.hosts if each.healthy}

    @property
    def available(self) -> int:
        """How many hosts are healthy and not being deployed to."""
        return len(self.healthy - set(self.running))

    def next(self, among: frozenset[str] | None = None, most: int | None = None) -> list[str]:
        """Begin with as many of the waiting hosts as the minimum allows; return their ids.

        ``among`` restricts them to some, those of a zone for example, and ``most`` their number.
        """
        begun: list[str] = []
        while (host := self._first(among)) is not None and self._may_begin(host):
            if most is not None and len(begun) >= most:
                break
            self.waiting.remove(host)
            self.running[host.id] = host
            self.attempted += 1
            begun.append(host.id)
        return begun

    def ended(self, identifier: str, succeeded: bool) -> None:
        """Note how the deployment to a host has ended."""
        del self.running[identifier]
        if succeeded:
            self.healthy.add(identifier)
            self.succeeded.add(identifier)
        else:
            self.healthy.discard(identifier)

    @property
    def verdict(self) -> str:
        """What has become of the deployment: "" while it goes on."""
        if self.running or self._can_go_on():
            return ""
        if self.waiting:
            return "HEALTH_CONSTRAINTS" if self.attempted else "HEALTH_CONSTRAINTS_INVALID"
        # Even with a minimum of 0 one has to succeed.
        enough = len(self.healthy) >= self.minimum and bool(self.succeeded)
        return "Succeeded" if enough else "HEALTH_CONSTRAINTS"

    def _can_go_on(self) -> bool:
        return any(self._may_begin(each) for each in self.waiting[:1])

    def _first(self, among: frozenset[str] | None) -> Candidate | None:
        return next((e for e in self.waiting if among is None or e.id in among), None)

    def _may_begin(self, host: Candidate) -> bool:
        if host.id in self.healthy:
            # Those that are tried first may make the fleet healthy enough for the others.
            return self.available > self.minimum and not self._unhealthy_go_on()
        return len(self.running) < max(1, len(self.hosts) - self.minimum)

    def _unhealthy_go_on(self) -> bool:
        return any(not each.healthy for each in self.running.values())
