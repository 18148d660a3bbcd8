"""What people do with stacks all day: deploy, wait, look what would change, look for drift.

Each takes the lab first, whose clock moves while CloudFormation works.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.lab import REGION, Lab
from devops_workbook.stack_change_set import make_change_set
from devops_workbook.stack_drift import detect_drift
from offline_aws import clients

Shape = dict[str, Any]

_RIGHTS = ["CAPABILITY_IAM"]
_HALF_AN_HOUR = timedelta(minutes=30)


def settle(lab: Lab, stack: str, tell: Callable[[str], object] | None = None) -> str:
    """Move the lab's clock until a stack is at rest; return its status.

    ``DELETE_COMPLETE`` for a stack that is gone. ``tell`` is called with a line for each half hour
    of lab time that it takes: a service that does not come to rest takes three hours.
    """
    client = clients.client("cloudformation", REGION)
    told = lab.clock.now()
    while (status := _status(client, stack)).endswith("_IN_PROGRESS"):
        # A change set that makes a new stack waits in this status for somebody to execute it.
        if status == "REVIEW_IN_PROGRESS":
            break
        lab.clock.advance(seconds=15)
        if tell and lab.clock.now() - told >= _HALF_AN_HOUR:
            told = lab.clock.now()
            tell(f"{told:%H:%M}  CloudFormation still waits for {_waits_for(client, stack)}.")
    return status


def _waits_for(client: Any, stack: str) -> str:
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    found = [
        each["LogicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceStatus"].endswith("_IN_PROGRESS")
    ]
    return ", ".join(found) or stack


def status_of(stack: str) -> str:
    """Return the status of a stack by name or id; ``DELETE_COMPLETE`` where there is none."""
    return _status(clients.client("cloudformation", REGION), stack)


def _status(client: Any, stack: str) -> str:
    try:
        return str(client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    except ClientError:
        return "DELETE_COMPLETE"


def deploy(
    lab: Lab,
    stack: str,
    template: str,
    *,
    tell: Callable[[str], object] | None = None,
    **more: Any,
) -> str:
    """Create a stack or update it to a template, wait, and return its status.

    This is what ``aws cloudformation deploy`` does. Where nothing would change, nothing happens.
    ``more`` are further parameters of CreateStack and UpdateStack, ``tell`` is that of ``settle``.
    """
    client = clients.client("cloudformation", REGION)
    wanted: Shape = {
        "StackName": stack,
        "TemplateBody": template,
        "Capabilities": _RIGHTS,
        **more,
    }
    if status_of(stack) == "DELETE_COMPLETE":
        client.create_stack(**wanted)
        return settle(lab, stack, tell)
    try:
        client.update_stack(**wanted)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    return settle(lab, stack, tell)


def preview(lab: Lab, stack: str, template: str, name: str, **more: Any) -> Shape:
    """Make a change set, wait for it and return what DescribeChangeSet says."""
    return make_change_set(
        clients.client("cloudformation", REGION),
        stack,
        name,
        TemplateBody=template,
        Capabilities=_RIGHTS,
        **more,
    )


def detect(lab: Lab, stack: str) -> str:
    """Let CloudFormation look for drift, wait, and return the stack's drift status."""
    return detect_drift(stack, clients.client("cloudformation", REGION))
