"""AWS's shapes of tasks, deployments, task sets and services."""

from __future__ import annotations

from datetime import datetime

from offline_aws.ecs.names import arn
from offline_aws.ecs.store import Deployment, Run, Service, Shape, Task, TaskSet
from offline_aws.operations import Call

#: What a deployment and a task set show of their settings.
GROUP_MEMBERS = (
    *("taskDefinition", "launchType", "capacityProviderStrategy", "platformVersion"),
    *("platformFamily", "networkConfiguration"),
)
_DEPLOYMENT_MEMBERS = (
    *GROUP_MEMBERS,
    *("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"),
)
_SERVICE_MEMBERS = (
    *("clusterArn", "loadBalancers", "serviceRegistries", "launchType"),
    *("capacityProviderStrategy", "platformVersion", "platformFamily", "taskDefinition"),
    *("deploymentConfiguration", "roleArn", "placementConstraints", "placementStrategy"),
    *("networkConfiguration", "healthCheckGracePeriodSeconds", "schedulingStrategy"),
    *("deploymentController", "enableECSManagedTags", "propagateTags", "enableExecuteCommand"),
    *("availabilityZoneRebalancing", "resourceManagementType"),
)


def health_of(run: Run, now: datetime) -> str:
    """Return a container's health status: UNKNOWN without a health check."""
    if run.status != "RUNNING":
        return "UNKNOWN"
    known = [status for since, status in run.healths if since <= now]
    return known[-1] if known else "UNKNOWN"


def health_of_task(task: Task, now: datetime) -> str:
    """Return a task's health status, by its essential containers that have a health check."""
    found = [
        health_of(run, now)
        for run in task.runs
        if run.definition.get("healthCheck") and run.definition.get("essential", True)
    ]
    for status in ("UNHEALTHY", "UNKNOWN", "HEALTHY"):
        if status in found:
            return status
    return "UNKNOWN"


def task_shape(call: Call, task: Task, tags: bool = False) -> Shape:
    """Return AWS's Task."""
    now, fargate = call.clock.now(), task.launch_type == "FARGATE"
    shape: Shape = {
        "attachments": task.attachments,
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "clusterArn": arn(call, f"cluster/{task.cluster}"),
        "containers": [_container(task, run, now) for run in task.runs],
        "cpu": str(task.settings.get("cpu") or _sum(task, "cpu")),
        "memory": str(task.settings.get("memory") or _sum(task, "memory")),
        "createdAt": task.created,
        "desiredStatus": task.desired,
        "enableExecuteCommand": task.settings.get("enableExecuteCommand", False),
        "group": task.group,
        "healthStatus": health_of_task(task, now),
        "lastStatus": task.last_status,
        "overrides": task.settings["overrides"],
        "taskArn": task.arn,
        "taskDefinitionArn": task.definition["taskDefinitionArn"],
        "version": task.version,
        **task.times,
    }
    sometimes = {
        "availabilityZone": task.zone,
        "containerInstanceArn": task.instance,
        "startedBy": task.started_by,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
        "launchType": "" if task.settings.get("capacityProviderName") else task.launch_type,
        "capacityProviderName": task.settings.get("capacityProviderName", ""),
        "platformVersion": task.settings.get("platformVersion", "") if fargate else "",
        "platformFamily": "Linux" if fargate else "",
        "tags": task.settings.get("tags", []) if tags else None,
        "ephemeralStorage": {"sizeInGiB": 20} if fargate else None,
    }
    if "connectivityAt" in task.times:
        shape["connectivity"] = "CONNECTED"
    return shape | {name: value for name, value in sometimes.items() if value or value == []}


def _sum(task: Task, member: str) -> int:
    return sum(int(run.definition.get(member) or 0) for run in task.runs)


