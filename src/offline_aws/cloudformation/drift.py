"""Whether resources still are what their stack made them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.cloudformation import schemas
from offline_aws.cloudformation.differences import (
    actual_properties,
    differences,
    expected_properties,
)
from offline_aws.cloudformation.failure import reason_of
from offline_aws.cloudformation.masking import masked
from offline_aws.cloudformation.resource_type import Failed
from offline_aws.cloudformation.store import Resource, Stack
from offline_aws.cloudformation.surroundings import context_of
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.template_check import find_type
from offline_aws.operations import Call

_OWN = "AWS::CloudFormation::"


@dataclass
class Detection:
    """One detection of a stack's drift."""

    id: str
    stack: Stack
    started: datetime
    status: str = "DETECTION_IN_PROGRESS"
    reason: str = ""
    drift: str = ""
    drifted: int = 0


@dataclass
class Drifts:
    """The detections of an account and region by id, and what they last found of each resource."""

    detections: dict[str, Detection] = field(default_factory=dict)
    found: dict[tuple[str, str], Shape] = field(default_factory=dict)


def is_supported(region: str, type_name: str) -> bool:
    """Return whether drift can be detected of a type: its schema has to say how it is read."""
    schema = schemas.find_schema(region, type_name) or {}
    own = type_name.startswith((_OWN, "Custom::"))
    return "read" in schema.get("handlers", {}) and not own


def checked(call: Call, stack: Stack, resource: Resource) -> Shape:
    """Look at a resource, note how it stands, and return AWS's ``StackResourceDrift``."""
    now = call.clock.now()
    shape: Shape = {
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type_name,
        "Timestamp": now,
    }
    try:
        shape.update(_compared(call, stack, resource))
    except Exception as error:
        reason = reason_of(error, resource.type_name, resource.token)
        shape.update(StackResourceDriftStatus="UNKNOWN", DriftStatusReason=reason)
    resource.drift, resource.drift_checked = shape["StackResourceDriftStatus"], now
    call.state(Drifts).found[stack.id, resource.logical_id] = shape
    return shape


def _compared(call: Call, stack: Stack, resource: Resource) -> Shape:
    live = live_properties(call, stack, resource)
    if live is None:
        return {"StackResourceDriftStatus": "DELETED", "PropertyDifferences": []}
    expected = expected_properties(call.region, resource.type_name, resource.properties)
    actual = actual_properties(call.region, resource.type_name, expected, live)
    drop_tags_of_the_stack(stack, expected, actual)
    found = list(differences(expected, actual))
    return {
        "ExpectedProperties": _json(masked(expected, stack.model)),
        "ActualProperties": _json(masked(actual, stack.model)),
        "PropertyDifferences": [masked(each, stack.model) for each in found],
        "StackResourceDriftStatus": "MODIFIED" if found else "IN_SYNC",
    }


def live_properties(call: Call, stack: Stack, resource: Resource) -> Shape | None:
    """Return the properties that a resource has now, None when it is gone."""
    kind = find_type(resource.type_name)
    if kind is None:
        raise Failed(f"{resource.type_name} is not simulated offline.")
    return kind.read(context_of(call, stack, resource), resource.physical_id)


def drop_tags_of_the_stack(stack: Stack, expected: Shape, actual: Shape) -> None:
    """Take out of the actual tags those that the stack gave, and not the resource's template."""
    tags = actual.get("Tags")
    own = expected.get("Tags")
    if isinstance(tags, list) and isinstance(own, list):
        named = {each.get("Key") for each in own if isinstance(each, dict)}
        actual["Tags"] = [each for each in tags if not _is_of_stack(each.get("Key"), stack, named)]
    elif isinstance(tags, dict) and isinstance(own, dict):
        actual["Tags"] = {
            key: each for key, each in tags.items() if not _is_of_stack(key, stack, set(own))
        }


def _is_of_stack(key: Any, stack: Stack, named: set[Any]) -> bool:
    return key not in named and (str(key).startswith("aws:") or key in stack.model.tags)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
