"""Tables of what CloudFormation says of a stack: its events, a change set, its drift."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3

from devops_workbook.display import Table

Shape = dict[str, Any]

_LONGEST = 160


def events_table(stack: str, *, last: int = 0, newest_operation: bool = False) -> Table:
    """Return the events of a stack, the oldest first; only so many of the newest, if given.

    ``newest_operation`` leaves out what happened before somebody last created, updated or deleted
    the stack. The columns are time (UTC), resource, status and reason. Where a stack is gone,
    ``stack`` is its id.
    """
    pages = boto3.client("cloudformation").get_paginator("describe_stack_events")
    found = [each for page in pages.paginate(StackName=stack) for each in page["StackEvents"]]
    shown = (_newest_operation(found) if newest_operation else found)[: last or None]
    rows = [
        (
            f"{each['Timestamp']:%H:%M:%S}",
            each["LogicalResourceId"],
            each["ResourceStatus"],
            _short(each.get("ResourceStatusReason", "")),
        )
        for each in reversed(shown)
    ]
    name = found[0]["StackName"]
    return Table(f"Events of {name}, times in UTC", ("Time", "Resource", "Status", "Reason"), rows)


def _newest_operation(events: list[Shape]) -> list[Shape]:
    """Return the events, the newest first, up to the one with which somebody began."""
    for position, each in enumerate(events):
        of_the_stack = each["PhysicalResourceId"] == each["StackId"]
        if of_the_stack and each.get("ResourceStatusReason") == "User Initiated":
            return events[: position + 1]
    return events


def changes_table(stack: str, change_set: str) -> Table:
    """Return what a change set would do, a row for each resource.

    The columns are resource, action, replacement, what happens to the old one, and the
    properties. Raises botocore's ``ClientError`` where there is no such change set.
    """
    found = boto3.client("cloudformation").describe_change_set(
        StackName=stack, ChangeSetName=change_set
    )
    rows = [_change(each["ResourceChange"]) for each in found["Changes"]]
    caption = f"Change set {change_set} of {found['StackName']}: {found['Status']}"
    if found.get("StatusReason"):
        caption += f", {found['StatusReason']}"
    columns = ("Resource", "Action", "Replacement", "The old one", "Because of")
    return Table(caption, columns, rows)


def _change(change: Shape) -> tuple[str, ...]:
    because = dict.fromkeys(
        detail["Target"].get("Name") or detail["Target"]["Attribute"]
        for detail in change.get("Details", ())
    )
    return (
        change["LogicalResourceId"],
        change["Action"],
        change.get("Replacement", "-"),
        change.get("PolicyAction", "-"),
        ", ".join(because) or "-",
    )


def drift_table(stack: str, client: Any = None) -> Table:
    """Return what the last detection found, a row for each property that differs.

    The columns are resource, status, property, expected and actual. Resources in sync have one
    row. ``client`` is any boto3 client of CloudFormation, by default one of the lab.
    """
    client = client or boto3.client("cloudformation")
    found = client.describe_stack_resource_drifts(StackName=stack)
    rows = [row for each in found["StackResourceDrifts"] for row in _differences(each)]
    columns = ("Resource", "Status", "Property", "Expected", "Actual")
    return Table(f"Drift of {stack}, as last detected", columns, rows)


def _differences(drift: Shape) -> Iterator[tuple[str, ...]]:
    head = (drift["LogicalResourceId"], drift["StackResourceDriftStatus"])
    differences = drift.get("PropertyDifferences", [])
    if not differences:
        yield (*head, "-", "-", "-")
    for each in differences:
        values = (_plain(each["ExpectedValue"]), _plain(each["ActualValue"]))
        yield (*head, each["PropertyPath"], *values)


def _plain(value: str) -> str:
    """Return a value without the quotes of its JSON, "-" for null; with spaces, to be broken at."""
    try:
        found = json.loads(value)
    except json.JSONDecodeError:
        return _short(value)
    if found is None:
        return "-"
    return _short(json.dumps(found) if isinstance(found, (dict, list)) else str(found))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
