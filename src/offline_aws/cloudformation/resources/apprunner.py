"""AWS::AppRunner::Service and the configurations and connectors that it has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Context, Failed, Properties, register
from offline_aws.cloudformation.resources._calls import Call, Find, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._slow import Slow
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID

_FAILED = (
    "Your service failed to create. Review the application logs to find the source of error and "
    "retry."
)
_BUSY = ("OPERATION_IN_PROGRESS",)
_RUNS = ("RuntimeEnvironmentVariables", "RuntimeEnvironmentSecrets")
_UNITS = {"Cpu": "vCPU", "Memory": "GB"}


class _Service(Slow):
    """A service, which is stable when it runs, also when App Runner went back to what ran before.

    The last is how AWS's own type behaves (aws/apprunner-roadmap issue 209).
    """

    def stabilise(self, context: Context, physical_id: str) -> bool:
        """Return whether the service runs; raises ``Failed`` when it cannot be made."""
        status = self.status_of(context, physical_id)
        if status == "CREATE_FAILED":
            raise Failed(_FAILED)
        return bool(status == "RUNNING")


def _status(it: Resource) -> Any:
    """Return the status of a service; App Runner describes one for a while after it is deleted."""
    status = it.found("describe_service:Service.Status", ServiceArn=it.id)
    return None if status == "DELETED" else status


def _described(it: Resource) -> Any:
    """Return the service; one that is deleted, or is about to be, is gone."""
    found = it.found("describe_service:Service", ServiceArn=it.id)
    last = it.found("list_operations:OperationSummaryList[0].Type", ServiceArn=it.id)
    return None if found["Status"] == "DELETED" or last == "DELETE_SERVICE" else found


def _in_runs(source: Any, turn: Callable[[Any], Any]) -> Any:
    """Return a source with its environments turned, wherever they are in it."""
    if not isinstance(source, dict):
        return source
    return {
        name: turn(value) if name in _RUNS else _in_runs(value, turn)
        for name, value in source.items()
    }


def _source(_: Resource, value: Properties) -> Any:
    """Return the source as App Runner takes it: with maps for the template's names and values."""
    return _in_runs(value, lambda pairs: {each["Name"]: each.get("Value", "") for each in pairs})


def _source_back(it: Resource) -> Any:
    def listed(pairs: Any) -> list[Properties]:
        return [{"Name": name, "Value": value} for name, value in pairs.items()]

    return _in_runs(it.live["SourceConfiguration"], listed)


def _instance(it: Resource) -> Properties:
    """Return the size of the instances, in the template's words where it is the same one."""
    live, wanted = dict(it.live["InstanceConfiguration"]), it["InstanceConfiguration"] or {}
    for name, unit in _UNITS.items():
        text = str(wanted.get(name, ""))
        if text.endswith(unit) and int(float(text.removesuffix(unit)) * 1024) == int(live[name]):
            live[name] = text
    return live


_CHANGED = """
    AutoScalingConfigurationArn HealthCheckConfiguration InstanceConfiguration
    NetworkConfiguration ObservabilityConfiguration SourceConfiguration
"""
register(
    _Service(
        "AWS::AppRunner::Service",
        service="apprunner",
        properties=f"{_CHANGED} EncryptionConfiguration ServiceName Tags",
        named=Named("ServiceName", 40),
        id="Service.ServiceArn",
        make=Call("create_service", told=f"{_CHANGED} EncryptionConfiguration ServiceName"),
        send={"SourceConfiguration": _source},
        look=Find(_described),
        status=Find(_status),
        busy=_BUSY,
        change=(Call("update_service", {"ServiceArn": ID}, _CHANGED),),
        remove=Call("delete_service", {"ServiceArn": ID}),
        parts=(Tags(aws_tags=False),),
        show={"InstanceConfiguration": _instance, "SourceConfiguration": _source_back},
        unread="AutoScalingConfigurationArn",
    )
)


def _revisioned(name: str, settings: str, operation: str, longest: int) -> Declared:
    """Return a type whose resources are revisions: nothing of one can be changed."""
    arn = f"{name}Arn"
    return Declared(
        f"AWS::AppRunner::{name}",
        service="apprunner",
        properties=f"{name}Name {settings} Tags",
        takes=timedelta(seconds=2),
        named=Named(f"{name}Name", longest),
        id=f"{name}.{arn}",
        make=Call(f"create_{operation}", told=f"{name}Name {settings}"),
        look=Look(f"describe_{operation}", {arn: ID}, name),
        remove=Call(f"delete_{operation}", {arn: ID}),
        parts=(Tags(aws_tags=False),),
    )


_SIZES = "MaxConcurrency MaxSize MinSize"
for _type in (
    _revisioned("AutoScalingConfiguration", _SIZES, "auto_scaling_configuration", 32),
    _revisioned(
        "ObservabilityConfiguration", "TraceConfiguration", "observability_configuration", 32
    ),
    _revisioned("VpcConnector", "SecurityGroups Subnets", "vpc_connector", 40),
):
    register(_type)
