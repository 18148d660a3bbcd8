"""AWS::CloudFormation::Stack: a stack that another stack makes."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from offline_aws.cloudformation import requests
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.resource_type import Context, Failed, Properties, register
from offline_aws.cloudformation.scope import text_of
from offline_aws.cloudformation.stack_changes import has_changes
from offline_aws.cloudformation.stack_operations import (
    new_stack,
    start_creation,
    start_deletion,
    start_update,
)
from offline_aws.cloudformation.store import Stack, Stacks
from offline_aws.cloudformation.surroundings import InStack
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.update_rollback import UpdateRollback
from offline_aws.operations import Call

_LONGEST_NAME = 128


@register
class NestedStack:
    """A nested stack. It cleans up after an update of its own, not with its root's."""

    type_name = "AWS::CloudFormation::Stack"
    takes = timedelta(seconds=5)

    def create(self, context: Context, properties: Properties) -> str:
        """Begin to make the stack."""
        own = _own(context)
        parent = own.stack
        model = requests.model_of(own.call, request_of(parent, properties), "CreateStack")
        stack = new_stack(own.call, context.name(_LONGEST_NAME), model)
        stack.parent_id, stack.root_id = parent.id, parent.root_id or parent.id
        # What it does not take back, its root deletes.
        stack.on_failure = "DO_NOTHING"
        stack.timeout = properties.get("TimeoutInMinutes", 0)
        start_creation(own.call, stack)
        return stack.id

    def stabilise(self, context: Context, physical_id: str) -> bool:
        """Return whether the stack is complete."""
        stack = _find(context, physical_id)
        if not stack.is_at_rest:
            return False
        if stack.status.endswith("_COMPLETE") and not stack.status.startswith("ROLLBACK"):
            return True
        what = "created" if stack.status.startswith(("CREATE", "ROLLBACK")) else "updated"
        raise Failed(f"Embedded stack {stack.id} was not successfully {what}: {stack.reason}")

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return its outputs and what it was made with."""
        stack = _own(context).call.state(Stacks).find(physical_id)
        if stack is None or stack.is_deleted:
            return None
        return {
            "StackId": stack.id,
            "StackName": stack.name,
            "Outputs": {each["OutputKey"]: each["OutputValue"] for each in stack.outputs},
            "Parameters": {name: each.given for name, each in stack.model.parameters.items()},
        }

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Begin to update the stack, or to put it back with its parent."""
        own, stack = _own(context), _find(context, physical_id)
        if own.stack.status == "UPDATE_ROLLBACK_IN_PROGRESS":
            _put_back(own.call, own.stack, stack)
            return
        request = request_of(own.stack, new)
        model = requests.model_of(own.call, request, "UpdateStack", stack)
        if has_changes(own.call, stack, model):
            stack.disable_rollback = True  # its root says when
            start_update(own.call, stack, model)

    def delete(self, context: Context, physical_id: str) -> None:
        """Begin to delete the stack."""
        call = _own(context).call
        stack = call.state(Stacks).find(physical_id)
        if stack and stack.status not in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
            start_deletion(call, stack, [])

    def gone(self, context: Context, physical_id: str) -> bool:
        """Return whether the stack is deleted."""
        stack = _own(context).call.state(Stacks).find(physical_id)
        if stack is not None and stack.is_at_rest and not stack.is_deleted:
            raise Failed(f"Embedded stack {stack.id} was not successfully deleted: {stack.reason}")
        return stack is None or stack.is_deleted


def _put_back(call: Call, parent: Stack, stack: Stack) -> None:
    if stack.status == "UPDATE_FAILED":
        UpdateRollback(call, stack).begin("Rollback requested by the parent stack.")
    elif stack.updated and parent.updated and stack.updated >= parent.updated and stack.before:
        with suppress(Mistake):
            start_update(call, stack, stack.before)


def request_of(parent: Stack, properties: Properties) -> Shape:
    """Return what CreateStack would be asked for a nested stack."""
    return {
        "TemplateURL": properties["TemplateURL"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": _joined(value)}
            for name, value in properties.get("Parameters", {}).items()
        ],
        "Capabilities": parent.model.capabilities,
        "NotificationARNs": properties.get("NotificationARNs", []),
        "Tags": [
            {"Key": key, "Value": value}
            for key, value in {
                **parent.model.tags,
                **{each["Key"]: each["Value"] for each in properties.get("Tags", [])},
            }.items()
        ],
    }


def _joined(value: Any) -> str:
    return ",".join(map(text_of, value)) if isinstance(value, list) else text_of(value)


def _find(context: Context, physical_id: str) -> Stack:
    found = _own(context).call.state(Stacks).find(physical_id)
    if found is None:
        raise Failed(f"Stack [{physical_id}] does not exist")
    return found


def _own(context: Context) -> InStack:
    if not isinstance(context, InStack):
        raise Failed("A nested stack is made by a stack alone.")
    return context
