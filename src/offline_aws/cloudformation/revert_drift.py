"""Change sets that look at the resources as they are, and bring them back to the template.

Three states are compared: what the last deployment set, what is there, what the template sets now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from offline_aws.cloudformation import drift
from offline_aws.cloudformation.change_set_store import ChangeSet
from offline_aws.cloudformation.change_shapes import at, shown
from offline_aws.cloudformation.comparison import Comparison
from offline_aws.cloudformation.differences import (
    actual_properties,
    expected_properties,
    ignored_properties,
    same,
)
from offline_aws.cloudformation.store import Resource, Stack
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.update import GONE
from offline_aws.operations import Call


def changes(call: Call, change_set: ChangeSet) -> list[Shape]:
    """Return the changes from what is there to what the template says."""
    stack = change_set.stack
    before = {name: each.copy() for name, each in stack.resources.items()}
    actual = replace(stack, resources={name: each.copy() for name, each in before.items()})
    found = _looked_at(call, actual)
    comparison = Comparison(call, actual, change_set.model, change_set.imports)
    listed = comparison.changes()
    named = {each["ResourceChange"]["LogicalResourceId"]: each for each in listed}
    for name, how in found.items():
        old = before[name]
        if name in named:
            _tell_drift(call, named[name]["ResourceChange"], old, actual.resources[name], how)
        elif how["status"] == "MODIFIED":
            adopted = _adopted(call, old, actual.resources[name], how, comparison)
            if adopted:
                listed.append({"Type": "Resource", "ResourceChange": adopted})
    statuses = {each["status"] for each in found.values()}
    change_set.drift = "DRIFTED" if statuses & {"MODIFIED", "DELETED"} else "IN_SYNC"
    return sorted(listed, key=lambda each: each["ResourceChange"]["LogicalResourceId"])


def take_actual(call: Call, stack: Stack) -> None:
    """Let a stack's resources be recorded as they are, so that an update starts from there."""
    _looked_at(call, stack)


def _looked_at(call: Call, stack: Stack) -> dict[str, Shape]:
    """Record each resource of a stack as it is; return how it stands."""
    found: dict[str, Shape] = {}
    for name, resource in stack.resources.items():
        if resource.status in GONE or not drift.is_supported(call.region, resource.type_name):
            continue
        live = drift.live_properties(call, stack, resource)
        now = call.clock.now()
        if live is None:
            found[name] = {"status": "DELETED", "at": now, "physical": resource.physical_id}
            resource.physical_id = ""
            continue
        expected = expected_properties(call.region, resource.type_name, resource.properties)
        actual = actual_properties(call.region, resource.type_name, expected, live)
        drift.drop_tags_of_the_stack(stack, expected, actual)
        different = [each for each in expected if not same(expected[each], actual.get(each))]
        merged = dict(resource.properties)
        for each in different:
            if each in actual:
                merged[each] = _within(expected[each], actual[each])
            else:
                del merged[each]
        resource.properties = merged
        found[name] = {"status": "MODIFIED" if different else "IN_SYNC", "at": now}
    return found


def _within(expected: Any, actual: Any) -> Any:
    """Return of an actual map what the template sets of it."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {
            key: _within(expected[key], each) for key, each in actual.items() if key in expected
        }
    return actual


def _tell_drift(call: Call, change: Shape, old: Resource, actual: Resource, how: Shape) -> None:
    """Add to a change what it says of drift."""
    change["ResourceDriftStatus"] = how["status"]
    if how["status"] == "DELETED":
        change["PhysicalResourceId"] = how["physical"]
        return
    change["PreviousDeploymentContext"] = _json({"Properties": old.properties})
    ignored = ignored_properties(call.region, old.type_name, old.properties)
    if ignored:
        change["ResourceDriftIgnoredAttributes"] = [
            {"Path": path, "Reason": reason} for path, reason in ignored
        ]
    for detail in change["Details"]:
        target = detail["Target"]
        path = tuple(target.get("Path", "").split("/")[2:])
        if not path:
            continue
        before, now = at(old.properties, path), at(actual.properties, path)
        if same(before, now):
            target["BeforeValueFrom"] = "PREVIOUS_DEPLOYMENT_STATE"
        else:
            target["BeforeValueFrom"] = "ACTUAL_STATE"
            target["Drift"] = _live_drift(before, now, how)
        target["AfterValueFrom"] = "TEMPLATE"


def _adopted(
    call: Call, old: Resource, actual: Resource, how: Shape, comparison: Comparison
) -> Shape | None:
    """Return the change of a resource whose template now says what is there."""
    details = list(_adopted_details(old, actual, how))
    if not details or old.logical_id not in comparison.model.template.resources:
        return None
    return {
        "Action": "SyncWithActual",
        "LogicalResourceId": old.logical_id,
        "PhysicalResourceId": old.physical_id,
        "ResourceType": old.type_name,
        "Replacement": "False",
        "Scope": ["Properties"],
        "Details": details,
        "ResourceDriftStatus": how["status"],
        "BeforeContext": _json({"Properties": actual.properties}),
        "AfterContext": _json({"Properties": actual.properties}),
        "PreviousDeploymentContext": _json({"Properties": old.properties}),
    }


def _adopted_details(old: Resource, actual: Resource, how: Shape) -> Iterator[Shape]:
    for name in sorted({*old.properties, *actual.properties}):
        before, now = old.properties.get(name), actual.properties.get(name)
        if before == now:
            continue
        target: Shape = {
            "Attribute": "Properties",
            "Name": name,
            "RequiresRecreation": "Never",
            "Path": f"/Properties/{name}",
            "AttributeChangeType": "SyncWithActual",
            "BeforeValueFrom": "ACTUAL_STATE",
            "AfterValueFrom": "TEMPLATE",
            "Drift": _live_drift(before, now, how),
        }
        if now is not None:
            target.update(BeforeValue=shown(now), AfterValue=shown(now))
        yield {
            "Target": target,
            "Evaluation": "Static",
            "ChangeSource": "NoModification",
        }


def _live_drift(before: Any, now: Any, how: Shape) -> Shape:
    found: Shape = {"DriftDetectionTimestamp": how["at"]}
    if before is not None:
        found["PreviousValue"] = shown(before)
    if now is not None:
        found["ActualValue"] = shown(now)
    return found


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
