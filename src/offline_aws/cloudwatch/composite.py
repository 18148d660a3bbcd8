"""PutCompositeAlarm: an alarm over the states of other alarms."""

from __future__ import annotations

from offline_aws.cloudwatch.alarm import Alarm, Alarms, name_of
from offline_aws.cloudwatch.alarm_check import check_name_and_actions
from offline_aws.cloudwatch.alarm_rule import Rule, RuleError, parsed
from offline_aws.cloudwatch.alarms import common_settings, put_alarm
from offline_aws.cloudwatch.checks import Shape, alarm_operation, validation_error
from offline_aws.cloudwatch.transitions import evaluate
from offline_aws.operations import Call

_MOST_CHILDREN = 100
_SETTINGS = (
    "AlarmDescription", "AlarmRule", "ActionsSuppressor", "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod", "ActionConfiguration",
)  # fmt: skip
_PERIODS = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")


@alarm_operation("PutCompositeAlarm")
def put_composite_alarm(call: Call, parameters: Shape) -> Shape:
    """Create a composite alarm, or give one another rule; it is evaluated at once."""
    check_name_and_actions(parameters)
    rule = _checked_rule(call, parameters)
    _check_suppressor(call, parameters)
    settings = common_settings(parameters, _SETTINGS)
    is_new = parameters["AlarmName"] not in call.state(Alarms).by_name
    alarm = put_alarm(call, parameters, settings, rule)
    _relate(call.state(Alarms), alarm, rule)
    done = "created" if is_new else "updated"
    value = "ALARM" if rule.holds(_states(call, rule)) else "OK"
    evaluate(call, alarm, f"{alarm.arn} was {done} and its alarm rule evaluates to {value}")
    return {}


def _checked_rule(call: Call, parameters: Shape) -> Rule:
    text = parameters["AlarmRule"]
    if text != text.strip() or not text:
        raise validation_error(
            "AlarmRule must not contain leading or trailing whitespace or be null"
        )
    try:
        rule = parsed(text)
    except RuleError as error:
        raise validation_error(f"Error in AlarmRule: {error}.") from None
    if len(rule.names) > _MOST_CHILDREN:
        raise validation_error(f"AlarmRule can refer to at most {_MOST_CHILDREN} alarms.")
    there = call.state(Alarms).by_name
    if absent := [name for name in rule.names if name not in there]:
        raise validation_error(
            f"Could not save the composite alarm as alarms [{', '.join(absent)}] in the alarm "
            "rule do not exist"
        )
    return rule


def _check_suppressor(call: Call, parameters: Shape) -> None:
    suppressor = parameters.get("ActionsSuppressor")
    given = [name for name in _PERIODS if parameters.get(name) is not None]
    if suppressor is None:
        if given:
            raise validation_error(f"{given[0]} requires ActionsSuppressor.")
        return
    if len(given) < len(_PERIODS):
        raise validation_error(f"ActionsSuppressor requires {' and '.join(_PERIODS)}.")
    for name in _PERIODS:
        if parameters[name] < 0:
            raise validation_error(f"{name} must be greater than or equal to 0.")
    if call.state(Alarms).named(suppressor) is None:
        raise validation_error(f"The alarm {suppressor} in ActionsSuppressor does not exist.")


def _relate(alarms: Alarms, alarm: Alarm, rule: Rule) -> None:
    """Have the alarm follow those that it names, and no others any more."""
    for parents in alarms.parents.values():
        if alarm in parents:
            parents.remove(alarm)
    suppressor = alarm.settings.get("ActionsSuppressor")
    names = dict.fromkeys((*rule.names, *([name_of(suppressor)] if suppressor else ())))
    for name in names:
        alarms.parents.setdefault(name, []).append(alarm)


def _states(call: Call, rule: Rule) -> dict[str, str]:
    alarms = call.state(Alarms).by_name
    return {name: alarms[name].state.value for name in rule.names}
