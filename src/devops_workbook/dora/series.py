"""The metrics week by week or month by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from devops_workbook.dora.codes import MICROSECONDS_PER_HOUR, PLANNED, Bools, Floats, Ints
from devops_workbook.dora.lead_time import LeadTimes
from devops_workbook.dora.period import Buckets
from devops_workbook.dora.sample import Sample
from devops_workbook.dora.statistics import medians_between


def series(sample: Sample, times: LeadTimes, buckets: Buckets) -> pd.DataFrame:
    """Return one row per bucket; NaN where nothing can be said.

    A deployment, its changes and its recovery belong to the bucket in which it finished, an
    incident to the one in which it started.
    """
    finished = sample.codes.finished
    counted = sample.deployments_by(buckets)
    attempts = np.diff(np.searchsorted(finished[sample.attempts], buckets.edges))
    unplanned = sample.codes.kind[sample.counted] != PLANNED
    rework = _share(sample, unplanned, buckets) if sample.events.kinds_recorded else np.nan
    return pd.DataFrame(
        {
            "days": buckets.days,
            "partial": buckets.partial,
            "deployments": counted,
            "failed_attempts": attempts,
            "change_lead_time_hours": times.by_buckets(buckets.edges, finished),
            # Without any deployment at all, as in measure: unknown, not zero.
            "deployments_per_day": counted / buckets.days if counted.any() else np.nan,
            "change_fail_rate": (
                _share(sample, sample.failed, buckets) if sample.failures_known else np.nan
            ),
            "failed_deployment_recovery_hours": _recovery(sample, buckets.edges),
            "deployment_rework_rate": rework,
            "mttr_hours": _mttr(sample, buckets.edges),
        },
        index=buckets.starts,
    )


def _share(sample: Sample, which: Bools, buckets: Buckets) -> Floats:
    """Return the share of each bucket's deployments for which ``which`` is true."""
    chosen = sample.codes.finished[sample.counted[which]]
    part = np.diff(np.searchsorted(chosen, buckets.edges))
    return _divided(part, sample.deployments_by(buckets))


def _recovery(sample: Sample, edges: Ints) -> Floats:
    rows, took = sample.recovered
    borders = np.searchsorted(sample.codes.finished[rows], edges)
    return medians_between(took, borders) / MICROSECONDS_PER_HOUR


def _mttr(sample: Sample, edges: Ints) -> Floats:
    started, lasted = sample.resolved
    totals = np.diff(np.concatenate([[0], np.cumsum(lasted)])[np.searchsorted(started, edges)])
    return _divided(totals, np.diff(np.searchsorted(started, edges))) / MICROSECONDS_PER_HOUR


def _divided(part: Ints, whole: Ints) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
