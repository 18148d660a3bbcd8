"""Exercises on the alarm on errors: M out of N, and numbers for both from last week's data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from devops_workbook.chapters.monitoring import last_week
from devops_workbook.chapters.monitoring.account import chapter, client_of, tells, why_silent
from devops_workbook.chapters.monitoring.replay import (
    Verdict,
    judged,
    m_of_n,
    minutes_of_alarm,
    rehearsed,
)
from devops_workbook.checks import call, describe, require, untouched
from devops_workbook.display import Note, Table
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

ALARM = "orders-errors"
# What the alarm should find, and what it may.
_FOUND = (last_week.TUESDAY, last_week.SATURDAY)
_MAY = (last_week.SUNDAY,)
_SLOWEST = 4
_SMALL = [False, True, True, False, True, True, True, False, False, False, False, True]


@chapter.exercise(
    "m-of-n",
    title="M out of N",
    minutes=6,
    answer="alarm_minutes",
    hints=(
        "breaching.rolling(n, min_periods=1) looks at each minute with the n - 1 before it.",
        "The sum of True and False is a count: compare it with m.",
    ),
)
def check_m_of_n(lab: Lab, answer: Any) -> str:
    """A minute is one of alarm when m of the last n, itself included, were breaching."""
    index = pd.date_range("2026-01-05 09:00", periods=len(_SMALL), freq="min", tz="UTC")
    small = pd.Series(_SMALL, index=index)
    for m, n in ((1, 1), (2, 2), (2, 3), (3, 5), (5, 5)):
        _compare(answer, small, m, n)
    rates = pd.Series(last_week.week().error_rate, index=last_week.table().index)
    _compare(answer, rates > 0.02, 3, 5)
    return "Right on the small example and on all 10 080 minutes of the week."


def _compare(function: Any, breaching: pd.Series[bool], m: int, n: int) -> None:
    found = call(function, breaching, m, n, what="alarm_minutes")
    fits = isinstance(found, pd.Series) and len(found) == len(breaching)
    require(fits, f"It should return a Series as long as its input. Found {describe(found)}.")
    # By the values: pandas has more than one type of Series for them.
    require(
        found.map(lambda value: isinstance(value, (bool, np.bool_))).all(),
        f"The Series should hold True and False. Found values of type {found.dtype}.",
    )
    right = m_of_n(breaching.to_numpy(), m, n)
    wrong = np.flatnonzero(found.to_numpy(dtype=bool) != right)
    if len(wrong):
        place = int(wrong[0])
        window = breaching.to_numpy()[max(place - n + 1, 0) : place + 1]
        shown = "".join("X" if each else "O" for each in window)
        says = "alarm" if found.iloc[place] else "no alarm"
        raise NotYet(
            f"With m={m} and n={n}: the last minutes up to minute {place + 1} are {shown} "
            f"(X breaching, the newest last). `alarm_minutes` says {says} there."
        )


def compare(alarm_minutes: Any, rates: pd.Series[float], settings: Any) -> Table | Note:
    """Return a table of what each setting, (threshold, M, N), would have done last week."""
    if untouched(alarm_minutes):
        return Note("Nothing to compare yet.", "Write `alarm_minutes` first, then run this again.")
    rows = [
        (f"{threshold:.0%}", f"{m} of {n}", str(verdict.false_alarms), *_minutes(verdict))
        for (threshold, m, n), verdict in rehearsed(rates, settings, alarm_minutes, (_FOUND, _MAY))
    ]
    columns = ("Above", "M of N", "Pages for nothing", "Tuesday found after", "Saturday after")
    return Table("One week of alarms", columns, rows)


def _minutes(verdict: Verdict) -> list[str]:
    found = [verdict.minutes.get(each.name) for each in _FOUND]
    return ["never" if minutes is None else f"{minutes} min" for minutes in found]


@chapter.exercise(
    "error-alarm",
    title="An alarm that wakes no one for nothing",
    minutes=5,
    hints=(
        "put_metric_alarm with Metrics=…, Threshold, ComparisonOperator, EvaluationPeriods (N) and "
        "DatapointsToAlarm (M). The expression is in percent.",
        "Which rows of the table have no page for nothing and at most 4 minutes?",
        "AlarmActions takes the topic's ARN; TreatMissingData='notBreaching' keeps it quiet when "
        "nobody shops.",
    ),
)
def check_error_alarm(lab: Lab, answer: Any) -> str:
    """Replayed over the week: no page for nothing, Tuesday and Saturday within four minutes."""
    found = client_of("cloudwatch").describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    if not found:
        raise NotStarted(f"There is no alarm {ALARM}.")
    try:
        verdict = judged(minutes_of_alarm(dict(found[0])), _FOUND, _MAY)
    except ValueError as error:
        raise NotYet(str(error)) from None
    for each in _FOUND:
        minutes = verdict.minutes.get(each.name)
        require(minutes, f"Last week it would not have noticed {each.name}'s incident at all.")
        require(
            minutes is not None and minutes <= _SLOWEST,
            f"It would have found {each.name}'s incident after {minutes} minutes. At most "
            f"{_SLOWEST} are wanted.",
        )
    require(
        not verdict.false_alarms,
        f"Last week it would have woken somebody {verdict.false_alarms} times for nothing.",
    )
    require(
        tells(found[0]),
        "It would have been right every time, and nobody would have known: " + why_silent(found[0]),
    )
    missing = found[0].get("TreatMissingData", "missing")
    require(
        missing in ("notBreaching", "ignore"),
        f"TreatMissingData is {missing}. In a minute without customers there is no error rate: "
        "that should neither raise an alarm nor end in INSUFFICIENT_DATA.",
    )
    slowest = max(verdict.minutes.values())
    return f"No page for nothing in a week, and both incidents found within {slowest} minutes."