def _container(task: Task, run: Run, now: datetime) -> Shape:
    shape: Shape = {
        "containerArn": run.arn,
        "taskArn": task.arn,
        "name": run.name,
        "image": run.image,
        "lastStatus": run.status,
        "networkBindings": run.bindings,
        "networkInterfaces": [
            {"attachmentId": each["id"], "privateIpv4Address": task.address}
            for each in task.attachments
            if task.address
        ],
        "healthStatus": health_of(run, now),
        "cpu": str(run.definition.get("cpu", 0)),
    }
    for member in ("memory", "memoryReservation"):
        if run.definition.get(member):
            shape[member] = str(run.definition[member])
    if run.status != "PENDING" and not run.reason:
        shape["runtimeId"] = f"{task.id}-{abs(hash_of(run.name))}"
    if run.digest:
        shape["imageDigest"] = run.digest
    if run.exit_code is not None:
        shape["exitCode"] = run.exit_code
    return {**shape, "reason": run.reason} if run.reason else shape


def hash_of(text: str) -> int:
    """Return a number for a text, the same in every run."""
    number = 0
    for letter in text:
        number = (number * 31 + ord(letter)) % 10**10
    return number


def deployment_shape(deployment: Deployment) -> Shape:
    """Return AWS's Deployment."""
    shape = {
        name: deployment.settings[name]
        for name in _DEPLOYMENT_MEMBERS
        if deployment.settings.get(name)
    }
    return {
        **shape,
        "id": deployment.id,
        "status": deployment.status,
        "desiredCount": deployment.desired,
        "pendingCount": deployment.pending(),
        "runningCount": deployment.running(),
        "failedTasks": deployment.failed,
        "createdAt": deployment.created,
        "updatedAt": deployment.updated,
        "rolloutState": deployment.state,
        "rolloutStateReason": deployment.reason,
    }


def task_set_shape(service: Service, task_set: TaskSet, tags: bool = False) -> Shape:
    """Return AWS's TaskSet."""
    shape = {name: task_set.settings[name] for name in GROUP_MEMBERS if task_set.settings.get(name)}
    shape |= {
        "id": task_set.id,
        "taskSetArn": task_set.arn,
        "serviceArn": service.arn,
        "clusterArn": service.settings["clusterArn"],
        "status": task_set.status,
        "computedDesiredCount": task_set.desired,
        "pendingCount": task_set.pending(),
        "runningCount": task_set.running(),
        "createdAt": task_set.created,
        "updatedAt": task_set.updated,
        "loadBalancers": task_set.settings.get("loadBalancers", []),
        "serviceRegistries": task_set.settings.get("serviceRegistries", []),
        "scale": {"value": task_set.scale, "unit": "PERCENT"},
        "stabilityStatus": task_set.stability,
        "stabilityStatusAt": task_set.stability_at or task_set.created,
    }
    sometimes = {"externalId": task_set.external_id, "startedBy": task_set.started_by}
    shape |= {name: value for name, value in sometimes.items() if value}
    return {**shape, "tags": task_set.tags} if tags else shape


def service_shape(service: Service, tags: bool = False) -> Shape:
    """Return AWS's Service."""
    settings = service.settings
    shape: Shape = {
        name: settings[name]
        for name in _SERVICE_MEMBERS
        if settings.get(name) is not None and settings[name] != ""
    }
    by_ecs = service.controller == "ECS"
    shape |= {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": sum(group.running() for group in service.groups),
        "pendingCount": sum(group.pending() for group in service.groups),
        "deployments": [deployment_shape(g) for g in service.groups] if by_ecs else [],
        "events": service.events,
        "createdAt": service.created,
        "createdBy": service.created_by,
    }
    if not by_ecs:
        shape["taskSets"] = [task_set_shape(service, group) for group in service.groups]
    else:
        shape |= _revisions(service)
    return {**shape, "tags": settings.get("tags", [])} if tags else shape


def _revisions(service: Service) -> Shape:
    current = [
        {
            "arn": group.revision,
            "requestedTaskCount": group.desired,
            "runningTaskCount": group.running(),
            "pendingTaskCount": group.pending(),
        }
        for group in service.groups
    ]
    shape: Shape = {"currentServiceRevisions": current}
    if service.deployments and service.deployments[-1].finished is None:
        shape["currentServiceDeployment"] = service.deployments[-1].arn
    return shape
