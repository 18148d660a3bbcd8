"""Express Mode: a service with its load balancer, its scaling and its watched deployments."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.ecs import express_settings
from offline_aws.ecs.checks import client_error, ecs_operation, invalid
from offline_aws.ecs.express_infrastructure import Building, take_away
from offline_aws.ecs.express_service import (
    balancers_of,
    check_health_at,
    create_service,
    network_of,
    scale,
)
from offline_aws.ecs.express_store import Express, ExpressStore
from offline_aws.ecs.names import cluster_name, ecs, new_id
from offline_aws.ecs.store import Service, Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MEMBERS = (
    *("executionRoleArn", "taskRoleArn", "healthCheckPath", "primaryContainer", "cpu", "memory"),
    *("cpuArchitecture", "scalingTarget", "taskDefinitionArn"),
)
#: What its tasks have: a change of it is deployed.
_DEPLOYED = (
    *("executionRoleArn", "taskRoleArn", "primaryContainer", "cpu", "memory", "cpuArchitecture"),
    "taskDefinitionArn",
)
_LOOK = timedelta(seconds=30)
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@ecs_operation("CreateExpressGatewayService")
def create_express_gateway_service(call: Call, parameters: Shape) -> Shape:
    """Make a service and all that it needs: load balancer, target groups, scaling, alarm."""
    given = {name: parameters[name] for name in _MEMBERS if name in parameters}
    settings = express_settings.whole(given, {})
    if not parameters["infrastructureRoleArn"]:
        raise invalid("infrastructureRoleArn must not be empty.")
    cluster = _cluster(call, parameters.get("cluster"))
    name = parameters.get("serviceName") or f"express-{new_id(call)[:10]}"
    if len(name) > 255 or not set(name) <= _NAME:
        raise invalid("The service name has up to 255 letters, numbers, underscores and hyphens.")
    _require_free(call, cluster, name)
    with ExitStack() as undo:
        express = _build(call, cluster, name, settings, parameters, undo)
        undo.pop_all()
    call.state(ExpressStore).services[express.arn] = express
    return {"service": _shape(call, express, tags=True)}


def _require_free(call: Call, cluster: str, name: str) -> None:
    before = call.state(Store).services.get((cluster, name))
    if before is not None and before.status != "INACTIVE":
        raise invalid(f"A service with the name {name} exists in the cluster {cluster} already.")


def _cluster(call: Call, given: str | None) -> str:
    """Return the name of a cluster; ``default`` is made if it is not there."""
    try:
        return cluster_name(call, given)
    except AwsError:
        if given not in (None, "", "default"):
            raise
    ecs(call).create_cluster(clusterName="default", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    return cluster_name(call, "default")


def _build(
    call: Call, cluster: str, name: str, settings: Shape, parameters: Shape, undo: ExitStack
) -> Express:
    building = Building(call, name, undo)
    log_group = f"/aws/ecs/{cluster}/{name}"
    definition, port = express_settings.settle_definition(call, cluster, name, settings, log_group)
    try:
        infrastructure = building.network(parameters.get("networkConfiguration", {}))
        building.log_group(log_group)
        building.balance(infrastructure, settings["healthCheckPath"], port)
        building.alarm(infrastructure)
        role = parameters["infrastructureRoleArn"]
        arn = create_service(
            call, cluster, name, settings, definition, port, infrastructure, role, parameters
        )
        building.undo_by(ecs(call).delete_service, cluster=cluster, service=name, force=True)
        now = call.clock.now()
        express = Express(arn, cluster, name, role, infrastructure, now, now)
        scale(call, express, settings["scalingTarget"])
    except (BotoCoreError, ClientError) as error:
        text = error.response["Error"]["Message"] if isinstance(error, ClientError) else str(error)
        raise client_error(f"The Express service cannot be made: {text}") from error
    _service(call, arn).settings["resourceManagementType"] = "ECS"
    _remember(call, express, settings)
    return express


def _service(call: Call, arn: str) -> Service:
    return next(each for each in call.state(Store).services.values() if each.arn == arn)


def _remember(call: Call, express: Express, settings: Shape) -> Shape:
    """Note the settings of the newest service revision, and return AWS's configuration of it."""
    service = _service(call, express.arn)
    revision = service.primary.revision
    of = express.infrastructure
    access = "PUBLIC" if of.public else "PRIVATE"
    configuration = {
        "serviceRevisionArn": revision,
        **{name: settings[name] for name in _MEMBERS if settings.get(name)},
        "taskDefinitionArn": service.settings["taskDefinition"],
        "networkConfiguration": {"subnets": of.subnets, "securityGroups": of.security_groups},
        "ingressPaths": [{"accessType": access, "endpoint": f"https://{of.endpoint}"}],
        "createdAt": service.revisions[revision]["createdAt"],
    }
    express.settings[revision] = settings
    express.configurations[revision] = configuration
    return configuration


