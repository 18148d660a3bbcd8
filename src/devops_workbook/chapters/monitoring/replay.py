"""What a rule for an alarm would have done last week: pages for nothing, minutes to detect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from devops_workbook.chapters.monitoring.account import client_of
from devops_workbook.chapters.monitoring.last_week import END, MINUTES, START, Incident

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

_BREACHES = {
    "GreaterThanThreshold": np.greater,
    "GreaterThanOrEqualToThreshold": np.greater_equal,
    "LessThanThreshold": np.less,
    "LessThanOrEqualToThreshold": np.less_equal,
}
_GRACE = 15  # minutes after an incident in which a page is about it still


@dataclass(frozen=True)
class Verdict:
    """How often a rule paged for nothing, and after how many minutes it found each incident.

    An incident that it did not find is not in ``minutes``.
    """

    false_alarms: int
    minutes: dict[str, int]


def m_of_n(breaching: Flags, m: int, n: int) -> Flags:
    """Return in which minutes at least m of the last n were breaching."""
    whole = np.concatenate([[0], np.cumsum(breaching)])
    begin = np.maximum(np.arange(1, len(breaching) + 1) - n, 0)
    return np.asarray(whole[1:] - whole[begin] >= m)


def judged(alarm: Flags, wanted: Sequence[Incident], others: Sequence[Incident] = ()) -> Verdict:
    """Return the verdict on minutes of alarm: ``wanted`` should be found, ``others`` may be."""
    minutes: dict[str, int] = {}
    for each in wanted:
        found = np.flatnonzero(alarm[each.first : each.first + each.minutes])
        if len(found):
            # The alarm knows a minute when it is over.
            minutes[each.name] = int(found[0]) + 1
    about = np.zeros(len(alarm), dtype=bool)
    for each in (*wanted, *others):
        about[each.first : each.first + each.minutes + _GRACE] = True
    begins = alarm & ~np.concatenate([[False], alarm[:-1]])
    return Verdict(int((begins & ~about).sum()), minutes)


def minutes_of_alarm(alarm: dict[str, Any]) -> Flags:
    """Return in which minutes of the week a metric alarm would have been on.

    What a longer period says is known in its last minute, and stands until the next one has ended.
    Raises ``ValueError`` in words for a learner when the alarm cannot be replayed.
    """
    period = period_of(alarm)
    length = period // 60
    values = np.full(MINUTES // length, np.nan)
    for minute, value in series_of(alarm, period).items():
        values[minute // length] = value
    breaches: Any = _BREACHES.get(alarm["ComparisonOperator"])
    if breaches is None:
        raise ValueError(f"{alarm['ComparisonOperator']} compares with no fixed threshold.")
    breaching = breaches(values, alarm["Threshold"])
    if alarm.get("TreatMissingData", "missing") == "breaching":
        breaching = breaching | np.isnan(values)
    n = alarm["EvaluationPeriods"]
    on = np.repeat(m_of_n(breaching, alarm.get("DatapointsToAlarm", n), n), length)
    return np.asarray(np.concatenate([np.zeros(length - 1, dtype=bool), on])[: len(on)])


def series_of(
    alarm: dict[str, Any], period: int, incident: Incident | None = None
) -> dict[int, float]:
    """Return what an alarm looks at, in periods of the week or of the hours round an incident.

    The keys are the numbers of the periods' first minutes in the week.
    """
    begin, end = START, END
    if incident:
        begin = incident.started_at - timedelta(hours=1)
        end = incident.ended_at + timedelta(hours=1)
    queries, shown = _queries(alarm, period)
    found: dict[int, float] = {}
    token: dict[str, str] = {}
    while True:
        answer = client_of("cloudwatch").get_metric_data(
            MetricDataQueries=queries, StartTime=begin, EndTime=end, **token
        )
        for result in answer["MetricDataResults"]:
            if result["Id"] == shown:
                pairs = zip(result["Timestamps"], result["Values"], strict=True)
                found |= {int((time - START).total_seconds() // 60): value for time, value in pairs}
        if not answer.get("NextToken"):
            return found
        token = {"NextToken": answer["NextToken"]}


def period_of(alarm: dict[str, Any]) -> int:
    """Return the one period of an alarm, in seconds, for the week to be played in it.

    Raises ``ValueError`` in words for a learner.
    """
    periods = sorted(periods_of(alarm))
    if len(periods) != 1 or periods[0] % 60 or MINUTES * 60 % periods[0]:
        raise ValueError(
            f"{alarm['AlarmName']} looks at periods of {periods} seconds. The week can be played "
            "again in one period of whole minutes, such as 60."
        )
    return periods[0]


def statistics_of(alarm: dict[str, Any]) -> set[str]:
    """Return the statistics that an alarm looks at, such as p99, those in expressions too."""
    if "MetricName" in alarm:
        return {str(alarm.get("Statistic") or alarm.get("ExtendedStatistic"))}
    return {each["MetricStat"]["Stat"] for each in alarm["Metrics"] if "MetricStat" in each}


def periods_of(alarm: dict[str, Any]) -> set[int]:
    """Return the periods of an alarm's metrics, in seconds."""
    if "MetricName" in alarm:
        return {alarm["Period"]}
    stats = [each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each]
    return {*stats, *(each["Period"] for each in alarm["Metrics"] if "Period" in each)}


def _queries(alarm: dict[str, Any], period: int) -> tuple[list[dict[str, Any]], str]:
    if periods_of(alarm) != {period}:
        raise ValueError(
            f"{alarm['AlarmName']} looks at periods of {sorted(periods_of(alarm))} seconds, "
            f"where {period} were asked for."
        )
    if "MetricName" in alarm:
        metric = {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions")}
        stat = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
        asked = {"Metric": metric, "Period": period, "Stat": stat}
        # An alarm that names another unit than the metric has sees nothing.
        asked |= {"Unit": alarm["Unit"]} if "Unit" in alarm else {}
        return [{"Id": "m", "MetricStat": asked}], "m"
    shown = [each["Id"] for each in alarm["Metrics"] if each.get("ReturnData", True)]
    if len(shown) != 1:
        raise ValueError(f"{alarm['AlarmName']} should return one series, and returns {shown}.")
    return alarm["Metrics"], shown[0]


def rehearsed(
    rates: Any, settings: Iterable[tuple[float, int, int]], alarm_minutes: Any, incidents: Any
) -> list[tuple[tuple[float, int, int], Verdict]]:
    """Return the verdict on each setting, a threshold and M and N; ``rates`` is a Series."""
    wanted, others = incidents
    return [
        (setting, judged(alarm_minutes(rates > setting[0], *setting[1:]), wanted, others))
        for setting in settings
    ]
