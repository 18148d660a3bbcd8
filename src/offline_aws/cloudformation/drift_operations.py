"""Detect drift of stacks and of single resources."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.checks import cloudformation_operation, page
from offline_aws.cloudformation.drift import Detection, Drifts, checked, is_supported
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.stack_reading import resource_named
from offline_aws.cloudformation.store import Resource, Stack, Stacks, existing, live
from offline_aws.cloudformation.update import GONE
from offline_aws.operations import Call

Shape = dict[str, Any]

# Those of the User Guide, and after an import.
_STATES = (
    *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"),
    *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
)
#: Lab time for the look at each resource.
_EACH = timedelta(seconds=2)


@cloudformation_operation("DetectStackDrift")
def detect_stack_drift(call: Call, parameters: Shape) -> Shape:
    """Begin to look at the resources of a stack, or at some of them."""
    stack = _ready(call, parameters["StackName"])
    wanted = parameters.get("LogicalResourceIds")
    for name in wanted or ():
        resource_named(stack, name)
    resources = [
        each
        for each in _there(stack)
        if is_supported(call.region, each.type_name)
        and not each.skipped
        and (not wanted or each.logical_id in wanted)
    ]
    kept = call.state(Drifts)
    if any(
        each.stack is stack and each.status == "DETECTION_IN_PROGRESS"
        for each in kept.detections.values()
    ):
        raise Mistake(f"Drift detection is already in progress for stack [{stack.id}].")
    detection = Detection(call.state(Stacks).new_id(call), stack, call.clock.now())
    kept.detections[detection.id] = detection
    stack.drift_checked = detection.started
    takes = _EACH * max(1, len(resources))
    call.clock.call_later(takes, lambda: _detect(call, detection, resources))
    return {"StackDriftDetectionId": detection.id}


def _detect(call: Call, detection: Detection, resources: list[Resource]) -> None:
    stack = detection.stack
    found = [checked(call, stack, each)["StackResourceDriftStatus"] for each in resources]
    failed = [each.logical_id for each in resources if each.drift == "UNKNOWN"]
    detection.drifted = sum(how in ("MODIFIED", "DELETED") for how in found)
    detection.drift = "DRIFTED" if _drifted(stack) else "UNKNOWN" if failed else "IN_SYNC"
    detection.status = "DETECTION_FAILED" if failed else "DETECTION_COMPLETE"
    if failed:
        detection.reason = f"Failed to detect drift on resource(s) [{', '.join(failed)}]"
    stack.drift = detection.drift
    call.send_event(
        "aws.cloudformation",
        "CloudFormation Drift Detection Status Change",
        {
            "stack-id": stack.id,
            "stack-drift-detection-id": detection.id,
            "status-details": {
                "stack-drift-status": detection.drift,
                "detection-status": detection.status,
            },
            "drift-detection-details": {
                "drifted-stack-resource-count": detection.drifted,
            },
        },
        stack.id,
    )


def _drifted(stack: Stack) -> int:
    return sum(each.drift in ("MODIFIED", "DELETED") for each in _there(stack))


@cloudformation_operation("DescribeStackDriftDetectionStatus")
def describe_stack_drift_detection_status(call: Call, parameters: Shape) -> Shape:
    """Return how a detection stands."""
    identifier = parameters["StackDriftDetectionId"]
    found = call.state(Drifts).detections.get(identifier)
    if found is None:
        raise Mistake(f"Drift detection [{identifier}] does not exist")
    answer: Shape = {
        "StackId": found.stack.id,
        "StackDriftDetectionId": found.id,
        "DetectionStatus": found.status,
        "Timestamp": found.started,
    }
    if found.drift:
        answer.update(StackDriftStatus=found.drift, DriftedStackResourceCount=found.drifted)
    if found.reason:
        answer["DetectionStatusReason"] = found.reason
    return answer


@cloudformation_operation("DescribeStackResourceDrifts")
def describe_stack_resource_drifts(call: Call, parameters: Shape) -> Shape:
    """Return what the last detections found of the resources of a stack."""
    stack = existing(call, parameters["StackName"])
    wanted = parameters.get("StackResourceDriftStatusFilters")
    kept = call.state(Drifts).found
    found = [
        kept[stack.id, each.logical_id]
        for each in _there(stack)
        if (stack.id, each.logical_id) in kept and each.drift != "NOT_CHECKED"
    ]
    if wanted:
        found = [each for each in found if each["StackResourceDriftStatus"] in wanted]
    return page("StackResourceDrifts", found, parameters)


@cloudformation_operation("DetectStackResourceDrift")
def detect_stack_resource_drift(call: Call, parameters: Shape) -> Shape:
    """Look at one resource and return how it stands."""
    stack = _ready(call, parameters["StackName"])
    resource = resource_named(stack, parameters["LogicalResourceId"])
    if not is_supported(call.region, resource.type_name):
        raise Mistake(
            f"Drift detection is not supported for resource [{resource.logical_id}] of type "
            f"{resource.type_name}"
        )
    found = checked(call, stack, resource)
    stack.drift_checked = call.clock.now()
    if _drifted(stack):
        stack.drift = "DRIFTED"
    elif stack.drift == "DRIFTED":
        stack.drift = "IN_SYNC"
    return {"StackResourceDrift": found}


def _ready(call: Call, name: str) -> Stack:
    stack = live(call, name)
    if stack.status not in _STATES:
        raise Mistake(
            f"Drift detection cannot be performed on stack [{stack.name}] in the state "
            f"{stack.status}"
        )
    return stack


def _there(stack: Stack) -> list[Resource]:
    return [
        each for each in stack.resources.values() if each.physical_id and each.status not in GONE
    ]
