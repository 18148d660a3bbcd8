"""The change sets of stacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.store import Model, Stack, existing
from offline_aws.cloudformation.template import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@dataclass
class ChangeSet:
    """One change set; ``request`` is what CreateChangeSet was asked."""

    name: str
    id: str
    stack: Stack
    kind: str
    model: Model
    request: Shape
    created: datetime
    status: str = "CREATE_PENDING"
    reason: str = ""
    execution_status: str = "UNAVAILABLE"
    changes: list[Shape] = field(default_factory=list)
    parent_id: str = ""
    root_id: str = ""
    validations: list[tuple[str, str, str]] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    drift: str = "NOT_CHECKED"


@dataclass
class ChangeSets:
    """Every change set of an account and region, by id."""

    by_id: dict[str, ChangeSet] = field(default_factory=dict)

    def of(self, stack: Stack) -> list[ChangeSet]:
        """Return the change sets of a stack, the oldest first."""
        return [each for each in self.by_id.values() if each.stack is stack]


def find_change_set(call: Call, name: str, stack_name: str | None) -> ChangeSet:
    """Return a change set by its id, or by its name and its stack's.

    Raises ``ChangeSetNotFoundException``, and ``Mistake`` without a stack that there is.
    """
    kept = call.state(ChangeSets)
    if name in kept.by_id:
        return kept.by_id[name]
    if not stack_name and not name.startswith("arn:"):
        raise Mistake("StackName must be specified if ChangeSetName is not specified as an ARN.")
    of = kept.of(existing(call, stack_name, "Stack [{}] does not exist")) if stack_name else []
    found = next((each for each in of if each.name == name), None)
    if found is None:
        raise AwsError("ChangeSetNotFoundException", f"ChangeSet [{name}] does not exist")
    return found


def make_obsolete(call: Call, stack: Stack, but: ChangeSet | None = None) -> None:
    """Let the change sets of a stack that is changed otherwise be obsolete."""
    for each in call.state(ChangeSets).of(stack):
        if each is not but and each.execution_status == "AVAILABLE":
            each.execution_status = "OBSOLETE"
