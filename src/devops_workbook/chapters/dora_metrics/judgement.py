"""Exercises on what to make of the numbers: certainty, targets, a report, a what-if."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from devops_workbook import dora
from devops_workbook.chapters.dora_metrics.shop_log import (
    END,
    START,
    ZONE,
    chapter,
    hours_of,
    orders_metrics,
    shop,
)
from devops_workbook.checks import describe, number, require
from devops_workbook.dora.survey import FIVE
from devops_workbook.dora.wording import humanise
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab


@chapter.exercise(
    "least-sure",
    title="Which number is least sure?",
    minutes=3,
    answer="least_sure",
    hints=(
        "Each metric has .low, .high and .value. How wide is low to high beside the value?",
        "getattr(metrics, name) gets a metric by its name.",
    ),
)
def check_least_sure(lab: Lab, answer: Any) -> str:
    """The metric whose interval is widest relative to its value."""
    require(answer in FIVE, f"`least_sure` should be one of {', '.join(FIVE)}.")
    metrics = orders_metrics()
    width = {name: _relative_width(getattr(metrics, name)) for name in FIVE}
    widest = max(width, key=lambda name: width[name])
    require(
        answer == widest,
        f"The interval of {answer} is {width[answer]:.1f} times its value. Another is wider.",
    )
    found = getattr(metrics, widest)
    return (
        f"Its interval is {width[widest]:.1f} times its value: it rests on {found.n} observations."
    )


def _relative_width(metric: dora.Metric) -> float:
    return (metric.high - metric.low) / metric.value


@chapter.exercise(
    "goodhart",
    title="Meet the target, deliver nothing",
    minutes=5,
    answer="gamed",
    hints=(
        "Deploy again what is there: copies of the successful rows, a few minutes later.",
        "A copy needs a deployment_id of its own: `+ '-again'`. pd.concat([a, b]) joins tables.",
    ),
)
def check_goodhart(lab: Lab, answer: Any) -> str:
    """Twice the deployments, the same changes; the check measures both logs."""
    require(
        isinstance(answer, pd.DataFrame),
        f"`gamed` should be a table of deployments. Found {describe(answer)}.",
    )
    events = shop()
    before = dora.measure(events, START, END, tz=ZONE, resamples=0)
    try:
        after = dora.measure(
            dora.Events(answer, events.changes, events.incidents), START, END, tz=ZONE, resamples=0
        )
    except dora.EventsError as error:
        raise NotYet(f"The log does not hold together: {error}") from error
    factor = after.deployment_frequency.value / before.deployment_frequency.value
    require(factor >= 2, f"The frequency is {factor:.2f} times what it was. The target is twice.")
    same = math.isclose(after.change_lead_time.value, before.change_lead_time.value, rel_tol=0.01)
    require(same, "The lead time changed. Leave the real deployments as they are, only add some.")
    was, now = before.change_fail_rate.value, after.change_fail_rate.value
    return (
        f"Frequency is {factor:.1f} times what it was, and change fail rate fell from {was:.0%} "
        f"to {now:.0%}. Lead time stayed. Nobody got anything sooner."
    )


@chapter.exercise(
    "report",
    title="A page for your manager",
    minutes=3,
    answer="page",
    hints=(
        "dora.report(metrics, path) writes the page and returns its path.",
        "It takes title=..., too.",
    ),
)
def check_report(lab: Lab, answer: Any) -> str:
    """The page is there and carries the numbers of the orders service."""
    require(isinstance(answer, (str, Path)), f"`page` should be a path. Found {describe(answer)}.")
    path = Path(answer)
    require(path.is_file(), f"Looked for the page at {path.absolute()}, found no file.")
    text = path.read_text(encoding="utf-8")
    require("<html" in text, f"{path.name} is not a page of HTML.")
    metric = orders_metrics().change_lead_time
    # The median alone would not do: the page of both services has the same in one of its months.
    expected = (humanise(metric.value), f"{metric.n:,} changes")
    require(
        all(figure in text for figure in expected),
        "The page does not carry the lead time of the orders service. "
        "Is it made from `metrics`, one service at a time?",
    )
    return f"{path.name} is ready to forward: {len(text) // 1024} kB, with everything inside."


@chapter.exercise(
    "what-if",
    title="What if we released every weekday?",
    minutes=7,
    kind="stretch",
    answer="what_if_hours",
    hints=(
        "Work in Berlin time: .dt.tz_convert. The day itself is .dt.normalize().",
        "day + pd.offsets.BDay(0) moves a Saturday or Sunday to Monday and leaves other days.",
        "If 10:00 on that day is before the commit, the release is on day + pd.offsets.BDay(1). "
        "a.where(condition, b) takes a where the condition holds, else b.",
    ),
)
def check_what_if(lab: Lab, answer: Any) -> str:
    """The median lead time if each commit had gone out at the next 10:00 of a weekday."""
    metrics = orders_metrics()
    local = metrics.lead_times["committed_at"].dt.tz_convert(ZONE)
    day = local.dt.normalize()
    ten = pd.Timedelta(hours=10)
    hours = _until_ten(local)
    next_day = hours_of(day + pd.Timedelta(days=1) + ten - local)
    any_day = day + ten
    weekends = hours_of(any_day.where(any_day >= local, any_day + pd.Timedelta(days=1)) - local)
    number(
        answer,
        hours.median(),
        "`what_if_hours`",
        mistakes={
            "That always waits until the next day. A commit before 10:00 goes out the same day.": (
                next_day.median()
            ),
            "That releases on Saturdays and Sundays too.": weekends.median(),
            "That is the mean.": hours.mean(),
            "That is in days.": hours.median() / 24,
            "Those releases are at 10:00 in UTC. In Berlin it is later then.": (
                _until_ten(metrics.lead_times["committed_at"].dt.tz_convert("UTC")).median()
            ),
        },
        rel=2e-4,  # an hour of the clock moves the median by a thousandth
    )
    return (
        f"{hours.median():.0f} hours instead of {metrics.change_lead_time.value:.0f}. "
        "No one worked faster: the commits only stopped waiting for Friday."
    )


def _until_ten(committed: pd.Series) -> pd.Series:
    """Return the hours until the next 10:00 of a weekday, by the clock of the times' zone."""
    day, ten = committed.dt.normalize(), pd.Timedelta(hours=10)
    same_day = day + pd.offsets.BDay(0) + ten
    return hours_of(
        same_day.where(same_day >= committed, day + pd.offsets.BDay(1) + ten) - committed
    )
