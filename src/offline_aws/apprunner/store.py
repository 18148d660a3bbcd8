"""What App Runner keeps of one account and region."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.workloads import Behaviour

_IDS = uuid.UUID("3d0a5b0c-6f0e-4a52-9d0c-1c1a2f7b5e44")

Shape = dict[str, Any]


@dataclass
class Artifact:
    """A version of an application, ready to run: from an image, or built from a commit.

    ``version`` is the digest of the image or the id of the commit.
    """

    version: str
    port: int
    behaviour: Behaviour


@dataclass
class Operation:
    """A long operation on a service, as ListOperations shows it."""

    id: str
    type: str
    started: datetime
    updated: datetime
    status: str = "PENDING"
    ended: datetime | None = None


@dataclass
class Domain:
    """A custom domain of a service."""

    name: str
    www: bool
    records: list[Shape]
    status: str = "CREATING"


@dataclass(frozen=True)
class Before:
    """What a service was before a change, and goes back to when the change fails."""

    settings: Shape
    scaling: str
    scaled_by: str
    seen: str


@dataclass
class Service:
    """A service. ``settings`` are the members of AWS's Service that its owner gives.

    ``scaling`` is the ARN that was given for its auto scaling: one without a revision means the
    newest at each update, and ``scaled_by`` is the one that was found. ``seen`` is the newest
    version of the source that was noticed.
    """

    name: str
    id: str
    arn: str
    url: str
    settings: Shape
    scaling: str
    scaled_by: str
    created: datetime
    updated: datetime
    tags: dict[str, str]
    status: str = "OPERATION_IN_PROGRESS"
    deleted: datetime | None = None
    operations: list[Operation] = field(default_factory=list)
    running: Artifact | None = None
    before: Before | None = None
    seen: str = ""
    domains: dict[str, Domain] = field(default_factory=dict)


@dataclass
class Resource:
    """A configuration, a connector or a connection; those of one name differ by revision."""

    kind: str
    name: str
    revision: int
    arn: str
    settings: Shape
    created: datetime
    tags: dict[str, str]
    deleted: datetime | None = None
    status: str = "ACTIVE"


class Store:
    """The services and their resources, by ARN, in the order in which they were made."""

    def __init__(self) -> None:
        self.services: dict[str, Service] = {}
        self.resources: dict[str, Resource] = {}
        #: The ARN of the default auto scaling configuration.
        self.default_scaling = ""
        self.listening = False
        self._made = 0

    def new_uuid(self, account: str, region: str) -> uuid.UUID:
        """Return an id, another one each time and the same ones in every run."""
        self._made += 1
        return uuid.uuid5(_IDS, f"{account}/{region}/{self._made}")

    def live_services(self) -> list[Service]:
        """Return the services that were not deleted."""
        return [each for each in self.services.values() if each.status != "DELETED"]

    def of_kind(self, kind: str) -> list[Resource]:
        """Return the resources of a kind that were not deleted."""
        return [each for each in self.resources.values() if each.kind == kind and not each.deleted]
