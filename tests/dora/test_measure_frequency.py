from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest
from event_tables import Row, change, deployment, incident, log

from devops_workbook.dora import Metric, measure

JANUARY = {"start": "2026-01-01", "end": "2026-02-01"}


def frequency(deployments: list[Row], **options: Any) -> Metric:
    return measure(log(deployments), **{"resamples": 0, **options}).deployment_frequency


def test_it_is_successful_deployments_per_day_of_the_period() -> None:
    metric = frequency([deployment(f"d{n}", f"{n + 10}") for n in range(4)], **JANUARY)
    assert metric.value == pytest.approx(4 / 31)
    assert (metric.unit, metric.n) == ("per day", 4)
    assert metric.detail["per_week"] == pytest.approx(28 / 31)
    assert metric.detail["days"] == 31


def test_attempts_that_never_reached_production_are_shown_apart() -> None:
    metric = frequency([deployment("d1", "05"), deployment("d2", "06", status="failed")], **JANUARY)
    assert metric.value == pytest.approx(1 / 31)
    assert metric.excluded == {"never reached production": 1}
    assert metric.detail["failed_attempts"] == 1


def test_partial_weeks_count_by_their_days() -> None:
    ten_days = [deployment(f"d{n}", f"{n + 5:02d} 12:00") for n in range(10)]
    assert frequency(ten_days).value == 1.0


def test_nine_deployments_in_thirty_days_are_not_rounded_to_two() -> None:
    nine = [deployment(f"d{n}", f"{3 * n + 1:02d}") for n in range(9)]
    metric = frequency(nine, start="2026-01-01", end="2026-01-31")
    assert metric.value == pytest.approx(0.3)


def test_a_redeployment_without_commits_counts() -> None:
    metric = frequency([deployment("d1", "05", version="1"), deployment("d2", "06", version="1")])
    assert metric.n == 2


def test_exactly_half_the_weeks_is_half_the_weeks() -> None:
    metric = frequency(
        [deployment("d1", "06"), deployment("d2", "20")], start="2026-01-05", end="2026-02-02"
    )
    assert metric.detail["weeks_with_a_deployment"] == 0.5
    assert metric.value == pytest.approx(2 / 28)


def test_days_with_a_deployment_and_the_longest_gap() -> None:
    metric = frequency(
        [deployment("d1", "05 09:00"), deployment("d2", "05 21:00"), deployment("d3", "08 09:00")]
    )
    assert metric.detail["deployment_days"] == 2
    assert metric.detail["longest_gap_days"] == 2.5


def test_deployments_of_the_same_second_both_count() -> None:
    metric = frequency([deployment("d1", "05 09:00"), deployment("d2", "05 09:00")])
    assert (metric.n, metric.value, metric.detail["longest_gap_days"]) == (2, 2.0, 0.0)


def test_rollbacks_count_unless_told_otherwise() -> None:
    rows = [deployment("d1", "05"), deployment("d2", "06"), deployment("r", "07", kind="rollback")]
    assert frequency(rows, **JANUARY).n == 3
    without = frequency(rows, rollbacks=False, **JANUARY)
    assert without.n == 2
    assert without.excluded == {"rollbacks": 1}


@pytest.mark.parametrize("rows", [[], [deployment("d1", "05", status="failed")]])
def test_without_deployments_every_metric_of_them_is_nan(rows: list[Row]) -> None:
    metrics = measure(log(rows, [change("c", None, "05")], []), **JANUARY)
    for metric in (
        metrics.change_lead_time,
        metrics.deployment_frequency,
        metrics.change_fail_rate,
        metrics.failed_deployment_recovery_time,
        metrics.deployment_rework_rate,
        metrics.mttr,
    ):
        assert math.isnan(metric.value), metric.name
        assert math.isnan(metric.low), metric.name
        assert metric.note, metric.name


def test_the_period_is_half_open() -> None:
    rows = [deployment("first", "05 00:00"), deployment("next", "06 00:00")]
    assert frequency(rows, start="2026-01-05", end="2026-01-06").n == 1


@pytest.mark.parametrize(
    "start",
    [
        "2026-01-05",
        "2026-01-05T00:00",
        "2026-01-04T23:00Z",
        dt.date(2026, 1, 5),
        dt.datetime(2026, 1, 5),
        dt.datetime(2026, 1, 4, 23, tzinfo=dt.UTC),
        pd.Timestamp("2026-01-05"),
        pd.Timestamp("2026-01-05", tz="Europe/Paris"),
    ],
)
def test_a_start_is_local_unless_it_has_a_zone(start: Any) -> None:
    events = log([deployment("before", "04 22:59"), deployment("in", "04 23:00")])
    metrics = measure(events, start, "2026-01-06", tz="Europe/Paris", resamples=0)
    assert metrics.deployment_frequency.n == 1
    assert metrics.start.isoformat() == "2026-01-05T00:00:00+01:00"
    assert metrics.end.isoformat() == "2026-01-06T00:00:00+01:00"
    assert metrics.deployment_frequency.detail["days"] == 1


def test_the_default_period_is_whole_local_days_from_the_first_deployment() -> None:
    metrics = measure(
        log(
            [deployment("d1", "05 18:00"), deployment("d2", "06 18:00")],
            [change("seed", "d1", "01"), change("waiting", None, "08 09:00")],
            [incident("i", None, "02", "03")],
        ),
        tz="Asia/Tokyo",
        resamples=0,
    )
    assert metrics.start.isoformat() == "2026-01-06T00:00:00+09:00"
    assert metrics.end.isoformat() == "2026-01-09T00:00:00+09:00"
    assert metrics.mttr.excluded == {"before the first deployment": 1}


def test_the_default_period_without_deployments_is_that_of_the_other_events() -> None:
    metrics = measure(log([], None, [incident("i", None, "02", "05")]), resamples=0)
    assert (metrics.start.day, metrics.end.day) == (2, 3)
    assert metrics.mttr.value == 72


def test_without_any_event_the_period_is_one_day() -> None:
    metrics = measure(log([]))
    assert metrics.deployment_frequency.detail["days"] == 1
    assert math.isnan(metrics.deployment_frequency.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tz": "Mars"}, "tz: found 'Mars', expected the IANA name"),
        ({"start": "Monday"}, "start: found 'Monday', expected a date or time such as 2026-01-05"),
        ({"end": 5}, "end: found 5, expected a date"),
        ({"start": "2026-02-01", "end": "2026-02-01"}, "the period is empty: its start 2026-02-01"),
        ({"start": "2027-01-01"}, "the period is empty"),
        ({"confidence": 95}, "confidence: found 95, expected between 0 and 1"),
        ({"resamples": -1}, "resamples: found -1, expected 0 or more"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        measure(log([deployment("d", "05")]), **options)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)]
)
def test_a_day_of_a_clock_change_is_one_day_of_exposure(day: str, hours: int) -> None:
    next_day = (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
    rows = [{"deployment_id": "d", "finished_at": f"{day}T12:00Z", "kind": "planned"}]
    metrics = measure(log(rows), day, next_day, tz="Europe/London", resamples=0)
    seconds = metrics.end.timestamp() - metrics.start.timestamp()
    assert seconds / 3600 == hours
    assert metrics.deployment_frequency.value == 1.0
