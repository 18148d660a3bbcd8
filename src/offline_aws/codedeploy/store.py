"""What CodeDeploy keeps of one account and region."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.codedeploy.deployment import Deployment
from offline_aws.codedeploy.shapes import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

__all__ = ["Application", "Group", "Instance", "Revision", "Shape", "Store"]

# Any fixed value: ids made in the same order are the same in every run.
_IDS = uuid.UUID("c0dede91-0000-4000-8000-c0dede910000")
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH = 9


@dataclass
class Revision:
    """A revision that an application knows: where it is, and when it was used."""

    location: Shape
    registered: datetime
    description: str = ""
    first_used: datetime | None = None
    last_used: datetime | None = None


@dataclass
class Group:
    """A deployment group. ``settings`` has the members of AWS's ``DeploymentGroupInfo``.

    ``settings["autoScalingGroups"]`` is a list of names.
    """

    id: str
    name: str
    application: Application
    settings: Shape
    tags: dict[str, str] = field(default_factory=dict)
    deployments: list[Deployment] = field(default_factory=list)
    target_revision: Shape | None = None
    last_attempted: Deployment | None = None
    last_successful: Deployment | None = None

    @property
    def active(self) -> Deployment | None:
        """The deployment that goes on, if one does."""
        return next((each for each in reversed(self.deployments) if each.active), None)


@dataclass
class Application:
    """An application with its groups and its revisions, in the order in which they came."""

    id: str
    name: str
    platform: str
    created: datetime
    tags: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)


@dataclass
class Instance:
    """An on-premises instance. It stays in the list when it is deregistered."""

    name: str
    arn: str
    registered: datetime
    user_arn: str = ""
    session_arn: str = ""
    deregistered: datetime | None = None
    tags: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Store:
    """Everything of one account and region."""

    applications: dict[str, Application] = field(default_factory=dict)
    configs: dict[str, Shape] = field(default_factory=dict)
    config_tags: dict[str, dict[str, str]] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    #: What functions were asked for as hooks, by the ids that they answer with.
    hooks: dict[str, Any] = field(default_factory=dict)
    #: Whether the alarms of the account are listened to.
    listening: bool = False
    _ids: int = 0

    def new_uuid(self, call: Call) -> str:
        """Return an id that is the same in every run, and another at every call."""
        self._ids += 1
        return str(uuid.uuid5(_IDS, f"{call.account}/{call.region}/{self._ids}"))

    def new_deployment_id(self, call: Call) -> str:
        """Return an id such as d-A1B2C3D4E."""
        number = uuid.UUID(self.new_uuid(call)).int
        text = ""
        for _ in range(_ID_LENGTH):
            number, rest = divmod(number, len(_LETTERS))
            text += _LETTERS[rest]
        return f"d-{text}"


def find_application(call: Call, name: str) -> Application:
    """Return an application. Raises ``ApplicationDoesNotExistException``."""
    found = call.state(Store).applications.get(name)
    if found is None:
        raise AwsError("ApplicationDoesNotExistException", f"No application found for name: {name}")
    return found


def find_group(call: Call, application: str, name: str) -> Group:
    """Return a group. Raises ``ApplicationDoesNotExist-`` and ``DeploymentGroupDoesNotExist-``."""
    found = find_application(call, application).groups.get(name)
    if found is None:
        raise AwsError(
            "DeploymentGroupDoesNotExistException",
            f"No Deployment Group found for name: {name}",
        )
    return found


def find_deployment(call: Call, identifier: str) -> Deployment:
    """Return a deployment. Raises ``InvalidDeploymentId-`` and ``DeploymentDoesNotExist-``."""
    check_deployment_id(identifier)
    found = call.state(Store).deployments.get(identifier)
    if found is None:
        raise AwsError(
            "DeploymentDoesNotExistException", f"The deployment {identifier} could not be found"
        )
    return found


def check_deployment_id(identifier: str) -> None:
    """Refuse what is no id of a deployment. Raises ``InvalidDeploymentIdException``."""
    if not identifier.startswith("d-"):
        raise AwsError("InvalidDeploymentIdException", f"Invalid deployment Id: {identifier}")


def compact(shape: dict[str, Any]) -> Shape:
    """Return a shape without the members that have nothing."""
    return {key: value for key, value in shape.items() if value is not None}
