"""The actions of a composite alarm that are held back while another is in alarm.

When the alarm changes its state and its suppressor is in ALARM, its actions are not executed. When
the suppressor is not, they wait for the wait period, in case it comes to be. When it leaves ALARM,
they are held back for the extension period more. What is due is executed at the end of that, if
the state is another than that whose actions were executed last (User Guide, "Suppressing composite
alarm actions").
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from offline_aws.cloudwatch.actions import act
from offline_aws.cloudwatch.alarm import ALARM, Alarm, Alarms, AlarmState
from offline_aws.operations import Call

WAIT, EXTENSION, BY_ALARM = "WaitPeriod", "ExtensionPeriod", "Alarm"


def begin(call: Call, alarm: Alarm, old: AlarmState) -> None:
    """Say by what the actions of an alarm that changed its state are held back, if by anything."""
    suppressor = _suppressor(call, alarm)
    if suppressor is None:
        return
    if not alarm.suppressed_by:
        alarm.acted_on = old
    if suppressor.state.value == ALARM:
        _hold(alarm, BY_ALARM)
    elif not alarm.suppressed_by and (wait := _seconds(alarm, WAIT)):
        _hold_for(call, alarm, WAIT, wait)


def suppressor_changed(call: Call, alarm: Alarm, changed: Alarm) -> None:
    """Hold the actions of an alarm back, or for some time more, when its suppressor changed."""
    if _suppressor(call, alarm) is not changed:
        return
    if changed.state.value == ALARM:
        if alarm.suppressed_by:
            _hold(alarm, BY_ALARM)
    elif alarm.suppressed_by == BY_ALARM:
        _hold_for(call, alarm, EXTENSION, _seconds(alarm, EXTENSION))


def _hold(alarm: Alarm, by: str) -> None:
    alarm.suppressed_by = by
    alarm.suppressions += 1


def _hold_for(call: Call, alarm: Alarm, by: str, seconds: int) -> None:
    _hold(alarm, by)
    release = partial(_release, call, alarm, alarm.suppressions)
    call.clock.call_later(timedelta(seconds=seconds), release)


def _release(call: Call, alarm: Alarm, suppression: int) -> None:
    """Execute the actions that were held back, if what held them back has not changed since."""
    gone = call.state(Alarms).by_name.get(alarm.name) is not alarm
    if gone or alarm.suppressions != suppression:
        return
    alarm.suppressed_by = ""
    old = alarm.acted_on
    if old is not None and old.value != alarm.state.value:
        act(call, alarm, old)


def _seconds(alarm: Alarm, period: str) -> int:
    return int(alarm.settings.get(f"ActionsSuppressor{period}", 0))


def _suppressor(call: Call, alarm: Alarm) -> Alarm | None:
    name = alarm.settings.get("ActionsSuppressor")
    return call.state(Alarms).named(name) if name else None
