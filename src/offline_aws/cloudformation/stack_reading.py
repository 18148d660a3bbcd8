"""Look at stacks, their events, resources and exports."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation import shapes
from offline_aws.cloudformation.checks import cloudformation_operation, page
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.outputs import importers
from offline_aws.cloudformation.store import Resource, Stack, Stacks, existing
from offline_aws.operations import Call

Shape = dict[str, Any]


@cloudformation_operation("DescribeStacks")
def describe_stacks(call: Call, parameters: Shape) -> Shape:
    """Return one stack, deleted ones by id, or all that are not deleted."""
    if name := parameters.get("StackName"):
        return {"Stacks": [shapes.stack_shape(existing(call, name))]}
    found = call.state(Stacks).live()
    answer = page("Stacks", found, parameters)
    return {**answer, "Stacks": [shapes.stack_shape(each) for each in answer["Stacks"]]}


@cloudformation_operation("ListStacks")
def list_stacks(call: Call, parameters: Shape) -> Shape:
    """Return all stacks, deleted ones too, in some states or in any."""
    wanted = parameters.get("StackStatusFilter", ())
    found = [
        stack
        for stack in reversed(call.state(Stacks).by_id.values())
        if not wanted or stack.status in wanted
    ]
    answer = page("StackSummaries", found, parameters)
    listed = [shapes.summary_shape(each) for each in answer["StackSummaries"]]
    return {**answer, "StackSummaries": listed}


@cloudformation_operation("DescribeStackEvents")
def describe_stack_events(call: Call, parameters: Shape) -> Shape:
    """Return the events of a stack, the newest first."""
    stack = existing(call, parameters["StackName"], "Stack [{}] does not exist")
    return page("StackEvents", stack.events[::-1], parameters)


@cloudformation_operation("ListStackResources")
def list_stack_resources(call: Call, parameters: Shape) -> Shape:
    """Return the resources of a stack."""
    stack = existing(call, parameters["StackName"])
    found = [shapes.resource_summary(each) for each in _begun(stack)]
    return page("StackResourceSummaries", found, parameters)


@cloudformation_operation("DescribeStackResources")
def describe_stack_resources(call: Call, parameters: Shape) -> Shape:
    """Return the resources of a stack, or of the one that a resource is of."""
    name, physical = parameters.get("StackName"), parameters.get("PhysicalResourceId")
    if bool(name) == bool(physical):
        raise Mistake("Either StackName or PhysicalResourceId must be specified")
    stack = existing(call, name) if name else _stack_of(call, str(physical))
    logical = parameters.get("LogicalResourceId")
    found = [each for each in _begun(stack) if logical in (None, each.logical_id)]
    return {"StackResources": [shapes.resource_shape(stack, each) for each in found[:100]]}


def _stack_of(call: Call, physical_id: str) -> Stack:
    for stack in call.state(Stacks).live():
        if any(each.physical_id == physical_id for each in stack.resources.values()):
            return stack
    raise Mistake(f"Stack for {physical_id} does not exist")


def _begun(stack: Stack) -> list[Resource]:
    return [each for each in stack.resources.values() if each.status]


@cloudformation_operation("DescribeStackResource")
def describe_stack_resource(call: Call, parameters: Shape) -> Shape:
    """Return a resource of a stack with its metadata."""
    stack = existing(call, parameters["StackName"], "Stack '{}' does not exist")
    resource = resource_named(stack, parameters["LogicalResourceId"])
    return {"StackResourceDetail": shapes.resource_detail(stack, resource)}


def resource_named(stack: Stack, name: str) -> Resource:
    """Return a resource of a stack. Raises ``Mistake``."""
    found = stack.resources.get(name)
    if found is None or not found.status:
        raise Mistake(f"Resource {name} does not exist for stack {stack.name}")
    return found


@cloudformation_operation("ListExports")
def list_exports(call: Call, parameters: Shape) -> Shape:
    """Return every export of the account and region."""
    found = [
        {
            "ExportingStackId": stack.id,
            "Name": output["ExportName"],
            "Value": output["OutputValue"],
        }
        for stack in call.state(Stacks).live()
        for output in stack.outputs
        if "ExportName" in output
    ]
    return page("Exports", sorted(found, key=lambda each: each["Name"]), parameters)


@cloudformation_operation("ListImports")
def list_imports(call: Call, parameters: Shape) -> Shape:
    """Return the names of the stacks that import a value."""
    found = importers(call, parameters["ExportName"])
    if not found:
        raise Mistake(f"Export '{parameters['ExportName']}' is not imported by any stack.")
    return page("Imports", found, parameters)


@cloudformation_operation("DescribeAccountLimits")
def describe_account_limits(call: Call, parameters: Shape) -> Shape:
    """Return AWS's default limits; none of them is kept to."""
    limits = {"StackLimit": 2000, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2500}
    return page(
        "AccountLimits",
        [{"Name": name, "Value": value} for name, value in limits.items()],
        parameters,
    )
