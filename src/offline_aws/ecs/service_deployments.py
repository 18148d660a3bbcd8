"""Service deployments and service revisions: the history of a service."""

from __future__ import annotations

from datetime import UTC, datetime

from offline_aws.ecs import deployments
from offline_aws.ecs.checks import ecs_operation, invalid
from offline_aws.ecs.names import find_service, missing, page
from offline_aws.ecs.outcomes import wake
from offline_aws.ecs.shapes import GROUP_MEMBERS
from offline_aws.ecs.store import Service, ServiceDeployment, Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST = 20


@ecs_operation("ListServiceDeployments")
def list_service_deployments(call: Call, parameters: Shape) -> Shape:
    """Return the service deployments of a service, the newest first."""
    service = find_service(call, parameters.get("cluster"), parameters["service"], active=False)
    statuses, created = parameters.get("status"), parameters.get("createdAt", {})
    found = [
        _brief(service, each)
        for each in reversed(service.deployments)
        if not statuses or each.status in statuses
        if "after" not in created or each.created >= _aware(created["after"])
        if "before" not in created or each.created <= _aware(created["before"])
    ]
    return page("serviceDeployments", found, {"maxResults": _MOST, **parameters})


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


@ecs_operation("DescribeServiceDeployments")
def describe_service_deployments(call: Call, parameters: Shape) -> Shape:
    """Return service deployments by ARN."""
    found, failures = [], []
    for given in _given(parameters["serviceDeploymentArns"]):
        try:
            service, of = _find(call, given)
        except AwsError:
            failures.append(missing(given))
        else:
            found.append(_shape(service, of))
    return {"serviceDeployments": found, "failures": failures}


@ecs_operation("DescribeServiceRevisions")
def describe_service_revisions(call: Call, parameters: Shape) -> Shape:
    """Return service revisions by ARN."""
    found, failures = [], []
    services = call.state(Store).services.values()
    by_arn = {arn: service for service in services for arn in service.revisions}
    for given in _given(parameters["serviceRevisionArns"]):
        if given in by_arn:
            found.append(_revision(by_arn[given], given))
        else:
            failures.append(missing(given))
    return {"serviceRevisions": found, "failures": failures}


@ecs_operation("StopServiceDeployment")
def stop_service_deployment(call: Call, parameters: Shape) -> Shape:
    """Roll a service deployment back that is under way."""
    service, of = _find(call, parameters["serviceDeploymentArn"])
    if parameters.get("stopType", "ROLLBACK") != "ROLLBACK":
        raise invalid("stopType must be ROLLBACK.")
    if of.status not in ("PENDING", "IN_PROGRESS"):
        raise AwsError("ConflictException", f"The service deployment is {of.status}.")
    if service.completed is None:
        raise invalid("There is no completed service revision to roll back to.")
    reason = "Service deployment stopped by user: rollback requested."
    if service.course is not None:
        service.course.fail(reason, reason)
    else:
        deployments.stop(call, service, reason)
    wake(call, service)
    return {"serviceDeploymentArn": of.arn}


@ecs_operation("ContinueServiceDeployment")
def continue_service_deployment(call: Call, parameters: Shape) -> Shape:
    """Answer the pause at which a service deployment waits: go on, or back."""
    service, of = _find(call, parameters["serviceDeploymentArn"])
    course = service.course
    hooks = course.hooks if course is not None and course.of is of else None
    action = parameters.get("action", "CONTINUE")
    if hooks is None or not hooks.answer(parameters["hookId"], action):
        raise invalid("The lifecycle hook is not awaiting an action.")
    return {"serviceDeploymentArn": of.arn}


def _given(arns: list[str]) -> list[str]:
    if not 1 <= len(arns) <= _MOST:
        raise invalid(f"Specify between 1 and {_MOST} ARNs.")
    return arns


def _find(call: Call, arn: str) -> tuple[Service, ServiceDeployment]:
    for service in call.state(Store).services.values():
        for each in service.deployments:
            if each.arn == arn:
                return service, each
    raise AwsError("ServiceDeploymentNotFoundException", "Service deployment not found.")


def _brief(service: Service, of: ServiceDeployment) -> Shape:
    shape: Shape = {
        "serviceDeploymentArn": of.arn,
        "serviceArn": service.arn,
        "clusterArn": service.settings["clusterArn"],
        "createdAt": of.created,
        "targetServiceRevisionArn": of.target,
        "status": of.status,
    }
    times = {"startedAt": of.started, "finishedAt": of.finished, "statusReason": of.reason}
    return shape | {name: value for name, value in times.items() if value}


def _shape(service: Service, of: ServiceDeployment) -> Shape:
    brief = _brief(service, of)
    target = brief.pop("targetServiceRevisionArn")
    shape: Shape = {
        **brief,
        "updatedAt": of.updated,
        "sourceServiceRevisions": [_summary(service, of, each) for each in of.sources],
        "targetServiceRevision": _summary(service, of, target),
        "deploymentConfiguration": of.configuration,
        "deploymentCircuitBreaker": of.breaker,
        "alarms": of.alarms,
    }
    sometimes = {
        "stoppedAt": of.stopped,
        "rollback": of.rollback,
        "lifecycleStage": of.stage,
        "lifecycleHookDetails": of.hooks,
    }
    return shape | {name: value for name, value in sometimes.items() if value}


def _summary(service: Service, of: ServiceDeployment, revision: str) -> Shape:
    groups = [group for group in service.groups if group.revision == revision]
    shape: Shape = {
        "arn": revision,
        "requestedTaskCount": sum(group.desired for group in groups),
        "runningTaskCount": sum(group.running() for group in groups),
        "pendingTaskCount": sum(group.pending() for group in groups),
    }
    if revision in of.weights:
        production, test = of.weights[revision]
        shape["requestedProductionTrafficWeight"] = production
        shape["requestedTestTrafficWeight"] = test
    return shape


def _revision(service: Service, arn: str) -> Shape:
    kept = service.revisions[arn]
    members = (*GROUP_MEMBERS, "loadBalancers", "serviceRegistries")
    shape = {name: kept[name] for name in members if kept.get(name)}
    return {
        **shape,
        "serviceRevisionArn": arn,
        "serviceArn": service.arn,
        "clusterArn": service.settings["clusterArn"],
        "createdAt": kept["createdAt"],
        "guardDutyEnabled": False,
    }
