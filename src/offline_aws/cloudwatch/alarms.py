"""PutMetricAlarm, and what is done with alarms: delete them, set a state, switch actions."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudwatch.alarm import INSUFFICIENT, Alarm, Alarms, AlarmState, arn_of
from offline_aws.cloudwatch.alarm_check import check_alarm
from offline_aws.cloudwatch.alarm_rule import Rule
from offline_aws.cloudwatch.checks import Shape, alarm_operation, validation_error
from offline_aws.cloudwatch.configuration import told_of_configuration
from offline_aws.cloudwatch.evaluation import Evaluator
from offline_aws.cloudwatch.tag_rules import given_tags
from offline_aws.cloudwatch.transitions import change_state
from offline_aws.cloudwatch.watch import watch
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_SETTINGS = (
    "AlarmDescription", "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period",
    "Unit", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator",
    "TreatMissingData", "EvaluateLowSampleCountPercentile", "ThresholdMetricId",
    "ActionConfiguration",
)  # fmt: skip


@alarm_operation("PutMetricAlarm")
def put_metric_alarm(call: Call, parameters: Shape) -> Shape:
    """Create an alarm, or give one other settings; its state stays until it is evaluated."""
    check_alarm(parameters)
    settings = common_settings(parameters, _SETTINGS)
    if parameters.get("Metrics"):
        settings["Metrics"] = [
            {**each, "ReturnData": each.get("ReturnData", True)} for each in parameters["Metrics"]
        ]
    else:
        settings["Dimensions"] = parameters.get("Dimensions") or []
    alarm = put_alarm(call, parameters, settings)
    alarm.watch = watch(settings)
    call.state(Evaluator).begin(call, alarm)
    return {}


def common_settings(parameters: Shape, names: tuple[str, ...]) -> Shape:
    """Return the settings that were given, with the actions that every alarm has."""
    settings = {name: parameters[name] for name in names if parameters.get(name) is not None}
    settings["ActionsEnabled"] = parameters.get("ActionsEnabled", True)
    for kind in ("OKActions", "AlarmActions", "InsufficientDataActions"):
        settings[kind] = parameters.get(kind) or []
    return settings


def put_alarm(call: Call, parameters: Shape, settings: Shape, rule: Rule | None = None) -> Alarm:
    """Return a new alarm, or the one that has the name, with these settings.

    Raises ValidationError where the other kind of alarm has the name.
    """
    name, now, alarms = parameters["AlarmName"], call.clock.now(), call.state(Alarms)
    alarm = alarms.by_name.get(name)
    before = None
    if alarm is None:
        tags = given_tags(parameters.get("Tags") or [])
        state = AlarmState(INSUFFICIENT, "Unchecked: Initial alarm creation", "", now)
        alarm = Alarm(name, arn_of(call, name), settings, now, state, now, tags, rule=rule)
        alarms.by_name[name] = alarm
    else:
        if (alarm.rule is None) != (rule is None):
            raise validation_error(f"There is an alarm {name} of another kind: {alarm.kind}.")
        before = alarm.settings
        if alarm.watch is not None:
            call.state(Evaluator).end(call, alarm)
        alarm.settings, alarm.configured, alarm.rule = settings, now, rule
    told_of_configuration(call, alarm, before)
    return alarm


@alarm_operation("DeleteAlarms")
def delete_alarms(call: Call, parameters: Shape) -> Shape:
    """Delete alarms; names that there are not are passed over, as AWS does."""
    alarms = call.state(Alarms)
    found = [alarms.by_name[name] for name in parameters["AlarmNames"] if name in alarms.by_name]
    if sum(alarm.rule is not None for alarm in found) > 1:
        raise validation_error("DeleteAlarms can delete at most one composite alarm.")
    for alarm in found:
        if [parent for parent in alarms.parents.get(alarm.name, ()) if parent is not alarm]:
            raise validation_error(
                f"Cannot delete {alarm.name} as there are composite alarm(s) depending on it."
            )
    for alarm in found:
        if alarms.by_name.pop(alarm.name, None) is None:
            continue
        if alarm.watch is not None:
            call.state(Evaluator).end(call, alarm)
        for parents in alarms.parents.values():
            if alarm in parents:
                parents.remove(alarm)
        told_of_configuration(call, alarm, alarm.settings, deleted=True)
    return {}


@alarm_operation("SetAlarmState")
def set_alarm_state(call: Call, parameters: Shape) -> Shape:
    """Give an alarm a state, with all that follows, until it is evaluated the next time.

    For a composite alarm that is when one of its children changes.
    """
    alarm = existing(call, parameters["AlarmName"])
    data = parameters.get("StateReasonData") or ""
    if data and not _is_json(data):
        raise AwsError("InvalidFormatFault", "StateReasonData was not valid JSON")
    state = AlarmState(parameters["StateValue"], parameters["StateReason"], data, call.clock.now())
    change_state(call, alarm, state)
    if alarm.watch is not None:
        call.state(Evaluator).soon(call, alarm)
    return {}


@alarm_operation("EnableAlarmActions")
def enable_alarm_actions(call: Call, parameters: Shape) -> Shape:
    """Have actions executed from the next change of state on."""
    return _switch(call, parameters["AlarmNames"], True)


@alarm_operation("DisableAlarmActions")
def disable_alarm_actions(call: Call, parameters: Shape) -> Shape:
    """Have no actions executed; states change all the same."""
    return _switch(call, parameters["AlarmNames"], False)


def existing(call: Call, name: str) -> Alarm:
    """Return an alarm by its name. Raises ResourceNotFound."""
    alarm = call.state(Alarms).by_name.get(name)
    if alarm is None:
        raise AwsError("ResourceNotFound", f"Alarm {name} does not exist")
    return alarm


def _switch(call: Call, names: list[str], on: bool) -> Shape:
    alarms = call.state(Alarms)
    for name in names:
        alarm = alarms.by_name.get(name)
        if alarm is not None and alarm.acts != on:
            before = alarm.settings
            alarm.settings = {**before, "ActionsEnabled": on}
            alarm.configured = call.clock.now()
            told_of_configuration(call, alarm, before)
    return {}


def _is_json(text: str) -> bool:
    try:
        found: Any = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict)
