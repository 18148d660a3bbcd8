"""What the template of a stack sees: its parameters, its resources as they are, the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from offline_aws import clients
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.parameters import Value
from offline_aws.cloudformation.resource_type import Context, HasRef
from offline_aws.cloudformation.scope import UNKNOWN, Scope
from offline_aws.cloudformation.store import Model, Resource, Stack, Stacks
from offline_aws.cloudformation.template import Template
from offline_aws.cloudformation.template_check import find_type
from offline_aws.operations import Call


class InStack(Context):
    """The context of the types that belong to CloudFormation itself."""

    call: Call
    stack: Stack


def client_of(call: Call) -> Callable[[str], Any]:
    """Return how to get the client of a service, in the region and account of a call."""
    return lambda service: clients.client(service, call.region, call.account)


def pseudo_parameters(
    call: Call, stack_name: str, stack_id: str, arns: list[str]
) -> dict[str, Any]:
    """Return the values of the parameters that every template has."""
    return {
        "AWS::AccountId": call.account,
        "AWS::NotificationARNs": arns,
        "AWS::Partition": "aws",
        "AWS::Region": call.region,
        "AWS::StackId": stack_id,
        "AWS::StackName": stack_name,
        "AWS::URLSuffix": "amazonaws.com",
    }


def scope_without_resources(
    call: Call, template: Template, parameters: Mapping[str, Value], name: str = "", arn: str = ""
) -> Scope:
    """Return the scope in which whatever a resource gives is unknown."""
    return Scope(
        template,
        {key: value.ref for key, value in parameters.items()},
        pseudo_parameters(call, name, arn, []),
        export=lambda each: export_value(call, each),
        zones=lambda region: zones(call, region),
    )


def scope_of(
    call: Call, stack: Stack, model: Model | None = None, *, unknown: frozenset[str] = frozenset()
) -> Scope:
    """Return the scope of a stack with its resources as they are now.

    ``unknown`` are those of which a change set cannot say what they will be.
    """
    model = model or stack.model

    def ref(name: str) -> Any:
        if name in unknown:
            return UNKNOWN
        return ref_of(call, stack, _made(stack, name))

    def attribute(name: str, path: str) -> Any:
        if name in unknown:
            return UNKNOWN
        return attribute_of(call, stack, _made(stack, name), path)

    return Scope(
        model.template,
        {name: value.ref for name, value in model.parameters.items()},
        pseudo_parameters(call, stack.name, stack.id, model.notification_arns),
        ref,
        attribute,
        lambda name: export_value(call, name),
        lambda region: zones(call, region),
    )


def _made(stack: Stack, name: str) -> Resource:
    found = stack.resources.get(name)
    if found is None or not found.physical_id:
        raise Mistake(
            f"Template format error: Unresolved resource dependencies [{name}] in the Resources "
            "block of the template"
        )
    return found


def ref_of(call: Call, stack: Stack, resource: Resource) -> str:
    """Return what Ref of a resource gives."""
    kind = find_type(resource.type_name)
    if isinstance(kind, HasRef):
        return kind.ref(context_of(call, stack, resource), resource.physical_id)
    return resource.physical_id


def attribute_of(call: Call, stack: Stack, resource: Resource, path: str) -> Any:
    """Return what Fn::GetAtt of a resource gives. Raises ``Mistake``."""
    kind = find_type(resource.type_name)
    assert kind is not None  # noqa: S101 - it was made
    found: Any = kind.read(context_of(call, stack, resource), resource.physical_id)
    if found is None:
        raise Mistake(f"Resource {resource.logical_id} [{resource.physical_id}] does not exist")
    whole = found
    for step in path.split("."):
        if not isinstance(found, dict) or step not in found:
            # An attribute may have a dot in its name.
            if path in whole:
                return whole[path]
            raise Mistake(
                f"Template error: resource {resource.logical_id} does not support attribute type "
                f"{path} in Fn::GetAtt"
            )
        found = found[step]
    return found


def context_of(call: Call, stack: Stack, resource: Resource) -> Context:
    """Return who makes a resource, for its type."""
    context = InStack(
        call.account,
        call.region,
        stack.name,
        stack.id,
        resource.logical_id,
        call.clock,
        {
            **stack.model.tags,
            "aws:cloudformation:stack-name": stack.name,
            "aws:cloudformation:stack-id": stack.id,
            "aws:cloudformation:logical-id": resource.logical_id,
        },
        resource.token,
        resource.applied,
    )
    # Frozen for the types of others.
    object.__setattr__(context, "call", call)
    object.__setattr__(context, "stack", stack)
    return context


def export_value(call: Call, name: str) -> str:
    """Return the value of an export. Raises ``Mistake``."""
    found = find_export(call, name)
    if found is None:
        raise Mistake(f"No export named {name} found.")
    return found[1]


def find_export(call: Call, name: str) -> tuple[Stack, str] | None:
    """Return the stack of an export and its value."""
    for stack in call.state(Stacks).live():
        for output in stack.outputs:
            if output.get("ExportName") == name:
                return stack, str(output["OutputValue"])
    return None


def zones(call: Call, region: str) -> list[str]:
    """Return the availability zones of a region."""
    found = clients.client("ec2", region, call.account).describe_availability_zones()
    return [each["ZoneName"] for each in found["AvailabilityZones"]]
