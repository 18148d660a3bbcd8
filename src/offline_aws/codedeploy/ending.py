"""How a deployment ends, and the rollback that may follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_aws.codedeploy.making import make_rollback
from offline_aws.codedeploy.notifications import tell_deployment, tell_rollback

if TYPE_CHECKING:
    from offline_aws.codedeploy.course import Course


def succeed(course: Course) -> None:
    """Note a success: the revision becomes the group's."""
    deployment, group = course.deployment, course.group
    deployment.status, deployment.completed = "Succeeded", course.now
    group.last_successful = deployment
    group.target_revision = deployment.revision
    tell_deployment(course.call, group, deployment)


def end(
    course: Course, status: str, code: str, message: str, event: str, rollback: bool | None = None
) -> None:
    """Note a failure or a stop, and roll back if the deployment is set to for this event.

    ``rollback`` is what whoever stopped the deployment said about it.
    """
    deployment = course.deployment
    if not deployment.active:
        return
    course.halt()
    deployment.status, deployment.completed = status, course.now
    deployment.error = {"code": code, "message": message}
    for target in deployment.targets.values():
        if target.status in ("Pending", "InProgress", "Ready"):
            begun = target.status != "Pending" and status == "Failed"
            course.finish(target, "Failed" if begun else "Skipped")
    tell_deployment(course.call, course.group, deployment)
    if _wanted(course, event, rollback):
        _roll_back(course)


def _wanted(course: Course, event: str, said: bool | None) -> bool:
    deployment = course.deployment
    if deployment.undoes is not None:
        return False  # a rollback is not rolled back
    settings = deployment.settings.get("autoRollbackConfiguration") or {}
    if said is not None:
        return said
    return bool(settings.get("enabled")) and event in settings.get("events", ())


def _roll_back(course: Course) -> None:
    """Create the deployment that undoes this one, and link the two as AWS does."""
    failed = course.deployment
    made = make_rollback(course.call, course.group, failed) if course.can_roll_back else None
    if made is None:
        failed.rollback_info = {
            "rollbackMessage": f"Deployment {failed.id} terminated. No rollback was possible: "
            "there is nothing to go back to."
        }
        return
    failed.rollback_info = {
        "rollbackDeploymentId": made.id,
        "rollbackMessage": f"Deployment {failed.id} terminated. Automatic rollback is triggered "
        f"with a DeploymentId {made.id}.",
    }
    made.rollback_info = {
        "rollbackTriggeringDeploymentId": failed.id,
        "rollbackMessage": f"Deployment {made.id} is triggered to roll back deployment "
        f"{failed.id}.",
    }
    tell_rollback(course.call, course.group, made)
    made.course.begin()
