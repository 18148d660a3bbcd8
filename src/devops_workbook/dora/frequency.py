"""Deployment frequency: successful deployments per day of the period."""

from __future__ import annotations

import numpy as np

from devops_workbook.dora.codes import MICROSECONDS_PER_HOUR, Ints
from devops_workbook.dora.metrics import Metric
from devops_workbook.dora.sample import Sample
from devops_workbook.dora.statistics import NAN

_DEFINITION = (
    "Deployments that reached production per day of the period, weekends and unfinished weeks "
    "by their days."
)
_MICROSECONDS_PER_DAY = 24 * MICROSECONDS_PER_HOUR


def deployment_frequency(sample: Sample) -> Metric:
    """Return the metric; its interval resamples weeks, which keep their rhythm of weekdays.

    A period without deployments gives NaN, not 0: whether nobody deployed or nobody recorded
    it, the log does not say.
    """
    days = sample.period.days
    n = len(sample.counted)
    weeks = sample.period.weeks()
    by_week = sample.deployments_by(weeks)
    per_day = n / days if n else NAN
    low, high = sample.bootstrap.ratio(by_week, weeks.days) if n else (NAN, NAN)
    by_day = sample.deployments_by(sample.period.each_day())
    excluded = {
        "never reached production": len(sample.attempts),
        "rollbacks": sample.rollbacks_left_out,
    }
    return Metric(
        name="deployment frequency",
        value=per_day,
        unit="per day",
        n=n,
        low=low,
        high=high,
        definition=_DEFINITION,
        excluded={reason: count for reason, count in excluded.items() if count},
        detail={
            "per_week": per_day * 7,
            "days": days,
            "deployment_days": float((by_day > 0).sum()),
            "weeks_with_a_deployment": float((by_week > 0).mean()),
            "failed_attempts": float(len(sample.attempts)),
            "longest_gap_days": _longest_gap(sample.codes.finished[sample.counted]),
        },
        note="" if n else "No deployment reached production in the period.",
    )


def _longest_gap(finished: Ints) -> float:
    """Return the longest time between one deployment and the next, in days of 24 hours."""
    return float(np.diff(finished).max()) / _MICROSECONDS_PER_DAY if len(finished) > 1 else NAN
