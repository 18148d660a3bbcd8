"""What programs do when they run offline, where no container and no instance can run.

Services that start a container ask here how its image behaves; services that send health checks
ask here what a host answers. A lab says what its images do::

    aws.workloads.provide(lambda container: Behaviour(health=503) if container.tag == "2" else None)
    aws.workloads.at("i-0abc", Behaviour(health={"/ready": 503}))

An image that nobody speaks for starts in five seconds and answers 200 to every request. So does a
host of which nothing is known, such as an instance or an address outside of AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from offline_aws.clock import Clock
from offline_aws.operations import Call

#: As a health: the program accepts the connection and does not answer in time.
NO_ANSWER = 0
#: As what is answered: nothing listens at the port.
REFUSED = -1

#: HTTP status codes by path, or one for every path. A path that is not named answers 404.
Health = int | Mapping[str, int]


@dataclass(frozen=True)
class Container:
    """A container that is about to run: what a provider is asked about.

    ``environment`` holds the variables of its definition with those of the task's overrides;
    secrets are not resolved. ``tags`` are those of its image in offline ECR, for an image that is
    named by a digest too.
    """

    image: str
    environment: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    command: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def repository(self) -> str:
        """The image's name without registry, tag and digest: ``orders``."""
        name = self.image.partition("@")[0]
        head, _, last = name.rpartition("/")
        last = last.partition(":")[0]
        registry, _, rest = head.partition("/")
        folder = rest if "." in registry or ":" in registry else head
        return f"{folder}/{last}" if folder else last

    @property
    def tag(self) -> str:
        """The image's tag, one of its tags in ECR for a digest, ``latest`` for none."""
        name, _, digest = self.image.partition("@")
        tag = name.rpartition("/")[2].partition(":")[2]
        if tag:
            return tag
        return self.tags[0] if digest and self.tags else "latest"


@dataclass(frozen=True)
class Behaviour:
    """What a program does once its process runs.

    ``starts_after`` is how long it takes until it listens. ``health`` is what it answers from then
    on, and ``becomes`` what it answers later, as pairs of an age of the process and a ``Health``.
    ``exits_after`` is the age at which the process ends by itself, with ``exit_code``; None is
    never. ``memory`` is in MiB.
    """

    starts_after: timedelta = timedelta(seconds=5)
    health: Health = 200
    becomes: tuple[tuple[timedelta, Health], ...] = ()
    exits_after: timedelta | None = None
    exit_code: int = 0
    memory: int = 128

    def answer(self, path: str, age: timedelta) -> int:
        """Return the status code of a request at an age, ``NO_ANSWER`` or ``REFUSED``."""
        if age < self.starts_after or (self.exits_after is not None and age >= self.exits_after):
            return REFUSED
        health = self.health
        for since, later in self.becomes:
            health = later if age >= since else health
        if isinstance(health, int):
            return health
        return health.get(path.partition("?")[0], 404)

    def turns(self) -> Iterator[timedelta]:
        """Yield the ages at which the answers can change."""
        yield self.starts_after
        yield from (since for since, _ in self.becomes)
        if self.exits_after is not None:
            yield self.exits_after


#: Returns what a container does, or None where it does not know it.
Provider = Callable[[Container], Behaviour | None]
Listener = Callable[[str], object]
#: Takes away what runs on a host, where that is allowed; returns whether nothing is left. With
#: False as its second argument it lets the host take something again.
Evicting = Callable[[str, bool], bool]


@dataclass(frozen=True)
class _Stay:
    """What is at a port of a host from a time on; ``behaviour`` None for nothing."""

    since: datetime
    behaviour: Behaviour | None
    started: datetime

    def answer(self, path: str, when: datetime) -> int:
        if self.behaviour is None:
            return REFUSED
        return self.behaviour.answer(path, when - self.started)

    def turns(self) -> Iterator[datetime]:
        yield self.since
        if self.behaviour is not None:
            yield from (self.started + age for age in self.behaviour.turns())


class Workloads:
    """What runs in one environment, and where; empty again after a reset."""

    def __init__(self) -> None:
        self._clock: Clock
        self._providers: list[Provider] = []
        self._stays: dict[str, dict[int | None, list[_Stay]]] = {}
        self._of_hosts: dict[str, Listener] = {}
        self._of_health: dict[str, Listener] = {}
        self._evicting: dict[str, Evicting] = {}

    def on(self, clock: Clock) -> Self:
        """Let ``at`` be now on a clock; return itself."""
        self._clock = clock
        return self

    def provide(self, provider: Provider) -> None:
        """Ask a provider what containers do that start from now on, before those before it."""
        self._providers.insert(0, provider)

    def behaviour_of(self, container: Container) -> Behaviour:
        """Return what a container does: the first answer of the providers, or the default."""
        answers = (provider(container) for provider in tuple(self._providers))
        return next((each for each in answers if each is not None), Behaviour())

    def at(
        self,
        host: str,
        behaviour: Behaviour | None,
        port: int | None = None,
        started: datetime | None = None,
    ) -> None:
        """Say what an instance (by id) or an address does from now on; None for nothing there.

        Its process counts as started now, unless ``started`` says when. ``port`` None is every
        port.
        """
        now = self._clock.now()
        of_host = self._stays.setdefault(host, {})
        of_host.setdefault(port, []).append(_Stay(now, behaviour, started or now))
        for listener in tuple(self._of_hosts.values()):
            listener(host)

    def answer(self, host: str, port: int, path: str, when: datetime) -> int:
        """Return what a request to a host was or will be answered, as it is known now."""
        if host not in self._stays:
            return 200
        found = [stay for stay in self._at(host, port) if stay.since <= when]
        if not found:
            return REFUSED if port in self._stays[host] or None not in self._stays[host] else 200
        return found[-1].answer(path, when)

    def next_change(self, host: str, port: int, after: datetime) -> datetime | None:
        """Return when the answers may be others than at a time, None for never."""
        turns = (turn for stay in self._at(host, port) for turn in stay.turns())
        return min((turn for turn in turns if turn > after), default=None)

    def _at(self, host: str, port: int) -> list[_Stay]:
        of_host = self._stays.get(host, {})
        return of_host.get(port) or of_host.get(None) or []

    def listen_to_hosts(self, name: str, listener: Listener) -> None:
        """Have a listener called with a host of which something changed. A name is one's once."""
        self._of_hosts[name] = listener

    def listen_to_health(self, name: str, listener: Listener) -> None:
        """Have a listener called with a target group of which a target's health changed."""
        self._of_health[name] = listener

    def on_eviction(self, name: str, evicting: Evicting) -> None:
        """Have somebody who runs things on hosts asked to take them away. A name is one's once."""
        self._evicting[name] = evicting

    def evict(self, host: str) -> bool:
        """Let nothing new begin on a host, ask for an end of what runs; return if it is empty."""
        empty = [evicting(host, True) for evicting in tuple(self._evicting.values())]
        return all(empty)

    def admit(self, host: str) -> None:
        """Let a host that was to be emptied take something again."""
        for evicting in tuple(self._evicting.values()):
            evicting(host, False)

    def health_changed(self, target_group: str) -> None:
        """Tell the listeners that the health of a target may be another now."""
        for listener in tuple(self._of_health.values()):
            listener(target_group)


def workloads_of(call: Call) -> Workloads:
    """Return what runs in the environment of a call."""
    return call.shared(Workloads).on(call.clock)
