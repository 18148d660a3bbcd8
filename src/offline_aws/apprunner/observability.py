"""Observability configurations: immutable revisions of a name, for tracing with X-Ray."""

from __future__ import annotations

from offline_aws.apprunner.checks import apprunner_operation, invalid
from offline_aws.apprunner.names import find_resource, make_resource
from offline_aws.apprunner.revisions import Revisioned
from offline_aws.apprunner.store import Shape, Store
from offline_aws.operations import Call

_KIND = Revisioned(
    "observabilityconfiguration",
    "ObservabilityConfiguration",
    "observability configuration",
    names=10,
    revisions=10,
)
_RESERVED = "DefaultConfiguration"
_SUMMARY = (
    "ObservabilityConfigurationArn",
    "ObservabilityConfigurationName",
    "ObservabilityConfigurationRevision",
)


@apprunner_operation("CreateObservabilityConfiguration")
def create_observability_configuration(call: Call, parameters: Shape) -> Shape:
    """Make a configuration: the first revision of its name, or the next one."""
    name = parameters["ObservabilityConfigurationName"]
    if name == _RESERVED:
        raise invalid(f"The name {_RESERVED} is reserved.")
    _KIND.check_room(call, name)
    traced = parameters.get("TraceConfiguration")
    settings = {"TraceConfiguration": traced} if traced else {}
    made = make_resource(call, _KIND.kind, name, parameters, settings)
    return {"ObservabilityConfiguration": _KIND.shape(call, made)}


@apprunner_operation("DescribeObservabilityConfiguration")
def describe_observability_configuration(call: Call, parameters: Shape) -> Shape:
    """Return a revision, or the latest one of a name."""
    found = find_resource(call, _KIND.kind, parameters["ObservabilityConfigurationArn"])
    return {"ObservabilityConfiguration": _KIND.shape(call, found)}


@apprunner_operation("DeleteObservabilityConfiguration")
def delete_observability_configuration(call: Call, parameters: Shape) -> Shape:
    """Delete a revision that no service uses."""
    found = find_resource(call, _KIND.kind, parameters["ObservabilityConfigurationArn"])
    for service in call.state(Store).live_services():
        used = service.settings["ObservabilityConfiguration"]
        if used.get("ObservabilityConfigurationArn") == found.arn:
            raise invalid(f"The observability configuration {found.arn} is used by a service.")
    found.deleted = call.clock.now()
    return {"ObservabilityConfiguration": _KIND.shape(call, found)}


@apprunner_operation("ListObservabilityConfigurations")
def list_observability_configurations(call: Call, parameters: Shape) -> Shape:
    """Return summaries of the active configurations: the latest of each name, or all."""
    return _KIND.listed(call, parameters, _KIND.shape, _SUMMARY)
