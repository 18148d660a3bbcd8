"""What ECS keeps of one account and region: services, their deployments and task sets, tasks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.workloads import Behaviour

_IDS = uuid.UUID("8a6f0b52-93c4-4f0e-9a7d-4f8f0d6a2b11")

Shape = dict[str, Any]


@dataclass
class Run:
    """One container of a task. ``healths`` are its health statuses with the times they begin."""

    definition: Shape
    arn: str
    image: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    digest: str = ""
    status: str = "PENDING"
    exit_code: int | None = None
    reason: str = ""
    bindings: list[Shape] = field(default_factory=list)
    healths: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name in the task definition."""
        return str(self.definition["name"])


@dataclass
class Task:
    """One task. ``times`` holds AWS's members that are times, by name."""

    id: str
    arn: str
    cluster: str
    definition: Shape
    group: str
    launch_type: str
    created: datetime
    runs: list[Run]
    started_by: str = ""
    settings: Shape = field(default_factory=dict)
    load_balancers: list[Shape] = field(default_factory=list)
    service: str = ""
    zone: str = ""
    instance: str = ""
    host: str = ""
    address: str = ""
    attachments: list[Shape] = field(default_factory=list)
    last_status: str = "PROVISIONING"
    desired: str = "RUNNING"
    version: int = 1
    times: dict[str, datetime] = field(default_factory=dict)
    stop_code: str = ""
    stopped_reason: str = ""
    targets: list[tuple[str, str, int]] = field(default_factory=list)
    was_healthy: bool = False
    failed_health: bool = False
    #: Whether it was looked at, once it was told to stop, for being a failure.
    counted: bool = False

    @property
    def live(self) -> bool:
        """Whether it is meant to run."""
        return self.desired == "RUNNING"

    @property
    def running(self) -> bool:
        """Whether all its containers have started and it was not told to stop."""
        return self.last_status == "RUNNING"

    @property
    def gone(self) -> bool:
        """Whether it has come to its end."""
        return self.last_status == "STOPPED"


@dataclass
class Group:
    """Tasks of a service that are alike: those of a deployment or of a task set.

    ``settings`` are the members that a service, a deployment and a task set have in common. No
    task is started before ``not_before``, and none once it is ``frozen``.
    """

    id: str
    settings: Shape
    created: datetime
    updated: datetime
    status: str = "PRIMARY"
    desired: int = 0
    tasks: list[Task] = field(default_factory=list)
    failed: int = 0
    failed_starts: int = 0
    not_before: datetime | None = None
    frozen: bool = False
    unplaced: bool = False

    @property
    def live(self) -> list[Task]:
        """Its tasks that are meant to run."""
        return [task for task in self.tasks if task.live]

    @property
    def there(self) -> list[Task]:
        """Its tasks that have not come to their end."""
        return [task for task in self.tasks if not task.gone]

    def running(self) -> int:
        """Return AWS's runningCount."""
        return sum(task.running for task in self.tasks)

    def pending(self) -> int:
        """Return AWS's pendingCount: tasks on their way to RUNNING."""
        return sum(task.live and not task.running and not task.gone for task in self.tasks)


@dataclass
class Deployment(Group):
    """A deployment of a service whose controller is ECS."""

    revision: str = ""
    state: str = "IN_PROGRESS"
    reason: str = ""
    #: The service deployment that it belongs to, "" for none.
    of: str = ""
    #: The first part of its reasons: what makes it roll back, "" for a deployment that is none.
    rolls_back: str = ""
    completes_at: datetime | None = None
    #: The settings of the service that it was begun with.
    given: Shape = field(default_factory=dict)
    watched_alarms: tuple[str, ...] = ()


@dataclass
class TaskSet(Group):
    """A task set of a service whose controller is CODE_DEPLOY or EXTERNAL."""

    arn: str = ""
    external_id: str = ""
    started_by: str = ""
    scale: float = 100.0
    stability: str = "STABILIZING"
    stability_at: datetime | None = None
    tags: list[Shape] = field(default_factory=list)


@dataclass
class ServiceDeployment:
    """What AWS calls a service deployment: a change of a service from its start to its end."""

    arn: str
    configuration: Shape
    target: str
    sources: list[str]
    created: datetime
    updated: datetime
    status: str = "PENDING"
    reason: str = ""
    stage: str = ""
    started: datetime | None = None
    finished: datetime | None = None
    stopped: datetime | None = None
    rollback: Shape = field(default_factory=dict)
    breaker: Shape = field(default_factory=dict)
    alarms: Shape = field(default_factory=dict)
    hooks: list[Shape] = field(default_factory=list)
    #: The share of production and of test traffic of each revision.
    weights: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass
class Service:
    """A service. ``settings`` are the members of AWS's Service that its owner gives."""

    name: str
    arn: str
    cluster: str
    settings: Shape
    created: datetime
    created_by: str
    desired: int
    status: str = "ACTIVE"
    groups: list[Any] = field(default_factory=list)
    events: list[Shape] = field(default_factory=list)
    revisions: dict[str, Shape] = field(default_factory=dict)
    deployments: list[ServiceDeployment] = field(default_factory=list)
    completed: Deployment | None = None
    steady: bool = False
    wakes: set[datetime] = field(default_factory=set)
    #: The course of a blue/green, linear or canary deployment.
    course: Any = None

    @property
    def controller(self) -> str:
        """ECS, CODE_DEPLOY or EXTERNAL."""
        return str(self.settings["deploymentController"]["type"])

    @property
    def primary(self) -> Any:
        """The deployment or the task set that serves, None for none."""
        return next((group for group in self.groups if group.status == "PRIMARY"), None)

    @property
    def tasks(self) -> list[Task]:
        """Its tasks, of all deployments and task sets."""
        return [task for group in self.groups for task in group.tasks]


@dataclass
class Store:
    """Everything of one account and region. Services are by cluster and name."""

    services: dict[tuple[str, str], Service] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    tokens: dict[str, list[str]] = field(default_factory=dict)
    listening: bool = False
    #: What looks at a service of which something is another.
    look: Callable[[Any, Service], None] | None = None
    _ids: int = 0

    def new_uuid(self, account: str, region: str) -> uuid.UUID:
        """Return an id that is the same in every run, and another at every call."""
        self._ids += 1
        return uuid.uuid5(_IDS, f"{account}/{region}/{self._ids}")
