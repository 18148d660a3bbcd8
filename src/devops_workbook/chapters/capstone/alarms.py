"""Alarms that call somebody when customers are harmed, and nobody when they are not."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from devops_workbook.chapters.capstone.account import chapter, scene
from devops_workbook.chapters.capstone.drills import LATE, Phase
from devops_workbook.chapters.capstone.looking import in_stacks
from devops_workbook.chapters.capstone.reference import build_release
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab
from devops_workbook.quarter.watch import calls_somebody, client

_WORDS = {"bad-dependency": "payments failed", "slow-query": "a query was slow"}


@chapter.exercise(
    "alarms",
    title="Alarms that call somebody",
    minutes=10,
    hints=(
        "One alarm on the share of requests that fail, by metric math as in chapter 04; one on a "
        "high percentile of TargetResponseTime. The dimension LoadBalancer is "
        "{'Fn::GetAtt': 'LoadBalancer.LoadBalancerFullName'}.",
        "Where nothing fails, HTTPCode_Target_5XX_Count has no data: FILL(failed, 0), and "
        "TreatMissingData notBreaching.",
        "AlarmActions takes topics: AWS::SNS::Topic with a Subscription, which is whom it calls. "
        "Nobody called? TargetResponseTime is in seconds, and an average hides the slow ones.",
    ),
    arrange=build_release,
)
def check_alarms(lab: Lab, answer: Any) -> str:
    """In the last fire drill both faults called somebody, and the calm called nobody."""
    calling = [each["AlarmName"] for each in _alarms() if calls_somebody(each)]
    if not _alarms():
        raise NotStarted("Looked for alarms. There are none.")
    require(calling, "No alarm calls anybody: AlarmActions name a topic with a subscription.")
    made = in_stacks("AWS::CloudWatch::Alarm") | in_stacks("AWS::CloudWatch::CompositeAlarm")
    require(set(calling) & made, f"{calling[0]} calls somebody, but no stack made it.")
    phases: list[Phase] = scene(lab).fire_drill
    require(phases, "Try them: run fire_drill(lab).")
    for each in _alarms():
        if each["AlarmName"] not in made | set(calling):
            continue
        require(
            each["AlarmConfigurationUpdatedTimestamp"] <= phases[0].begin,
            f"{each['AlarmName']} was made or changed after the drill. Run fire_drill(lab) again.",
        )
    rang = [at for name in calling for at in fired(name, phases[0].begin)]
    for at in rang:
        require(
            _explained(at, phases), f"At {at:%H:%M} somebody was called, and nothing was wrong."
        )
    for phase in phases:
        if phase.wrong and not any(phase.begin <= at <= phase.end + LATE for at in rang):
            raise NotYet(
                f"From {phase.begin:%H:%M} until {phase.end:%H:%M} {_WORDS[phase.wrong]}, and "
                "nobody was called."
            )
    return f"Both faults called somebody, and {_calm(phases)} quiet minutes called nobody."


def _alarms() -> list[dict[str, Any]]:
    found = client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return [*found["MetricAlarms"], *found["CompositeAlarms"]]


def fired(name: str, since: datetime) -> list[datetime]:
    """Return when an alarm, of whichever type, has gone off since a time."""
    pages = (
        client("cloudwatch")
        .get_paginator("describe_alarm_history")
        .paginate(
            AlarmName=name,
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            HistoryItemType="StateUpdate",
            StartDate=since,
        )
    )
    return [
        each["Timestamp"]
        for page in pages
        for each in page["AlarmHistoryItems"]
        if json.loads(each["HistoryData"])["newState"]["stateValue"] == "ALARM"
    ]


def _explained(at: datetime, phases: list[Phase]) -> bool:
    return any(phase.wrong and phase.begin <= at <= phase.end + LATE for phase in phases)


def _calm(phases: list[Phase]) -> int:
    return sum(
        int((each.end - each.begin).total_seconds()) // 60 for each in phases if not each.wrong
    )
