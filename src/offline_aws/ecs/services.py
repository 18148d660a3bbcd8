"""Services: create, describe, list, delete."""

from __future__ import annotations

from offline_aws.ecs import blue_green, deployments, task_sets, traffic
from offline_aws.ecs.checks import ecs_operation, invalid, not_simulated
from offline_aws.ecs.definitions import check_load_balancers, check_network, find_definition
from offline_aws.ecs.launch import resolved_settings
from offline_aws.ecs.names import (
    arn,
    cluster_name,
    find_cluster,
    find_service,
    last_part,
    missing,
    page,
)
from offline_aws.ecs.outcomes import wake
from offline_aws.ecs.placement import check_subnets
from offline_aws.ecs.scheduler import watch
from offline_aws.ecs.shapes import service_shape
from offline_aws.ecs.store import Service, Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_KEPT = (
    *("loadBalancers", "serviceRegistries", "launchType", "capacityProviderStrategy"),
    *("platformVersion", "placementConstraints", "placementStrategy", "networkConfiguration"),
    *("healthCheckGracePeriodSeconds", "tags", "serviceConnectConfiguration"),
    *("volumeConfigurations", "vpcLatticeConfigurations", "availabilityZoneRebalancing"),
)
_MOST_DESCRIBED = 10
_DAY = 1440
_ROLE = "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


@ecs_operation("CreateService")
def create_service(call: Call, parameters: Shape) -> Shape:
    """Create a service; its tasks start as the clock moves."""
    cluster = find_cluster(call, parameters.get("cluster"))
    key = (cluster["clusterName"], parameters["serviceName"])
    store = call.state(Store)
    before = store.services.get(key)
    if before is not None and before.status != "INACTIVE":
        raise invalid("Creation of service was not idempotent.")
    settings = _settings(call, cluster, parameters)
    if settings["deploymentController"]["type"] != "EXTERNAL":
        _settle_definition(call, settings, parameters)
    watch(call)
    service = Service(
        name=parameters["serviceName"],
        arn=arn(call, f"service/{key[0]}/{key[1]}"),
        cluster=key[0],
        settings=settings,
        created=call.clock.now(),
        created_by=call.caller,
        desired=_desired(parameters),
    )
    store.services[key] = service
    if service.controller == "ECS":
        start_deployment(call, service)
    elif service.controller == "CODE_DEPLOY":
        task_sets.begin(call, service)
    wake(call, service)
    return {"service": service_shape(service, tags=True)}


def start_deployment(call: Call, service: Service) -> None:
    """Begin a deployment by the service's strategy."""
    deployment = deployments.begin(call, service)
    if blue_green.shifts(service):
        blue_green.begin(call, service, deployment)


def _settings(call: Call, cluster: Shape, parameters: Shape) -> Shape:
    given = {name: parameters[name] for name in _KEPT if name in parameters}
    if given.get("launchType") and given.get("capacityProviderStrategy"):
        raise invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. "
            "Remove one and try again."
        )
    controller = parameters.get("deploymentController") or {"type": "ECS"}
    settings = resolved_settings(given, cluster)
    daemon = parameters.get("schedulingStrategy") == "DAEMON"
    settings |= {
        "clusterArn": cluster["clusterArn"],
        "loadBalancers": given.get("loadBalancers", []),
        "serviceRegistries": given.get("serviceRegistries", []),
        "placementConstraints": given.get("placementConstraints", []),
        "placementStrategy": given.get("placementStrategy", []),
        "schedulingStrategy": parameters.get("schedulingStrategy", "REPLICA"),
        "deploymentController": dict(controller),
        "enableECSManagedTags": parameters.get("enableECSManagedTags", False),
        "enableExecuteCommand": parameters.get("enableExecuteCommand", False),
        "propagateTags": parameters.get("propagateTags", "NONE"),
        "deploymentConfiguration": configuration(
            parameters.get("deploymentConfiguration", {}), daemon
        ),
    }
    if given.get("loadBalancers"):
        settings["roleArn"] = parameters.get("role") or f"arn:aws:iam::{call.account}:{_ROLE}"
        settings.setdefault("healthCheckGracePeriodSeconds", 0)
    check_subnets(call, settings.get("networkConfiguration", {}))
    if settings["deploymentConfiguration"]["strategy"] != "ROLLING":
        traffic.check_advanced(settings["loadBalancers"])
    return settings


def configuration(given: Shape, daemon: bool = False) -> Shape:
    """Return a deployment configuration with AWS's defaults."""
    defaults: Shape = {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 100 if daemon else 200,
        "minimumHealthyPercent": 0 if daemon else 100,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    }
    made = {**defaults, **given}
    if "bakeTimeInMinutes" not in given:
        del made["bakeTimeInMinutes"]
    _check_strategy(made)
    most, least = made["maximumPercent"], made["minimumHealthyPercent"]
    if most <= 100 and least >= 100:
        raise invalid(
            "The deployment configuration must allow for running more than 100% or fewer than "
            "100% of the desired number of tasks."
        )
    return made


