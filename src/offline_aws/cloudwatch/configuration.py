"""What is told of a change of an alarm's settings: to its history, and to EventBridge."""

from __future__ import annotations

from functools import partial

from offline_aws.cloudwatch.alarm import Alarm, stamp
from offline_aws.cloudwatch.checks import Shape
from offline_aws.cloudwatch.history import remember
from offline_aws.cloudwatch.messages import configuration_of
from offline_aws.operations import Call

_IN_EVENT = (
    "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions", "EvaluationPeriods",
    "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData",
    "EvaluateLowSampleCountPercentile", "ThresholdMetricId",
)  # fmt: skip


def told_of_configuration(
    call: Call, alarm: Alarm, before: Shape | None, deleted: bool = False
) -> None:
    """Tell that an alarm was created (nothing was before), updated, or deleted."""
    kind = "Delete" if deleted else "Create" if before is None else "Update"
    data: Shape = {
        "version": "1.0",
        "type": kind,
        f"{kind.lower()}dAlarm": _lowered(alarm.settings),
    }
    if kind == "Update":
        data["previousAlarm"] = _lowered(before or {})
    summary = f'Alarm "{alarm.name}" {kind.lower()}d'
    remember(call, alarm, "ConfigurationUpdate", summary, partial(dict, data))
    detail: Shape = {
        "alarmName": alarm.name,
        "operation": kind.lower(),
        "configuration": _of_event(alarm),
        "state": {"value": alarm.state.value, "timestamp": stamp(alarm.state.time)},
    }
    call.send_event("aws.cloudwatch", "CloudWatch Alarm Configuration Change", detail, alarm.arn)


def _of_event(alarm: Alarm) -> Shape:
    settings = {name: alarm.settings[name] for name in _IN_EVENT if name in alarm.settings}
    return {
        "alarmName": alarm.name,
        **configuration_of(alarm),
        **_lowered(settings),
        "timestamp": stamp(alarm.configured),
    }


def _lowered(settings: Shape) -> Shape:
    """Return settings by names that begin with a small letter, as in JSON of AWS's."""
    return {
        ("ok" + name[2:] if name.startswith("OK") else name[0].lower() + name[1:]): value
        for name, value in settings.items()
    }
