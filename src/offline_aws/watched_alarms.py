"""The alarms of CloudWatch that services watch: how they are, and when one goes off.

A change of an alarm's state is heard of by the event that CloudWatch sends to EventBridge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from offline_aws import clients
from offline_aws.event_bus import Event, EventBus
from offline_aws.operations import Call

ALARM = "ALARM"
_CHANGE = ("aws.cloudwatch", "CloudWatch Alarm State Change")
# DescribeAlarms tells of metric alarms alone where it is not asked for both.
_BOTH = ["MetricAlarm", "CompositeAlarm"]


def alarms_of(call: Call, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return those of the alarms that there are, metric alarms first, as DescribeAlarms does.

    Raises what boto3 raises.
    """
    wanted = list(names)
    if not wanted:
        return []
    client = clients.client("cloudwatch", call.region, call.account)
    answer = client.describe_alarms(AlarmNames=wanted, AlarmTypes=_BOTH)
    return [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]


def listen_to_alarms(call: Call, hear: Callable[[str], object]) -> None:
    """Have a function called with the name of each alarm of the account that goes off."""

    def listen(event: Event) -> None:
        # Other events have a state that is a word.
        if (event.source, event.detail_type) != _CHANGE:
            return
        if event.detail.get("state", {}).get("value") == ALARM:
            hear(str(event.detail.get("alarmName", "")))

    call.state(EventBus).listen(listen)