def _check_strategy(made: Shape) -> None:
    linear, canary = made.get("linearConfiguration"), made.get("canaryConfiguration")
    for given, name, strategy in (
        (linear, "linearConfiguration", "LINEAR"),
        (canary, "canaryConfiguration", "CANARY"),
    ):
        if given and made["strategy"] != strategy:
            raise invalid(f"{name} is only valid with the {strategy} deployment strategy.")
    ranges = {
        "stepPercent": (linear, 3, 100),
        "stepBakeTimeInMinutes": (linear, 0, _DAY),
        "canaryPercent": (canary, 0.1, 100),
        "canaryBakeTimeInMinutes": (canary, 0, _DAY),
        "bakeTimeInMinutes": (made, 0, _DAY),
    }
    for name, (given, least, most) in ranges.items():
        if given and name in given and not least <= given[name] <= most:
            raise invalid(f"{name} must be between {least} and {most}.")
    for hook in made.get("lifecycleHooks", []):
        if hook.get("targetType") != "PAUSE" and not hook.get("hookTargetArn"):
            raise invalid("hookTargetArn is required for a lifecycle hook of AWS_LAMBDA.")


def _settle_definition(call: Call, settings: Shape, parameters: Shape) -> None:
    if not parameters.get("taskDefinition"):
        raise invalid("TaskDefinition can not be blank.")
    definition = find_definition(call, parameters["taskDefinition"])
    settings["taskDefinition"] = definition["taskDefinitionArn"]
    check_network(definition, settings)
    check_load_balancers(call, definition, settings["loadBalancers"])


def _desired(parameters: Shape) -> int:
    if parameters.get("schedulingStrategy") == "DAEMON":
        if parameters.get("desiredCount"):
            raise invalid(
                "The daemon scheduling strategy does not support a desired count for services. "
                "Remove the desired count value and try again"
            )
        return 0
    desired = parameters.get("desiredCount")
    if desired is None and parameters.get("deploymentController", {}).get("type") != "EXTERNAL":
        raise invalid("Desired count is required for the replica scheduling strategy.")
    if desired is not None and desired < 0:
        raise invalid("Desired count cannot be negative.")
    return desired or 0


@ecs_operation("DescribeServices")
def describe_services(call: Call, parameters: Shape) -> Shape:
    """Return services by name or ARN, and which of them there are not."""
    given = parameters["services"]
    if len(given) > _MOST_DESCRIBED or not given:
        raise invalid("Services cannot be empty." if not given else "Too many services.")
    cluster = cluster_name(call, parameters.get("cluster"))
    store = call.state(Store)
    found, failures = [], []
    for each in given:
        service = store.services.get((cluster, last_part(each)))
        if service is None:
            name = arn(call, f"service/{cluster}/{last_part(each)}")
            failures.append(missing(name))
        else:
            found.append(service_shape(service, "TAGS" in parameters.get("include", [])))
    return {"services": found, "failures": failures}


@ecs_operation("ListServices")
def list_services(call: Call, parameters: Shape) -> Shape:
    """Return the ARNs of a cluster's services, ten a page."""
    cluster = cluster_name(call, parameters.get("cluster"))
    found = [
        service.arn
        for service in call.state(Store).services.values()
        if service.cluster == cluster
        and service.status != "INACTIVE"
        and parameters.get("launchType") in (None, service.settings.get("launchType"))
        and parameters.get("resourceManagementType")
        in (None, service.settings.get("resourceManagementType", "CUSTOMER"))
        and parameters.get("schedulingStrategy") in (None, service.settings["schedulingStrategy"])
    ]
    return page("serviceArns", found, {"maxResults": _MOST_DESCRIBED, **parameters})


@ecs_operation("DeleteService")
def delete_service(call: Call, parameters: Shape) -> Shape:
    """Let a service drain; it is INACTIVE when its tasks have stopped."""
    service = find_service(call, parameters.get("cluster"), parameters["service"], active=False)
    if service.status == "INACTIVE":
        raise AwsError("ServiceNotFoundException", "Service not found.")
    if service.status == "DRAINING":
        return {"service": service_shape(service)}
    replica = service.settings["schedulingStrategy"] == "REPLICA"
    if replica and not parameters.get("force"):
        if service.desired > 0 or any(group.desired for group in service.groups):
            raise invalid("The service cannot be stopped while it is scaled above 0.")
        if service.controller == "EXTERNAL" and service.groups:
            raise invalid("The service cannot be stopped while the service has task sets.")
    service.status, service.desired = "DRAINING", 0
    for group in service.groups:
        group.desired = 0
    wake(call, service)
    return {"service": service_shape(service)}


@ecs_operation("ListServicesByNamespace")
def list_services_by_namespace(call: Call, parameters: Shape) -> Shape:
    """Refuse: there is no Cloud Map."""
    if not parameters["namespace"]:
        raise AwsError("NamespaceNotFoundException", "Namespace not found.")
    raise not_simulated("ListServicesByNamespace", "Service Connect")
