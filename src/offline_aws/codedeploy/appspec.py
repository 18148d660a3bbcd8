"""Read an AppSpec file, in YAML or JSON, into what a compute platform does with it.

The names of sections are taken in any case, as AWS takes ``Resources`` and ``resources``.
Source: AWS CodeDeploy User Guide, "AppSpec file structure" and "AppSpec 'hooks' section". The
sentences are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from offline_aws.codedeploy.shapes import Shape

LAMBDA_HOOKS = ("BeforeAllowTraffic", "AfterAllowTraffic")
ECS_HOOKS = (
    *("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic"),
    *("BeforeAllowTraffic", "AfterAllowTraffic"),
)
_REQUIRED_NETWORK = ("Subnets", "SecurityGroups", "AssignPublicIp")


class AppSpecError(Exception):
    """A mistake in an AppSpec file, in one sentence."""


@dataclass(frozen=True)
class LambdaSpec:
    """Which alias of a function goes from which version to which. ``hooks`` are functions."""

    function: str
    alias: str
    current: str
    target: str
    hooks: Mapping[str, str]


@dataclass(frozen=True)
class EcsSpec:
    """The new task set of a service. ``network`` and the rest are in ECS's own shapes."""

    task_definition: str
    container: str
    port: int
    hooks: Mapping[str, str]
    platform_version: str = ""
    network: Shape | None = None
    capacity_providers: tuple[Shape, ...] = ()


def read_lambda_spec(text: str) -> LambdaSpec:
    """Return what an AppSpec says of a Lambda function. Raises ``AppSpecError``."""
    document = read_document(text)
    properties = _resource(document, "AWS::Lambda::Function")
    found = LambdaSpec(
        _text(properties, "Name"),
        _text(properties, "Alias"),
        _text(properties, "CurrentVersion"),
        _text(properties, "TargetVersion"),
        _function_hooks(document, LAMBDA_HOOKS),
    )
    for version in (found.current, found.target):
        if not version.isdecimal():
            raise AppSpecError(f"A version is a number, found {version}")
    return found


def read_ecs_spec(text: str) -> EcsSpec:
    """Return what an AppSpec says of an ECS service. Raises ``AppSpecError``."""
    document = read_document(text)
    properties = _resource(document, "AWS::ECS::Service")
    balancer = _mapping(lookup(properties, "LoadBalancerInfo"), "LoadBalancerInfo")
    port = lookup(balancer, "ContainerPort")
    if not isinstance(port, int) and not str(port).isdecimal():
        raise AppSpecError("ContainerPort is the number of a port")
    version = lookup(properties, "PlatformVersion")
    return EcsSpec(
        _text(properties, "TaskDefinition"),
        _text(balancer, "ContainerName"),
        int(port),
        _function_hooks(document, ECS_HOOKS),
        str(version or ""),
        _network(lookup(properties, "NetworkConfiguration")),
        _capacity(lookup(properties, "CapacityProviderStrategy")),
    )


def read_document(text: str) -> dict[str, Any]:
    """Return an AppSpec as a mapping whose version is 0.0. Raises ``AppSpecError``."""
    try:
        # JSON is YAML too, but for tabs between its marks.
        document = yaml.safe_load(text.replace("\t", " ") if text.lstrip()[:1] == "{" else text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" at line {where.line + 1}" if where else ""
        raise AppSpecError(f"The AppSpec file is neither YAML nor JSON{line}") from error
    found = _mapping(document, "The AppSpec file")
    version = lookup(found, "version")
    if version is None or str(version) not in ("0.0", "0"):
        raise AppSpecError("The version of an AppSpec file is 0.0")
    return found


def lookup(mapping: Mapping[str, Any], name: str) -> Any:
    """Return the member of a name, in whatever case it is written, or None."""
    return next((v for k, v in mapping.items() if str(k).lower() == name.lower()), None)


def _resource(document: dict[str, Any], kind: str) -> Mapping[str, Any]:
    resources = lookup(document, "Resources")
    if not isinstance(resources, list) or len(resources) != 1:
        raise AppSpecError("The AppSpec file has exactly one resource")
    outer = _mapping(resources[0], "The resource")
    if len(outer) != 1:
        raise AppSpecError("The resource has one name")
    resource = _mapping(next(iter(outer.values())), "The resource")
    if lookup(resource, "Type") != kind:
        raise AppSpecError(f"The type of the resource is {kind}, found {lookup(resource, 'Type')}")
    return _mapping(lookup(resource, "Properties"), "Properties")


def _function_hooks(document: dict[str, Any], known: tuple[str, ...]) -> dict[str, str]:
    hooks = lookup(document, "Hooks")
    if hooks is None:
        return {}
    if not isinstance(hooks, list):
        raise AppSpecError("Hooks is a list of lifecycle events, each with a Lambda function")
    found: dict[str, str] = {}
    for each in hooks:
        for event, function in _mapping(each, "A hook").items():
            if event not in known:
                raise AppSpecError(f"{event} is not one of the hooks: {', '.join(known)}")
            if not isinstance(function, str) or not function:
                raise AppSpecError(f"The hook {event} names no Lambda function")
            found[event] = function
    return found


def _network(given: Any) -> Shape | None:
    if given is None:
        return None
    network = _mapping(given, "NetworkConfiguration")
    inner = _mapping(lookup(network, "AwsvpcConfiguration"), "AwsvpcConfiguration")
    missing = [name for name in _REQUIRED_NETWORK if lookup(inner, name) is None]
    if missing:
        raise AppSpecError(f"AwsvpcConfiguration has all or none: {', '.join(missing)} missing")
    values = {name[:1].lower() + name[1:]: lookup(inner, name) for name in _REQUIRED_NETWORK}
    return {"awsvpcConfiguration": values}


def _capacity(given: Any) -> tuple[Shape, ...]:
    if given is None:
        return ()
    if not isinstance(given, list):
        raise AppSpecError("CapacityProviderStrategy is a list")
    names = {"CapacityProvider": "capacityProvider", "Base": "base", "Weight": "weight"}
    return tuple(
        {
            inner: lookup(_mapping(each, "A capacity provider"), name)
            for name, inner in names.items()
            if lookup(each, name) is not None
        }
        for each in given
    )


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = lookup(mapping, name)
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value):
        raise AppSpecError(f"{name} is required")
    return str(value)


def _mapping(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AppSpecError(f"{name} has no members")
    return value
