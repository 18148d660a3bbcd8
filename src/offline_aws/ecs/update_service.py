"""UpdateService: what its controller lets be changed, and what starts a deployment."""

from __future__ import annotations

from offline_aws.ecs import deployments, traffic
from offline_aws.ecs.checks import ecs_operation, invalid
from offline_aws.ecs.definitions import check_load_balancers, check_network, find_definition
from offline_aws.ecs.launch import resolved_settings
from offline_aws.ecs.names import find_cluster, find_service
from offline_aws.ecs.outcomes import wake
from offline_aws.ecs.placement import check_subnets
from offline_aws.ecs.services import configuration, start_deployment
from offline_aws.ecs.shapes import service_shape
from offline_aws.ecs.store import Service, Shape
from offline_aws.operations import Call

_DEPLOYED = (
    *("capacityProviderStrategy", "platformVersion", "networkConfiguration", "loadBalancers"),
    *("serviceRegistries", "serviceConnectConfiguration", "volumeConfigurations"),
    "vpcLatticeConfigurations",
)
_SET = (
    *("healthCheckGracePeriodSeconds", "enableExecuteCommand", "enableECSManagedTags"),
    *("propagateTags", "placementConstraints", "placementStrategy", "availabilityZoneRebalancing"),
)
#: What a service of another controller leaves to it, with AWS's word for it.
_OF_ANOTHER = {
    "taskDefinition": "task definition",
    "networkConfiguration": "network parameters",
    "platformVersion": "platform version",
    "loadBalancers": "load balancers",
    "capacityProviderStrategy": "capacity provider strategy",
    "serviceRegistries": "service registries",
}
_HOW = {
    "CODE_DEPLOY": "Use AWS CodeDeploy to trigger a new deployment.",
    "EXTERNAL": "Use CreateTaskSet to trigger a new deployment.",
}


@ecs_operation("UpdateService")
def update_service(call: Call, parameters: Shape) -> Shape:
    """Change a service; what its tasks have changes by a deployment."""
    service = find_service(call, parameters.get("cluster"), parameters["service"])
    _check_controller(service, parameters)
    settings = _changed(call, service, parameters)
    if (desired := parameters.get("desiredCount")) is not None:
        if service.settings["schedulingStrategy"] == "DAEMON":
            raise invalid("The daemon scheduling strategy does not support a desired count.")
        if desired < 0:
            raise invalid("Desired count cannot be negative.")
        service.desired = desired
    different = any(settings.get(n) != service.settings.get(n) for n in deployments.MEMBERS)
    service.settings = settings
    if service.controller == "ECS":
        if different or parameters.get("forceNewDeployment"):
            start_deployment(call, service)
        else:
            service.primary.desired = service.desired
            service.primary.updated = call.clock.now()
    service.steady = False
    wake(call, service)
    return {"service": service_shape(service)}


def _check_controller(service: Service, parameters: Shape) -> None:
    given = parameters.get("deploymentController", {}).get("type", service.controller)
    if given != service.controller:
        raise invalid(
            "Updating the deployment controller of a service is not supported here: "
            "create another service."
        )
    if service.controller == "ECS":
        return
    of = f"on services with a {service.controller} deployment controller."
    for member, word in _OF_ANOTHER.items():
        if parameters.get(member):
            raise invalid(f"Unable to update {word} {of} {_HOW[service.controller]}")
    if parameters.get("forceNewDeployment"):
        raise invalid(f"Cannot force a new deployment {of} {_HOW[service.controller]}")
    if service.controller == "EXTERNAL" and "deploymentConfiguration" in parameters:
        raise invalid(f"Unable to update deployment configuration {of}")


def _changed(call: Call, service: Service, parameters: Shape) -> Shape:
    settings = dict(service.settings)
    settings |= {name: parameters[name] for name in _SET if name in parameters}
    settings |= {name: parameters[name] for name in _DEPLOYED if name in parameters}
    if "capacityProviderStrategy" in parameters:
        settings["launchType"] = "" if parameters["capacityProviderStrategy"] else "EC2"
    settings = resolved_settings(settings, find_cluster(call, service.cluster))
    if given := parameters.get("deploymentConfiguration"):
        before = settings["deploymentConfiguration"]
        daemon = settings["schedulingStrategy"] == "DAEMON"
        settings["deploymentConfiguration"] = configuration({**before, **given}, daemon)
    if settings["deploymentConfiguration"]["strategy"] != "ROLLING":
        traffic.check_advanced(settings["loadBalancers"])
    if service.controller == "ECS":
        wanted = parameters.get("taskDefinition") or settings["taskDefinition"]
        if parameters.get("taskDefinition") or any(name in parameters for name in _DEPLOYED):
            definition = find_definition(call, wanted)
            settings["taskDefinition"] = definition["taskDefinitionArn"]
            check_network(definition, settings)
            check_load_balancers(call, definition, settings["loadBalancers"])
            check_subnets(call, settings.get("networkConfiguration", {}))
    return settings
