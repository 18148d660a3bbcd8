"""Create, update and delete stacks, and take back what went wrong."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation import requests
from offline_aws.cloudformation.change_set_store import make_obsolete
from offline_aws.cloudformation.checks import check_new_name, cloudformation_operation
from offline_aws.cloudformation.creation import Creation, CreationRollback
from offline_aws.cloudformation.deletion import StackDeletion
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.policy_operations import policy_text
from offline_aws.cloudformation.request_tokens import is_repeated
from offline_aws.cloudformation.stack_changes import check_same_types, has_changes
from offline_aws.cloudformation.store import Model, Stack, Stacks, existing, live, stack_arn
from offline_aws.cloudformation.update import Update
from offline_aws.cloudformation.update_rollback import UpdateRollback
from offline_aws.errors import AwsError
from offline_aws.operations import Call

Shape = dict[str, Any]

#: From where a stack can be updated.
UPDATABLE = (
    *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"),
    *("IMPORT_ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED"),
)
_FAILED = ("CREATE_FAILED", "UPDATE_FAILED")
_DELETABLE_UNDERWAY = ("CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS")


@cloudformation_operation("CreateStack")
def create_stack(call: Call, parameters: Shape) -> Shape:
    """Begin to make a stack."""
    check_new_name(parameters["StackName"])
    stacks = call.state(Stacks)
    found = stacks.find(parameters["StackName"])
    if found:
        if is_repeated(call, found, parameters, "CreateStack"):
            return {"StackId": found.id}
        raise AwsError("AlreadyExistsException", f"Stack [{found.name}] already exists")
    if "OnFailure" in parameters and "DisableRollback" in parameters:
        raise Mistake("Only one of DisableRollback and OnFailure may be specified")
    policy = policy_text(call, parameters, "StackPolicyBody", "StackPolicyURL")
    model = requests.model_of(call, parameters, "CreateStack", name=parameters["StackName"])
    stack = new_stack(call, parameters["StackName"], model)
    stack.policy = policy
    is_repeated(call, stack, parameters, "CreateStack")
    stack.token = parameters.get("ClientRequestToken", "")
    stack.disable_rollback = _disables(parameters)
    stack.on_failure = parameters.get("OnFailure", "ROLLBACK")
    stack.retain_except_on_create = bool(parameters.get("RetainExceptOnCreate"))
    stack.timeout = parameters.get("TimeoutInMinutes", 0)
    stack.termination_protection = bool(parameters.get("EnableTerminationProtection"))
    return {"StackId": stack.id, "OperationId": start_creation(call, stack)}


def new_stack(call: Call, name: str, model: Model) -> Stack:
    """Return a new stack that is kept and has no status yet."""
    stack = Stack(name, stack_arn(call, name), model, call.clock.now())
    call.state(Stacks).by_id[stack.id] = stack
    return stack


def start_creation(call: Call, stack: Stack) -> str:
    """Begin to make the resources of a stack; return the id of the operation."""
    identifier = new_operation(call, stack, "CREATE_STACK")
    Creation(call, stack).begin()
    return identifier


def new_operation(call: Call, stack: Stack, kind: str) -> str:
    """Note that an operation on a stack begins; return its id."""
    identifier = call.state(Stacks).new_id(call)
    stack.operations = [{"OperationType": kind, "OperationId": identifier}]
    return identifier


@cloudformation_operation("UpdateStack")
def update_stack(call: Call, parameters: Shape) -> Shape:
    """Begin to change a stack to a template, parameters and tags."""
    stack = live(call, parameters["StackName"])
    if is_repeated(call, stack, parameters, "UpdateStack"):
        return {"StackId": stack.id}
    require_status(stack, UPDATABLE, "updated")
    policy = policy_text(call, parameters, "StackPolicyBody", "StackPolicyURL")
    during = policy_text(
        call, parameters, "StackPolicyDuringUpdateBody", "StackPolicyDuringUpdateURL"
    )
    model = requests.model_of(call, parameters, "UpdateStack", stack)
    check_same_types(stack, model)
    if not has_changes(call, stack, model) and stack.status not in _FAILED:
        raise Mistake("No updates are to be performed.")
    make_obsolete(call, stack)
    stack.adopting.clear()
    stack.policy = policy or stack.policy
    stack.policy_during_update = during
    stack.token = parameters.get("ClientRequestToken", "")
    stack.disable_rollback = _disables(parameters)
    stack.retain_except_on_create = bool(parameters.get("RetainExceptOnCreate"))
    return {"StackId": stack.id, "OperationId": start_update(call, stack, model)}


def start_update(call: Call, stack: Stack, model: Model) -> str:
    """Begin to change a stack to a model; return the id of the operation."""
    identifier = new_operation(call, stack, "UPDATE_STACK")
    if stack.status != "UPDATE_FAILED":
        stack.before = stack.model
        stack.journal.clear()
    stack.model = model
    Update(call, stack).begin()
    return identifier


def require_status(stack: Stack, allowed: tuple[str, ...], what: str) -> None:
    """Raise ``Mistake`` where a stack is in none of some states."""
    if stack.status not in allowed:
        raise Mistake(f"Stack:{stack.id} is in {stack.status} state and can not be {what}.")


def _disables(parameters: Shape) -> bool:
    config = parameters.get("DeploymentConfig", {})
    return bool(parameters.get("DisableRollback") or config.get("DisableRollback"))


@cloudformation_operation("DeleteStack")
def delete_stack(call: Call, parameters: Shape) -> Shape:
    """Begin to delete a stack; one that is not there is no mistake."""
    stack = call.state(Stacks).find(parameters["StackName"])
    if stack is None or stack.is_deleted or stack.status == "DELETE_IN_PROGRESS":
        return {}
    is_repeated(call, stack, parameters, "DeleteStack")
    if stack.termination_protection or _root(call, stack).termination_protection:
        raise Mistake(
            f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        )
    if not stack.is_at_rest and stack.status not in _DELETABLE_UNDERWAY:
        raise Mistake(f"Stack [{stack.id}] cannot be deleted while in status {stack.status}")
    forced = parameters.get("DeletionMode") == "FORCE_DELETE_STACK"
    retained = parameters.get("RetainResources", [])
    if stack.status != "DELETE_FAILED" and (retained or forced):
        raise Mistake(
            f"Invalid operation on stack [{stack.id}]. When you delete a stack, specify which "
            "resources to retain only when the stack is in the DELETE_FAILED state."
        )
    if unknown := [name for name in retained if name not in stack.resources]:
        raise Mistake(f"The specified resources to retain must be in a valid state. {unknown[0]}")
    start_deletion(
        call, stack, retained, forced=forced, token=parameters.get("ClientRequestToken", "")
    )
    return {}


def start_deletion(
    call: Call, stack: Stack, retained: list[str], *, forced: bool = False, token: str = ""
) -> None:
    """Begin to delete a stack."""
    stack.token = token
    stack.deletion_mode = "FORCE_DELETE_STACK" if forced else ""
    if isinstance(stack.underway, Creation):
        stack.underway.abandon()
    new_operation(call, stack, "DELETE_STACK")
    StackDeletion(call, stack, retained, forced=forced).begin()


def _root(call: Call, stack: Stack) -> Stack:
    return call.state(Stacks).by_id.get(stack.root_id, stack)


@cloudformation_operation("CancelUpdateStack")
def cancel_update_stack(call: Call, parameters: Shape) -> Shape:
    """Stop an update and take it back."""
    stack = live(call, parameters["StackName"])
    if stack.status != "UPDATE_IN_PROGRESS" or stack.underway is None:
        raise Mistake("CancelUpdateStack cannot be called from current stack status")
    is_repeated(call, stack, parameters, "CancelUpdateStack")
    stack.token = parameters.get("ClientRequestToken", "")
    stack.underway.cancel("User Initiated")
    return {}


@cloudformation_operation("ContinueUpdateRollback")
def continue_update_rollback(call: Call, parameters: Shape) -> Shape:
    """Go on with a rollback that failed, without the resources that are to be skipped."""
    stack = live(call, parameters["StackName"])
    if stack.status != "UPDATE_ROLLBACK_FAILED":
        raise Mistake(
            f"Stack:{stack.id} is in {stack.status} state and can not be rolled back any further. "
            "ContinueUpdateRollback needs the state UPDATE_ROLLBACK_FAILED."
        )
    is_repeated(call, stack, parameters, "ContinueUpdateRollback")
    skipped = parameters.get("ResourcesToSkip", [])
    for name in skipped:
        resource = stack.resources.get(name)
        if resource is None:
            raise Mistake(f"ResourcesToSkip: resource {name} does not exist in stack {stack.name}")
        if resource.status != "UPDATE_FAILED":
            raise Mistake(
                f"ResourcesToSkip: resource {name} is in {resource.status} state; only resources "
                "that are in the UPDATE_FAILED state because a rollback failed can be skipped"
            )
    stack.token = parameters.get("ClientRequestToken", "")
    new_operation(call, stack, "CONTINUE_ROLLBACK")
    UpdateRollback(call, stack, skipped).begin("User Initiated")
    return {}


@cloudformation_operation("RollbackStack")
def rollback_stack(call: Call, parameters: Shape) -> Shape:
    """Take back a creation or an update that failed with rollback disabled."""
    stack = live(call, parameters["StackName"])
    require_status(stack, _FAILED, "rolled back")
    is_repeated(call, stack, parameters, "RollbackStack")
    stack.token = parameters.get("ClientRequestToken", "")
    stack.retain_except_on_create = bool(parameters.get("RetainExceptOnCreate"))
    identifier = new_operation(call, stack, "ROLLBACK")
    if stack.status == "CREATE_FAILED":
        CreationRollback(call, stack, "ROLLBACK").begin("User Initiated")
    else:
        UpdateRollback(call, stack).begin("User Initiated")
    return {"StackId": stack.id, "OperationId": identifier}


@cloudformation_operation("UpdateTerminationProtection")
def update_termination_protection(call: Call, parameters: Shape) -> Shape:
    """Say whether a stack can be deleted."""
    stack = existing(call, parameters["StackName"], "Stack [{}] does not exist")
    if stack.parent_id:
        raise Mistake(
            "TerminationProtection cannot be set on the nested stack "
            f"[{stack.name}]. Set it on its root."
        )
    if stack.is_deleted or stack.status == "DELETE_IN_PROGRESS":
        raise Mistake(f"Stack [{stack.name}] is in {stack.status} state")
    stack.termination_protection = parameters["EnableTerminationProtection"]
    return {"StackId": stack.id}
