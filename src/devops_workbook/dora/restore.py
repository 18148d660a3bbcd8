"""Mean time to restore: how long incidents last, whatever caused them."""

from __future__ import annotations

import numpy as np

from devops_workbook.dora.codes import MICROSECONDS_PER_HOUR, NEVER
from devops_workbook.dora.metrics import Metric
from devops_workbook.dora.sample import Sample
from devops_workbook.dora.statistics import mean, median, union_length


def mttr(sample: Sample, before_log: int) -> Metric:
    """Return the mean length of the resolved incidents that started in the period.

    ``before_log`` counts the incidents that a default period leaves out. Not one of DORA's
    metrics since 2023: it includes incidents that no deployment caused. The detail
    ``downtime_hours`` counts time during which several incidents were resolved once.
    """
    codes, rows = sample.codes, sample.incidents
    started, lasted = sample.resolved
    n_open = int((codes.incident_resolved[rows] == NEVER).sum())
    n_all = rows.stop - rows.start
    low, high = sample.bootstrap.ratio(lasted, np.ones(len(lasted)))
    excluded = {
        "still open": n_open,
        "resolved before they started": n_all - n_open - len(lasted),
        "before the first deployment": before_log,
    }
    return Metric(
        name="mean time to restore",
        value=mean(lasted) / MICROSECONDS_PER_HOUR,
        unit="hours",
        n=len(lasted),
        low=low / MICROSECONDS_PER_HOUR,
        high=high / MICROSECONDS_PER_HOUR,
        definition=("The mean time from the start of an incident to its end, whatever caused it."),
        excluded={reason: count for reason, count in excluded.items() if count},
        detail={
            "median": median(lasted) / MICROSECONDS_PER_HOUR,
            "downtime_hours": union_length(started, started + lasted) / MICROSECONDS_PER_HOUR,
            "n_open": float(n_open),
            "n_without_deployment": float((codes.incident_deployment[rows] < 0).sum()),
        },
        note=_why_none(sample, n_all, len(lasted)),
    )


def _why_none(sample: Sample, started: int, resolved: int) -> str:
    if sample.events.incidents is None:
        return "No incidents were recorded."
    if not started:
        return "No incident started in the period."
    return "" if resolved else "No incident of the period was resolved."
