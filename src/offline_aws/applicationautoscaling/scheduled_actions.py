"""Scheduled actions: other limits of a target, at a time or again and again."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from offline_aws.applicationautoscaling import activities
from offline_aws.applicationautoscaling.checks import invalid, not_found, scaling_operation
from offline_aws.applicationautoscaling.places import page, target_of, targets_of, words
from offline_aws.applicationautoscaling.scaling import look_again
from offline_aws.applicationautoscaling.schedule import ScheduleError, check, next_time
from offline_aws.applicationautoscaling.store import ScheduledAction, Shape, Store, Target
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MEMBERS = ("Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")
_TIMES = ("StartTime", "EndTime")
_MOST = 200


@scaling_operation("PutScheduledAction")
def put_scheduled_action(call: Call, parameters: Shape) -> Shape:
    """Make a scheduled action, or change what is given of one."""
    target, name = target_of(call, parameters), parameters["ScheduledActionName"]
    action = target.actions.get(name)
    settings = dict(action.settings) if action else {}
    settings |= {each: parameters[each] for each in _MEMBERS if each in parameters}
    settings |= {each: _aware(settings[each]) for each in _TIMES if settings.get(each)}
    _check(target, settings)
    if action is None:
        if len(target.actions) >= _MOST:
            text = f"A scalable target has at most {_MOST} scheduled actions."
            raise AwsError("LimitExceededException", text)
        identifier = call.state(Store).new_id(call.account, call.region)
        place = target.place
        arn = (
            f"arn:aws:autoscaling:{call.region}:{call.account}:scheduledAction:{identifier}:"
            f"resource/{place.namespace}/{place.resource}:scheduledActionName/{name}"
        )
        action = target.actions[name] = ScheduledAction(name, arn, settings, call.clock.now())
    action.settings = settings
    action.turn += 1
    _plan(call, target, action)
    return {}


def _check(target: Target, settings: Shape) -> None:
    if not settings.get("Schedule"):
        raise invalid("Schedule is required for a new scheduled action.")
    limits = settings.get("ScalableTargetAction") or {}
    if not limits:
        raise invalid("ScalableTargetAction needs MinCapacity or MaxCapacity.")
    least = limits.get("MinCapacity", target.least)
    most = limits.get("MaxCapacity", target.most)
    if min(least, most) < 0 or (len(limits) > 1 and least > most):
        raise invalid("Maximum capacity cannot be less than minimum capacity")
    start, end = settings.get("StartTime"), settings.get("EndTime")
    if start and end and start >= end:
        raise invalid("EndTime must be after StartTime.")
    try:
        check(settings["Schedule"], settings.get("Timezone", ""))
    except ScheduleError as error:
        raise invalid(str(error)) from error


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _plan(call: Call, target: Target, action: ScheduledAction) -> None:
    """Have the action done when its schedule comes next, if it does."""
    settings, now = action.settings, call.clock.now()
    begin = settings.get("StartTime") or action.created
    after = max(now, begin)
    when = next_time(settings["Schedule"], settings.get("Timezone", ""), after, begin)
    end = settings.get("EndTime")
    if when is None or (end and when > end):
        return
    call.clock.call_at(when, partial(_do, call, target, action, action.turn))


def _do(call: Call, target: Target, action: ScheduledAction, turn: int) -> None:
    if action.turn != turn or target.actions.get(action.name) is not action:
        return
    limits = action.settings["ScalableTargetAction"]
    if not target.suspended["ScheduledScalingSuspended"]:
        target.least = limits.get("MinCapacity", target.least)
        target.most = max(limits.get("MaxCapacity", target.most), target.least)
        cause = f"scheduled action name {action.name} was triggered"
        activities.limits_were_set(call, target, cause)
        activities.keep_limits(call, target)
        look_again(call, target)
    _plan(call, target, action)


@scaling_operation("DescribeScheduledActions")
def describe_scheduled_actions(call: Call, parameters: Shape) -> Shape:
    """Return the scheduled actions of a service, of a resource or of some names."""
    wanted = parameters.get("ScheduledActionNames")
    found = [
        {
            **target.place.shape(),
            "ScheduledActionName": action.name,
            "ScheduledActionARN": action.arn,
            "CreationTime": action.created,
            **action.settings,
        }
        for target in targets_of(call, parameters)
        for action in target.actions.values()
        if not wanted or action.name in wanted or action.arn in wanted
    ]
    return page("ScheduledActions", found, parameters)


@scaling_operation("DeleteScheduledAction")
def delete_scheduled_action(call: Call, parameters: Shape) -> Shape:
    """Delete a scheduled action."""
    target, name = target_of(call, parameters), parameters["ScheduledActionName"]
    action = target.actions.pop(name, None)
    if action is None:
        text = f"No scheduled action found for {words(target.place)}, scheduled action name: {name}"
        raise not_found(text)
    action.turn += 1
    return {}
