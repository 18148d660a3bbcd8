"""Deployments that undo themselves: a mistake that no test knows is gone before anybody wakes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.capstone.account import CLUSTER, SERVICE, chapter, scene
from devops_workbook.chapters.capstone.looking import service
from devops_workbook.chapters.capstone.reference import Design, build_all
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from devops_workbook.quarter.watch import bad_minutes, client

#: So many minutes in which customers were harmed are few enough.
_MINUTES = 10


@chapter.exercise(
    "rollback",
    title="Releases that undo themselves",
    minutes=8,
    hints=(
        "DeploymentConfiguration of the service takes Alarms (Enable, Rollback, AlarmNames) and "
        "DeploymentCircuitBreaker (Enable, Rollback). Ref of an alarm is its name.",
        "Deploy the template first, then bad_release(lab). The drill's minutes say who served.",
    ),
    arrange=lambda lab: build_all(lab, Design(rollback=False)),
)
def check_rollback(lab: Lab, answer: Any) -> str:
    """The last bad release was undone by the deployment itself, and soon."""
    found = service() or {}
    settings = found.get("deploymentConfiguration", {})
    watched = settings.get("alarms", {}).get("enable") or _codedeploy_watches()
    drill = scene(lab).bad_release
    if not watched and drill is None:
        raise NotStarted("No deployment of orders watches an alarm, and no drill was run.")
    require(watched, "No deployment of orders watches an alarm: a bad version stays.")
    if drill is None:
        require(drill, "Try it: run bad_release(lab).")
        return ""
    begun, table = drill
    require(
        _undone(begun),
        "The bad release of the drill was not undone by its deployment: somebody had to revert it.",
    )
    minutes = int(bad_minutes(table)["minute"].nunique())
    require(
        minutes <= _MINUTES,
        f"The release was undone, after {minutes} minutes in which customers were harmed. An "
        "alarm that looks every minute and needs two of them is quicker.",
    )
    return f"Undone by itself: customers were harmed in {minutes} minutes, and nobody was needed."


def _undone(since: datetime) -> bool:
    """Return whether ECS or CodeDeploy has taken a deployment back since a time."""
    asked = {"cluster": CLUSTER, "service": SERVICE, "status": ["ROLLBACK_SUCCESSFUL"]}
    back = client("ecs").list_service_deployments(**asked)["serviceDeployments"]
    return any(each["createdAt"] >= since for each in back) or _taken_back_by_codedeploy(since)


def _groups() -> list[tuple[str, str]]:
    codedeploy = client("codedeploy")
    return [
        (application, group)
        for application in codedeploy.list_applications()["applications"]
        for group in codedeploy.list_deployment_groups(applicationName=application)[
            "deploymentGroups"
        ]
    ]


def _codedeploy_watches() -> bool:
    codedeploy = client("codedeploy")
    for application, group in _groups():
        asked = {"applicationName": application, "deploymentGroupName": group}
        info = codedeploy.get_deployment_group(**asked)["deploymentGroupInfo"]
        if info.get("alarmConfiguration", {}).get("enabled"):
            return True
    return False


def _taken_back_by_codedeploy(since: datetime) -> bool:
    codedeploy = client("codedeploy")
    for application, group in _groups():
        asked = {"applicationName": application, "deploymentGroupName": group}
        try:
            names = codedeploy.list_deployments(**asked)["deployments"]
        except ClientError:
            continue
        for name in names:
            found = codedeploy.get_deployment(deploymentId=name)["deploymentInfo"]
            if found["createTime"] >= since and found.get("creator") == "codeDeployRollback":
                return True
    return False
