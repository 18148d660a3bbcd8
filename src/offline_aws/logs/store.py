"""The log groups of an account and region, their streams and their events."""

from __future__ import annotations

import itertools
import uuid
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from offline_aws.logs.checks import invalid, not_found
from offline_aws.operations import Call

Shape = dict[str, Any]

#: Bytes that CloudWatch Logs counts for an event beside its message.
OVERHEAD = 26
_FOREVER = 1 << 62
# Any fixed value: ids made in the same order are the same in every run.
_NAMESPACE = uuid.UUID("10650000-0000-4000-8000-106500000000")


class Event(NamedTuple):
    """One log event; events sort by their time, and by their order of arrival within it."""

    timestamp: int  # milliseconds
    sequence: int
    ingested: int  # milliseconds
    message: str

    @property
    def id(self) -> str:
        """AWS's id of the event, 56 digits."""
        return f"{(self.timestamp << 64) + self.sequence:056d}"


@dataclass
class Stream:
    """One log stream and its events."""

    name: str
    created: int
    events: list[Event] = field(default_factory=list)
    last_ingested: int = 0
    uploads: int = 0
    _sorted: bool = True

    def add(self, events: list[Event]) -> None:
        """Keep events, in order of time among themselves."""
        if self.events and events and events[0].timestamp < self.events[-1].timestamp:
            self._sorted = False
        self.events += events

    def expire(self, oldest: int) -> None:
        """Forget the events from before a time."""
        if not self._sorted or (self.events and self.events[0].timestamp < oldest):
            self.events = self.between(oldest, _FOREVER)

    def between(self, start: int, end: int) -> list[Event]:
        """Return the events from a time on until before another, oldest first."""
        if not self._sorted:
            self.events.sort()
            self._sorted = True
        begin = bisect_left(self.events, (start,))
        return self.events[begin : bisect_left(self.events, (end,))]


@dataclass
class Group:
    """One log group: its streams by name, and what was set for it."""

    name: str
    arn: str
    created: int
    group_class: str = "STANDARD"
    kms_key: str = ""
    protected: bool = False
    retention: int = 0  # days, 0 for ever
    tags: dict[str, str] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    #: Metric filters and subscription filters by their names, as they were put.
    metric_filters: dict[str, Shape] = field(default_factory=dict)
    subscriptions: dict[str, Shape] = field(default_factory=dict)

    def stream(self, name: str) -> Stream:
        """Return a stream by its name. Raises ``ResourceNotFoundException``."""
        if name not in self.streams:
            raise not_found("log stream")
        return self.streams[name]

    def expire(self, now: datetime) -> None:
        """Forget the events that are older than the group keeps them."""
        if not self.retention:
            return
        oldest = milliseconds(now - timedelta(days=self.retention))
        for stream in self.streams.values():
            stream.expire(oldest)

    @property
    def stored_bytes(self) -> int:
        """What its events take, as CloudWatch Logs counts it, not compressed."""
        events = itertools.chain.from_iterable(s.events for s in self.streams.values())
        return sum(len(event.message.encode()) + OVERHEAD for event in events)


@dataclass
class Groups:
    """Every log group of an account and region, by name."""

    by_name: dict[str, Group] = field(default_factory=dict)
    _sequence: Iterator[int] = field(default_factory=itertools.count)
    _ids: Iterator[int] = field(default_factory=itertools.count)

    def next_sequence(self) -> int:
        """Return the number of the next event of the account."""
        return next(self._sequence)

    def new_id(self, call: Call) -> str:
        """Return a UUID that is the same in every run, and another at every call."""
        text = f"{call.account}/{call.region}/{next(self._ids)}"
        return str(uuid.uuid5(_NAMESPACE, text))


def milliseconds(time: datetime) -> int:
    """Return a time as CloudWatch Logs has it."""
    return int(time.timestamp() * 1000)


def find_group(call: Call, name: str) -> Group:
    """Return a log group by its name or ARN, without the events that have expired.

    Raises ``ResourceNotFoundException``.
    """
    if name.startswith("arn:"):
        name = name.split(":", 6)[-1].removesuffix(":*")
    group = call.state(Groups).by_name.get(name)
    if group is None:
        raise not_found("log group")
    group.expire(call.clock.now())
    return group


def group_of(call: Call, parameters: Shape) -> Group:
    """Return the log group that a request names in one of the two ways."""
    name, identifier = parameters.get("logGroupName"), parameters.get("logGroupIdentifier")
    if bool(name) == bool(identifier):
        raise invalid("Exactly one of logGroupName and logGroupIdentifier has to be specified.")
    return find_group(call, name or identifier or "")
