"""What a cluster keeps besides the objects that were applied: nodes, pods, ReplicaSets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from devops_workbook.kubernetes.quantities import mebibytes, millicores
from offline_aws.workloads import Behaviour

Shape = dict[str, Any]


@dataclass
class Node:
    """A node: an EC2 instance of a node group, or the place of one pod on Fargate.

    ``cpu`` is in thousandths of a core and ``memory`` in MiB: what is left for pods.
    """

    name: str
    instance: str
    cpu: int
    memory: int
    pods: int
    version: str
    labels: dict[str, str] = field(default_factory=dict)
    taints: list[Shape] = field(default_factory=list)
    schedulable: bool = True
    group: str = ""

    @property
    def fargate(self) -> bool:
        """Whether it is the place of one pod."""
        return not self.instance


@dataclass
class Run:
    """A container of a pod, from its start on. ``failures`` and ``successes`` are in a row."""

    spec: Shape
    behaviour: Behaviour = field(default_factory=Behaviour)
    started: datetime | None = None
    ready: bool = False
    started_up: bool = False
    restarts: int = 0
    waiting: str = "ContainerCreating"
    counts: dict[str, int] = field(default_factory=dict)
    exit_code: int | None = None

    @property
    def name(self) -> str:
        """Its name in the pod."""
        return str(self.spec["name"])


@dataclass
class Pod:
    """A pod of a ReplicaSet. ``template`` is its specification."""

    name: str
    namespace: str
    labels: dict[str, str]
    template: Shape
    created: datetime
    revision: int
    runs: list[Run]
    node: str = ""
    message: str = ""
    ready_since: datetime | None = None
    deleted: datetime | None = None
    gone: bool = False

    @property
    def live(self) -> bool:
        """Whether it is meant to run."""
        return self.deleted is None

    @property
    def ready(self) -> bool:
        """Whether it gets requests."""
        return self.live and self.ready_since is not None

    def available(self, now: datetime, minimum: timedelta) -> bool:
        """Return whether it has been ready long enough to count."""
        return self.ready and self.ready_since is not None and now - self.ready_since >= minimum

    @property
    def phase(self) -> str:
        """What kubectl shows as its status."""
        if self.deleted:
            return "Terminating"
        if not self.node:
            return "Pending"
        waiting = [run.waiting for run in self.runs if run.waiting]
        return waiting[0] if waiting else "Running"

    @property
    def restarts(self) -> int:
        """How often its containers were started again."""
        return sum(run.restarts for run in self.runs)

    def requests(self) -> tuple[int, int]:
        """Return what it asks for: thousandths of a core, and MiB."""
        return resources_of(self.template, "requests")


def resources_of(template: Shape, side: str) -> tuple[int, int]:
    """Return the requests or limits of a pod; a request that is not made is the limit."""
    cpu = memory = 0
    for each in template["containers"]:
        given = each.get("resources") or {}
        wanted = {**(given.get("limits") or {}), **(given.get(side) or {})}
        cpu += millicores(wanted.get("cpu", 0))
        memory += mebibytes(wanted.get("memory", 0))
    return cpu, memory


@dataclass
class ReplicaSet:
    """The pods of one revision of a Deployment."""

    name: str
    template: Shape
    revision: int
    created: datetime
    desired: int = 0
    pods: list[Pod] = field(default_factory=list)
    #: The desired size of the Deployment, when this was last given one, and the most with surge.
    of_desired: int = 0
    of_most: int = 0
    failure: str = ""

    @property
    def live(self) -> list[Pod]:
        """Its pods that are meant to run."""
        return [pod for pod in self.pods if pod.live]

    def available(self, now: datetime, minimum: timedelta) -> int:
        """Return how many of its pods count as available."""
        return sum(pod.available(now, minimum) for pod in self.pods)


@dataclass(frozen=True)
class Moment:
    """A Deployment at a time: pods by revision, those that are available, and the limits."""

    time: datetime
    pods: dict[int, int]
    available: dict[int, int]
    desired: int
    least: int
    most: int


@dataclass
class Rollout:
    """A Deployment with its ReplicaSets, the oldest first, and how it went."""

    document: Shape
    sets: list[ReplicaSet] = field(default_factory=list)
    progressed: datetime | None = None
    complete: bool = False
    failed: bool = False
    history: list[Moment] = field(default_factory=list)
    deleted: bool = False

    @property
    def name(self) -> str:
        """Its name in the namespace."""
        return str(self.document["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Its namespace."""
        return str(self.document["metadata"]["namespace"])

    @property
    def spec(self) -> Shape:
        """Its specification."""
        spec: Shape = self.document["spec"]
        return spec

    @property
    def replicas(self) -> int:
        """How many pods are desired."""
        wanted = self.spec.get("replicas")
        return 1 if wanted is None else int(wanted)

    @property
    def minimum(self) -> timedelta:
        """How long a pod has to be ready until it counts."""
        return timedelta(seconds=self.spec.get("minReadySeconds") or 0)

    @property
    def pods(self) -> list[Pod]:
        """Its pods, those of old revisions too."""
        return [pod for each in self.sets for pod in each.pods]
