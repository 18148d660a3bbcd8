"""What is done to one resource of a stack, step by step on the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from offline_aws.cloudformation import property_check, schemas
from offline_aws.cloudformation.dynamic_references import looked_up
from offline_aws.cloudformation.failure import handler_message
from offline_aws.cloudformation.resource_type import (
    Failed,
    HasSnapshot,
    ResourceType,
    Stabilises,
    Stopped,
    VanishesLater,
)
from offline_aws.cloudformation.scope import Scope
from offline_aws.cloudformation.stack_events import set_resource_status
from offline_aws.cloudformation.store import Resource, Stack, Stacks
from offline_aws.cloudformation.surroundings import client_of, context_of
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.template_check import find_type
from offline_aws.cloudformation.walk import Steps
from offline_aws.operations import Call

#: From the first event of a resource to the call of the service.
BEFORE = timedelta(seconds=1)
DELETION = timedelta(seconds=2)
_POLL, _SOON, _LATER_POLL = timedelta(seconds=5), timedelta(minutes=1), timedelta(seconds=15)
# No service takes longer to become stable; an own timeout comes first.
_LONGEST = timedelta(hours=3)
_INITIATED = "Resource creation Initiated"
_REPLACING = (
    "Requested update requires the creation of a new physical resource; hence creating one."
)
_NO_SCHEMA: Shape = {}


def type_of(resource: Resource) -> ResourceType:
    """Return the type of a resource, which is simulated."""
    kind = find_type(resource.type_name)
    if kind is None:
        raise Failed(f"{resource.type_name} is not simulated offline.")
    return kind


def new_resource(call: Call, name: str, definition: Shape) -> Resource:
    """Return a resource that is not made yet."""
    token = call.state(Stacks).new_id(call)
    return Resource(name, definition["Type"], definition, token=token)


def put_in(call: Call, scope: Scope, resource: Resource) -> None:
    """Put every function into a resource's properties and metadata. Raises ``Mistake``."""
    definition = resource.definition
    schema = schemas.find_schema(call.region, resource.type_name) or _NO_SCHEMA
    given = scope.value(definition.get("Properties") or {})
    resource.properties = property_check.fitted(schema, given)
    resource.metadata = scope.value(definition["Metadata"]) if "Metadata" in definition else None


def ready(call: Call, resource: Resource, properties: Shape) -> Shape:
    """Return properties as their type takes them, with dynamic references looked up.

    Raises ``Failed`` for what the type's schema does not allow.
    """
    schema = schemas.find_schema(call.region, resource.type_name) or _NO_SCHEMA
    found = property_check.fitted(schema, looked_up(properties, client_of(call)))
    if mistakes := property_check.mistakes(schema, found):
        lines = "\n".join(mistakes)
        raise Failed(
            f"Properties validation failed for resource {resource.logical_id} with message:\n"
            f"{lines}"
        )
    return found


def create(
    call: Call,
    stack: Stack,
    resource: Resource,
    scope: Scope,
    status: str = "CREATE",
    reason: str = "",
) -> Steps:
    """Make a resource; ``status`` is UPDATE for one that replaces another."""
    put_in(call, scope, resource)
    set_resource_status(call, stack, resource, f"{status}_IN_PROGRESS", reason)
    resource.physical_id = ""  # of one that replaces another, the event had that one's
    yield BEFORE
    given = ready(call, resource, resource.properties)
    kind, context = type_of(resource), context_of(call, stack, resource)
    try:
        resource.physical_id = kind.create(context, given)
    except Failed as failed:
        resource.physical_id = failed.physical_id or ""
        raise
    set_resource_status(call, stack, resource, f"{status}_IN_PROGRESS", _INITIATED)
    yield kind.takes
    yield from _stable(call, stack, resource)
    set_resource_status(call, stack, resource, f"{status}_COMPLETE")


