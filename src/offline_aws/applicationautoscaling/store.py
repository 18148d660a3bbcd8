"""What Application Auto Scaling keeps of one account and region."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

_IDS = uuid.UUID("0c6b7b0a-94a4-4a06-b8b2-55d5a3b06f0e")

Shape = dict[str, Any]


class Place(NamedTuple):
    """What is scaled: AWS's service namespace, resource id and scalable dimension."""

    namespace: str
    resource: str
    dimension: str

    def shape(self) -> Shape:
        """Return the members that say so."""
        return {
            "ServiceNamespace": self.namespace,
            "ResourceId": self.resource,
            "ScalableDimension": self.dimension,
        }


@dataclass
class Activity:
    """A change of capacity, as DescribeScalingActivities shows it. ``before`` it was so much.

    ``base`` was the capacity before the first of those that follow each other within cooldowns.
    """

    id: str
    description: str
    cause: str
    started: datetime
    before: int
    desired: int
    base: int
    status: str = "InProgress"
    message: str = ""
    ended: datetime | None = None
    reasons: list[Shape] = field(default_factory=list)

    @property
    def out(self) -> bool:
        """Whether it adds capacity."""
        return self.desired > self.before


@dataclass
class Policy:
    """A scaling policy. ``alarms`` are those that were made for it, ``low`` the one for less.

    ``heard`` are the names of the alarms that have gone off for it.
    """

    name: str
    arn: str
    kind: str
    settings: Shape
    created: datetime
    alarms: list[Shape] = field(default_factory=list)
    low: str = ""
    heard: set[str] = field(default_factory=set)


@dataclass
class ScheduledAction:
    """A scheduled action; ``turn`` tells its schedule from an earlier one of the same name."""

    name: str
    arn: str
    settings: Shape
    created: datetime
    turn: int = 0


@dataclass
class Target:
    """A scalable target with all that belongs to it."""

    place: Place
    arn: str
    least: int
    most: int
    role: str
    suspended: dict[str, bool]
    created: datetime
    tags: dict[str, str] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    actions: dict[str, ScheduledAction] = field(default_factory=dict)


class Store:
    """The scalable targets, and the activities, which outlive them."""

    def __init__(self) -> None:
        self.targets: dict[Place, Target] = {}
        self.activities: dict[Place, list[Activity]] = {}
        self.listening = False
        #: What tells the rounds of an alarm apart, in which it is looked at again and again.
        self.rounds: dict[str, object] = {}
        self._made = 0

    def new_id(self, account: str, region: str) -> str:
        """Return an id, another one each time and the same ones in every run."""
        self._made += 1
        return str(uuid.uuid5(_IDS, f"{account}/{region}/{self._made}"))
