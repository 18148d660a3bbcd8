"""Change lead time: from a commit to the first deployment that brought it to production."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from devops_workbook.dora.bootstrap import NO_INTERVAL
from devops_workbook.dora.codes import MICROSECONDS_PER_HOUR, Bools, Codes, Floats, Ints, Rows
from devops_workbook.dora.metrics import Metric
from devops_workbook.dora.sample import Sample
from devops_workbook.dora.statistics import (
    mean,
    median,
    medians_between,
    medians_of_sorted_groups,
    quantiles,
)

_DEFINITION = (
    "The median time from a commit to the end of the first successful deployment that contains it."
)


@dataclass(frozen=True, eq=False)
class LeadTimes:
    """The changes that count: rows of the changes, their deployments in order, their times."""

    rows: Rows
    deployment: Rows
    took: Ints
    excluded: dict[str, int]

    def by_buckets(self, edges: Ints, finished: Ints) -> Floats:
        """Return the median hours of the deployments that finished in each bucket."""
        borders = np.searchsorted(self.deployment, np.searchsorted(finished, edges))
        return medians_between(self.took, borders) / MICROSECONDS_PER_HOUR


def lead_times(sample: Sample) -> LeadTimes:
    """Return the lead times of the changes that first reached production in the period."""
    codes = sample.codes
    deployed = codes.change_deployment[: np.count_nonzero(codes.change_deployment >= 0)]
    candidates = np.flatnonzero(codes.succeeded[deployed]).astype(np.int32)
    first = _first_rows(codes, candidates)
    inside = slice(*np.searchsorted(deployed[candidates], [sample.rows.start, sample.rows.stop]))
    rows = candidates[inside]
    rows = rows[first[codes.change[rows]] == rows]
    deployment = deployed[rows]
    took = codes.finished[deployment] - codes.committed[rows]
    seed = sample.links.first_of_service[deployment]
    negative = ~seed & (took < 0)
    excluded = {
        "in the first deployment of their service": int(seed.sum()),
        "committed after their deployment": int(negative.sum()),
        **_not_deployed(sample, first < 0, len(deployed)),
    }
    valid = ~(seed | negative)
    return LeadTimes(rows[valid], deployment[valid], took[valid], excluded)


def change_lead_time(sample: Sample, times: LeadTimes) -> Metric:
    """Return the metric; its interval resamples deployments with all of their commits."""
    if sample.events.changes is None:
        note = "No changes were recorded."
    elif not len(times.took):
        note = "No commit that counts reached production in the period."
    else:
        note = ""
    middle, high = quantiles(times.took, [0.5, 0.9])
    each = medians_of_sorted_groups(times.took, times.deployment)
    low_bound, high_bound = _interval(sample, times)
    return Metric(
        name="change lead time",
        value=middle / MICROSECONDS_PER_HOUR,
        unit="hours",
        n=len(times.took),
        low=low_bound / MICROSECONDS_PER_HOUR,
        high=high_bound / MICROSECONDS_PER_HOUR,
        definition=_DEFINITION,
        excluded={reason: count for reason, count in times.excluded.items() if count},
        detail={
            "mean": mean(times.took) / MICROSECONDS_PER_HOUR,
            "p90": high / MICROSECONDS_PER_HOUR,
            "median_of_deployments": median(each) / MICROSECONDS_PER_HOUR,
            "n_deployments": float(len(each)),
        },
        note=note,
    )


def lead_time_table(sample: Sample, times: LeadTimes) -> pd.DataFrame:
    """Return one row per change that counts, by deployment."""
    changes = sample.events.changes
    if changes is None:
        changes = pd.DataFrame(columns=["change_id", "committed_at"])
        changes = changes.astype({"change_id": "str", "committed_at": "datetime64[us, UTC]"})
    deployments = sample.events.deployments.iloc[times.deployment].reset_index(drop=True)
    return pd.DataFrame(
        {
            "change_id": changes["change_id"].iloc[times.rows].reset_index(drop=True),
            "deployment_id": deployments["deployment_id"],
            "service": deployments["service"],
            "committed_at": changes["committed_at"].iloc[times.rows].reset_index(drop=True),
            "deployed_at": deployments["finished_at"],
            "lead_time_hours": times.took / MICROSECONDS_PER_HOUR,
        }
    )


def _first_rows(codes: Codes, candidates: Rows) -> Rows:
    """Return for each change the row of its first successful deployment, -1 if there is none."""
    first = np.full(int(codes.change.max(initial=-1)) + 1, -1, dtype=np.int32)
    # Rows are in the order of the deployments: written backwards, the earliest one stays.
    backwards = candidates[::-1]
    first[codes.change[backwards]] = backwards
    return first


def _not_deployed(sample: Sample, waiting: Bools, n_deployed: int) -> dict[str, int]:
    """Count the changes committed before the end of the period that never got anywhere."""
    codes = sample.codes
    _, end = sample.period.bounds
    rows = np.flatnonzero(waiting[codes.change] & (codes.committed < end))
    seen, attempted = np.zeros((2, len(waiting)), dtype=bool)
    seen[codes.change[rows]] = True
    attempted[codes.change[rows[rows < n_deployed]]] = True
    n_attempted = int(attempted.sum())
    return {
        "only in failed deployments": n_attempted,
        "not deployed": int(seen.sum()) - n_attempted,
    }


def _interval(sample: Sample, times: LeadTimes) -> tuple[float, float]:
    if not sample.bootstrap.resamples or not len(times.took):
        return NO_INTERVAL
    _, clusters = np.unique(times.deployment, return_inverse=True)
    return sample.bootstrap.median(times.took, clusters)
