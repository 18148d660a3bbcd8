"""Measure a period: from events to DORA's metrics."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from devops_workbook.dora.bootstrap import Bootstrap
from devops_workbook.dora.codes import MICROSECONDS_PER_HOUR, NEVER
from devops_workbook.dora.events import Events
from devops_workbook.dora.failures import (
    change_fail_rate,
    deployment_rework_rate,
    failed_deployment_recovery_time,
)
from devops_workbook.dora.frequency import deployment_frequency
from devops_workbook.dora.lead_time import LeadTimes, change_lead_time, lead_time_table, lead_times
from devops_workbook.dora.linking import link
from devops_workbook.dora.metrics import Metric, Metrics
from devops_workbook.dora.period import Buckets, Moment, Period, period_of
from devops_workbook.dora.restore import mttr
from devops_workbook.dora.sample import Sample
from devops_workbook.dora.series import series


def measure(
    events: Events,
    start: Moment | None = None,
    end: Moment | None = None,
    tz: str = "UTC",
    *,
    rollbacks: bool = True,
    confidence: float = 0.95,
    resamples: int | None = 1000,
    seed: int = 0,
) -> Metrics:
    """Measure what happened in the period [start, end).

    ``start`` and ``end`` are dates, times or ISO 8601 texts; without a zone they are what the
    clocks of ``tz`` (an IANA name) showed. By default the period is whole days of ``tz``: from
    the day of the first deployment, as nobody knows whether the log had begun before it, to
    the end of the day of the last deployment, commit or start of an incident. (Without
    deployments it begins with the first event; without events it is today.)

    A deployment belongs to the period in which it finished, a change to that of its first
    successful deployment, an incident to the one in which it started. Which deployments failed
    is decided on the whole log, and the period does not change it: see ``dora.linking``.
    All services are measured as one: measure ``events.only(service)`` for one of them.

    With ``rollbacks=False`` a rollback is not counted as a deployment; it still says which
    deployment failed and when that was mended.

    The intervals hold ``confidence`` (0 to 1). They are percentile bootstrap intervals of
    ``resamples`` resamples, the same for the same ``seed``: of deployments with all of their
    commits for the lead time, of weeks for the frequency, of failed deployments and incidents
    for the two times. Shares have Wilson's score interval. ``resamples=0`` (or None) switches
    all of them off. A figure of fewer than two observations (weeks, for the frequency) has none.

    What the ``detail`` of each metric holds is said at ``Metric``.

    The tables and series of the result are made when they are first read. Raises ValueError
    for an empty period, an unknown time zone or a time that cannot be read.
    """
    bootstrap = Bootstrap(confidence, resamples or 0, seed)
    period = period_of(events.codes, start, end, tz)
    sample = Sample(events, link(events.codes), period, rollbacks, bootstrap)
    times = lead_times(sample)
    metrics = {
        "change_lead_time": change_lead_time(sample, times),
        "deployment_frequency": deployment_frequency(sample),
        "change_fail_rate": change_fail_rate(sample),
        "failed_deployment_recovery_time": failed_deployment_recovery_time(sample),
        "deployment_rework_rate": deployment_rework_rate(sample),
        "mttr": mttr(sample, sample.incidents.start if start is None else 0),
    }
    return Metrics(
        **{name: _noted(metric, bootstrap) for name, metric in metrics.items()},
        start=period.start,
        end=period.end,
        tz=tz,
        deployments=partial(_deployment_table, sample),
        lead_times=partial(lead_time_table, sample, times),
        weekly=partial(_series, sample, times, Period.weeks),
        monthly=partial(_series, sample, times, Period.months),
    )


def _noted(metric: Metric, bootstrap: Bootstrap) -> Metric:
    """Return the metric with a word about an interval that it lacks."""
    if not bootstrap.resamples or math.isnan(metric.value) or not math.isnan(metric.low):
        return metric
    return replace(metric, note=f"{metric.note} There is too little for an interval.".lstrip())


def _series(sample: Sample, times: LeadTimes, divide: Callable[[Period], Buckets]) -> pd.DataFrame:
    return series(sample, times, divide(sample.period))


def _deployment_table(sample: Sample) -> pd.DataFrame:
    rows = sample.rows
    failed = sample.links.failed[rows]
    recovered = np.where(failed, sample.links.recovered[rows], NEVER)
    took = recovered - sample.codes.finished[rows]
    valid = (recovered != NEVER) & (took >= 0)
    hours = np.where(valid, took / MICROSECONDS_PER_HOUR, np.nan)
    at = pd.Series(recovered.view("datetime64[us]")).dt.tz_localize("UTC")
    table = sample.events.deployments.iloc[rows].reset_index(drop=True)
    return table.assign(failed=failed, recovered_at=at, recovery_hours=hours)
