"""What a release of ``orders`` watches, and when it takes itself back.

ECS can do that, CodeDeploy, or the pipeline, whose stages have conditions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from devops_workbook.chapters.capstone.account import CLUSTER, PIPELINE, SERVICE
from devops_workbook.chapters.capstone.looking import Shape, pipeline, service
from devops_workbook.quarter.watch import client

_ROLLING, _ROLLBACK = "ROLLING", "ROLLBACK"


@dataclass(frozen=True)
class Guard:
    """What watches over a release.

    ``alarms`` are the names it looks at. ``on_alarm`` and ``on_failure`` say whether it goes back
    when one of them goes off, and when new tasks do not get healthy.
    """

    alarms: frozenset[str]
    on_alarm: bool
    on_failure: bool


def guard() -> Guard | None:
    """Return what watches over the releases of ``orders``, None where no alarm is watched."""
    found = service() or {}
    if found.get("deploymentController", {}).get("type") == "CODE_DEPLOY":
        of_it = next((_of_group(each) for each in _groups() if _watches(each)), None)
    else:
        of_it = _of_service(found.get("deploymentConfiguration", {}))
    return of_it or _of_pipeline(pipeline() or {})


def _of_service(settings: Shape) -> Guard | None:
    alarms = settings.get("alarms", {})
    if not alarms.get("enable"):
        return None
    breaker = settings.get("deploymentCircuitBreaker", {})
    goes_back = bool(breaker.get("enable") and breaker.get("rollback"))
    # With the other strategies the old tasks are still there, and a failed deployment ends there.
    on_failure = goes_back or settings.get("strategy", _ROLLING) != _ROLLING
    return Guard(frozenset(alarms.get("alarmNames", ())), bool(alarms.get("rollback")), on_failure)


def _of_group(group: Shape) -> Guard:
    names = frozenset(each["name"] for each in group["alarmConfiguration"].get("alarms", ()))
    back = group.get("autoRollbackConfiguration", {})
    events = back.get("events", ()) if back.get("enabled") else ()
    return Guard(names, "DEPLOYMENT_STOP_ON_ALARM" in events, "DEPLOYMENT_FAILURE" in events)


def _of_pipeline(declared: Shape) -> Guard | None:
    """Return what a stage watches: alarms as a condition of its success, and its own failure."""
    for stage in declared.get("stages", ()):
        conditions = stage.get("onSuccess", {}).get("conditions", ())
        names = {
            (rule["configuration"]["AlarmName"], condition.get("result"))
            for condition in conditions
            for rule in condition.get("rules", ())
            if rule["ruleTypeId"]["provider"] == "CloudWatchAlarm"
        }
        if names:
            on_failure = stage.get("onFailure", {}).get("result") == _ROLLBACK
            goes_back = all(result == _ROLLBACK for _, result in names)
            return Guard(frozenset(name for name, _ in names), goes_back, on_failure)
    return None


def _watches(group: Shape) -> bool:
    return bool(group.get("alarmConfiguration", {}).get("enabled"))


def unknown(names: frozenset[str]) -> list[str]:
    """Return the names of which CloudWatch has no alarm."""
    found = client("cloudwatch").describe_alarms(
        AlarmNames=sorted(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    known = {each["AlarmName"] for each in (*found["MetricAlarms"], *found["CompositeAlarms"])}
    return sorted(names - known)


def undone(since: datetime) -> bool:
    """Return whether ECS, CodeDeploy or the pipeline has taken a release back since a time."""
    asked = {"cluster": CLUSTER, "service": SERVICE, "status": ["ROLLBACK_SUCCESSFUL"]}
    back = client("ecs").list_service_deployments(**asked)["serviceDeployments"]
    by_ecs = any(each["createdAt"] >= since for each in back)
    return by_ecs or _by_codedeploy(since) or _by_the_pipeline(since)


def _by_the_pipeline(since: datetime) -> bool:
    pages = client("codepipeline").get_paginator("list_pipeline_executions")
    return any(
        each["executionType"] == _ROLLBACK and each["startTime"] >= since
        for page in pages.paginate(pipelineName=PIPELINE)
        for each in page["pipelineExecutionSummaries"]
        if each["status"] == "Succeeded"
    )


def _by_codedeploy(since: datetime) -> bool:
    codedeploy = client("codedeploy")
    for group in _groups():
        asked = {name: group[name] for name in ("applicationName", "deploymentGroupName")}
        for name in codedeploy.list_deployments(**asked)["deployments"]:
            found = codedeploy.get_deployment(deploymentId=name)["deploymentInfo"]
            if found["createTime"] >= since and found.get("creator") == "codeDeployRollback":
                return True
    return False


def _groups() -> Iterator[Shape]:
    """Return the deployment groups of CodeDeploy, as GetDeploymentGroup describes them."""
    codedeploy = client("codedeploy")
    for application in codedeploy.list_applications()["applications"]:
        names = codedeploy.list_deployment_groups(applicationName=application)["deploymentGroups"]
        for name in names:
            asked = {"applicationName": application, "deploymentGroupName": name}
            yield codedeploy.get_deployment_group(**asked)["deploymentGroupInfo"]
