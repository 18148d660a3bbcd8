"""Alarms that stop a deployment: looked at when it starts, and heard of while it goes on.

A change of an alarm's state is heard of by the event that CloudWatch sends to EventBridge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codedeploy.store import Store
from offline_aws.event_bus import Event, EventBus

if TYPE_CHECKING:
    from offline_aws.codedeploy.course import Course
    from offline_aws.operations import Call

_CHANGE = ("aws.cloudwatch", "CloudWatch Alarm State Change")
_ALARM = "ALARM"
# DescribeAlarms tells of metric alarms alone where it is not asked for both.
_BOTH = ["MetricAlarm", "CompositeAlarm"]


def let_start(course: Course) -> bool:
    """Look at the alarms and watch them; return whether the deployment may go on."""
    names = _watched(course)
    if not names:
        return True
    _listen(course.call)
    client = clients.client("cloudwatch", course.call.region, course.call.account)
    try:
        answer = client.describe_alarms(AlarmNames=names, AlarmTypes=_BOTH)
        found = [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
    except (ClientError, BotoCoreError):
        found = []
    missing = sorted(set(names) - {each["AlarmName"] for each in found})
    if missing and not _settings(course).get("ignorePollAlarmFailure"):
        text = (
            "The deployment was stopped: CloudWatch could not tell the state of these alarms: "
            f"<{', '.join(missing)}>"
        )
        course.fail("CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND", text)
        return False
    active = [each["AlarmName"] for each in found if each["StateValue"] == _ALARM]
    if active:
        course.stop_on_alarm(active)
    return not active


def _settings(course: Course) -> dict[str, object]:
    settings = course.deployment.settings
    # The group's own are read at every deployment: an override is of one deployment alone.
    own = settings.get("overrideAlarmConfiguration")
    found = course.group.settings.get("alarmConfiguration") if own is None else own
    return found or {}


def _watched(course: Course) -> list[str]:
    settings = _settings(course)
    if not settings.get("enabled") or course.deployment.undoes is not None:
        return []
    alarms: list[dict[str, str]] = settings.get("alarms") or []  # type: ignore[assignment]
    return [each["name"] for each in alarms]


def _listen(call: Call) -> None:
    """Hear of the alarms of the account, once for all deployments."""
    store = call.state(Store)
    if store.listening:
        return
    store.listening = True

    def hear(event: Event) -> None:
        if (event.source, event.detail_type) != _CHANGE:
            return
        if event.detail.get("state", {}).get("value") != _ALARM:
            return
        name = event.detail.get("alarmName", "")
        for deployment in tuple(store.deployments.values()):
            if deployment.active and deployment.started and name in _watched(deployment.course):
                deployment.course.stop_on_alarm([name])

    call.state(EventBus).listen(hear)
