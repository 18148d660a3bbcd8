"""What is done when a change set is executed."""

from __future__ import annotations

from offline_aws.cloudformation import revert_drift
from offline_aws.cloudformation.change_set_store import ChangeSet, ChangeSets, make_obsolete
from offline_aws.cloudformation.imports import Importing
from offline_aws.cloudformation.stack_operations import start_creation, start_update
from offline_aws.cloudformation.template import Shape
from offline_aws.operations import Call

_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


def execute(call: Call, change_set: ChangeSet, parameters: Shape) -> None:
    """Begin to do what a change set says; the others of its stack are obsolete."""
    stack = change_set.stack
    kept = call.state(ChangeSets)
    make_obsolete(call, stack, change_set)
    for each in kept.by_id.values():
        if each is change_set or each.root_id == change_set.id:
            each.execution_status = "EXECUTE_IN_PROGRESS"

    def end(status: str) -> None:
        how = "EXECUTE_COMPLETE" if status in _GOOD else "EXECUTE_FAILED"
        for each in kept.by_id.values():
            if each is change_set or each.root_id == change_set.id:
                each.execution_status = how

    stack.at_rest = end
    stack.change_set_id = change_set.id
    stack.token = parameters.get("ClientRequestToken", "")
    stack.retain_except_on_create = bool(parameters.get("RetainExceptOnCreate"))
    on_failure = change_set.request.get("OnStackFailure", "ROLLBACK")
    config = change_set.request.get("DeploymentConfig", {})
    stack.disable_rollback = (
        bool(parameters.get("DisableRollback"))
        or bool(config.get("DisableRollback"))
        or on_failure == "DO_NOTHING"
    )
    if change_set.kind == "IMPORT":
        Importing(call, stack, change_set.model, change_set.imports).begin()
        return
    stack.adopting = dict(change_set.imports)
    if change_set.kind == "CREATE":
        stack.model, stack.on_failure = change_set.model, on_failure
        start_creation(call, stack)
        return
    if change_set.request.get("DeploymentMode") == "REVERT_DRIFT":
        revert_drift.take_actual(call, stack)
    start_update(call, stack, change_set.model)
