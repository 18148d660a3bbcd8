"""Hooks that are Lambda functions: called with an id, answered within an hour.

The function is invoked asynchronously. What becomes of the lifecycle event is what it says by
PutLifecycleEventHookExecutionStatus; if it says nothing for an hour, the event has failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codedeploy import durations
from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.deployment import Target
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Store, find_deployment
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_FAILED = "HOOK_EXECUTION_FAILURE"


@dataclass
class HookExecution:
    """One call of a function, which answers for a lifecycle event of a deployment."""

    id: str
    deployment_id: str
    answer: Callable[[str], None]
    answered: bool = False


def run_event(
    course: Course,
    target: Target,
    event: str,
    hooks: Mapping[str, str],
    then: Callable[[], object],
) -> None:
    """Do a lifecycle event that only a hook can fill: at once, or when its function answers."""
    course.enter(target, event)
    function = hooks.get(event)
    if function is None:
        course.after(durations.EVENT, lambda: _passed(course, target, event, then))
        return
    store = course.call.state(Store)

    def answered(status: str) -> None:
        if status == "Succeeded":
            course.leave(target, event, status)
            course.after(durations.EVENT, then)
        else:
            failed("The function answered that the validation has failed.")

    def failed(reason: str) -> None:
        execution.answered = True
        course.leave(target, event, "Failed")
        text = (
            f"The deployment failed because the lifecycle event hook {event} was not successful. "
            f"{reason}"
        )
        course.fail(_FAILED, text)

    def unless_answered() -> None:
        if not execution.answered:
            failed(f"The function {function} did not answer within one hour.")

    execution = HookExecution(store.new_uuid(course.call), course.deployment.id, answered)
    store.hooks[execution.id] = execution
    if reason := _invoke(course, function, execution.id):
        failed(reason)
    else:
        course.after(durations.HOOK, unless_answered)


def _passed(course: Course, target: Target, event: str, then: Callable[[], object]) -> None:
    course.leave(target, event, "Succeeded")
    then()


def _invoke(course: Course, function: str, execution: str) -> str:
    """Invoke the function; return why that was not possible, "" if it was."""
    payload = {
        "DeploymentId": course.deployment.id,
        "LifecycleEventHookExecutionId": execution,
    }
    client = clients.client("lambda", course.call.region, course.call.account)
    try:
        client.invoke(
            FunctionName=function, InvocationType="Event", Payload=json.dumps(payload).encode()
        )
    except (ClientError, BotoCoreError) as error:
        return f"The function {function} could not be invoked: {error}"
    return ""


@codedeploy_operation("PutLifecycleEventHookExecutionStatus")
def put_lifecycle_event_hook_execution_status(call: Call, parameters: Shape) -> Shape:
    """Answer for a lifecycle event: Succeeded or Failed."""
    deployment = find_deployment(call, parameters["deploymentId"])
    if deployment.platform == "Server":
        raise AwsError(
            "UnsupportedActionForDeploymentTypeException",
            "Hooks of the EC2/On-premises compute platform are scripts, which do not answer",
        )
    if parameters.get("status") not in ("Succeeded", "Failed"):
        raise AwsError(
            "InvalidLifecycleEventHookExecutionStatusException",
            "The status of a validation is Succeeded or Failed",
        )
    identifier = parameters.get("lifecycleEventHookExecutionId", "")
    execution = call.state(Store).hooks.get(identifier)
    if execution is None or execution.deployment_id != deployment.id:
        raise AwsError(
            "InvalidLifecycleEventHookExecutionIdException",
            f"{identifier!r} is not the id of a hook's execution in {deployment.id}",
        )
    if execution.answered or not deployment.active:
        raise AwsError(
            "LifecycleEventAlreadyCompletedException", "The lifecycle event is completed already"
        )
    execution.answered = True
    execution.answer(parameters["status"])
    return {"lifecycleEventHookExecutionId": identifier}
