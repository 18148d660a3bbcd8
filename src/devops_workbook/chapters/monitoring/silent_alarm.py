"""The break/fix: an alarm on slowness that slept through Thursday afternoon."""

from __future__ import annotations

from typing import Any

import numpy as np

from devops_workbook.chapters.monitoring import last_week
from devops_workbook.chapters.monitoring.account import (
    NAMESPACE,
    balancer,
    chapter,
    client_of,
    tells,
    topic_arn,
    why_silent,
)
from devops_workbook.chapters.monitoring.replay import (
    judged,
    minutes_of_alarm,
    period_of,
    series_of,
    statistics_of,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet, SetupMissing
from devops_workbook.lab import Lab

ALARM = "orders-slow"
_ASLEEP = 900  # somebody thought of milliseconds


def arrange_silent(lab: Lab) -> None:
    """The alarm as somebody made it, evaluated a few times."""
    put_alarm(_ASLEEP)
    lab.clock.advance(minutes=5)


def put_alarm(threshold: float) -> None:
    """Put the alarm on the 99th percentile of the response time with a threshold."""
    client_of("cloudwatch").put_metric_alarm(
        AlarmName=ALARM,
        AlarmDescription="One customer in a hundred waits too long",
        Namespace=NAMESPACE,
        MetricName="TargetResponseTime",
        Dimensions=[{"Name": "LoadBalancer", "Value": balancer()}],
        ExtendedStatistic="p99",
        Period=60,
        EvaluationPeriods=5,
        DatapointsToAlarm=4,
        Threshold=threshold,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic_arn()],
    )


@chapter.exercise(
    "silent-alarm",
    title="The alarm that slept",
    minutes=5,
    kind="break/fix",
    hints=(
        "describe_alarms(AlarmNames=['orders-slow']): read StateReason. It shows the values that "
        "the alarm saw beside its threshold.",
        "In which unit does the load balancer report TargetResponseTime? get_metric_statistics "
        "names it in each datapoint.",
        "put_metric_alarm replaces an alarm as a whole: take over everything else from "
        "describe_alarms. A good threshold lies between an ordinary p99 and Thursday's.",
    ),
    arrange=arrange_silent,
)
def check_silent_alarm(lab: Lab, answer: Any) -> str:
    """The same alarm, replayed over the week: Thursday found, and nothing else."""
    found = client_of("cloudwatch").describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    if not found:
        raise SetupMissing(f'{ALARM} is gone. `lab.catch_up("silent-alarm")` brings it back.')
    alarm = dict(found[0])
    if alarm.get("Threshold") == _ASLEEP and alarm.get("ExtendedStatistic") == "p99":
        raise NotStarted(f"{ALARM} is as it was, and sleeps on.")
    try:
        on = minutes_of_alarm(alarm)
        period = period_of(alarm)
        usual = float(np.median(list(series_of(alarm, period).values()) or [0]))
    except ValueError as error:
        raise NotYet(str(error)) from None
    verdict = judged(on, (last_week.THURSDAY,), last_week.INCIDENTS)
    values = series_of(alarm, period, last_week.THURSDAY).values()
    require(
        values,
        "It sees no data at all: compare its namespace, dimensions and unit with those of the "
        "metric, in list_metrics and in the datapoints of get_metric_statistics.",
    )
    seen = max(values)
    require(
        last_week.THURSDAY.name in verdict.minutes,
        f"It would have slept through Thursday again: the most it saw then was {seen:.3g}, and "
        f"its threshold is {alarm['Threshold']:g}.",
    )
    require(
        not verdict.false_alarms,
        f"It would have woken somebody {verdict.false_alarms} times for nothing last week. An "
        f"ordinary minute is at {usual:.2g}.",
    )
    stats = sorted(statistics_of(alarm))
    require(
        all(stat.startswith("p9") for stat in stats),
        f"It looks at {', '.join(stats)} now. Keep the "
        "percentile: the average hides the customers that this alarm is for.",
    )
    require(tells(alarm), f"It is awake, and tells nobody: {why_silent(alarm)}")
    return f"Thursday found after {verdict.minutes['Thursday']} minutes, and no page for nothing."
