"""What an alarm makes of a policy: more or fewer tasks, or none for now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from math import ceil, floor

from offline_aws.applicationautoscaling import activities
from offline_aws.applicationautoscaling.capacity import capacity_of
from offline_aws.applicationautoscaling.policy_alarms import values_of
from offline_aws.applicationautoscaling.store import Activity, Policy, Shape, Store, Target
from offline_aws.operations import Call
from offline_aws.watched_alarms import ALARM, alarms_of, listen_to_alarms

_COOLDOWN = 300
#: CloudWatch repeats the actions of scaling as long as the alarm goes off.
_AGAIN = timedelta(minutes=1)
#: At a limit nothing comes of that, until the limits change or somebody scales by hand.
_AT_LIMIT = timedelta(minutes=15)


def watch(call: Call) -> None:
    """Hear of alarms, from the first policy on."""
    store = call.state(Store)
    if not store.listening:
        store.listening = True
        listen_to_alarms(call, partial(_look_at, call))


def look_again(call: Call, target: Target) -> None:
    """Look again at the alarms of a target whose limits are others now."""
    rounds = call.state(Store).rounds
    for name in tuple(rounds):
        if any(name in policy.heard for policy in target.policies.values()):
            call.clock.call_later(_AGAIN, partial(_look_at, call, name))


def _look_at(call: Call, name: str, of_round: object = None) -> None:
    """Act for an alarm that goes off, and again until it does not any more."""
    rounds = call.state(Store).rounds
    if of_round is not None and rounds.get(name) is not of_round:
        return
    rounds.pop(name, None)
    found = [each for each in alarms_of(call, [name]) if "AlarmRule" not in each]
    if not found or found[0]["StateValue"] != ALARM or not found[0].get("ActionsEnabled", True):
        return
    known = _policies(call, found[0])
    if not known:
        return
    rounds[name] = now = object()
    for _, policy in known:
        policy.heard.add(name)
    scales = [_act(call, target, policy, found[0]) for target, policy in known]
    wait = _AGAIN if any(scales) else _AT_LIMIT
    call.clock.call_later(wait, partial(_look_at, call, name, now))


def _policies(call: Call, alarm: Shape) -> list[tuple[Target, Policy]]:
    arns = {arn.partition(":createdBy/")[0] for arn in alarm.get("AlarmActions", [])}
    return [
        (target, policy)
        for target in call.state(Store).targets.values()
        for policy in target.policies.values()
        if policy.arn in arns
    ]


def _act(call: Call, target: Target, policy: Policy, alarm: Shape) -> bool:
    """Scale by a policy; return whether there is room for more or for less, now or soon."""
    capacity = capacity_of(call, target.place)
    if capacity is None:
        return False
    current, low = capacity.desired, policy.low == alarm["AlarmName"]
    cause = f"monitor alarm {alarm['AlarmName']} in state ALARM triggered policy {policy.name}"
    if low and current <= target.least:
        activities.not_scaled(call, target, cause, "AlreadyAtMinCapacity", current)
        return False
    values = values_of(call, alarm)
    if not values:
        return True
    wanted = _wanted(policy, alarm, values, current)
    if wanted < current or low:
        return _less(call, target, policy, max(target.least, wanted), current, cause)
    return _more(call, target, policy, partial(_wanted, policy, alarm, values), current, cause)


def _more(
    call: Call,
    target: Target,
    policy: Policy,
    wanted_of: Callable[[int], int],
    current: int,
    cause: str,
) -> bool:
    if current >= target.most:
        activities.not_scaled(call, target, cause, "AlreadyAtMaxCapacity", current)
        return False
    added = _in_cooldown(call, target, policy, out=True)
    # What was added in the cooldown counts as capacity that the alarm asks for now.
    base = added.base if added else current
    wanted = wanted_of(base)
    desired = max(target.least, min(target.most, wanted))
    if desired > current and not target.suspended["DynamicScalingOutSuspended"]:
        activities.scale(call, target, desired, cause, base)
    return True


def _less(
    call: Call, target: Target, policy: Policy, desired: int, current: int, cause: str
) -> bool:
    if current <= target.least:
        activities.not_scaled(call, target, cause, "AlreadyAtMinCapacity", current)
        return False
    waits = _in_cooldown(call, target, policy, out=False)
    suspended = target.suspended["DynamicScalingInSuspended"]
    if desired < current and not (suspended or waits) and _all_agree(call, target):
        activities.scale(call, target, desired, cause)
    return True


def _wanted(policy: Policy, alarm: Shape, values: list[float], base: int) -> int:
    """Return the capacity that a policy asks for, without regard to the target's limits."""
    if policy.kind == "StepScaling":
        return _stepped(policy.settings, values[0] - float(alarm["Threshold"]), base)
    low = policy.low == alarm["AlarmName"]
    # The worst of the time decides on what is taken away: it has to be enough for that.
    value = max(values) if low else values[0]
    needed = ceil(base * value / float(policy.settings["TargetValue"]))
    return min(needed, base) if low else max(needed, base)


def _stepped(settings: Shape, breach: float, base: int) -> int:
    """Return the capacity after the step for a breach: how far a metric is from the threshold.

    A step's lower bound belongs to it, and its upper bound to the next; below the threshold it is
    the other way round (Application Auto Scaling User Guide, "Step scaling policies").
    """
    for step in settings["StepAdjustments"]:
        lower = step.get("MetricIntervalLowerBound", float("-inf"))
        upper = step.get("MetricIntervalUpperBound", float("inf"))
        inside = lower <= breach < upper if breach >= 0 else lower < breach <= upper
        if inside:
            return _adjusted(settings, step["ScalingAdjustment"], base)
    return base


def _adjusted(settings: Shape, adjustment: int, base: int) -> int:
    kind = settings["AdjustmentType"]
    if kind == "ExactCapacity":
        return adjustment
    if kind == "ChangeInCapacity":
        return base + adjustment
    exact = base * adjustment / 100
    # Above one it is rounded down, below one up to one; away from zero the other way.
    change = floor(abs(exact)) if abs(exact) > 1 else ceil(abs(exact))
    change = max(change, int(settings.get("MinAdjustmentMagnitude", 1)))
    return base + (change if adjustment > 0 else -change)


def _in_cooldown(call: Call, target: Target, policy: Policy, *, out: bool) -> Activity | None:
    """Return the last activity if it is under way, or was over less than a cooldown ago."""
    last = activities.last_of(call, target.place, out=out)
    if last is None:
        return None
    name = "Cooldown" if policy.kind == "StepScaling" else f"Scale{'Out' if out else 'In'}Cooldown"
    cooldown = timedelta(seconds=policy.settings.get(name, _COOLDOWN))
    over = last.ended is not None and call.clock.now() >= last.ended + cooldown
    added = activities.last_of(call, target.place, out=not out)
    # More capacity ends the cooldown of less, and the other way round.
    ended = added is not None and added.started > last.started
    return None if over or ended else last


def _all_agree(call: Call, target: Target) -> bool:
    """Return whether every policy that could take capacity away would do so now."""
    lows = [each.low for each in target.policies.values() if each.low]
    found = alarms_of(call, lows)
    return all(each["StateValue"] == ALARM for each in found)
