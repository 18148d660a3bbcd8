"""AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Find, Look
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._values import bit

_TARGET = {
    "ResourceId": bit(0),
    "ScalableDimension": bit(1),
    "ServiceNamespace": bit(2),
}
_CAPACITY = "MaxCapacity MinCapacity SuspendedState"


def _target_id(it: Resource) -> str:
    return "|".join(str(it[name]) for name in _TARGET)


register(
    Declared(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        service="application-autoscaling",
        properties=f"{_CAPACITY} {' '.join(_TARGET)} RoleARN",
        id=_target_id,
        make=Call("register_scalable_target"),
        look=Look(
            "describe_scalable_targets",
            {
                "ResourceIds": [bit(0)],
                "ScalableDimension": bit(1),
                "ServiceNamespace": bit(2),
            },
            "ScalableTargets[0]",
        ),
        change=(Call("register_scalable_target", _TARGET, _CAPACITY),),
        remove=Call("deregister_scalable_target", _TARGET),
        show={"Id": lambda it: it.id},
        fixed="RoleARN",
        unread="RoleARN",
        accepted="ScheduledActions Tags",
    )
)


def _of_target(number: int, name: str) -> Callable[[Resource], str]:
    """Return what a policy says of its target, by three properties or by the target's id."""

    def value(it: Resource) -> str:
        return str(it[name] or str(it["ScalingTargetId"]).split("|")[number])

    return value


_PLACE = {name: _of_target(number, name) for number, name in enumerate(_TARGET)}


def _name(it: Resource) -> str:
    return it.id.rpartition("policyName/")[2]


_POLICY = {**_PLACE, "PolicyName": _name}


def _policy(it: Resource) -> Any:
    """Return the policy of the name: DescribeScalingPolicies takes no ARN."""
    found = Look("describe_scaling_policies", _PLACE, "ScalingPolicies").run(it)
    return next((each for each in found if each["PolicyName"] == _name(it)), None)


_STEPS = """
    PolicyType StepScalingPolicyConfiguration TargetTrackingScalingPolicyConfiguration
"""
register(
    Declared(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        service="application-autoscaling",
        properties=f"{' '.join(_TARGET)} PolicyName {_STEPS} ScalingTargetId",
        id="PolicyARN",
        make=Call("put_scaling_policy", _PLACE, f"PolicyName {_STEPS}"),
        look=Find(_policy),
        change=(Call("put_scaling_policy", _POLICY, _STEPS),),
        remove=Call("delete_scaling_policy", _POLICY),
        show={"Arn": "PolicyARN"},
        fixed="PolicyType",
        unread="ScalingTargetId",
    )
)
