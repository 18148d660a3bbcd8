"""Auto scaling configurations: immutable revisions of a name, one of which is the default."""

from __future__ import annotations

from offline_aws.apprunner.checks import apprunner_operation, invalid
from offline_aws.apprunner.names import (
    arn,
    arns_of,
    find_resource,
    make_resource,
    page,
)
from offline_aws.apprunner.revisions import Revisioned
from offline_aws.apprunner.store import Resource, Service, Shape, Store
from offline_aws.operations import Call

KIND = "autoscalingconfiguration"
_DEFAULT = "DefaultConfiguration"
_DEFAULTS = {"MaxConcurrency": 100, "MinSize": 1, "MaxSize": 25}
_LARGEST = 25
_KIND = Revisioned(
    KIND, "AutoScalingConfiguration", "auto scaling configuration", names=10, revisions=5
)
_SUMMARY = (
    *("AutoScalingConfigurationArn", "AutoScalingConfigurationName", "Status", "CreatedAt"),
    *("AutoScalingConfigurationRevision", "HasAssociatedService", "IsDefault"),
)


def default_scaling(call: Call) -> str:
    """Return the ARN of the default configuration; the first one is there in every account."""
    store = call.state(Store)
    if not store.default_scaling:
        store.default_scaling = arn(call, f"{KIND}/{_DEFAULT}/1/{1:032}")
        store.resources[store.default_scaling] = Resource(
            KIND, _DEFAULT, 1, store.default_scaling, dict(_DEFAULTS), call.clock.now(), {}
        )
    return store.default_scaling


def scaling_of(call: Call, service: Service) -> Shape:
    """Return AWS's summary of the auto scaling configuration of a service."""
    shape = _shape(call, _of_service(call, service))
    return {name: shape[name] for name in _SUMMARY}


def sizes_of(call: Call, service: Service) -> Shape:
    """Return MaxConcurrency, MinSize and MaxSize of a service."""
    return _of_service(call, service).settings


def _of_service(call: Call, service: Service) -> Resource:
    return call.state(Store).resources[service.scaled_by]


def _users(call: Call, resource: Resource) -> list[Service]:
    services = call.state(Store).live_services()
    return [each for each in services if _of_service(call, each) is resource]


def _shape(call: Call, resource: Resource) -> Shape:
    return {
        **_KIND.shape(call, resource),
        "HasAssociatedService": bool(_users(call, resource)),
        "IsDefault": resource.arn == call.state(Store).default_scaling,
    }


def _found(call: Call, given: str) -> Resource:
    default_scaling(call)
    return find_resource(call, KIND, given)


@apprunner_operation("CreateAutoScalingConfiguration")
def create_auto_scaling_configuration(call: Call, parameters: Shape) -> Shape:
    """Make a configuration: the first revision of its name, or the next one."""
    default_scaling(call)
    name = parameters["AutoScalingConfigurationName"]
    settings = {each: parameters.get(each, value) for each, value in _DEFAULTS.items()}
    if settings["MinSize"] > settings["MaxSize"]:
        raise invalid("MinSize must be less than or equal to MaxSize.")
    if settings["MaxSize"] > _LARGEST:
        raise invalid(f"MaxSize must be less than or equal to {_LARGEST}.")
    _KIND.check_room(call, name)
    made = make_resource(call, KIND, name, parameters, settings)
    return {"AutoScalingConfiguration": _shape(call, made)}


@apprunner_operation("DescribeAutoScalingConfiguration")
def describe_auto_scaling_configuration(call: Call, parameters: Shape) -> Shape:
    """Return a revision, or the latest one of a name."""
    found = _found(call, parameters["AutoScalingConfigurationArn"])
    return {"AutoScalingConfiguration": _shape(call, found)}


@apprunner_operation("DeleteAutoScalingConfiguration")
def delete_auto_scaling_configuration(call: Call, parameters: Shape) -> Shape:
    """Delete a revision, or all of a name; none that is the default or in use."""
    found = _found(call, parameters["AutoScalingConfigurationArn"])
    store, gone = call.state(Store), [found]
    if parameters.get("DeleteAllRevisions"):
        if parameters["AutoScalingConfigurationArn"] != arns_of(found)[-1]:
            raise invalid("DeleteAllRevisions needs an ARN that ends with the name.")
        gone = [each for each in store.of_kind(KIND) if each.name == found.name]
    for each in gone:
        if each.arn == store.default_scaling:
            raise invalid("The default auto scaling configuration can't be deleted.")
        if _users(call, each):
            raise invalid(f"The auto scaling configuration {each.arn} is used by a service.")
    for each in gone:
        each.deleted = call.clock.now()
    return {"AutoScalingConfiguration": _shape(call, found)}


@apprunner_operation("ListAutoScalingConfigurations")
def list_auto_scaling_configurations(call: Call, parameters: Shape) -> Shape:
    """Return summaries of the active configurations: the latest of each name, or all."""
    default_scaling(call)
    return _KIND.listed(call, parameters, _shape, _SUMMARY)


@apprunner_operation("ListServicesForAutoScalingConfiguration")
def list_services_for_auto_scaling_configuration(call: Call, parameters: Shape) -> Shape:
    """Return the ARNs of the services that use a configuration."""
    found = _found(call, parameters["AutoScalingConfigurationArn"])
    return page("ServiceArnList", [each.arn for each in _users(call, found)], parameters)


@apprunner_operation("UpdateDefaultAutoScalingConfiguration")
def update_default_auto_scaling_configuration(call: Call, parameters: Shape) -> Shape:
    """Make a configuration the default, which services get that name none."""
    found = _found(call, parameters["AutoScalingConfigurationArn"])
    call.state(Store).default_scaling = found.arn
    return {"AutoScalingConfiguration": _shape(call, found)}
