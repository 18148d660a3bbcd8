"""What a change set finds out: the changes, and whether they can be made."""

from __future__ import annotations

from offline_aws.cloudformation import property_check, requests, revert_drift, schemas
from offline_aws.cloudformation.change_set_store import ChangeSet, ChangeSets
from offline_aws.cloudformation.change_shapes import is_unknown
from offline_aws.cloudformation.comparison import Comparison
from offline_aws.cloudformation.drift import live_properties
from offline_aws.cloudformation.dynamic_references import has_reference
from offline_aws.cloudformation.failure import TROUBLE, reason_of
from offline_aws.cloudformation.imports import named_by
from offline_aws.cloudformation.nested_stacks import request_of
from offline_aws.cloudformation.stack_changes import has_changes
from offline_aws.cloudformation.store import Resource, Stack, Stacks
from offline_aws.cloudformation.surroundings import scope_of
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.update import GONE, NESTED
from offline_aws.operations import Call

_EMPTY = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)
_VALIDATION = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::{}]. To troubleshoot Early "
    "Validation errors, use the DescribeEvents API for detailed failure information."
)
_DELETED = ("DELETE_COMPLETE", "DELETE_IN_PROGRESS")


def complete(call: Call, change_set: ChangeSet) -> None:
    """Find the changes, and let the change set be complete or failed."""
    if change_set.status in _DELETED or change_set.stack.is_deleted:
        return
    try:
        _find_changes(call, change_set)
        why = _why_not(call, change_set)
    except TROUBLE as error:
        why = reason_of(error, "AWS::CloudFormation::ChangeSet", change_set.id)
    if why:
        change_set.status, change_set.reason = "FAILED", why
        return
    change_set.status, change_set.execution_status = "CREATE_COMPLETE", "AVAILABLE"


def _find_changes(call: Call, change_set: ChangeSet) -> None:
    stack, request = change_set.stack, change_set.request
    if request.get("ImportExistingResources"):
        change_set.imports = _existing(call, change_set)
    if request.get("DeploymentMode") == "REVERT_DRIFT":
        change_set.changes = revert_drift.changes(call, change_set)
        return
    comparison = Comparison(call, stack, change_set.model, change_set.imports)
    change_set.changes = comparison.changes()
    if request.get("IncludeNestedStacks"):
        _add_nested(call, change_set)


def _why_not(call: Call, change_set: ChangeSet) -> str:
    """Return why a change set fails, nothing when it does not."""
    stack, model = change_set.stack, change_set.model
    is_new = stack.status == "REVIEW_IN_PROGRESS"
    if change_set.kind == "IMPORT":
        others = [
            each["ResourceChange"]["LogicalResourceId"]
            for each in change_set.changes
            if each["ResourceChange"]["Action"] != "Import"
        ]
        if others:
            return (
                f"You have modified resources [{', '.join(others)}] in your template that are not "
                "being imported. Update, create or delete operations cannot be executed during "
                "import operations."
            )
        return ""
    if not change_set.changes and not is_new and not has_changes(call, stack, model):
        return _EMPTY
    if change_set.request.get("DisableValidation"):
        return ""
    return _early_validation(call, change_set)


def _early_validation(call: Call, change_set: ChangeSet) -> str:
    for change in change_set.changes:
        inner = change["ResourceChange"]
        if inner["Action"] in ("Add", "Modify"):
            name = inner["LogicalResourceId"]
            properties = _after(call, change_set, name)
            if is_unknown(properties) or has_reference(properties):
                continue
            schema = schemas.find_schema(call.region, inner["ResourceType"]) or {}
            for mistake in property_check.mistakes(schema, properties):
                change_set.validations.append((name, "PROPERTY_VALIDATION", mistake))
    if change_set.validations:
        return _VALIDATION.format("PropertyValidation")
    taken = _existing(call, change_set)
    for name, physical in taken.items():
        if name not in change_set.imports:
            kind = change_set.model.template.resources[name]["Type"]
            text = f"Resource of type '{kind}' with identifier '{physical}' already exists."
            change_set.validations.append((name, "NAME_CONFLICT_VALIDATION", text))
    return _VALIDATION.format("ResourceExistenceCheck") if change_set.validations else ""


def _after(call: Call, change_set: ChangeSet, name: str) -> Shape:
    unknown = frozenset(
        each["ResourceChange"]["LogicalResourceId"]
        for each in change_set.changes
        if each["ResourceChange"]["Action"] == "Add"
        or each["ResourceChange"].get("Replacement", "False") != "False"
    )
    scope = scope_of(call, change_set.stack, change_set.model, unknown=unknown)
    definition = scope.active()[name]
    schema = schemas.find_schema(call.region, definition["Type"]) or {}
    return property_check.fitted(schema, scope.value(definition.get("Properties") or {}))


def _existing(call: Call, change_set: ChangeSet) -> dict[str, str]:
    """Return the new resources of a change set that are there already, with their physical ids."""
    stack = change_set.stack
    found: dict[str, str] = {}
    active = scope_of(call, stack, change_set.model).active()
    new = frozenset(
        name
        for name in active
        if name not in stack.resources or stack.resources[name].status in GONE
    )
    scope = scope_of(call, stack, change_set.model, unknown=new)
    for name in new:
        properties = scope.value(active[name].get("Properties") or {})
        physical = named_by(call, active[name]["Type"], properties)
        if physical and not is_unknown(physical) and not has_reference(physical):
            resource = Resource(name, active[name]["Type"], active[name], physical_id=physical)
            if live_properties(call, stack, resource) is not None:
                found[name] = physical
    return found


def _add_nested(call: Call, change_set: ChangeSet) -> None:
    """Make the change sets of the nested stacks that are there."""
    for change in list(change_set.changes):
        inner = change["ResourceChange"]
        if inner["ResourceType"] != NESTED or inner["Action"] != "Modify":
            continue
        nested = call.state(Stacks).find(inner["PhysicalResourceId"])
        if nested is not None:
            made = _nested(call, change_set, nested, inner["LogicalResourceId"])
            if made.changes:
                inner["ChangeSetId"] = made.id
            else:
                change_set.changes.remove(change)


def _nested(call: Call, parent: ChangeSet, stack: Stack, name: str) -> ChangeSet:
    request = request_of(parent.stack, _after(call, parent, name))
    model = requests.model_of(call, request, "CreateChangeSet", stack, expands=False)
    identifier = call.state(Stacks).new_id(call)
    made_name = f"{parent.name}-{name}"[:90] + f"-{identifier[:8]}"
    arn = parent.id.rpartition("/")[0].rpartition("/")[0] + f"/{made_name}/{identifier}"
    asked = {"ChangeSetName": made_name, "StackName": stack.name, "IncludeNestedStacks": True}
    made = ChangeSet(made_name, arn, stack, "UPDATE", model, asked, call.clock.now())
    made.parent_id, made.root_id = parent.id, parent.root_id or parent.id
    call.state(ChangeSets).by_id[made.id] = made
    _find_changes(call, made)
    made.status, made.execution_status = "CREATE_COMPLETE", "AVAILABLE"
    return made
