from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reference_measure import Row, reference

from devops_workbook.dora import Events, Metrics, measure

START = pd.Timestamp("2026-01-05", tz="UTC")
# How long a test takes on a busy machine says nothing about measure.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NO_SHIFT = pd.Timedelta(0)
TIMES = st.integers(0, 40).map(lambda step: step * 30)
REASONS = {
    "seed": "in the first deployment of their service",
    "negative": "committed after their deployment",
    "attempted": "only in failed deployments",
    "waiting": "not deployed",
}
Log = tuple[list[Row], list[Row], list[Row]]


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Draw small logs in which rows meet: few times, few versions, two services."""
    names = [f"d{n}" for n in range(draw(st.integers(0, 8)))]
    deployments = [_deployment(draw, name, names) for name in names]
    causes = st.sampled_from([None, *names])
    ages = {f"c{n}": draw(TIMES) for n in range(draw(st.integers(0, 6)))}
    changes = [
        {"change_id": name, "deployment_id": draw(causes), "committed_at": age}
        for name, age in ages.items()
        for _ in range(draw(st.integers(1, 3)))
    ]
    incidents = [
        {
            "incident_id": f"i{n}",
            "deployment_id": draw(causes),
            "started_at": draw(TIMES),
            "resolved_at": draw(st.none() | TIMES.map(lambda minutes: minutes + 1)),
        }
        for n in range(draw(st.integers(0, 4)))
    ]
    return deployments, changes, incidents


def _deployment(draw: st.DrawFn, name: str, names: list[str]) -> Row:
    kind = draw(st.sampled_from(["planned", "planned", "hotfix", "rollback"]))
    others = [None, *(other for other in names if other != name)]
    return {
        "deployment_id": name,
        "service": draw(st.sampled_from(["a", "a", "b"])),
        "finished_at": draw(TIMES),
        "status": draw(st.sampled_from(["succeeded", "succeeded", "succeeded", "failed"])),
        "kind": kind,
        "version": draw(st.sampled_from([None, "v1", "v2", "v3"])),
        "repairs": None if kind == "planned" else draw(st.sampled_from([None, *others])),
    }


COLUMNS = (
    "deployment_id service finished_at status kind version repairs",
    "change_id deployment_id committed_at",
    "incident_id deployment_id started_at resolved_at",
)


def events(rows: Log, shift: pd.Timedelta = NO_SHIFT) -> Events:
    tables = []
    for part, columns in zip(rows, COLUMNS, strict=True):
        table = pd.DataFrame(part, columns=columns.split(), dtype=object)
        for name in table.columns[table.columns.str.endswith("_at")]:
            minutes = pd.to_numeric(table[name])
            table[name] = START + shift + pd.to_timedelta(minutes, unit="min")
        tables.append(table)
    return Events(*tables)


def figures(metrics: Metrics) -> dict[str, Any]:
    lead, fails = metrics.change_lead_time, metrics.change_fail_rate
    recovery, frequency = metrics.failed_deployment_recovery_time, metrics.deployment_frequency
    return {
        "lead time": lead.value,
        "mean lead time": lead.detail["mean"],
        "n lead times": lead.n,
        **{name: lead.excluded.get(reason, 0) for name, reason in REASONS.items()},
        "deployments": frequency.n,
        "failed attempts": frequency.detail["failed_attempts"],
        "fail rate": fails.value,
        "rework rate": metrics.deployment_rework_rate.value,
        "recovery": recovery.value,
        "open": recovery.detail["n_open"],
        "mttr": metrics.mttr.value,
        "downtime": metrics.mttr.detail["downtime_hours"],
    }


def at(minutes: int) -> pd.Timestamp:
    return START + pd.Timedelta(minutes=minutes)


@settings(UNHURRIED, max_examples=100)
@given(logs(), TIMES, TIMES, st.booleans())
def test_measure_says_what_the_reference_says(
    rows: Log, first: int, length: int, rollbacks: bool
) -> None:
    end = first + length + 30
    metrics = measure(events(rows), at(first), at(end), rollbacks=rollbacks, resamples=0)
    expected = reference(*rows, first, end, rollbacks)
    assert figures(metrics) == pytest.approx(expected, nan_ok=True)


@settings(UNHURRIED, max_examples=40)
@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_means_nothing(rows: Log, random: Any) -> None:
    shuffled = tuple(random.sample(part, len(part)) for part in rows)
    period = (at(0), at(1300))
    one, other = (measure(events(part), *period, resamples=50) for part in (rows, shuffled))
    assert repr(one) == repr(other)
    pd.testing.assert_frame_equal(one.deployments, other.deployments)
    pd.testing.assert_frame_equal(one.weekly, other.weekly)


@settings(UNHURRIED, max_examples=40)
@given(logs(), st.integers(-520, 520))
def test_whole_weeks_later_only_the_period_has_changed(rows: Log, weeks: int) -> None:
    shift = pd.Timedelta(weeks=weeks)
    period = (START, START + pd.Timedelta(days=7))
    here = measure(events(rows), *period, resamples=50)
    there = measure(events(rows, shift), *(moment + shift for moment in period), resamples=50)
    pd.testing.assert_frame_equal(here.table(), there.table())
    assert there.start - here.start == shift
    pd.testing.assert_frame_equal(here.weekly, there.weekly.set_index(there.weekly.index - shift))


@settings(UNHURRIED, max_examples=40)
@given(logs())
def test_another_incident_of_a_failed_deployment_leaves_the_rate_as_it_is(rows: Log) -> None:
    before = measure(events(rows), at(0), at(1300), resamples=0)
    table = before.deployments
    deployments, changes, incidents = rows
    more = [
        {"incident_id": f"more-{name}", "deployment_id": name, "started_at": 0, "resolved_at": 1}
        for name in table.loc[table["failed"], "deployment_id"]
    ]
    log = (deployments, changes, [*incidents, *more])
    after = measure(events(log), at(0), at(1300), resamples=0)
    assert after.change_fail_rate.value == pytest.approx(before.change_fail_rate.value, nan_ok=True)


@settings(UNHURRIED, max_examples=40)
@given(logs(), st.booleans())
def test_shares_are_between_0_and_1_and_bounds_are_in_order(rows: Log, rollbacks: bool) -> None:
    metrics = measure(events(rows), at(0), at(1300), rollbacks=rollbacks, resamples=20)
    for metric in (metrics.change_fail_rate, metrics.deployment_rework_rate):
        assert math.isnan(metric.value) or 0 <= metric.value <= 1
        assert math.isnan(metric.low) or 0 <= metric.low <= metric.value <= metric.high <= 1
    for name in ("change_fail_rate", "deployment_rework_rate"):
        assert metrics.weekly[name].dropna().between(0, 1).all()


@settings(UNHURRIED, max_examples=40)
@given(logs(), TIMES)
def test_the_deployments_of_two_halves_are_those_of_the_whole(rows: Log, cut: int) -> None:
    log = events(rows)
    parts = [
        measure(log, start, end, resamples=0)
        for start, end in ((at(-30), at(cut)), (at(cut), at(1300)), (at(-30), at(1300)))
    ]
    first, second, whole = parts
    for name in ("deployment_frequency", "change_lead_time", "mttr"):
        assert getattr(first, name).n + getattr(second, name).n == getattr(whole, name).n
    pd.testing.assert_frame_equal(
        pd.concat([first.deployments, second.deployments], ignore_index=True), whole.deployments
    )


@settings(UNHURRIED, max_examples=40)
@given(logs(), st.sampled_from(["Asia/Tokyo", "America/New_York", "Asia/Kolkata"]))
def test_the_time_zone_changes_only_the_buckets(rows: Log, tz: str) -> None:
    log, period = events(rows), (at(0), at(1300))
    utc, local = (measure(log, *period, tz=zone, resamples=0) for zone in ("UTC", tz))
    assert figures(utc) == pytest.approx(figures(local), nan_ok=True)
    pd.testing.assert_frame_equal(utc.deployments, local.deployments)
    assert utc.weekly["deployments"].sum() == local.weekly["deployments"].sum()


@settings(UNHURRIED, max_examples=40)
@given(logs())
def test_one_service_is_measured_as_if_there_were_no_other(rows: Log) -> None:
    log = events(rows)
    assume(len(log.services) == 2)
    for service in log.services:
        own = [dict(row) for row in rows[0] if row["service"] == service]
        names = [row["deployment_id"] for row in own]
        for row in own:
            row["repairs"] = row["repairs"] if row["repairs"] in names else None
        changes, incidents = (
            [row for row in table if row["deployment_id"] in names] for table in rows[1:]
        )
        only = measure(log.only(service), at(0), at(1300), resamples=0)
        expected = reference(own, changes, incidents, 0, 1300, rollbacks=True)
        assert figures(only) == pytest.approx(expected, nan_ok=True)
