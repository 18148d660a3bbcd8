"""Tags of log groups, by the old operations and by the new ones."""

from __future__ import annotations

from typing import Any

from offline_aws.logs.checks import logs_operation, not_simulated
from offline_aws.logs.store import Group, find_group
from offline_aws.operations import Call


@logs_operation("TagLogGroup")
def tag_log_group(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Add tags to a log group by its name."""
    find_group(call, parameters["logGroupName"]).tags.update(parameters["tags"])
    return {}


@logs_operation("UntagLogGroup")
def untag_log_group(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Remove tags from a log group by its name."""
    _remove(find_group(call, parameters["logGroupName"]), parameters["tags"])
    return {}


@logs_operation("ListTagsLogGroup")
def list_tags_log_group(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the tags of a log group by its name."""
    return {"tags": dict(find_group(call, parameters["logGroupName"]).tags)}


@logs_operation("TagResource")
def tag_resource(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Add tags to a log group by its ARN."""
    _of_arn(call, "TagResource", parameters).tags.update(parameters["tags"])
    return {}


@logs_operation("UntagResource")
def untag_resource(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Remove tags from a log group by its ARN."""
    _remove(_of_arn(call, "UntagResource", parameters), parameters["tagKeys"])
    return {}


@logs_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the tags of a log group by its ARN."""
    return {"tags": dict(_of_arn(call, "ListTagsForResource", parameters).tags)}


def _of_arn(call: Call, operation_name: str, parameters: dict[str, Any]) -> Group:
    arn = parameters["resourceArn"]
    if arn.startswith("arn:") and ":log-group:" not in arn:
        raise not_simulated(operation_name, f"{arn}, which is no log group")
    return find_group(call, arn)


def _remove(group: Group, keys: list[str]) -> None:
    for key in keys:
        group.tags.pop(key, None)