def _find(call: Call, arn: str, code: str = "ServiceNotFoundException") -> Express:
    express = call.state(ExpressStore).services.get(arn)
    if express is None:
        raise AwsError(code, f"Express service not found: {arn}")
    return express


def _active(call: Call, arn: str) -> tuple[Express, Service]:
    express = _find(call, arn)
    service = _service(call, arn)
    if service.status != "ACTIVE":
        raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
    return express, service


@ecs_operation("DescribeExpressGatewayService")
def describe_express_gateway_service(call: Call, parameters: Shape) -> Shape:
    """Return an Express service with the configurations that serve now."""
    express = _find(call, parameters["serviceArn"], "ResourceNotFoundException")
    return {"service": _shape(call, express, "TAGS" in parameters.get("include", []))}


def _status(service: Service) -> Shape:
    reasons = {"DRAINING": "The service is being deleted.", "INACTIVE": "The service is deleted."}
    shape = {"statusCode": service.status}
    reason = reasons.get(service.status)
    return {**shape, "statusReason": reason} if reason else shape


def _shape(call: Call, express: Express, tags: bool = False) -> Shape:
    service = _service(call, express.arn)
    serving = [group.revision for group in service.groups]
    shape: Shape = {
        "cluster": express.cluster,
        "serviceName": express.name,
        "serviceArn": express.arn,
        "infrastructureRoleArn": express.role,
        "status": _status(service),
        "activeConfigurations": [
            express.configurations[each] for each in serving if each in express.configurations
        ],
        "createdAt": express.created,
        "updatedAt": express.updated,
    }
    if service.deployments and service.deployments[-1].finished is None:
        shape["currentDeployment"] = service.deployments[-1].arn
    return {**shape, "tags": service.settings.get("tags", [])} if tags else shape


@ecs_operation("UpdateExpressGatewayService")
def update_express_gateway_service(call: Call, parameters: Shape) -> Shape:
    """Change an Express service; what its tasks have changes by a watched canary."""
    express, service = _active(call, parameters["serviceArn"])
    given = {name: parameters[name] for name in _MEMBERS if name in parameters}
    # After a rollback these are the settings of what serves again.
    before = express.settings[service.primary.revision]
    settings = express_settings.whole(given, before)
    of = express.infrastructure
    changes: Shape = {}
    name = f"/aws/ecs/{express.cluster}/{express.name}"
    if any(settings.get(each) != before.get(each) for each in _DEPLOYED):
        definition, port = express_settings.settle_definition(
            call, express.cluster, express.name, settings, name
        )
        changes["taskDefinition"] = definition
        changes["loadBalancers"] = balancers_of(of, port, express.role)
    network = parameters.get("networkConfiguration", {})
    groups = list(network.get("securityGroups") or of.security_groups)
    subnets = list(network.get("subnets") or of.subnets)
    if network:
        changes["networkConfiguration"] = network_of(
            replace(of, security_groups=groups, subnets=subnets)
        )
    try:
        if settings["healthCheckPath"] != before["healthCheckPath"]:
            check_health_at(call, of, settings["healthCheckPath"])
        if changes:
            ecs(call).update_service(cluster=express.cluster, service=express.name, **changes)
    except (BotoCoreError, ClientError) as error:
        text = error.response["Error"]["Message"] if isinstance(error, ClientError) else str(error)
        raise invalid(text) from error
    of.security_groups, of.subnets, express.updated = groups, subnets, call.clock.now()
    if settings["scalingTarget"] != before["scalingTarget"]:
        scale(call, express, settings["scalingTarget"])
    target = _remember(call, express, settings)
    return {
        "service": {
            "serviceArn": express.arn,
            "cluster": express.cluster,
            "serviceName": express.name,
            "status": _status(service),
            "targetConfiguration": target,
            "createdAt": express.created,
            "updatedAt": express.updated,
        }
    }


@ecs_operation("DeleteExpressGatewayService")
def delete_express_gateway_service(call: Call, parameters: Shape) -> Shape:
    """Let a service drain; its resources go when its last task has stopped."""
    express, _ = _active(call, parameters["serviceArn"])
    ecs(call).delete_service(cluster=express.cluster, service=express.name, force=True)
    express.updated = call.clock.now()
    _look(call, express)
    return {"service": _shape(call, express)}


def _look(call: Call, express: Express) -> None:
    if _service(call, express.arn).status == "INACTIVE":
        take_away(call, express)
    else:
        call.clock.call_later(_LOOK, partial(_look, call, express))
