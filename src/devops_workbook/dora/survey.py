"""The survey's own answers, and the step from a measured value to the answer it falls in.

DORA's yearly survey asks people to choose one of six answers for lead time, deployment frequency
and recovery time, and (since 2023) to type a percentage for the rest. The published tables and the
Quick Check are both in terms of those answers, so a measured value has to be put into one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

HOUR, DAY, WEEK = 1.0, 24.0, 168.0
#: DORA's own normalisation (2018 report, page 18): a month is 730 hours, six months are 4380.
MONTH, HALF_YEAR = 730.0, 4380.0


@dataclass(frozen=True)
class Answer:
    """One answer of the survey: what it says and the measured values that it stands for.

    ``low`` belongs to the answer, ``high`` to the next one. ``score`` is 1 (worst) to 6 (best).
    """

    score: int
    label: str
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Return whether ``value`` falls in this answer."""
        return self.low <= value < self.high


#: Hours, for lead time and recovery time. An answer excludes the faster ones above it:
#: "less than one day" is one hour or more, because "less than one hour" could be chosen.
DURATIONS = (
    Answer(6, "less than one hour", 0.0, HOUR),
    Answer(5, "less than one day", HOUR, DAY),
    Answer(4, "one day to one week", DAY, WEEK),
    Answer(3, "one week to one month", WEEK, MONTH),
    Answer(2, "one month to six months", MONTH, HALF_YEAR),
    Answer(1, "more than six months", HALF_YEAR, math.inf),
)

#: Deployments per calendar day. In words the first two overlap: three a day is both "multiple
#: deploys per day" and "between once per hour and once per day". Two a day is where "multiple"
#: begins, so that is the boundary here, and the better answer takes what is above it.
FREQUENCIES = (
    Answer(6, "on demand, several a day", 2.0, math.inf),
    Answer(5, "once an hour to once a day", 1.0, 2.0),
    Answer(4, "once a day to once a week", DAY / WEEK, 1.0),
    Answer(3, "once a week to once a month", DAY / MONTH, DAY / WEEK),
    Answer(2, "once a month to once in six months", DAY / HALF_YEAR, DAY / MONTH),
    Answer(1, "less than once in six months", 0.0, DAY / HALF_YEAR),
)


def answer(scale: tuple[Answer, ...], value: float) -> Answer:
    """Return the answer of ``scale`` that ``value`` (hours, or deployments per day) falls in."""
    return next(step for step in scale if step.holds(value))


#: What the metrics are called in sentences and tables, by their name in ``Metrics``.
LABELS = {
    "change_lead_time": "change lead time",
    "deployment_frequency": "deployment frequency",
    "change_fail_rate": "change fail rate",
    "failed_deployment_recovery_time": "failed deployment recovery time",
    "deployment_rework_rate": "deployment rework rate",
    "mttr": "mean time to restore (MTTR)",
}
#: The five, in the order in which DORA lists them: throughput, then instability.
FIVE = (
    "change_lead_time",
    "deployment_frequency",
    "failed_deployment_recovery_time",
    "change_fail_rate",
    "deployment_rework_rate",
)


def more_is_better(metric: str) -> bool:
    """Return whether a higher value is the better one, by the metric's name in ``Metrics``."""
    return metric == "deployment_frequency"
