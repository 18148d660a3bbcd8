"""What CloudFormation keeps of an account and region: its stacks, the deleted ones too."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.parameters import Value
from offline_aws.cloudformation.template import Shape, Template
from offline_aws.operations import Call

# Any fixed value: ids made in the same order are the same in every run.
_NAMESPACE = uuid.UUID("c10dd0c5-0f64-4b6c-9d0e-931100000000")


@dataclass(frozen=True)
class Model:
    """What a stack is made from.

    ``text`` is the template as it was given, ``template`` after its macros.
    """

    text: str
    template: Template
    parameters: dict[str, Value] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)
    role: str = ""
    rollback_configuration: Shape = field(default_factory=dict)


@dataclass
class Resource:
    """A resource of a stack.

    ``definition`` is its part of the template, with the branches of Fn::If that were chosen;
    ``properties`` and ``metadata`` have every function put in, as it was last made or changed.
    """

    logical_id: str
    type_name: str
    definition: Shape
    properties: Shape = field(default_factory=dict)
    metadata: Any = None
    physical_id: str = ""
    token: str = ""
    status: str = ""
    reason: str = ""
    updated: datetime | None = None
    drift: str = "NOT_CHECKED"
    drift_checked: datetime | None = None
    #: Whether a rollback went on without it: its drift is not looked at.
    skipped: bool = False
    #: What the service has where an update has not told it all of ``properties``.
    in_place: Shape | None = None

    @property
    def applied(self) -> Shape:
        """Return the properties that the service has been told."""
        return self.properties if self.in_place is None else self.in_place

    def copy(self) -> Resource:
        """Return a copy that stays as it is."""
        return replace(self)

    def policy(self, name: str) -> str:
        """Return its DeletionPolicy or UpdateReplacePolicy."""
        return str(self.definition.get(name, ""))


class Underway(Protocol):
    """What is being done with a stack."""

    def cancel(self, reason: str) -> None:
        """Stop what runs, and go on to what follows of it."""


@dataclass
class Stack:
    """One stack.

    ``before`` is what an update began with and would go back to: the model, and in ``journal``
    each resource that the update has touched as it was, None for one that was not there.
    ``garbage`` is what is still to be deleted of an update.
    """

    name: str
    id: str
    model: Model
    created: datetime
    status: str = ""
    reason: str = ""
    updated: datetime | None = None
    deleted: datetime | None = None
    disable_rollback: bool = False
    on_failure: str = "ROLLBACK"
    retain_except_on_create: bool = False
    timeout: int = 0
    termination_protection: bool = False
    policy: str = ""
    policy_during_update: str = ""
    parent_id: str = ""
    root_id: str = ""
    change_set_id: str = ""
    token: str = ""
    deletion_mode: str = ""
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[Shape] = field(default_factory=list)
    events: list[Shape] = field(default_factory=list)
    before: Model | None = None
    journal: dict[str, Resource | None] = field(default_factory=dict)
    garbage: list[Resource] = field(default_factory=list)
    underway: Underway | None = None
    drift: str = "NOT_CHECKED"
    drift_checked: datetime | None = None
    operations: list[Shape] = field(default_factory=list)
    #: Resources that are there already and are taken over, with their physical ids.
    adopting: dict[str, str] = field(default_factory=dict)
    #: Told the status in which the stack comes to rest, once.
    at_rest: Callable[[str], None] | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether it is found by its id alone."""
        return self.status == "DELETE_COMPLETE"

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being done with it."""
        return not self.status.endswith("_IN_PROGRESS") or self.status == "REVIEW_IN_PROGRESS"


@dataclass
class Stacks:
    """Every stack of an account and region, by id, in the order of creation."""

    by_id: dict[str, Stack] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    def live(self) -> list[Stack]:
        """Return the stacks that are not deleted, the newest first."""
        return [stack for stack in reversed(self.by_id.values()) if not stack.is_deleted]

    def find(self, name: str) -> Stack | None:
        """Return a stack by its name, if it is not deleted, or by its id."""
        if name in self.by_id:
            return self.by_id[name]
        return next((stack for stack in self.live() if stack.name == name), None)

    def nested_in(self, stack: Stack) -> Iterator[Stack]:
        """Yield the live stacks that a stack has made."""
        yield from (each for each in self.live() if each.parent_id == stack.id)

    def new_id(self, call: Call) -> str:
        """Return a UUID that is the same in every run, and another at every call."""
        return str(uuid.uuid5(_NAMESPACE, f"{call.account}/{call.region}/{next(self._ids)}"))


def stack_arn(call: Call, name: str) -> str:
    """Return the id of a new stack."""
    identifier = call.state(Stacks).new_id(call)
    return f"arn:aws:cloudformation:{call.region}:{call.account}:stack/{name}/{identifier}"


def existing(call: Call, name: str, words: str = "Stack with id {} does not exist") -> Stack:
    """Return a stack by its name or id. Raises ``Mistake`` in the words of the operation."""
    found = call.state(Stacks).find(name)
    if found is None:
        raise Mistake(words.format(name))
    return found


def live(call: Call, name: str) -> Stack:
    """Return a stack that is not deleted. Raises ``Mistake``."""
    found = existing(call, name, "Stack [{}] does not exist")
    if found.is_deleted:
        raise Mistake(f"Stack [{name}] does not exist")
    return found
