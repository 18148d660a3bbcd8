"""What follows a change of an alarm's state: history, event, actions, and the alarms above it."""

from __future__ import annotations

from offline_aws.cloudwatch import suppression
from offline_aws.cloudwatch.actions import act
from offline_aws.cloudwatch.alarm import ALARM, OK, Alarm, Alarms, AlarmState, stamp
from offline_aws.cloudwatch.history import as_json, remember_change
from offline_aws.cloudwatch.messages import detail_of
from offline_aws.operations import Call


def change_state(call: Call, alarm: Alarm, new: AlarmState) -> None:
    """Give an alarm a state. Where it is another than before, do what follows from that."""
    old = alarm.state
    alarm.state = new
    if new.value == old.value:
        return
    alarm.transitioned = new.time
    remember_change(call, alarm, old)
    suppression.begin(call, alarm, old)
    detail = detail_of(alarm, old)
    call.send_event("aws.cloudwatch", "CloudWatch Alarm State Change", detail, alarm.arn)
    if not alarm.suppressed_by:
        act(call, alarm, old)
    for parent in tuple(call.state(Alarms).parents.get(alarm.name, ())):
        if parent.rule is not None and alarm.name in parent.rule.names:
            moment = f"{new.time:%A %d %B, %Y %H:%M:%S} UTC"
            evaluate(call, parent, f"{alarm.arn} transitioned to {new.value} at {moment}")
        suppression.suppressor_changed(call, parent, alarm)


def evaluate(call: Call, alarm: Alarm, cause: str) -> None:
    """Give a composite alarm the state that its rule leads to.

    One whose rule leads back to itself is not evaluated, as on AWS.
    """
    alarms = call.state(Alarms)
    if alarm.rule is None or _is_in_cycle(alarms, alarm):
        return
    states = {name: alarms.by_name[name].state.value for name in alarm.rule.names}
    value = ALARM if alarm.rule.holds(states) else OK
    if value == alarm.state.value:
        return
    telling = alarm.rule.telling(states) if value == ALARM else alarm.rule.names
    data = {"triggeringAlarms": [_triggering(alarms.by_name[name]) for name in telling]}
    change_state(call, alarm, AlarmState(value, cause[:1023], as_json(data), call.clock.now()))


def _triggering(alarm: Alarm) -> dict[str, object]:
    state = {"value": alarm.state.value, "timestamp": stamp(alarm.transitioned)}
    return {"arn": alarm.arn, "state": state}


def _is_in_cycle(alarms: Alarms, alarm: Alarm) -> bool:
    seen: set[str] = set()
    ahead = [alarm.name]
    while ahead:
        found = alarms.by_name[ahead.pop()]
        for name in found.rule.names if found.rule else ():
            if name == alarm.name:
                return True
            if name not in seen:
                seen.add(name)
                ahead.append(name)
    return False
