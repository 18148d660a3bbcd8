from __future__ import annotations

import math

import pandas as pd
import pytest
from event_tables import Row, change, deployment, log

from devops_workbook.dora import Metric, measure

SEED = deployment("seed", "01")


def lead_time(deployments: list[Row], changes: list[Row] | None, **period: str) -> Metric:
    return measure(log([SEED, *deployments], changes), resamples=0, **period).change_lead_time


def test_it_is_the_median_over_commits_in_hours() -> None:
    metric = lead_time(
        [deployment("d1", "05 12:00"), deployment("d2", "06 12:00")],
        [change("a", "d1", "05 10:00"), change("b", "d1", "05 08:00"), change("c", "d2", "05")],
    )
    assert (metric.value, metric.unit, metric.n) == (4.0, "hours", 3)
    assert metric.detail["mean"] == pytest.approx((2 + 4 + 36) / 3)
    assert metric.detail["p90"] == pytest.approx(4 + 0.8 * 32)
    assert not metric.excluded
    assert not metric.note


def test_a_big_deployment_weighs_by_its_commits_and_once_in_the_detail() -> None:
    big = [change(f"c{n}", "d1", "05 11:00") for n in range(9)]
    metric = lead_time(
        [deployment("d1", "05 12:00"), deployment("d2", "06 12:00"), deployment("d3", "07 12:00")],
        [
            *big,
            change("x", "d2", "06 02:00"),
            change("y", "d3", "07"),
            change("z", "d3", "07 06:00"),
        ],
    )
    assert metric.value == 1.0
    assert metric.detail["median_of_deployments"] == 9.0
    assert metric.detail["n_deployments"] == 3


def test_a_commit_counts_with_the_first_successful_deployment_that_contains_it() -> None:
    deployments = [
        deployment("broken", "05 11:00", status="failed"),
        deployment("d1", "05 12:00"),
        deployment("d2", "06 12:00"),
    ]
    changes = [change("c", name, "05 10:00") for name in ("d2", "broken", "d1")]
    metric = lead_time(deployments, changes)
    assert (metric.value, metric.n) == (2.0, 1)
    assert not metric.excluded


def test_a_commit_deployed_earlier_is_not_counted_again_in_a_later_period() -> None:
    deployments = [deployment("d1", "05 12:00"), deployment("d2", "12 12:00")]
    changes = [change("c", "d1", "05 10:00"), change("c", "d2", "05 10:00")]
    metric = lead_time(deployments, changes, start="2026-01-12", end="2026-01-19")
    assert metric.n == 0
    assert not metric.excluded
    assert "No commit" in metric.note


def test_the_first_deployment_with_its_ten_years_of_history_is_left_out() -> None:
    history = pd.date_range("2016-01-01", "2025-12-31", freq="5D")
    seeds = [
        {"change_id": f"h{n}", "deployment_id": "seed", "committed_at": when.isoformat() + "Z"}
        for n, when in enumerate(history)
    ]
    metric = lead_time([deployment("d1", "05 12:00")], [*seeds, change("c", "d1", "05 10:00")])
    assert (metric.value, metric.n) == (2.0, 1)
    assert metric.excluded == {"in the first deployment of their service": len(history)}


def test_the_first_deployment_is_the_first_successful_one_of_each_service() -> None:
    events = log(
        [
            deployment("a0", "01", service="a", status="failed"),
            deployment("a1", "02", service="a"),
            deployment("b1", "03", service="b"),
            deployment("a2", "04", service="a"),
        ],
        [change("x", "a1", "01"), change("y", "b1", "01"), change("z", "a2", "03")],
    )
    metric = measure(events, resamples=0).change_lead_time
    assert (metric.value, metric.n) == (24.0, 1)
    assert metric.excluded == {"in the first deployment of their service": 2}


def test_a_negative_lead_time_is_left_out_and_counted_and_zero_is_not() -> None:
    metric = lead_time(
        [deployment("d1", "05 12:00")],
        [
            change("a", "d1", "05 12:01"),
            change("b", "d1", "05 12:00"),
            change("c", "d1", "05 08:00"),
        ],
    )
    assert (metric.value, metric.n) == (2.0, 2)
    assert metric.excluded == {"committed after their deployment": 1}


def test_changes_that_never_reached_production_are_counted() -> None:
    metric = lead_time(
        [deployment("broken", "05 12:00", status="failed"), deployment("d1", "06 12:00")],
        [
            change("waiting", None, "05"),
            change("stuck", "broken", "05"),
            change("stuck", None, "05"),
            change("done", None, "06"),
            change("done", "d1", "06"),
        ],
    )
    assert metric.n == 1
    assert metric.excluded == {"only in failed deployments": 1, "not deployed": 1}


def test_changes_committed_after_the_period_are_not_waiting_in_it() -> None:
    metric = lead_time(
        [deployment("d1", "05 12:00")],
        [change("c", "d1", "05"), change("waiting", None, "05 23:59"), change("new", None, "06")],
        end="2026-01-06",
    )
    assert metric.excluded == {"not deployed": 1}


def test_a_deployment_without_commits_has_no_lead_time() -> None:
    metric = lead_time(
        [deployment("d1", "05 12:00"), deployment("redeployed", "06")],
        [change("c", "d1", "05")],
    )
    assert (metric.n, metric.detail["n_deployments"]) == (1, 1)


def test_the_same_row_twice_counts_once() -> None:
    metric = lead_time([deployment("d1", "05 12:00")], [change("c", "d1", "05")] * 2)
    assert metric.n == 1


@pytest.mark.parametrize(("changes", "note"), [(None, "No changes were"), ([], "No commit that")])
def test_without_changes_it_is_nan_with_a_reason(changes: list[Row] | None, note: str) -> None:
    metric = lead_time([deployment("d1", "05")], changes)
    assert math.isnan(metric.value)
    assert metric.n == 0
    assert note in metric.note


def test_the_table_has_one_row_per_change_that_counts() -> None:
    events = log(
        [SEED, deployment("d1", "05 12:00"), deployment("d2", "06 12:00")],
        [
            change("b", "d2", "06 10:00"),
            change("a", "d1", "05 10:00"),
            change("a", "d2", "05 10:00"),
            change("waiting", None, "05"),
        ],
    )
    table = measure(events, resamples=0).lead_times
    assert list(table.columns) == [
        "change_id",
        "deployment_id",
        "service",
        "committed_at",
        "deployed_at",
        "lead_time_hours",
    ]
    assert list(table["change_id"]) == ["a", "b"]
    assert list(table["deployment_id"]) == ["d1", "d2"]
    assert list(table["lead_time_hours"]) == [2.0, 2.0]
    took = (table["deployed_at"] - table["committed_at"]) / pd.Timedelta(hours=1)
    assert list(took) == [2.0, 2.0]


def test_without_changes_the_table_is_empty() -> None:
    assert len(measure(log([SEED]), resamples=0).lead_times) == 0
