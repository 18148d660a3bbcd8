"""What happened to alarms, and DescribeAlarmHistory."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from offline_aws.cloudwatch.alarm import Alarm, Alarms, AlarmState, HistoryItem
from offline_aws.cloudwatch.checks import Shape, alarm_operation, in_utc, next_page
from offline_aws.operations import Call

_PAGE = 100
_MOST_DATA, _MOST_SUMMARY = 4095, 255
_ALWAYS, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def remember(call: Call, alarm: Alarm, kind: str, summary: str, data: Callable[[], Shape]) -> None:
    """Add something to an alarm's history; its data are made when they are asked for."""
    now = call.clock.now()
    item = HistoryItem(alarm.name, alarm.kind, now, kind, summary[:_MOST_SUMMARY], data)
    call.state(Alarms).remember(item)


def remember_change(call: Call, alarm: Alarm, old: AlarmState) -> None:
    """Add a change of state to the history."""
    new = alarm.state
    summary = f"Alarm updated from {old.value} to {new.value}"
    remember(call, alarm, "StateUpdate", summary, lambda: _change(old, new))


def as_json(value: object) -> str:
    """Return JSON without spaces; times are written as ISO 8601 has them."""
    return json.dumps(value, separators=(",", ":"), default=str)


@alarm_operation("DescribeAlarmHistory")
def describe_alarm_history(call: Call, parameters: Shape) -> Shape:
    """Return what happened to alarms, deleted ones too, the newest first."""
    types = parameters.get("AlarmTypes") or ["MetricAlarm"]
    begin = in_utc(parameters["StartDate"]) if parameters.get("StartDate") else _ALWAYS
    end = in_utc(parameters["EndDate"]) if parameters.get("EndDate") else _NEVER
    found = [
        item
        for item in call.state(Alarms).history
        if item.alarm_type in types
        and parameters.get("AlarmName") in (None, item.alarm)
        and parameters.get("HistoryItemType") in (None, item.kind)
        and begin <= item.time <= end
        and not parameters.get("AlarmContributorId")
    ]
    if parameters.get("ScanBy") != "TimestampAscending":
        found.reverse()
    shown, more = next_page(found, parameters, _PAGE, "MaxRecords")
    return {"AlarmHistoryItems": [_shape(item) for item in shown], **more}


def _shape(item: HistoryItem) -> Shape:
    return {
        "AlarmName": item.alarm,
        "AlarmType": item.alarm_type,
        "Timestamp": item.time,
        "HistoryItemType": item.kind,
        "HistorySummary": item.summary,
        "HistoryData": _text(item.data()),
    }


def _text(data: Shape) -> str:
    """Return data as JSON, without what makes it too long for AWS."""
    text = as_json(data)
    for part in ("newState", "oldState"):
        if len(text) > _MOST_DATA and part in data:
            data[part].pop("stateReasonData", None)
            text = as_json(data)
    if len(text) > _MOST_DATA:
        short = {key: data[key] for key in ("version", "type", "actionState") if key in data}
        text = as_json(short)
    return text


def _change(old: AlarmState, new: AlarmState) -> Shape:
    return {"version": "1.0", "oldState": _state(old), "newState": _state(new)}


def _state(state: AlarmState) -> Shape:
    found: Shape = {"stateValue": state.value, "stateReason": state.reason}
    if state.reason_data:
        found["stateReasonData"] = json.loads(state.reason_data)
    return found
