"""One deployment, its targets and their lifecycle events, as AWS shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.codedeploy.shapes import Shape

_ENDED = ("Succeeded", "Failed", "Stopped")
_OVERVIEW = ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready")


@dataclass
class LifecycleEvent:
    """One step of a deployment to one target."""

    name: str
    status: str = "Pending"
    start: datetime | None = None
    end: datetime | None = None
    diagnostics: Shape | None = None

    def shape(self) -> Shape:
        """Return AWS's ``LifecycleEvent``."""
        found: Shape = {"lifecycleEventName": self.name, "status": self.status}
        if self.diagnostics is not None:
            found["diagnostics"] = self.diagnostics
        if self.start is not None:
            found["startTime"] = self.start
        if self.end is not None:
            found["endTime"] = self.end
        return found


@dataclass
class Target:
    """An instance, a function or a service to which something is deployed.

    ``details`` returns the members that only this kind of target has. ``label`` is Blue or Green
    for an instance of a blue/green deployment.
    """

    id: str
    arn: str
    updated: datetime
    events: list[LifecycleEvent] = field(default_factory=list)
    status: str = "Pending"
    label: str = ""
    details: Callable[[], Shape] = dict

    def event(self, name: str) -> LifecycleEvent:
        """Return the event of a name."""
        return next(each for each in self.events if each.name == name)

    def skip_rest(self, when: datetime) -> None:
        """Skip the events that have not begun, and the one that has not ended."""
        for each in self.events:
            if each.status in ("Pending", "InProgress"):
                each.status, each.end = "Skipped", when


@dataclass
class Deployment:
    """One deployment. ``settings`` has the members of AWS's ``DeploymentInfo`` that never change.

    ``config`` is AWS's ``DeploymentConfigInfo`` as it was at the beginning. ``undoes`` is the
    deployment that a rollback undoes. ``course`` is what moves it along.
    """

    id: str
    application: str
    group: str
    group_id: str
    platform: str
    revision: Shape
    config: Shape
    settings: Shape
    created: datetime
    creator: str = "user"
    status: str = "Created"
    started: datetime | None = None
    completed: datetime | None = None
    error: Shape | None = None
    rollback_info: Shape = field(default_factory=dict)
    previous_revision: Shape | None = None
    targets: dict[str, Target] = field(default_factory=dict)
    termination_wait_started: bool = False
    messages: list[str] = field(default_factory=list)
    undoes: Deployment | None = None
    #: Which deployments bring what was missed, and the one that they belong to.
    updates: list[str] = field(default_factory=list)
    root: str = ""
    course: Any = None

    @property
    def active(self) -> bool:
        """Whether it has not come to its end."""
        return self.status not in _ENDED

    @property
    def blue_green(self) -> bool:
        """Whether traffic goes from one set of targets to another."""
        return bool(self.settings["deploymentStyle"]["deploymentType"] == "BLUE_GREEN")

    def overview(self) -> dict[str, int]:
        """Return how many targets stand how, in AWS's ``DeploymentOverview``."""
        counts = Counter(target.status for target in self.targets.values())
        return {name: counts[name] for name in _OVERVIEW}

    def shape(self) -> Shape:
        """Return AWS's ``DeploymentInfo``."""
        found: Shape = {
            "applicationName": self.application,
            "deploymentGroupName": self.group,
            "deploymentConfigName": self.config["deploymentConfigName"],
            "deploymentId": self.id,
            "revision": shown_revision(self.revision),
            "status": self.status,
            "createTime": self.created,
            "creator": self.creator,
            "computePlatform": self.platform,
            "rollbackInfo": self.rollback_info,
            "instanceTerminationWaitTimeStarted": self.termination_wait_started,
            "deploymentStatusMessages": list(self.messages),
            **self.settings,
        }
        optional = {
            "previousRevision": self.previous_revision and shown_revision(self.previous_revision),
            "errorInformation": self.error,
            "startTime": self.started,
            "completeTime": self.completed,
            "deploymentOverview": self.overview() if self.targets else None,
            "relatedDeployments": self._related(),
        }
        return found | {key: value for key, value in optional.items() if value is not None}

    def _related(self) -> Shape | None:
        if self.root:
            return {"autoUpdateOutdatedInstancesRootDeploymentId": self.root}
        if self.updates:
            return {"autoUpdateOutdatedInstancesDeploymentIds": list(self.updates)}
        return None


def shown_revision(location: Shape) -> Shape:
    """Return a revision as GetDeployment shows it: the content of an AppSpec only by its hash."""
    shown = dict(location)
    for member in ("appSpecContent", "string"):
        if member in shown:
            shown[member] = {"sha256": shown[member]["sha256"]}
    return shown
