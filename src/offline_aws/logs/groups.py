"""Log groups: made, listed, kept for a number of days, and deleted."""

from __future__ import annotations

import re
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.logs.checks import already_exists, invalid, logs_operation
from offline_aws.logs.paging import page
from offline_aws.logs.store import Group, Groups, Shape, find_group, group_of, milliseconds
from offline_aws.operations import Call

_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)


@logs_operation("CreateLogGroup")
def create_log_group(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make an empty log group that keeps its events for ever."""
    name, groups = parameters["logGroupName"], call.state(Groups).by_name
    if name in groups:
        raise already_exists("log group")
    groups[name] = Group(
        name,
        f"arn:aws:logs:{call.region}:{call.account}:log-group:{name}",
        milliseconds(call.clock.now()),
        parameters.get("logGroupClass", "STANDARD"),
        parameters.get("kmsKeyId", ""),
        parameters.get("deletionProtectionEnabled", False),
        tags=dict(parameters.get("tags") or {}),
    )
    return {}


@logs_operation("DeleteLogGroup")
def delete_log_group(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a log group with its streams, events and filters."""
    group = find_group(call, parameters["logGroupName"])
    if group.protected:
        raise AwsError("ValidationException", f"{group.name} has deletion protection.")
    del call.state(Groups).by_name[group.name]
    return {}


@logs_operation("PutLogGroupDeletionProtection")
def protect(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Say whether a log group can be deleted."""
    group = find_group(call, parameters["logGroupIdentifier"])
    group.protected = parameters["deletionProtectionEnabled"]
    return {}


@logs_operation("DescribeLogGroups")
def describe_log_groups(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the log groups by name.

    AWS's model has no error for an identifier of a log group that is not there: it is invalid.
    """
    prefix = parameters.get("logGroupNamePrefix", "")
    part = parameters.get("logGroupNamePattern", "")
    if prefix and part:
        raise invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive.")
    wanted = parameters.get("logGroupClass")
    identifiers = parameters.get("logGroupIdentifiers") or []
    try:
        groups = [find_group(call, each) for each in identifiers] or _named(call)
    except AwsError as error:
        raise invalid(error.message) from error
    shown = [
        _described(find_group(call, group.name))
        for group in groups
        if group.name.startswith(prefix)
        and part.lower() in group.name.lower()
        and wanted in (None, group.group_class)
    ]
    return page("logGroups", shown, parameters)


@logs_operation("ListLogGroups")
def list_log_groups(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the names and ARNs of the log groups."""
    pattern, wanted = parameters.get("logGroupNamePattern", ""), parameters.get("logGroupClass")
    shown = [
        {
            "logGroupName": group.name,
            "logGroupArn": group.arn,
            "logGroupClass": group.group_class,
        }
        for group in _named(call)
        if re.search(pattern, group.name) and wanted in (None, group.group_class)
    ]
    return page("logGroups", shown, parameters)


@logs_operation("PutRetentionPolicy")
def put_retention_policy(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Have a log group forget its events after a number of days."""
    days = parameters["retentionInDays"]
    if days not in _DAYS:
        text = (
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: {list(_DAYS)}"
        )
        raise invalid(text)
    find_group(call, parameters["logGroupName"]).retention = days
    return {}


@logs_operation("DeleteRetentionPolicy")
def delete_retention_policy(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Have a log group keep its events for ever."""
    find_group(call, parameters["logGroupName"]).retention = 0
    return {}


@logs_operation("AssociateKmsKey")
def associate_key(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Keep the key of a log group; nothing is encrypted with it."""
    named = {"logGroupIdentifier": parameters.get("resourceIdentifier")}
    group_of(call, {**parameters, **named}).kms_key = parameters["kmsKeyId"]
    return {}


@logs_operation("DisassociateKmsKey")
def disassociate_key(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Forget the key of a log group."""
    named = {"logGroupIdentifier": parameters.get("resourceIdentifier")}
    group_of(call, {**parameters, **named}).kms_key = ""
    return {}


def _named(call: Call) -> list[Group]:
    groups = call.state(Groups).by_name
    return [groups[name] for name in sorted(groups)]


def _described(group: Group) -> Shape:
    shown: Shape = {
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": len(group.metric_filters),
        "arn": f"{group.arn}:*",
        "storedBytes": group.stored_bytes,
        "logGroupClass": group.group_class,
        "logGroupArn": group.arn,
        "deletionProtectionEnabled": group.protected,
    }
    if group.retention:
        shown["retentionInDays"] = group.retention
    if group.kms_key:
        shown["kmsKeyId"] = group.kms_key
    return shown
