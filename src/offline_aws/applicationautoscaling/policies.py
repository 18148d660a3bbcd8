"""Scaling policies: put, described, deleted."""

from __future__ import annotations

from itertools import pairwise

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.applicationautoscaling.checks import invalid, not_found, scaling_operation
from offline_aws.applicationautoscaling.places import page, target_of, targets_of, words
from offline_aws.applicationautoscaling.policy_alarms import make_alarms, metric_of, remove_alarms
from offline_aws.applicationautoscaling.scaling import watch
from offline_aws.applicationautoscaling.store import Policy, Shape, Store, Target
from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.refusals import not_simulated_with

_SETTINGS = {
    "StepScaling": "StepScalingPolicyConfiguration",
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
}
_DEFAULT = "StepScaling"
_MOST = 50


@scaling_operation("PutScalingPolicy")
def put_scaling_policy(call: Call, parameters: Shape) -> Shape:
    """Make a policy or change it; the alarms of target tracking are made anew."""
    target, name = target_of(call, parameters), parameters["PolicyName"]
    before = target.policies.get(name)
    kind = parameters.get("PolicyType") or (before.kind if before else _DEFAULT)
    if kind == "PredictiveScaling":
        raise not_simulated_with("application-autoscaling", "PutScalingPolicy", kind)
    if before is not None and before.kind != kind:
        raise invalid("The type of a scaling policy cannot be changed.")
    settings = parameters.get(_SETTINGS[kind])
    if settings is None:
        raise invalid(f"{_SETTINGS[kind]} is required for a policy of type {kind}.")
    if any(parameters.get(other) for other in _SETTINGS.values() if other != _SETTINGS[kind]):
        raise invalid(f"A policy of type {kind} has no other configuration.")
    tracks = kind == "TargetTrackingScaling"
    metric = metric_of(target.place, settings) if tracks else {}
    if not tracks:
        _check_steps(settings)
    if before is None and len(target.policies) >= _MOST:
        text = f"A scalable target has at most {_MOST} scaling policies."
        raise AwsError("LimitExceededException", text)
    policy = _put(call, target, name, kind, settings)
    if metric:
        _make_alarms(call, target, policy, metric)
    watch(call)
    return {"PolicyARN": policy.arn, "Alarms": list(policy.alarms)}


def _put(call: Call, target: Target, name: str, kind: str, settings: Shape) -> Policy:
    """Keep a policy, a changed one under its ARN, and return it without alarms."""
    policy = target.policies.get(name)
    if policy is None:
        identifier = call.state(Store).new_id(call.account, call.region)
        place = target.place
        arn = (
            f"arn:aws:autoscaling:{call.region}:{call.account}:scalingPolicy:{identifier}:"
            f"resource/{place.namespace}/{place.resource}:policyName/{name}"
        )
        policy = target.policies[name] = Policy(name, arn, kind, settings, call.clock.now())
    remove_alarms(call, policy)
    policy.settings = settings
    return policy


def _make_alarms(call: Call, target: Target, policy: Policy, metric: Shape) -> None:
    try:
        make_alarms(call, target.place, policy, metric)
    except (BotoCoreError, ClientError) as error:
        remove_alarms(call, policy)
        target.policies.pop(policy.name)
        raise invalid(f"The alarms of the policy cannot be made: {error}") from error


def _check_steps(settings: Shape) -> None:
    """Refuse steps without a size, and steps that overlap or leave a gap."""
    steps = settings.get("StepAdjustments")
    if not settings.get("AdjustmentType") or not steps:
        raise invalid("AdjustmentType and StepAdjustments are required for step scaling.")
    bounds = sorted(
        (
            each.get("MetricIntervalLowerBound", float("-inf")),
            each.get("MetricIntervalUpperBound", float("inf")),
        )
        for each in steps
    )
    if any(lower >= upper for lower, upper in bounds):
        raise invalid("The lower bound of a step must be less than its upper bound.")
    if any(before[1] != after[0] for before, after in pairwise(bounds)):
        raise invalid("The steps must not overlap, and must have no gap between them.")


@scaling_operation("DescribeScalingPolicies")
def describe_scaling_policies(call: Call, parameters: Shape) -> Shape:
    """Return the policies of a service, of a resource or of some names."""
    wanted = parameters.get("PolicyNames")
    found = [
        _shape(target, policy)
        for target in targets_of(call, parameters)
        for policy in target.policies.values()
        if not wanted or policy.name in wanted or policy.arn in wanted
    ]
    return page("ScalingPolicies", found, parameters)


def _shape(target: Target, policy: Policy) -> Shape:
    return {
        **target.place.shape(),
        "PolicyARN": policy.arn,
        "PolicyName": policy.name,
        "PolicyType": policy.kind,
        _SETTINGS[policy.kind]: policy.settings,
        "Alarms": list(policy.alarms),
        "CreationTime": policy.created,
    }


@scaling_operation("DeleteScalingPolicy")
def delete_scaling_policy(call: Call, parameters: Shape) -> Shape:
    """Delete a policy and the alarms that were made for it."""
    target, name = target_of(call, parameters), parameters["PolicyName"]
    policy = target.policies.pop(name, None)
    if policy is None:
        raise not_found(f"No scaling policy found for {words(target.place)}, policy name: {name}")
    remove_alarms(call, policy)
    return {}


@scaling_operation("GetPredictiveScalingForecast")
def get_predictive_scaling_forecast(call: Call, parameters: Shape) -> Shape:
    """Refuse: there is no predictive scaling."""
    raise not_simulated_with(
        "application-autoscaling", "GetPredictiveScalingForecast", "PredictiveScaling"
    )
