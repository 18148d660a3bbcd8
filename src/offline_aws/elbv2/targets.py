"""Targets: register, deregister, and how they are."""

from __future__ import annotations

from typing import Any

from offline_aws.elbv2.checks import elbv2_operation
from offline_aws.elbv2.groups import Group, changed, group_of
from offline_aws.elbv2.target import REGISTRATION, Target
from offline_aws.errors import AwsError
from offline_aws.operations import Call

Shape = dict[str, Any]


@elbv2_operation("RegisterTargets")
def register_targets(call: Call, parameters: Shape) -> Shape:
    """Register targets; one that is registered already stays as it is."""
    group = group_of(call, parameters["TargetGroupArn"])
    call.moto()
    now = call.clock.now()
    for given in parameters["Targets"]:
        port = given.get("Port", group.port)
        zone = given.get("AvailabilityZone", "")
        key = (given["Id"], port)
        group.draining = [each for each in group.draining if (each.id, each.port) != key]
        group.targets.setdefault(key, Target(given["Id"], port, now, zone))
    changed(call, group)
    return {}


@elbv2_operation("DeregisterTargets")
def deregister_targets(call: Call, parameters: Shape) -> Shape:
    """Let targets drain for the group's delay; without a port, all those of an id."""
    group = group_of(call, parameters["TargetGroupArn"])
    for given in parameters["Targets"]:
        keys = [
            key
            for key in group.targets
            if key[0] == given["Id"] and given.get("Port", key[1]) == key[1]
        ]
        if not keys:
            raise AwsError(
                "InvalidTargetException",
                "The specified target does not exist or is not in the same VPC as the target "
                "group.",
            )
        for key in keys:
            _drain(call, group, group.targets.pop(key))
    if all(key[0] not in {each["Id"] for each in parameters["Targets"]} for key in group.targets):
        call.moto()
    changed(call, group)
    return {}


def _drain(call: Call, group: Group, target: Target) -> None:
    if group.used and group.delay:
        target.draining_until = call.clock.now() + group.delay
        group.draining.append(target)


@elbv2_operation("DescribeTargetHealth")
def describe_target_health(call: Call, parameters: Shape) -> Shape:
    """Return the health of the targets that are asked for, or of all."""
    found = call.moto()["TargetHealthDescriptions"]
    group = group_of(call, parameters["TargetGroupArn"])
    in_moto = {each["Target"]["Id"]: each for each in found}
    if not parameters.get("Targets"):
        _take_over(call, group, in_moto)
    every = [*group.targets.values(), *group.draining]
    asked = parameters.get("Targets")
    if not asked:
        return {"TargetHealthDescriptions": [_described(call, group, t, in_moto) for t in every]}
    shown: list[Shape] = []
    for given in asked:
        mine = [
            each
            for each in every
            if each.id == given["Id"] and each.port == given.get("Port", each.port)
        ]
        shown += [_described(call, group, each, in_moto) for each in mine]
        shown += [] if mine else [_unregistered(group, given)]
    return {"TargetHealthDescriptions": shown}


def _take_over(call: Call, group: Group, in_moto: dict[str, Shape]) -> None:
    """Add what moto registered by itself, for an Auto Scaling group say, and drop what it took."""
    mine = {each.id for each in group.targets.values()}
    for identifier, described in in_moto.items():
        if identifier not in mine:
            port = int(described["Target"].get("Port") or group.port)
            key = (identifier, port)
            group.targets[key] = Target(identifier, port, call.clock.now())
    for key in [each for each in group.targets if each[0] not in in_moto]:
        _drain(call, group, group.targets.pop(key))


def _described(call: Call, group: Group, target: Target, in_moto: dict[str, Shape]) -> Shape:
    shape: Shape = {"Target": _tuple(group, target.id, target.port, target.zone)}
    if group.kind != "lambda":
        shape["HealthCheckPort"] = str(group.check.port_of(target.port))
    return {**shape, "TargetHealth": _health(call, group, target, in_moto)}


def _tuple(group: Group, identifier: str, port: int, zone: str) -> Shape:
    shape: Shape = {"Id": identifier}
    if group.kind != "lambda":
        shape["Port"] = port
    return {**shape, "AvailabilityZone": zone} if zone else shape


def _health(call: Call, group: Group, target: Target, in_moto: dict[str, Shape]) -> Shape:
    if target.draining_until is not None:
        return _said(
            "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
        )
    if not group.used:
        return _said(
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        )
    of_moto = in_moto.get(target.id, {}).get("TargetHealth", {})
    if of_moto.get("Reason") == "Target.InvalidState":
        return dict(of_moto)
    if group.kind == "lambda":
        text = "Health checks are not enabled for this target"
        return _said("unavailable", "Target.HealthCheckDisabled", text)
    if target.state == "healthy":
        return {"State": "healthy"}
    if target.state == "unhealthy":
        return _said("unhealthy", target.verdict.reason, target.verdict.description)
    if call.clock.now() < target.begun + REGISTRATION:
        return _said("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
    return _said("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")


def _unregistered(group: Group, given: Shape) -> Shape:
    text = "Target is not registered to the target group"
    port = given.get("Port", group.port)
    shape: Shape = {"Target": _tuple(group, given["Id"], port, "")}
    if group.kind != "lambda":
        shape["HealthCheckPort"] = str(group.check.port_of(port))
    return {**shape, "TargetHealth": _said("unused", "Target.NotRegistered", text)}


def _said(state: str, reason: str, description: str) -> Shape:
    return {"State": state, "Reason": reason, "Description": description}
