"""Whether an update of a stack would do anything."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.cloudformation import property_check, schemas
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.outputs import outputs_of
from offline_aws.cloudformation.requests import text_at
from offline_aws.cloudformation.store import Model, Resource, Stack, Stacks
from offline_aws.cloudformation.surroundings import scope_of
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.update import GONE, NESTED
from offline_aws.operations import Call

_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


def check_same_types(stack: Stack, model: Model) -> None:
    """Raise ``Mistake`` for a resource that would become one of another type."""
    other = [
        name
        for name, resource in model.template.resources.items()
        if name in stack.resources and stack.resources[name].type_name != resource["Type"]
    ]
    if other:
        raise Mistake(
            "Update of resource type is not permitted. The new template modifies resource type of "
            f"the following resources: [{', '.join(other)}]"
        )


def has_changes(call: Call, stack: Stack, model: Model) -> bool:
    """Return whether a stack would be another one with a model."""
    now = stack.model
    if model.tags != now.tags or model.notification_arns != now.notification_arns:
        return True
    scope = scope_of(call, stack, model)
    active = scope.active()
    there = {name for name, each in stack.resources.items() if each.status not in GONE}
    if set(active) != there:
        return True
    try:
        return (
            any(
                _differs(
                    call,
                    stack,
                    stack.resources[name],
                    definition,
                    scope.value(definition.get("Properties") or {}),
                    scope.value(definition.get("Metadata")),
                )
                for name, definition in active.items()
            )
            or outputs_of(scope) != stack.outputs
        )
    except (Mistake, ClientError):
        return True  # the update will say what is wrong


def _differs(
    call: Call, stack: Stack, old: Resource, new: Shape, properties: Shape, metadata: object
) -> bool:
    schema = schemas.find_schema(call.region, old.type_name) or {}
    if property_check.fitted(schema, properties) != old.properties or metadata != old.metadata:
        return True
    if old.status.endswith("FAILED"):
        return True
    if any(new.get(policy) != old.definition.get(policy) for policy in _POLICIES):
        return True
    return old.type_name == NESTED and _nested_differs(call, old)


def _nested_differs(call: Call, old: Resource) -> bool:
    nested = call.state(Stacks).find(old.physical_id)
    return nested is None or text_at(call, old.properties["TemplateURL"]) != nested.model.text
