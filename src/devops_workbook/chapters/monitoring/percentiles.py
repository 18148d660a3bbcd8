"""The exercise on averages: what they hide of Thursday afternoon."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cache
from typing import Any

import numpy as np

from devops_workbook.chapters.monitoring.account import chapter
from devops_workbook.chapters.monitoring.last_week import THURSDAY, week
from devops_workbook.checks import describe, number, require, require_entries
from devops_workbook.lab import Lab


@chapter.exercise(
    "percentiles",
    title="What does an average hide?",
    minutes=4,
    answer="times",
    hints=(
        "One number for 40 minutes: Period=2400. The period begins at StartTime.",
        "Statistics=['Average'] in one call, ExtendedStatistics=['p99'] in another: CloudWatch "
        "refuses both at once. A percentile is in the datapoint's ExtendedStatistics.",
    ),
)
def check_percentiles(lab: Lab, answer: Any) -> str:
    """Average and p99 of the 40 minutes before, and of the 40 minutes of the complaints."""
    require_entries(answer, "times", ("average", "p99"))
    pairs = {}
    for name, pair in answer.items():
        pairs[name] = _pair(name, pair)
    for name, expected in (("average", _averages()), ("p99", _highs())):
        for place, when in enumerate(("before", "during")):
            number(
                pairs[name][place],
                expected[place],
                f"times['{name}'], {when},",
                mistakes={
                    "That is in milliseconds. The metric is in seconds.": 1000 * expected[place],
                    "That is the other half of the pair: (before, during).": expected[1 - place],
                    "That is the other statistic.": _other(name)[place],
                },
                rel=0.03,
            )
    average, high = (pair[1] / pair[0] for pair in (_averages(), _highs()))
    return (
        f"The average rose {average:.1f} times, the 99th percentile {high:.0f} times. Two "
        "customers in a hundred waited more than two seconds, and the average hardly says so."
    )


def _pair(name: str, given: Any) -> list[Any]:
    # A Series or an array of numpy is as good as a tuple; a set or a dict has no order to read.
    fits = not isinstance(given, (str, Set, Mapping)) and hasattr(given, "__iter__")
    pair = list(given) if fits else []
    require(len(pair) == 2, f"times['{name}'] should be (before, during). Found {describe(given)}.")
    return pair


def _other(name: str) -> tuple[float, float]:
    return _highs() if name == "average" else _averages()


@cache
def _averages() -> tuple[float, float]:
    counts = _counts()
    means = [float(counted @ week().seconds / counted.sum()) for counted in counts]
    return means[0], means[1]


@cache
def _highs() -> tuple[float, float]:
    highs = [float(np.quantile(np.repeat(week().seconds, each), 0.99)) for each in _counts()]
    return highs[0], highs[1]


def _counts() -> list[Any]:
    begin, length = THURSDAY.first, THURSDAY.minutes
    durations = week().durations
    return [durations[first : first + length].sum(axis=0) for first in (begin - length, begin)]
