"""Observability configurations: immutable revisions of a name, for tracing with X-Ray."""

from __future__ import annotations

from offline_aws.apprunner.checks import apprunner_operation, invalid, too_many
from offline_aws.apprunner.names import find_resource, make_resource, page
from offline_aws.apprunner.store import Resource, Shape, Store
from offline_aws.operations import Call

_KIND = "observabilityconfiguration"
_RESERVED = "DefaultConfiguration"
_NAMES, _REVISIONS = 10, 10
_SUMMARY = (
    "ObservabilityConfigurationArn",
    "ObservabilityConfigurationName",
    "ObservabilityConfigurationRevision",
)


def _shape(call: Call, resource: Resource) -> Shape:
    same = [each for each in call.state(Store).of_kind(_KIND) if each.name == resource.name]
    shape = {
        "ObservabilityConfigurationArn": resource.arn,
        "ObservabilityConfigurationName": resource.name,
        "ObservabilityConfigurationRevision": resource.revision,
        "Latest": bool(same) and same[-1] is resource,
        "Status": "INACTIVE" if resource.deleted else "ACTIVE",
        **resource.settings,
        "CreatedAt": resource.created,
    }
    return {**shape, "DeletedAt": resource.deleted} if resource.deleted else shape


@apprunner_operation("CreateObservabilityConfiguration")
def create_observability_configuration(call: Call, parameters: Shape) -> Shape:
    """Make a configuration: the first revision of its name, or the next one."""
    name = parameters["ObservabilityConfigurationName"]
    if name == _RESERVED:
        raise invalid(f"The name {_RESERVED} is reserved.")
    active = call.state(Store).of_kind(_KIND)
    names = {each.name for each in active}
    if name not in names and len(names) >= _NAMES:
        raise too_many("observability configurations", _NAMES)
    if sum(each.name == name for each in active) >= _REVISIONS:
        raise too_many("revisions of an observability configuration", _REVISIONS)
    traced = parameters.get("TraceConfiguration")
    settings = {"TraceConfiguration": traced} if traced else {}
    made = make_resource(call, _KIND, name, parameters, settings)
    return {"ObservabilityConfiguration": _shape(call, made)}


@apprunner_operation("DescribeObservabilityConfiguration")
def describe_observability_configuration(call: Call, parameters: Shape) -> Shape:
    """Return a revision, or the latest one of a name."""
    found = find_resource(call, _KIND, parameters["ObservabilityConfigurationArn"])
    return {"ObservabilityConfiguration": _shape(call, found)}


@apprunner_operation("DeleteObservabilityConfiguration")
def delete_observability_configuration(call: Call, parameters: Shape) -> Shape:
    """Delete a revision that no service uses."""
    found = find_resource(call, _KIND, parameters["ObservabilityConfigurationArn"])
    for service in call.state(Store).live_services():
        used = service.settings["ObservabilityConfiguration"]
        if used.get("ObservabilityConfigurationArn") == found.arn:
            raise invalid(f"The observability configuration {found.arn} is used by a service.")
    found.deleted = call.clock.now()
    return {"ObservabilityConfiguration": _shape(call, found)}


@apprunner_operation("ListObservabilityConfigurations")
def list_observability_configurations(call: Call, parameters: Shape) -> Shape:
    """Return summaries of the active configurations: the latest of each name, or all."""
    wanted = parameters.get("ObservabilityConfigurationName")
    found = [
        _shape(call, each)
        for each in call.state(Store).of_kind(_KIND)
        if wanted in (None, each.name)
    ]
    if parameters.get("LatestOnly", True):
        found = [each for each in found if each["Latest"]]
    summaries = [{name: each[name] for name in _SUMMARY} for each in found]
    return page("ObservabilityConfigurationSummaryList", summaries, parameters)
