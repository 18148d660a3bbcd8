"""Resources that are there already taken into a stack."""

from __future__ import annotations

from offline_aws.cloudformation import resource_steps, schemas
from offline_aws.cloudformation.creation import BEGINNING
from offline_aws.cloudformation.failure import TROUBLE, reason_of
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.outputs import outputs_of
from offline_aws.cloudformation.stack_events import set_resource_status, set_status
from offline_aws.cloudformation.store import Model, Stack
from offline_aws.cloudformation.surroundings import scope_of
from offline_aws.cloudformation.template import Shape, Template
from offline_aws.cloudformation.template_check import dependencies
from offline_aws.cloudformation.walk import Steps, Walk
from offline_aws.operations import Call


class Importing:
    """A stack that takes resources over and does nothing else."""

    def __init__(
        self, call: Call, stack: Stack, model: Model, physical_ids: dict[str, str]
    ) -> None:
        self._call = call
        self._stack = stack
        self._before = stack.model
        self._ids = physical_ids
        stack.model = model
        self._scope = scope_of(call, stack)
        active = self._scope.active()
        self._definitions = {name: active[name] for name in physical_ids}
        needs = dependencies(active)
        self._walk = Walk(
            call.clock,
            {name: needs[name] & set(physical_ids) for name in physical_ids},
            self._begin,
            self._fail,
            lambda _: None,
            self._end,
        )

    def begin(self) -> None:
        """Give the stack its status; the rest happens on the clock."""
        self._stack.underway = self
        set_status(self._call, self._stack, "IMPORT_IN_PROGRESS", "User Initiated")
        self._call.clock.call_later(BEGINNING, self._walk.start)

    def cancel(self, reason: str) -> None:
        """Do nothing: an import goes on."""

    def _begin(self, name: str) -> Steps:
        resource = resource_steps.new_resource(self._call, name, self._definitions[name])
        self._stack.resources[name] = resource
        return resource_steps.adopt(self._call, self._stack, resource, self._scope, self._ids[name])

    def _fail(self, name: str, error: Exception) -> None:
        resource = self._stack.resources[name]
        reason = reason_of(error, resource.type_name, resource.token)
        set_resource_status(self._call, self._stack, resource, "IMPORT_FAILED", reason)

    def _end(self) -> None:
        self._stack.underway = None
        if self._walk.failures:
            names = ", ".join(self._walk.failures)
            self._leave(f"The following resource(s) failed to import: [{names}]. ")
            return
        try:
            self._stack.outputs = outputs_of(self._scope)
        except TROUBLE as trouble:
            self._leave(reason_of(trouble, "AWS::CloudFormation::Stack", self._stack.token))
            return
        set_status(self._call, self._stack, "IMPORT_COMPLETE")

    def _leave(self, reason: str) -> None:
        """Let everything go that was taken over."""
        set_status(self._call, self._stack, "IMPORT_ROLLBACK_IN_PROGRESS", reason)
        for name in self._ids:
            self._stack.resources.pop(name, None)
        self._stack.model = self._before
        set_status(self._call, self._stack, "IMPORT_ROLLBACK_COMPLETE")


def asked_for(call: Call, template: Template, listed: list[Shape]) -> dict[str, str]:
    """Return the physical ids of the resources that are to be imported. Raises ``Mistake``."""
    found: dict[str, str] = {}
    for each in listed:
        name, given = each["LogicalResourceId"], each["ResourceIdentifier"]
        resource = template.resources.get(name)
        if resource is None or resource["Type"] != each["ResourceType"]:
            raise Mistake(
                f"ResourcesToImport: resource {name} of type {each['ResourceType']} is not in the "
                "template"
            )
        if "DeletionPolicy" not in resource:
            raise Mistake(
                "DeletionPolicy must be specified for the resources to import in the template: "
                f"[{name}]"
            )
        schema = schemas.find_schema(call.region, resource["Type"]) or {}
        keys = [path[0] for path in schemas.primary_identifier(schema)]
        if set(keys) != set(given):
            raise Mistake(
                f"ResourcesToImport: resource {name} is identified by [{', '.join(keys)}]"
            )
        found[name] = "|".join(given[key] for key in keys)
    return found


def named_by(call: Call, type_name: str, properties: Shape) -> str:
    """Return the physical id that properties give to a resource, empty for none."""
    schema = schemas.find_schema(call.region, type_name) or {}
    paths = schemas.primary_identifier(schema)
    values = [properties.get(path[0]) for path in paths]
    if not values or not all(isinstance(each, str) and each for each in values):
        return ""
    return "|".join(str(each) for each in values)
