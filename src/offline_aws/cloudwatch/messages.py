"""What others are told of a change: EventBridge, SNS and Lambda, in AWS's shapes.

The shapes are those of "Alarm events and EventBridge" and "Lambda alarm actions" in the User Guide;
that of SNS is what the service sends.
"""

from __future__ import annotations

import uuid
from functools import cache

import botocore.session

from offline_aws.cloudwatch.alarm import Alarm, AlarmState, stamp
from offline_aws.cloudwatch.checks import Shape
from offline_aws.operations import Call

_IDS = uuid.UUID("0c0a7c4e-6b1d-4b54-9d0e-8f6a1c1f2a10")
_STATISTICS = {"SampleCount": "SAMPLE_COUNT"}


def detail_of(alarm: Alarm, old: AlarmState) -> Shape:
    """Return the detail of the event "CloudWatch Alarm State Change"."""
    new = _state(alarm.state)
    if alarm.suppressed_by:
        new["actionsSuppressedBy"] = alarm.suppressed_by
        new["actionsSuppressedReason"] = f"Actions suppressed by {alarm.suppressed_by}"
    return {
        "alarmName": alarm.name,
        "state": new,
        "previousState": _state(old),
        "configuration": configuration_of(alarm),
    }


def configuration_of(alarm: Alarm) -> Shape:
    """Return what an event says of an alarm's configuration."""
    settings = alarm.settings
    found: Shape = {}
    if settings.get("AlarmDescription"):
        found["description"] = settings["AlarmDescription"]
    if alarm.rule is not None:
        found["alarmRule"] = settings["AlarmRule"]
        for name in ("ActionsSuppressor", "ActionsSuppressorWaitPeriod"):
            if name in settings:
                found[name[0].lower() + name[1:]] = settings[name]
        if "ActionsSuppressorExtensionPeriod" in settings:
            period = settings["ActionsSuppressorExtensionPeriod"]
            found["actionsSuppressorExtensionPeriod"] = period
        return found
    found["metrics"] = [_query(each) for each in _queries(alarm)]
    return found


def payload_of(call: Call, alarm: Alarm, old: AlarmState) -> Shape:
    """Return the event with which a Lambda function is invoked."""
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm.arn,
        "accountId": call.account,
        "time": stamp(alarm.state.time),
        "region": call.region,
        "alarmData": detail_of(alarm, old),
    }


def subject_of(call: Call, alarm: Alarm) -> str:
    """Return the subject of an SNS message, which has at most 100 characters."""
    text = f'{alarm.state.value}: "{alarm.name}" in {region_name(call.region)}'
    ascii_text = "".join(each if " " <= each <= "~" else "?" for each in text)
    return ascii_text if len(ascii_text) <= 100 else f"{ascii_text[:97]}..."


def message_of(call: Call, alarm: Alarm, old: AlarmState) -> Shape:
    """Return what an SNS topic is sent, as JSON."""
    settings = alarm.settings
    found: Shape = {
        "AlarmName": alarm.name,
        "AlarmDescription": settings.get("AlarmDescription"),
        "AWSAccountId": call.account,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configured),
        "NewStateValue": alarm.state.value,
        "NewStateReason": alarm.state.reason,
        "StateChangeTime": stamp(alarm.state.time),
        "Region": region_name(call.region),
        "AlarmArn": alarm.arn,
        "OldStateValue": old.value,
        "OKActions": settings["OKActions"],
        "AlarmActions": settings["AlarmActions"],
        "InsufficientDataActions": settings["InsufficientDataActions"],
    }
    if alarm.rule is not None:
        return found | {"AlarmRule": settings["AlarmRule"]}
    return found | {"Trigger": _trigger(settings)}


@cache
def region_name(region: str) -> str:
    """Return what AWS calls a region in a sentence, such as US East (N. Virginia)."""
    partitions = botocore.session.get_session().get_data("endpoints")["partitions"]
    for partition in partitions:
        if region in partition["regions"]:
            return str(partition["regions"][region]["description"])
    return region


def _trigger(settings: Shape) -> Shape:
    found: Shape = {}
    if not settings.get("Metrics"):
        extended = settings.get("ExtendedStatistic")
        kind = "ExtendedStatistic" if extended else "Statistic"
        name = settings.get("Statistic", "")
        found = {
            "MetricName": settings["MetricName"],
            "Namespace": settings["Namespace"],
            "StatisticType": kind,
            kind: extended or _STATISTICS.get(name, name.upper()),
            "Unit": settings.get("Unit"),
            "Dimensions": [
                {"value": each["Value"], "name": each["Name"]} for each in settings["Dimensions"]
            ],
        }
    queries = settings.get("Metrics") or []
    periods = [_period_of(each) for each in queries]
    found |= {
        "Period": settings.get("Period") or max(periods, default=0) or 60,
        "EvaluationPeriods": settings["EvaluationPeriods"],
    }
    if "DatapointsToAlarm" in settings:
        found["DatapointsToAlarm"] = settings["DatapointsToAlarm"]
    found["ComparisonOperator"] = settings["ComparisonOperator"]
    if "Threshold" in settings:
        found["Threshold"] = float(settings["Threshold"])
    found["TreatMissingData"] = settings.get("TreatMissingData", "missing")
    low = settings.get("EvaluateLowSampleCountPercentile", "")
    found["EvaluateLowSampleCountPercentile"] = low
    if queries:
        found["Metrics"] = queries
    if settings.get("ThresholdMetricId"):
        found["ThresholdMetricId"] = settings["ThresholdMetricId"]
    return found


def _period_of(query: Shape) -> int:
    stat = query.get("MetricStat")
    return int(stat["Period"] if stat else query.get("Period") or 0)


def _queries(alarm: Alarm) -> list[Shape]:
    settings = alarm.settings
    if settings.get("Metrics"):
        return list(settings["Metrics"])
    stat: Shape = {
        "Metric": {name: settings[name] for name in ("Namespace", "MetricName", "Dimensions")},
        "Period": settings["Period"],
        "Stat": settings.get("Statistic") or settings["ExtendedStatistic"],
    }
    if settings.get("Unit"):
        stat["Unit"] = settings["Unit"]
    return [{"Id": str(uuid.uuid5(_IDS, alarm.arn)), "MetricStat": stat, "ReturnData": True}]


def _query(query: Shape) -> Shape:
    found: Shape = {"id": query["Id"]}
    if stat := query.get("MetricStat"):
        metric = stat["Metric"]
        shown: Shape = {"namespace": metric["Namespace"], "name": metric["MetricName"]}
        dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions") or ()}
        shown["dimensions"] = dimensions
        found["metricStat"] = {"metric": shown, "period": stat["Period"], "stat": stat["Stat"]}
        if stat.get("Unit"):
            found["metricStat"]["unit"] = stat["Unit"]
    else:
        found["expression"] = query["Expression"]
    if query.get("Label"):
        found["label"] = query["Label"]
    return found | {"returnData": query.get("ReturnData", True)}


def _state(state: AlarmState) -> Shape:
    found: Shape = {"value": state.value, "reason": state.reason}
    if state.reason_data:
        found["reasonData"] = state.reason_data
    return found | {"timestamp": stamp(state.time)}