def adopt(call: Call, stack: Stack, resource: Resource, scope: Scope, physical_id: str) -> Steps:
    """Take a resource over that is there already."""
    put_in(call, scope, resource)
    resource.physical_id = physical_id
    set_resource_status(call, stack, resource, "IMPORT_IN_PROGRESS", "Resource import started.")
    yield BEFORE
    ready(call, resource, resource.properties)
    if type_of(resource).read(context_of(call, stack, resource), physical_id) is None:
        raise Failed(
            f"Resource of type '{resource.type_name}' with identifier '{physical_id}' was not "
            "found."
        )
    yield BEFORE
    set_resource_status(call, stack, resource, "IMPORT_COMPLETE", "Resource import completed.")


def replacing(
    call: Call, stack: Stack, old: Resource, definition: Shape, scope: Scope
) -> tuple[Resource, Steps]:
    """Return the resource that takes the place of another, and the steps to make it."""
    new = new_resource(call, old.logical_id, definition)

    def steps() -> Steps:
        new.physical_id = old.physical_id  # as its first event has it
        yield from create(call, stack, new, scope, "UPDATE", _REPLACING)

    return new, steps()


def update(call: Call, stack: Stack, old: Resource, new: Resource) -> Steps:
    """Change a resource in place to what ``new`` has.

    Where it fails or is cancelled, ``new.applied`` is how far it came.
    """
    new.in_place = old.applied
    set_resource_status(call, stack, new, "UPDATE_IN_PROGRESS")
    yield BEFORE
    given = ready(call, new, new.properties)
    kind, context = type_of(new), context_of(call, stack, new)
    before = looked_up(old.applied, client_of(call))
    new.in_place = None
    try:
        kind.update(context, new.physical_id, before, given)
    except Stopped as stopped:
        reached = {**old.applied, **stopped.reached}
        new.in_place = {name: value for name, value in reached.items() if value is not None}
        raise stopped.cause from stopped
    yield kind.takes
    yield from _stable(call, stack, new)
    set_resource_status(call, stack, new, "UPDATE_COMPLETE")


def confirm(call: Call, stack: Stack, old: Resource, new: Resource) -> Steps:
    """Go back to ``new``, of which an update has changed nothing.

    Raises ``Failed`` where the update was to be made by the service, and there is nothing to make
    it on: AWS asks its handler at a rollback, too.
    """
    set_resource_status(call, stack, new, "UPDATE_IN_PROGRESS")
    if old.in_place is not None:
        yield BEFORE
        if type_of(new).read(context_of(call, stack, new), new.physical_id) is None:
            missing = f"Resource of type '{new.type_name}' with identifier '{new.physical_id}'"
            raise Failed(handler_message(f"{missing} was not found.", "NotFound", new.token))
    set_resource_status(call, stack, new, "UPDATE_COMPLETE")


def delete(call: Call, stack: Stack, resource: Resource, *, policy: str) -> Steps:
    """Delete a resource, or leave it there as its policy says."""
    if policy == "Retain":
        set_resource_status(call, stack, resource, "DELETE_SKIPPED")
        return
    set_resource_status(call, stack, resource, "DELETE_IN_PROGRESS")
    yield BEFORE
    kind, context = type_of(resource), context_of(call, stack, resource)
    if policy == "Snapshot" and isinstance(kind, HasSnapshot):
        kind.snapshot(context, resource.physical_id)
    kind.delete(context, resource.physical_id)
    yield DELETION
    if isinstance(kind, VanishesLater):
        later: VanishesLater = kind
        yield from _until(lambda: later.gone(context, resource.physical_id))
    set_resource_status(call, stack, resource, "DELETE_COMPLETE")


def _stable(call: Call, stack: Stack, resource: Resource) -> Steps:
    kind = type_of(resource)
    if isinstance(kind, Stabilises):
        context, stabilising = context_of(call, stack, resource), kind
        yield from _until(lambda: stabilising.stabilise(context, resource.physical_id))


def _until(reached: Callable[[], bool]) -> Steps:
    waited = timedelta()
    while not reached():
        if waited >= _LONGEST:
            raise Failed("Exceeded attempts to wait")
        # A look costs real time: what takes longer is looked at less often.
        pause = _POLL if waited < _SOON else _LATER_POLL
        waited += pause
        yield pause
