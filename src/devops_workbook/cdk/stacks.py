"""What the CDK asks CloudFormation all day: is a stack there, wait for it, why did it fail.

Everything waits by botocore's waiters: they move a lab's clock, and would wait for real AWS.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from devops_workbook.cdk.clients import client
from devops_workbook.cdk.errors import CdkError
from devops_workbook.stack_change_set import make_change_set

Shape = dict[str, Any]

_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_NOTHING = ("didn't contain changes", "No updates are to be performed")


def existing(name: str) -> Shape:
    """Return a stack that has resources or had some; an empty shape where there is none."""
    try:
        [found] = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError:
        return {}
    # Made by a change set that nobody has executed.
    return {} if found["StackStatus"] == "REVIEW_IN_PROGRESS" else dict(found)


def fresh_change_set(stack: str, change_set: str, **wanted: Any) -> Shape:
    """Make a change set, wait for it and return it; without changes where nothing changes.

    One of the same name goes first. ``wanted`` is what CreateChangeSet takes. Raises ``CdkError``
    where CloudFormation finds later that it cannot be made, botocore's where it says so at once.
    """
    cloudformation = client("cloudformation")
    named = {"StackName": stack, "ChangeSetName": change_set}
    there = bool(existing(stack))
    if there:
        cloudformation.delete_change_set(**named)
    kind = "UPDATE" if there else "CREATE"
    made = make_change_set(cloudformation, stack, change_set, ChangeSetType=kind, **wanted)
    reason = made.get("StatusReason", "")
    if made["Status"] == "FAILED" and not any(each in reason for each in _NOTHING):
        reasons = _early_findings(change_set_of=made["ChangeSetId"]) or [reason]
        cloudformation.delete_change_set(**named)
        told = "; ".join(reasons)
        raise CdkError(f"{stack}: CloudFormation makes no change set: {told}")
    return made


def _early_findings(change_set_of: str) -> list[str]:
    """Return what CloudFormation's validation of a change set has found, by resource."""
    pages = client("cloudformation").get_paginator("describe_events")
    return [
        f"{event['LogicalResourceId']}: {event['ValidationStatusReason']}"
        for page in pages.paginate(ChangeSetName=change_set_of)
        for event in page["OperationEvents"]
        if event.get("ValidationStatus") == "FAILED"
    ]


def execute(stack: str, change_set: str) -> str:
    """Execute a change set, wait for the stack and return its status. Raises ``CdkError``."""
    cloudformation = client("cloudformation")
    kind = "update" if existing(stack) else "create"
    cloudformation.execute_change_set(StackName=stack, ChangeSetName=change_set)
    with suppress(WaiterError):  # the status says more
        cloudformation.get_waiter(f"stack_{kind}_complete").wait(StackName=stack)
    status: str = existing(stack).get("StackStatus", "DELETE_COMPLETE")
    if status not in _GOOD:
        raise CdkError(f"{stack} failed and is now {status}. {first_failure(stack)}")
    return status


def remove(stack: str) -> None:
    """Delete a stack and wait. Raises ``CdkError`` where it stays, botocore's where it may not."""
    cloudformation = client("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
    except WaiterError:
        status = existing(stack).get("StackStatus")
        raise CdkError(f"{stack} is not deleted: {status}. {first_failure(stack)}") from None


def first_failure(stack: str) -> str:
    """Return what failed first in the newest operation of a stack, and why, in one sentence."""
    pages = client("cloudformation").get_paginator("describe_stack_events")
    first = ""
    for page in pages.paginate(StackName=stack):
        for event in page["StackEvents"]:
            status = event["ResourceStatus"]
            reason = event.get("ResourceStatusReason", "")
            own = event["PhysicalResourceId"] == event["StackId"]
            if status.endswith("_FAILED"):
                first = f"First failed {event['LogicalResourceId']}: {reason}"
            elif own and status.endswith("ROLLBACK_IN_PROGRESS"):
                first = f"The reason: {reason}"
            begun = own and reason == "User Initiated"
            if begun and status.endswith("_IN_PROGRESS"):
                return first
    return first
