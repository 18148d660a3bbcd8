from __future__ import annotations

import math
from typing import Any

import pytest
from event_tables import Row, deployment, incident, log

from devops_workbook.dora import Metric, Metrics, measure

DEPLOYMENTS = [deployment(f"d{n}", f"{n:02d} 12:00") for n in range(1, 9)]


def figures(incidents: list[Row] | None, extra: list[Row] | None = None, **options: Any) -> Metrics:
    rows = [*DEPLOYMENTS, *(extra or [])]
    return measure(log(rows, None, incidents), **{"resamples": 0, **options})


def recovery(incidents: list[Row] | None, extra: list[Row] | None = None) -> Metric:
    return figures(incidents, extra).failed_deployment_recovery_time


def after(name: str, number: int, hours: int | None) -> Row:
    """Return an incident of a deployment resolved that many hours after it finished."""
    resolved = None if hours is None else f"{number:02d} {12 + hours}:00"
    return incident(name, f"d{number}", f"{number:02d} 12:00", resolved)


def test_it_is_the_median_from_the_deployment_to_its_last_resolved_incident() -> None:
    metric = recovery([after("a", 1, 2), after("b", 1, 6), after("c", 2, 1), after("d", 3, 11)])
    assert (metric.value, metric.n) == (6.0, 3)
    assert metric.detail["mean"] == 6.0
    assert metric.detail["p90"] == pytest.approx(10.0)


def test_the_clock_starts_with_the_deployment_not_with_the_incident() -> None:
    late = incident("i", "d1", "01 20:00", "01 21:00")
    metrics = figures([late])
    assert metrics.failed_deployment_recovery_time.value == 9.0
    assert metrics.mttr.value == 1.0


def test_without_an_incident_the_repair_ends_it() -> None:
    repair = deployment("h", "03 15:00", kind="hotfix")
    assert recovery([], [repair]).value == 3.0


def test_the_last_of_several_repairs_ends_it() -> None:
    repairs = [
        deployment("h1", "03 15:00", kind="hotfix", repairs="d3"),
        deployment("h2", "03 19:00", kind="rollback", repairs="d3"),
        deployment("h3", "03 20:00", kind="hotfix", repairs="d3", status="failed"),
    ]
    assert recovery(None, repairs).value == 7.0


def test_an_incident_goes_before_a_repair() -> None:
    repair = deployment("h", "03 15:00", kind="hotfix")
    assert recovery([after("a", 3, 8)], [repair]).value == 8.0
    assert recovery([after("a", 3, None)], [repair]).n == 0


def test_open_ones_are_counted_and_do_not_shorten_the_estimate() -> None:
    metric = recovery([after("a", 1, 2), after("b", 2, None), after("c", 2, 1), after("d", 3, 4)])
    assert (metric.value, metric.n) == (3.0, 2)
    assert metric.excluded == {"not recovered yet": 1}
    assert metric.detail["n_open"] == 1
    assert metric.detail["kaplan_meier_median"] == 4.0


def test_the_estimate_is_the_median_when_nothing_is_open() -> None:
    even = [after("a", 1, 1), after("b", 2, 3), after("c", 3, 5), after("d", 4, 9)]
    metric = recovery(even)
    assert metric.value == metric.detail["kaplan_meier_median"] == 4.0


def test_one_that_is_open_counts_up_to_the_last_event_known() -> None:
    # d8 is open and watched for 3 hours: it says nothing about what lasts longer.
    incidents = [after("a", 1, 2), after("b", 2, 5), after("c", 8, None)]
    watched = deployment("end", "08 15:00", status="failed")
    metric = recovery(incidents, [watched])
    # At 2 h one of three ends (2/3 left), at 5 h the only one still watched.
    assert metric.detail["kaplan_meier_median"] == 5.0


def test_nothing_recovered_is_nan_with_a_reason() -> None:
    metric = recovery([after("a", 1, None)])
    assert math.isnan(metric.value)
    assert math.isnan(metric.detail["kaplan_meier_median"])
    assert metric.note == "No failed deployment was recovered."


def test_an_incident_before_the_end_of_its_deployment_is_linked() -> None:
    begun_during = incident("i", "d2", "02 11:00", "02 14:00")
    metric = recovery([begun_during])
    assert (metric.value, metric.n) == (2.0, 1)


def test_one_that_was_over_before_its_deployment_ended_is_left_out_and_counted() -> None:
    metrics = figures([incident("i", "d2", "02 10:00", "02 11:00"), after("a", 3, 2)])
    metric = metrics.failed_deployment_recovery_time
    assert (metric.value, metric.n) == (2.0, 1)
    assert metric.excluded == {"recovered before they finished": 1}
    assert metrics.change_fail_rate.detail["n_failed"] == 2
    assert math.isnan(metrics.deployments.set_index("deployment_id").loc["d2", "recovery_hours"])


def test_mttr_is_the_mean_of_every_resolved_incident_of_the_period() -> None:
    metric = figures(
        [
            incident("before", None, "01", "03"),
            incident("a", "d2", "02", "02 01:00"),
            incident("b", None, "03", "03 05:00"),
            incident("late", None, "04 23:00", "09 23:00"),
            incident("open", None, "04", None),
            incident("after", None, "05", "05 01:00"),
        ],
        start="2026-01-02",
        end="2026-01-05",
    ).mttr
    assert metric.value == pytest.approx((1 + 5 + 120) / 3)
    assert (metric.unit, metric.n) == ("hours", 3)
    assert metric.detail["median"] == 5.0
    assert metric.excluded == {"still open": 1}
    assert (metric.detail["n_open"], metric.detail["n_without_deployment"]) == (1, 3)


def test_overlapping_incidents_are_one_downtime_and_two_restorations() -> None:
    metric = figures(
        [
            incident("a", None, "02 10:00", "02 14:00"),
            incident("b", None, "02 11:00", "02 12:00"),
            incident("c", None, "02 13:00", "02 16:00"),
            incident("d", None, "02 20:00", "02 21:00"),
        ]
    ).mttr
    assert metric.value == pytest.approx((4 + 1 + 3 + 1) / 4)
    assert metric.detail["downtime_hours"] == 7.0


def test_an_incident_resolved_before_it_started_is_left_out_and_counted() -> None:
    metric = figures([incident("a", None, "02", "01"), incident("b", None, "02", "03")]).mttr
    assert (metric.value, metric.n) == (24.0, 1)
    assert metric.excluded == {"resolved before they started": 1}


@pytest.mark.parametrize(
    ("incidents", "note"),
    [
        (None, "No incidents were recorded."),
        ([], "No incident started in the period."),
        ([incident("i", None, "02", None)], "No incident of the period was resolved."),
    ],
)
def test_mttr_says_why_it_is_unknown(incidents: list[Row] | None, note: str) -> None:
    metric = figures(incidents).mttr
    assert math.isnan(metric.value)
    assert metric.note == note
