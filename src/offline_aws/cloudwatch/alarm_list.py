"""DescribeAlarms and DescribeAlarmsForMetric."""

from __future__ import annotations

from offline_aws.cloudwatch.alarm import Alarm, Alarms, name_of
from offline_aws.cloudwatch.checks import Shape, alarm_operation, next_page, validation_error
from offline_aws.operations import Call
from offline_aws.service_metrics import metric_key

_PAGE = 50
_FILTERS = (
    "AlarmNames", "AlarmNamePrefix", "AlarmTypes", "ChildrenOfAlarmName", "ParentsOfAlarmName",
    "StateValue", "ActionPrefix",
)  # fmt: skip


@alarm_operation("DescribeAlarms")
def describe_alarms(call: Call, parameters: Shape) -> Shape:
    """Return alarms in the order of their names: metric alarms, unless other types are asked for.

    The children and the parents of an alarm are shown with what AWS shows of them.
    """
    for relation in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
        if parameters.get(relation) is not None:
            return _relatives(call, parameters, relation)
    if parameters.get("AlarmNames") and parameters.get("AlarmNamePrefix"):
        raise validation_error("AlarmNames and AlarmNamePrefix cannot be specified together.")
    alarms = call.state(Alarms).by_name
    types = parameters.get("AlarmTypes") or ["MetricAlarm"]
    found = [
        alarms[name]
        for name in sorted(alarms)
        if alarms[name].kind in types and _matches(alarms[name], parameters)
    ]
    shown, more = next_page(found, parameters, _PAGE, "MaxRecords")
    return _answer([shape_of(alarm) for alarm in shown], [alarm.kind for alarm in shown]) | more


@alarm_operation("DescribeAlarmsForMetric")
def describe_alarms_for_metric(call: Call, parameters: Shape) -> Shape:
    """Return the alarms on one metric, without those whose expressions have it among others."""
    wanted = metric_key(parameters["Namespace"], parameters)
    alarms = call.state(Alarms).by_name
    names = ("Statistic", "ExtendedStatistic", "Period", "Unit")
    return {
        "MetricAlarms": [
            shape_of(alarms[name])
            for name in sorted(alarms)
            if (watch := alarms[name].watch) is not None
            and watch.key == wanted
            and all(
                parameters.get(each) in (None, alarms[name].settings.get(each)) for each in names
            )
        ]
    }


def shape_of(alarm: Alarm) -> Shape:
    """Return an alarm as the API shows it."""
    state = alarm.state
    shown: Shape = {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        **alarm.settings,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "StateValue": state.value,
        "StateReason": state.reason,
        "StateUpdatedTimestamp": state.time,
        "StateTransitionedTimestamp": alarm.transitioned,
    }
    if state.reason_data:
        shown["StateReasonData"] = state.reason_data
    if alarm.suppressed_by:
        shown["ActionsSuppressedBy"] = alarm.suppressed_by
        shown["ActionsSuppressedReason"] = f"Actions suppressed by {alarm.suppressed_by}"
    return shown


def _matches(alarm: Alarm, parameters: Shape) -> bool:
    prefix = parameters.get("ActionPrefix")
    actions = [
        action
        for kind in ("OKActions", "AlarmActions", "InsufficientDataActions")
        for action in alarm.settings[kind]
    ]
    names = parameters.get("AlarmNames")
    return (
        (not names or alarm.name in names)
        and alarm.name.startswith(parameters.get("AlarmNamePrefix") or "")
        and parameters.get("StateValue") in (None, alarm.state.value)
        and (not prefix or any(action.startswith(prefix) for action in actions))
    )


def _relatives(call: Call, parameters: Shape, relation: str) -> Shape:
    if len([name for name in _FILTERS if parameters.get(name) is not None]) > 1:
        raise validation_error(
            f"{relation} can be combined with no parameters but MaxRecords and NextToken."
        )
    alarms, name = call.state(Alarms), name_of(parameters[relation])
    alarm = alarms.by_name.get(name)
    if relation == "ChildrenOfAlarmName":
        names = alarm.rule.names if alarm is not None and alarm.rule is not None else ()
        found = [alarms.by_name[each] for each in sorted(names) if each in alarms.by_name]
        members = ["AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"]
    else:
        parents = alarms.parents.get(name, ())
        named = [each for each in parents if each.rule is not None and name in each.rule.names]
        found = sorted(named, key=lambda each: each.name)
        members = ["AlarmName", "AlarmArn"]
    shown, more = next_page(found, parameters, _PAGE, "MaxRecords")
    shapes = [{member: shape_of(each)[member] for member in members} for each in shown]
    return _answer(shapes, [each.kind for each in shown]) | more


def _answer(shapes: list[Shape], kinds: list[str]) -> Shape:
    pairs = list(zip(shapes, kinds, strict=True))
    return {
        "MetricAlarms": [shape for shape, kind in pairs if kind == "MetricAlarm"],
        "CompositeAlarms": [shape for shape, kind in pairs if kind == "CompositeAlarm"],
    }
