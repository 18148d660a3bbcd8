"""Scaling activities: begun, followed until the service has what was asked for, and listed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from offline_aws.applicationautoscaling.capacity import capacity_of, set_capacity
from offline_aws.applicationautoscaling.checks import invalid, scaling_operation
from offline_aws.applicationautoscaling.places import page
from offline_aws.applicationautoscaling.store import Activity, Place, Shape, Store, Target
from offline_aws.operations import Call

#: Between two looks at whether a service has the capacity that it was told to have.
_LOOK = timedelta(seconds=15)
_PATIENCE = timedelta(hours=1)
_KEPT = timedelta(weeks=6)


def scale(call: Call, target: Target, desired: int, cause: str, base: int | None = None) -> None:
    """Set the capacity of a target, and note the activity; ``base`` is that of an activity."""
    capacity = capacity_of(call, target.place)
    if capacity is None or capacity.desired == desired:
        return
    activity = begin(
        call, target, f"Setting desired count to {desired}.", cause, capacity.desired, desired
    )
    activity.base = capacity.desired if base is None else base
    for each in _of(call, target.place):
        if each is not activity and each.status == "InProgress":
            _end(call, each, "Overridden", "The activity was overridden by a newer one.")
    failure = set_capacity(call, target.place, desired)
    if failure:
        _end(call, activity, "Failed", f"Failed to set desired count to {desired}: {failure}")
        return
    _follow(call, target.place, activity)


def begin(
    call: Call, target: Target, description: str, cause: str, before: int, desired: int
) -> Activity:
    """Note a new activity and return it."""
    identifier = call.state(Store).new_id(call.account, call.region)
    activity = Activity(identifier, description, cause, call.clock.now(), before, desired, before)
    _of(call, target.place).append(activity)
    return activity


def limits_were_set(call: Call, target: Target, cause: str) -> None:
    """Note that the limits of a target were set, which is done as soon as it is said."""
    text = f"min capacity to {target.least} and max capacity to {target.most}"
    activity = begin(call, target, f"Setting {text}", cause, 0, 0)
    _end(call, activity, "Successful", f"Successfully set {text}")


def keep_limits(call: Call, target: Target) -> None:
    """Bring a capacity that is outside of its limits back into them."""
    capacity = capacity_of(call, target.place)
    if capacity is None:
        return
    if capacity.desired < target.least:
        scale(call, target, target.least, f"minimum capacity was set to {target.least}")
    elif capacity.desired > target.most:
        scale(call, target, target.most, f"maximum capacity was set to {target.most}")


def not_scaled(call: Call, target: Target, cause: str, code: str, current: int) -> None:
    """Note that nothing was scaled because the capacity is at its limit already; once a time."""
    if any(each.cause == cause and each.reasons for each in _of(call, target.place)[-1:]):
        return
    limit = "MaxCapacity" if code == "AlreadyAtMaxCapacity" else "MinCapacity"
    value = target.most if limit == "MaxCapacity" else target.least
    text = "Attempting to scale due to alarm triggered"
    activity = begin(call, target, text, cause, current, current)
    activity.reasons = [{"Code": code, limit: value, "CurrentCapacity": current}]
    _end(call, activity, "Unfulfilled", f"The capacity is at its limit of {value}.")


def last_of(call: Call, place: Place, *, out: bool) -> Activity | None:
    """Return the newest activity that added capacity, or that took some away."""
    found = [
        each
        for each in _of(call, place)
        if each.before != each.desired and each.out == out and each.status != "Failed"
    ]
    return found[-1] if found else None


def _of(call: Call, place: Place) -> list[Activity]:
    return call.state(Store).activities.setdefault(place, [])


def _follow(call: Call, place: Place, activity: Activity) -> None:
    """End an activity when the tasks are as many as they are to be."""
    if activity.status != "InProgress":
        return
    desired = activity.desired
    capacity = capacity_of(call, place)
    if capacity is not None and capacity.running == capacity.desired == desired:
        done = f"Successfully set desired count to {desired}. Change successfully fulfilled by ecs."
        _end(call, activity, "Successful", done)
    elif capacity is None or call.clock.now() - activity.started > _PATIENCE:
        text = f"Successfully set desired count to {desired}. Change was not fulfilled by ecs."
        _end(call, activity, "Unfulfilled", text)
    else:
        call.clock.call_later(_LOOK, partial(_follow, call, place, activity))


def _end(call: Call, activity: Activity, status: str, message: str) -> None:
    activity.status, activity.message = status, message
    activity.ended = call.clock.now()


@scaling_operation("DescribeScalingActivities")
def describe_scaling_activities(call: Call, parameters: Shape) -> Shape:
    """Return the activities of six weeks, the newest first."""
    resource, dimension = parameters.get("ResourceId"), parameters.get("ScalableDimension")
    if dimension and not resource:
        raise invalid("If you specify a scalable dimension, you must also specify a resource ID.")
    since = call.clock.now() - _KEPT
    found = [
        (place, each)
        for place, activities in call.state(Store).activities.items()
        for each in activities
        if place.namespace == parameters["ServiceNamespace"]
        and resource in (None, place.resource)
        and dimension in (None, place.dimension)
        and each.started >= since
        and (parameters.get("IncludeNotScaledActivities") or not each.reasons)
    ]
    # Of the same moment the later one comes first too.
    found = sorted(found, key=lambda pair: pair[1].started)[::-1]
    return page("ScalingActivities", [_shape(*each) for each in found], parameters)


def _shape(place: Place, activity: Activity) -> Shape:
    shape: Shape = {
        **place.shape(),
        "ActivityId": activity.id,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": activity.started,
        "StatusCode": activity.status,
    }
    sometimes = {
        "EndTime": activity.ended,
        "StatusMessage": activity.message,
        "NotScaledReasons": activity.reasons,
    }
    return shape | {name: value for name, value in sometimes.items() if value}
