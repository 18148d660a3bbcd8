"""DescribeEvents: what happened to a stack or a change set, the failures apart."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.change_set_store import ChangeSet, find_change_set
from offline_aws.cloudformation.checks import cloudformation_operation, page
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.store import Stack, Stacks, existing
from offline_aws.errors import AwsError
from offline_aws.operations import Call

Shape = dict[str, Any]

_STACK = "AWS::CloudFormation::Stack"
_FAILURES = ("VALIDATION_ERROR", "PROVISIONING_ERROR", "HOOK_INVOCATION_ERROR")


@cloudformation_operation("DescribeEvents")
def describe_events(call: Call, parameters: Shape) -> Shape:
    """Return the events of a stack, of one operation on it, or of a change set; newest first."""
    identifier = parameters.get("OperationId")
    if name := parameters.get("ChangeSetName"):
        found = _of_change_set(_change_set(call, name, parameters.get("StackName")))
    elif parameters.get("StackName"):
        found = _of_stack(existing(call, parameters["StackName"], "Stack [{}] does not exist"))
    elif identifier:
        found = [each for stack in call.state(Stacks).by_id.values() for each in _of_stack(stack)]
    else:
        raise Mistake("One of StackName, ChangeSetName and OperationId must be specified")
    if identifier:
        found = [each for each in found if each.get("OperationId") == identifier]
    if parameters.get("Filters", {}).get("FailedEvents"):
        found = [each for each in found if each["EventType"] in _FAILURES]
    return page("OperationEvents", found, parameters)


def _change_set(call: Call, name: str, stack_name: str | None) -> ChangeSet:
    try:
        return find_change_set(call, name, stack_name)
    except AwsError as error:
        raise Mistake(error.message) from None  # of the operation's own errors


def _of_stack(stack: Stack) -> list[Shape]:
    return [_event(each) for each in reversed(stack.events)]


def _event(event: Shape) -> Shape:
    if event["ResourceType"] == _STACK and event["PhysicalResourceId"] == event["StackId"]:
        kind = "STACK_EVENT"
    elif event["ResourceStatus"].endswith("FAILED"):
        kind = "PROVISIONING_ERROR"
    else:
        kind = "PROGRESS_EVENT"
    shown = {name: value for name, value in event.items() if name != "StackName"}
    return {**shown, "EventType": kind}


def _of_change_set(change_set: ChangeSet) -> list[Shape]:
    """Return the early validations that failed."""
    return [
        {
            "EventId": f"{change_set.id.rpartition('/')[2]}-{number}",
            "StackId": change_set.stack.id,
            "OperationId": change_set.id,
            "OperationType": "CREATE_CHANGESET",
            "EventType": "VALIDATION_ERROR",
            "LogicalResourceId": name,
            "ResourceType": change_set.model.template.resources[name]["Type"],
            "Timestamp": change_set.created,
            "ValidationFailureMode": "FAIL",
            "ValidationName": validation,
            "ValidationStatus": "FAILED",
            "ValidationStatusReason": reason,
            "ValidationPath": f"/Resources/{name}/Properties",
        }
        for number, (name, validation, reason) in enumerate(change_set.validations)
    ]
