"""What EKS keeps of one account and region: clusters, and what belongs to each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

_IDS = uuid.UUID("4c1f0a77-52c8-4a0b-a1f7-0d3a0f4b9e55")

Shape = dict[str, Any]


@dataclass
class Nodegroup:
    """A node group: AWS's ``Nodegroup`` and the EC2 instances that are its nodes."""

    shape: Shape
    instances: list[str] = field(default_factory=list)
    #: How many instances it has ever had.
    started: int = 0

    @property
    def name(self) -> str:
        """Its name in the cluster."""
        return str(self.shape["nodegroupName"])


@dataclass
class Update:
    """AWS's ``Update``, and of which node group or add-on it is."""

    shape: Shape
    nodegroup: str = ""
    addon: str = ""

    @property
    def in_progress(self) -> bool:
        """Whether it has not come to its end."""
        return bool(self.shape["status"] == "InProgress")


@dataclass
class Cluster:
    """A cluster: AWS's ``Cluster`` and everything in it, by name, ARN or id.

    ``entries`` are AWS's ``AccessEntry`` by principal, ``policies`` the ``AssociatedAccessPolicy``
    of each by policy. ``creator`` is the IAM principal that made it.
    """

    shape: Shape
    creator: str
    nodegroups: dict[str, Nodegroup] = field(default_factory=dict)
    profiles: dict[str, Shape] = field(default_factory=dict)
    addons: dict[str, Shape] = field(default_factory=dict)
    entries: dict[str, Shape] = field(default_factory=dict)
    policies: dict[str, dict[str, Shape]] = field(default_factory=dict)
    associations: dict[str, Shape] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.shape["name"])

    @property
    def version(self) -> str:
        """The Kubernetes version of its control plane."""
        return str(self.shape["version"])


@dataclass
class Store:
    """Everything of one account and region."""

    clusters: dict[str, Cluster] = field(default_factory=dict)
    _ids: int = 0

    def new_uuid(self, account: str, region: str) -> uuid.UUID:
        """Return an id that is the same in every run, and another at every call."""
        self._ids += 1
        return uuid.uuid5(_IDS, f"{account}/{region}/{self._ids}")
