"""Make change sets, describe, execute and delete them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation import requests
from offline_aws.cloudformation.change_set_execution import execute
from offline_aws.cloudformation.change_set_making import complete
from offline_aws.cloudformation.change_set_store import ChangeSet, ChangeSets, find_change_set
from offline_aws.cloudformation.change_shapes import without_values
from offline_aws.cloudformation.checks import check_new_name, cloudformation_operation, page
from offline_aws.cloudformation.imports import asked_for
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.request_tokens import is_repeated
from offline_aws.cloudformation.stack_changes import check_same_types
from offline_aws.cloudformation.stack_events import set_status
from offline_aws.cloudformation.stack_operations import UPDATABLE, new_stack, require_status
from offline_aws.cloudformation.store import Model, Stack, Stacks, live
from offline_aws.cloudformation.template import Template
from offline_aws.errors import AwsError
from offline_aws.operations import Call

Shape = dict[str, Any]

_REVIEW = "REVIEW_IN_PROGRESS"
_BEGINS, _ENDS = timedelta(seconds=1), timedelta(seconds=4)


@cloudformation_operation("CreateChangeSet")
def create_change_set(call: Call, parameters: Shape) -> Shape:
    """Begin to find out what a template, parameters and tags would change."""
    kind = parameters.get("ChangeSetType", "UPDATE")
    name = parameters["ChangeSetName"]
    stack = _stack_for(call, parameters["StackName"], kind)
    kept = call.state(ChangeSets)
    if stack and any(each.name == name for each in kept.of(stack)):
        raise AwsError("AlreadyExistsException", f"ChangeSet [{name}] already exists")
    _check_mode(parameters, kind, stack)
    is_new = stack is None or stack.status == _REVIEW
    model = requests.model_of(
        call,
        parameters,
        "CreateChangeSet",
        None if is_new else stack,
        expands=False,
        name=parameters["StackName"],
    )
    imported = asked_for(call, model.template, parameters.get("ResourcesToImport", []))
    if (kind == "IMPORT") != bool(imported):
        raise Mistake("ResourcesToImport is required for, and only for, the type IMPORT")
    if stack is None:
        stack = new_stack(call, parameters["StackName"], Model("", Template({})))
        set_status(call, stack, _REVIEW, "User Initiated")
    else:
        check_same_types(stack, model)
    change_set = ChangeSet(
        name, _arn(call, name), stack, kind, model, parameters, call.clock.now(), imports=imported
    )
    kept.by_id[change_set.id] = change_set
    call.clock.call_later(_BEGINS, lambda: _go_on(change_set))
    call.clock.call_later(_ENDS, lambda: complete(call, change_set))
    return {"Id": change_set.id, "StackId": stack.id}


def _stack_for(call: Call, name: str, kind: str) -> Stack | None:
    """Return the stack that a change set is of, None for one that it makes."""
    found = call.state(Stacks).find(name)
    if found is None or found.is_deleted:
        if kind == "UPDATE":
            raise Mistake(f"Stack [{name}] does not exist")
        check_new_name(name)
        return None
    if kind == "CREATE" and found.status != _REVIEW:
        raise Mistake(f"Stack [{found.name}] already exists and cannot be created again.")
    if kind == "UPDATE" or found.status != _REVIEW:
        require_status(found, UPDATABLE, "updated")
    return found


def _check_mode(parameters: Shape, kind: str, stack: Stack | None) -> None:
    if parameters.get("DeploymentMode") != "REVERT_DRIFT":
        return
    if kind != "UPDATE" or stack is None:
        raise Mistake("DeploymentMode REVERT_DRIFT is for change sets of the type UPDATE alone")
    if parameters.get("OnStackFailure") or parameters.get("IncludeNestedStacks"):
        raise Mistake(
            "DeploymentMode REVERT_DRIFT goes neither with OnStackFailure nor with "
            "IncludeNestedStacks"
        )


def _arn(call: Call, name: str) -> str:
    identifier = call.state(Stacks).new_id(call)
    return f"arn:aws:cloudformation:{call.region}:{call.account}:changeSet/{name}/{identifier}"


def _go_on(change_set: ChangeSet) -> None:
    if change_set.status == "CREATE_PENDING":
        change_set.status = "CREATE_IN_PROGRESS"


@cloudformation_operation("DescribeChangeSet")
def describe_change_set(call: Call, parameters: Shape) -> Shape:
    """Return a change set with its changes."""
    found = find_change_set(call, parameters["ChangeSetName"], parameters.get("StackName"))
    values = bool(parameters.get("IncludePropertyValues")) or "DeploymentMode" in found.request
    shown = page("Changes", found.changes, parameters)
    changes = [each if values else without_values(each) for each in shown["Changes"]]
    model, request = found.model, found.request
    answer: Shape = {
        **shown,
        **_summary(found),
        "Changes": changes,
        "Parameters": [value.shape(name) for name, value in model.parameters.items()],
        "NotificationARNs": model.notification_arns,
        "RollbackConfiguration": model.rollback_configuration,
        "Capabilities": model.capabilities,
        "Tags": [{"Key": key, "Value": value} for key, value in model.tags.items()],
    }
    for name in ("OnStackFailure", "DeploymentMode", "DeploymentConfig"):
        if name in request:
            answer[name] = request[name]
    if request.get("DeploymentMode") == "REVERT_DRIFT" and found.status == "CREATE_COMPLETE":
        answer["StackDriftStatus"] = found.drift
    return answer


def _summary(change_set: ChangeSet) -> Shape:
    shape: Shape = {
        "StackId": change_set.stack.id,
        "StackName": change_set.stack.name,
        "ChangeSetId": change_set.id,
        "ChangeSetName": change_set.name,
        "ExecutionStatus": change_set.execution_status,
        "Status": change_set.status,
        "CreationTime": change_set.created,
        "IncludeNestedStacks": bool(change_set.request.get("IncludeNestedStacks")),
        "ImportExistingResources": bool(change_set.request.get("ImportExistingResources")),
    }
    optional = {
        "StatusReason": change_set.reason,
        "Description": change_set.request.get("Description"),
        "ParentChangeSetId": change_set.parent_id,
        "RootChangeSetId": change_set.root_id,
    }
    return shape | {name: value for name, value in optional.items() if value}


@cloudformation_operation("ListChangeSets")
def list_change_sets(call: Call, parameters: Shape) -> Shape:
    """Return the change sets of a stack, the newest first."""
    stack = live(call, parameters["StackName"])
    found = [_summary(each) for each in reversed(call.state(ChangeSets).of(stack))]
    return page("Summaries", found, parameters)


@cloudformation_operation("ExecuteChangeSet")
def execute_change_set(call: Call, parameters: Shape) -> Shape:
    """Begin to do what a change set says."""
    found = find_change_set(call, parameters["ChangeSetName"], parameters.get("StackName"))
    if found.execution_status != "AVAILABLE":
        how = (
            f"status of [{found.status}]"
            if found.status != "CREATE_COMPLETE"
            else f"execution status of [{found.execution_status}]"
        )
        raise AwsError(
            "InvalidChangeSetStatusException",
            f"ChangeSet [{found.id}] cannot be executed in its current {how}",
        )
    if found.parent_id:
        raise Mistake("A change set of a nested stack is executed with that of its root")
    is_repeated(call, found.stack, parameters, "ExecuteChangeSet")
    execute(call, found, parameters)
    return {}


@cloudformation_operation("DeleteChangeSet")
def delete_change_set(call: Call, parameters: Shape) -> Shape:
    """Delete a change set; its stack stays, and one that is not there is no mistake."""
    if name := parameters.get("StackName"):
        live(call, name)
    try:
        found = find_change_set(call, parameters["ChangeSetName"], parameters.get("StackName"))
    except AwsError:
        return {}
    if found.execution_status == "EXECUTE_IN_PROGRESS":
        raise AwsError(
            "InvalidChangeSetStatusException",
            f"ChangeSet [{found.id}] cannot be deleted in its current execution status of "
            f"[{found.execution_status}]",
        )
    found.status = "DELETE_COMPLETE"
    kept = call.state(ChangeSets)
    for each in [*kept.by_id.values()]:
        if each is found or each.root_id == found.id:
            del kept.by_id[each.id]
    return {}
