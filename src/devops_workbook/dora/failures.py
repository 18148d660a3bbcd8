"""The metrics of deployments gone wrong: change fail rate, recovery time, rework rate."""

from __future__ import annotations

import numpy as np

from devops_workbook.dora.bootstrap import NO_INTERVAL
from devops_workbook.dora.codes import HOTFIX, MICROSECONDS_PER_HOUR, NEVER, PLANNED, ROLLBACK
from devops_workbook.dora.metrics import Metric
from devops_workbook.dora.sample import Sample
from devops_workbook.dora.statistics import NAN, kaplan_meier_median, mean, quantiles

_NO_DEPLOYMENT = "No deployment reached production in the period."
_NO_FAILURES = "Neither incidents nor rollbacks or hotfixes were recorded: failures are unknown."
_NO_INCIDENTS = (
    "No incidents were recorded: only what a rollback or hotfix repaired counts as failed."
)


def change_fail_rate(sample: Sample) -> Metric:
    """Return failed deployments by deployments, each counted once."""
    n, failed = len(sample.counted), int(sample.failed.sum())
    known = sample.failures_known and n > 0
    low, high = sample.bootstrap.share(failed, n) if known else NO_INTERVAL
    if not n:
        note = _NO_DEPLOYMENT
    elif not sample.failures_known:
        note = _NO_FAILURES
    else:
        note = "" if sample.events.incidents is not None else _NO_INCIDENTS
    return Metric(
        name="change fail rate",
        value=failed / n if known else NAN,
        unit="share",
        n=n,
        low=low,
        high=high,
        definition="Deployments that failed and needed somebody to step in, by all deployments.",
        excluded=_uncounted(sample) | _unlinkable(sample),
        detail={"n_failed": float(failed)} if sample.failures_known else {},
        note=note,
    )


def failed_deployment_recovery_time(sample: Sample) -> Metric:
    """Return the median time from a failed deployment to its recovery; open ones are counted.

    The detail ``kaplan_meier_median`` does not leave the open ones out: they were not
    recovered up to the last moment that the log knows of.
    """
    rows, took = sample.recovered
    failed = sample.counted[sample.failed]
    n_open = int((sample.links.recovered[failed] == NEVER).sum())
    excluded = {"not recovered yet": n_open}
    excluded["recovered before they finished"] = len(failed) - n_open - len(rows)
    middle, high = (value / MICROSECONDS_PER_HOUR for value in quantiles(took, [0.5, 0.9]))
    low_bound, high_bound = sample.bootstrap.median(took, np.arange(len(took)))
    return Metric(
        name="failed deployment recovery time",
        value=middle,
        unit="hours",
        n=len(took),
        low=low_bound / MICROSECONDS_PER_HOUR,
        high=high_bound / MICROSECONDS_PER_HOUR,
        definition="The median time from the end of a failed deployment to its recovery.",
        excluded={reason: count for reason, count in excluded.items() if count},
        detail={
            "mean": mean(took) / MICROSECONDS_PER_HOUR,
            "p90": high,
            "n_open": float(n_open),
            "kaplan_meier_median": _censored_median(sample) / MICROSECONDS_PER_HOUR,
        },
        note=_why_no_recovery(sample, len(failed), len(took)),
    )


def deployment_rework_rate(sample: Sample) -> Metric:
    """Return unplanned deployments by deployments.

    DORA's survey asks for deployments that were not planned but done to address a user-facing
    bug. A rollback is one as much as a hotfix is, so both count.
    """
    n = len(sample.counted)
    kinds = sample.codes.kind[sample.counted]
    unplanned = int((kinds != PLANNED).sum())
    known = sample.events.kinds_recorded and n > 0
    low, high = sample.bootstrap.share(unplanned, n) if known else NO_INTERVAL
    unknown = "Which deployments were planned was not recorded." if n else _NO_DEPLOYMENT
    return Metric(
        name="deployment rework rate",
        value=unplanned / n if known else NAN,
        unit="share",
        n=n,
        low=low,
        high=high,
        definition=(
            "Deployments that nobody had planned, made to mend production (hotfixes and "
            "rollbacks), by all deployments."
        ),
        excluded=_uncounted(sample),
        detail={
            "hotfixes": float((kinds == HOTFIX).sum()),
            "rollbacks": float((kinds == ROLLBACK).sum()),
        },
        note="" if known else unknown,
    )


def _uncounted(sample: Sample) -> dict[str, int]:
    reasons = {
        "never reached production": len(sample.attempts),
        "rollbacks": sample.rollbacks_left_out,
    }
    return {reason: count for reason, count in reasons.items() if count}


def _unlinkable(sample: Sample) -> dict[str, int]:
    """Count what points at a deployment that cannot have failed."""
    named = sample.codes.incident_deployment[sample.codes.incident_deployment >= 0]
    hits = np.isin(named, sample.attempts)
    ignored = sample.links.repairs_ignored[sample.rows]
    reasons = {
        "incidents of deployments that never reached production": int(hits.sum()),
        "repairs of deployments that finished later or never reached production": int(
            ignored.sum()
        ),
    }
    return {reason: count for reason, count in reasons.items() if count}


def _censored_median(sample: Sample) -> float:
    _, took = sample.recovered
    failed = sample.counted[sample.failed]
    still_open = failed[sample.links.recovered[failed] == NEVER]
    so_far = sample.codes.last_time - sample.codes.finished[still_open]
    ended = np.arange(len(took) + len(so_far)) < len(took)
    return kaplan_meier_median(np.concatenate([took, so_far]), ended)


def _why_no_recovery(sample: Sample, failed: int, recovered: int) -> str:
    if not len(sample.counted):
        return _NO_DEPLOYMENT
    if not sample.failures_known:
        return _NO_FAILURES
    if not failed:
        return "No deployment failed."
    return "" if recovered else "No failed deployment was recovered."
