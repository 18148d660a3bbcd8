"""Scalable targets: registered with their limits, changed, described, deregistered; their tags."""

from __future__ import annotations

from offline_aws.applicationautoscaling.activities import keep_limits
from offline_aws.applicationautoscaling.capacity import capacity_of
from offline_aws.applicationautoscaling.checks import invalid, scaling_operation
from offline_aws.applicationautoscaling.places import page, place_of, target_of, targets_of
from offline_aws.applicationautoscaling.policy_alarms import remove_alarms
from offline_aws.applicationautoscaling.scaling import look_again
from offline_aws.applicationautoscaling.store import Place, Shape, Store, Target
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_SUSPENDED = (
    "DynamicScalingInSuspended",
    "DynamicScalingOutSuspended",
    "ScheduledScalingSuspended",
)
_ROLE = "role/aws-service-role/{0}.application-autoscaling.amazonaws.com/{1}"
_ROLE_NAMES = {"ecs": "AWSServiceRoleForApplicationAutoScaling_ECSService"}
_MOST_TAGS = 50


@scaling_operation("RegisterScalableTarget")
def register_scalable_target(call: Call, parameters: Shape) -> Shape:
    """Register a target or change it; a capacity outside of its limits is brought into them."""
    place, store = place_of(parameters), call.state(Store)
    target = store.targets.get(place)
    least, most = parameters.get("MinCapacity"), parameters.get("MaxCapacity")
    if target is None:
        _require_there(call, place)
        if least is None or most is None:
            raise invalid("Both MinCapacity and MaxCapacity are required for a new target.")
        least, most = _limits(least, most)
        target = _new(call, place, parameters, least, most)
        store.targets[place] = target
    else:
        target.least, target.most = _limits(
            target.least if least is None else least, target.most if most is None else most
        )
    target.suspended |= parameters.get("SuspendedState", {})
    target.tags |= parameters.get("Tags", {})
    keep_limits(call, target)
    look_again(call, target)
    return {"ScalableTargetARN": target.arn}


def _limits(least: int, most: int) -> tuple[int, int]:
    if least < 0 or most < 0:
        raise invalid("Minimum and maximum capacity must not be negative.")
    if least > most:
        raise invalid("Maximum capacity cannot be less than minimum capacity")
    return least, most


def _require_there(call: Call, place: Place) -> None:
    if place.namespace == "ecs" and capacity_of(call, place) is None:
        raise invalid(f"ECS service doesn't exist: {place.resource}")


def _new(call: Call, place: Place, parameters: Shape, least: int, most: int) -> Target:
    identifier = call.state(Store).new_id(call.account, call.region).replace("-", "")
    name = _ROLE_NAMES.get(place.namespace, "AWSServiceRoleForApplicationAutoScaling")
    role = f"arn:aws:iam::{call.account}:{_ROLE.format(place.namespace, name)}"
    arn = f"arn:aws:application-autoscaling:{call.region}:{call.account}:scalable-target"
    return Target(
        place=place,
        arn=f"{arn}/{identifier}",
        least=least,
        most=most,
        # For ECS, AWS takes its own role whatever role is given.
        role=role if place.namespace == "ecs" else parameters.get("RoleARN", role),
        suspended=dict.fromkeys(_SUSPENDED, False),
        created=call.clock.now(),
    )


@scaling_operation("DescribeScalableTargets")
def describe_scalable_targets(call: Call, parameters: Shape) -> Shape:
    """Return the targets of a service, or those of some resources."""
    wanted = parameters.get("ResourceIds")
    found = [
        _shape(target)
        for target in targets_of(call, parameters)
        if not wanted or target.place.resource in wanted
    ]
    return page("ScalableTargets", found, parameters)


def _shape(target: Target) -> Shape:
    return {
        **target.place.shape(),
        "MinCapacity": target.least,
        "MaxCapacity": target.most,
        "RoleARN": target.role,
        "CreationTime": target.created,
        "SuspendedState": dict(target.suspended),
        "ScalableTargetARN": target.arn,
    }


@scaling_operation("DeregisterScalableTarget")
def deregister_scalable_target(call: Call, parameters: Shape) -> Shape:
    """Take a target away, with its policies, their alarms and its scheduled actions."""
    target = target_of(call, parameters)
    for policy in target.policies.values():
        remove_alarms(call, policy)
    for action in target.actions.values():
        action.turn += 1
    del call.state(Store).targets[target.place]
    return {}


def _by_arn(call: Call, arn: str) -> Target:
    for target in call.state(Store).targets.values():
        if target.arn == arn:
            return target
    text = f"The specified resource doesn't exist: {arn}"
    raise AwsError("ResourceNotFoundException", text, ResourceName=arn)


@scaling_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a target."""
    return {"Tags": dict(_by_arn(call, parameters["ResourceARN"]).tags)}


@scaling_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Give a target tags, or other values of them."""
    target = _by_arn(call, parameters["ResourceARN"])
    tags = {**target.tags, **parameters["Tags"]}
    if len(tags) > _MOST_TAGS:
        text = f"A scalable target has at most {_MOST_TAGS} tags."
        raise AwsError("TooManyTagsException", text, ResourceName=target.arn)
    target.tags = tags
    return {}


@scaling_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags from a target."""
    target = _by_arn(call, parameters["ResourceARN"])
    for key in parameters["TagKeys"]:
        target.tags.pop(key, None)
    return {}
