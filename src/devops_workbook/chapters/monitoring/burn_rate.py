"""The exercise on service-level objectives: page by how fast the error budget burns."""

from __future__ import annotations

import itertools
from typing import Any

from devops_workbook.chapters.monitoring import last_week
from devops_workbook.chapters.monitoring.account import chapter, client_of, tells, why_silent
from devops_workbook.chapters.monitoring.alarm_rule import AlarmRule
from devops_workbook.chapters.monitoring.last_week import Incident
from devops_workbook.chapters.monitoring.replay import series_of
from devops_workbook.checks import require
from devops_workbook.display import Table
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

OBJECTIVE = 0.997
_DAYS = 28
PAGE = "orders-page"
WINDOWS = {"orders-burn-5m": 300, "orders-burn-1h": 3600}


def budget_table() -> Table:
    """Return what each incident of last week took of the budget of 28 days."""
    week = last_week.week()
    monthly = week.requests.sum() / 7 * _DAYS
    rows = []
    for each in last_week.INCIDENTS:
        struck = slice(each.first, each.first + each.minutes)
        errors, requests = week.errors[struck].sum(), week.requests[struck].sum()
        budget = 1 - OBJECTIVE
        rows.append(
            (
                each.name,
                f"{each.minutes} min",
                f"{errors / requests:.1%}",
                f"{errors / requests / budget:.1f}",
                f"{errors / (monthly * budget):.1%}",
            )
        )
    columns = ("Incident", "Lasted", "Error rate", "Burn rate", "Of the budget of 28 days")
    return Table("An objective of 99.7 % leaves 0.3 % to fail", columns, rows)


@chapter.exercise(
    "burn-rate",
    title="Page when the budget burns",
    minutes=7,
    hints=(
        "A burn rate of 14.4 is an error rate of 14.4 times 0.3 %. error_rate(300) gives the "
        "Metrics for five minutes, in per cent.",
        "Both metric alarms look at one period: EvaluationPeriods=1. They have no action.",
        "put_composite_alarm(AlarmName='orders-page', AlarmRule='ALARM(\"…\") AND ALARM(\"…\")', "
        "AlarmActions=[topic]).",
    ),
)
def check_burn_rate(lab: Lab, answer: Any) -> str:
    """Two windows at 14.4, and a composite alarm that needs both and alone wakes somebody."""
    client = client_of("cloudwatch")
    names = [*WINDOWS, PAGE]
    answered = client.describe_alarms(
        AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    alarms = {each["AlarmName"]: dict(each) for each in answered["MetricAlarms"]}
    if not alarms:
        raise NotStarted(f"There is no alarm {' or '.join(WINDOWS)}.")
    for name, period in WINDOWS.items():
        require(name in alarms, f"There is no alarm {name}.")
        _check_window(alarms[name], period)
    composites = {each["AlarmName"]: dict(each) for each in answered["CompositeAlarms"]}
    require(PAGE in composites, f"Both windows are right. There is no composite alarm {PAGE} yet.")
    _check_rule(composites[PAGE]["AlarmRule"])
    page = composites[PAGE]
    require(tells(page), f"{PAGE} does not tell the topic: {why_silent(page)}")
    loud = [n for n in WINDOWS if alarms[n]["AlarmActions"] and alarms[n]["ActionsEnabled"]]
    require(not loud, f"{' and '.join(loud)} would page as well. Only {PAGE} should.")
    return (
        "Saturday would have paged. Tuesday would not have: it burned a sixth as fast and was "
        "over after 25 minutes. The short window ends the page soon after the incident."
    )


def _check_window(alarm: dict[str, Any], period: int) -> None:
    name = alarm["AlarmName"]
    try:
        saturday = _worst(alarm, period, last_week.SATURDAY)
        tuesday = _worst(alarm, period, last_week.TUESDAY)
    except ValueError as error:
        raise NotYet(str(error)) from None
    require(
        alarm["EvaluationPeriods"] == 1,
        f"{name} waits for {alarm['EvaluationPeriods']} periods. One is a whole window already.",
    )
    require(
        alarm.get("TreatMissingData") != "breaching",
        f"{name} counts a time without customers as a bad one: TreatMissingData is breaching. Two "
        "quiet windows would page.",
    )
    threshold = alarm["Threshold"]
    # The same whatever the expression is in: per cent, shares or burn rates.
    burn = _burn(last_week.SATURDAY, period) * threshold / saturday
    require(
        abs(burn - 14.4) < 0.5,
        f"{name} fires at a burn rate of {burn:.1f}: its threshold is {threshold:g}, and 14.4 "
        "times the budget is something else.",
    )
    over = alarm["ComparisonOperator"].startswith("GreaterThan")
    require(over and saturday > threshold, f"{name} would not have noticed Saturday.")
    if period == 3600:
        require(
            tuesday < threshold,
            f"{name} would have fired on Tuesday, over a whole hour.",
        )


def _worst(alarm: dict[str, Any], period: int, incident: Incident) -> float:
    values = series_of(alarm, period, incident).values()
    if not values:
        raise ValueError(f"{alarm['AlarmName']} sees no data for {incident.name}.")
    return max(values)


def _burn(incident: Incident, period: int) -> float:
    """Return the highest burn rate of the periods that ``series_of`` looks at."""
    week, length = last_week.week(), period // 60
    begin, end = incident.first - 60, incident.first + incident.minutes + 60
    rates = []
    for first in range(begin, end, length):
        part = slice(first, first + length)
        rates.append(week.errors[part].sum() / week.requests[part].sum())
    return float(max(rates)) / (1 - OBJECTIVE)


def _check_rule(rule: str) -> None:
    """Require of an alarm rule that it needs both windows, however it is written."""
    condition = AlarmRule(rule)
    require(
        condition.names == set(WINDOWS),
        f"The rule of {PAGE} should name both alarms, and only them.",
    )
    for states in itertools.product(("OK", "ALARM"), repeat=2):
        of = dict(zip(WINDOWS, states, strict=True))
        if condition.holds(of) != (set(states) == {"ALARM"}):
            said = ", ".join(f"{name} in {state}" for name, state in of.items())
            raise NotYet(f"With {said}, the rule of {PAGE} is {condition.holds(of)}.")
