"""Deployments: look at them, stop them, let them go on. ``starting.py`` creates them."""

from __future__ import annotations

from datetime import UTC, datetime

from offline_aws.codedeploy import ending
from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.deployment import Deployment
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Store, check_deployment_id, find_deployment, find_group
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST_IN_A_BATCH = 25
READY, TERMINATION = "READY_WAIT", "TERMINATION_WAIT"


@codedeploy_operation("GetDeployment")
def get_deployment(call: Call, parameters: Shape) -> Shape:
    """Return a deployment."""
    return {"deploymentInfo": find_deployment(call, parameters["deploymentId"]).shape()}


@codedeploy_operation("BatchGetDeployments")
def batch_get_deployments(call: Call, parameters: Shape) -> Shape:
    """Return several deployments; those that do not exist are left out."""
    ids = parameters["deploymentIds"]
    if len(ids) > _MOST_IN_A_BATCH:
        raise AwsError("BatchLimitExceededException", "The limit of 25 deployments was exceeded")
    for each in ids:
        check_deployment_id(each)
    found = call.state(Store).deployments
    return {"deploymentsInfo": [found[each].shape() for each in ids if each in found]}


@codedeploy_operation("ListDeployments")
def list_deployments(call: Call, parameters: Shape) -> Shape:
    """Return the ids of deployments, the newest first, restricted as asked."""
    application, group = (
        parameters.get("applicationName"),
        parameters.get("deploymentGroupName"),
    )
    if group and not application:
        raise AwsError("ApplicationNameRequiredException", "An application name is required")
    if application and not group:
        raise AwsError("DeploymentGroupNameRequiredException", "Group name is missing")
    found = list(call.state(Store).deployments.values())
    if application and group:
        found = list(find_group(call, application, group).deployments)
    begin, end = _range(parameters)
    statuses = parameters.get("includeOnlyStatuses")
    external = parameters.get("externalId")
    ids = [
        each.id
        for each in reversed(found)
        if not external
        and (not statuses or each.status in statuses)
        and (begin is None or each.created >= begin)
        and (end is None or each.created <= end)
    ]
    return page("deployments", ids, parameters)


@codedeploy_operation("StopDeployment")
def stop_deployment(call: Call, parameters: Shape) -> Shape:
    """Stop a deployment where it is, and roll it back if that is asked for.

    Without ``autoRollbackEnabled`` the deployment's own configuration says whether.
    """
    deployment = find_deployment(call, parameters["deploymentId"])
    _refuse_completed(deployment)
    ending.end(
        deployment.course,
        "Stopped",
        "MANUAL_STOP",
        "The deployment was stopped by the user.",
        "DEPLOYMENT_STOP_ON_REQUEST",
        parameters.get("autoRollbackEnabled"),
    )
    return {
        "status": "Succeeded",
        "statusMessage": "No more commands will be scheduled for execution in the deployment "
        "instances",
    }


@codedeploy_operation("ContinueDeployment")
def continue_deployment(call: Call, parameters: Shape) -> Shape:
    """End a wait of a blue/green deployment at once."""
    deployment = find_deployment(call, parameters["deploymentId"])
    _refuse_in_place(deployment)
    _refuse_completed(deployment)
    kind = parameters.get("deploymentWaitType") or READY
    if not deployment.course.waits(kind):
        if kind == READY:
            raise AwsError(
                "DeploymentIsNotInReadyStateException",
                f"The deployment {deployment.id} does not have a status of Ready",
            )
        raise AwsError(
            "InvalidDeploymentStatusException",
            f"The deployment {deployment.id} does not wait to terminate the original",
        )
    deployment.course.proceed(kind)
    return {}


@codedeploy_operation("SkipWaitTimeForInstanceTermination")
def skip_wait_time_for_instance_termination(call: Call, parameters: Shape) -> Shape:
    """End the wait before the original is terminated: the older name of ContinueDeployment."""
    deployment = find_deployment(call, parameters["deploymentId"])
    _refuse_in_place(deployment)
    _refuse_completed(deployment)
    if not deployment.course.waits(TERMINATION):
        raise AwsError(
            "DeploymentNotStartedException",
            f"The deployment {deployment.id} does not wait to terminate the original",
        )
    deployment.course.proceed(TERMINATION)
    return {}


def _refuse_completed(deployment: Deployment) -> None:
    if not deployment.active:
        raise AwsError(
            "DeploymentAlreadyCompletedException",
            f"Deployment {deployment.id} has already completed",
        )


def _refuse_in_place(deployment: Deployment) -> None:
    if not deployment.blue_green:
        raise AwsError(
            "UnsupportedActionForDeploymentTypeException",
            "Only blue/green deployments wait",
        )


def _range(parameters: Shape) -> tuple[datetime | None, datetime | None]:
    given = parameters.get("createTimeRange") or {}
    begin, end = _in_utc(given.get("start")), _in_utc(given.get("end"))
    if begin and end and begin > end:
        raise AwsError(
            "InvalidTimeRangeException", "The start time must be earlier than the end time"
        )
    return begin, end


def _in_utc(time: datetime | None) -> datetime | None:
    """Return an aware time: moto reads those of a request without a zone."""
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
