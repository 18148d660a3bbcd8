from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from event_tables import change, deployment, incident, log

from devops_workbook.dora import Events, measure

COLUMNS = [
    "days",
    "partial",
    "deployments",
    "failed_attempts",
    "change_lead_time_hours",
    "deployments_per_day",
    "change_fail_rate",
    "failed_deployment_recovery_hours",
    "deployment_rework_rate",
    "mttr_hours",
]

EVENTS = log(
    [
        deployment("seed", "01 12:00"),
        deployment("d1", "06 12:00"),
        deployment("d2", "07 12:00"),
        deployment("broken", "08 12:00", status="failed"),
        deployment("h", "08 18:00", kind="hotfix"),
        deployment("d3", "22 12:00"),
    ],
    [
        change("a", "d1", "06 10:00"),
        change("b", "d2", "07 08:00"),
        change("c", "d3", "22 11:00"),
        change("d", "d3", "22 09:00"),
    ],
    [
        incident("i", "d1", "06 13:00", "06 16:00"),
        incident("j", None, "15 10:00", "15 20:00"),
        incident("k", "d3", "22 13:00", None),
    ],
)


def test_there_is_a_row_for_every_week_of_the_period() -> None:
    weekly = measure(EVENTS, resamples=0).weekly
    assert list(weekly.columns) == COLUMNS
    starts = ["2025-12-29", "2026-01-05", "2026-01-12", "2026-01-19"]
    assert list(weekly.index) == [pd.Timestamp(start, tz="UTC") for start in starts]
    assert list(weekly["days"]) == [4, 7, 7, 4]
    assert list(weekly["partial"]) == [True, False, False, True]
    assert list(weekly["deployments"]) == [1, 3, 0, 1]
    assert list(weekly["failed_attempts"]) == [0, 1, 0, 0]
    assert list(weekly["deployments_per_day"]) == [1 / 4, 3 / 7, 0, 1 / 4]


def test_what_cannot_be_said_of_a_week_is_nan() -> None:
    weekly = measure(EVENTS, resamples=0).weekly
    expected = {
        "change_lead_time_hours": [np.nan, 3.0, np.nan, 2.0],
        "change_fail_rate": [0.0, 2 / 3, np.nan, 1.0],
        "failed_deployment_recovery_hours": [np.nan, (4 + 30) / 2, np.nan, np.nan],
        "deployment_rework_rate": [0.0, 1 / 3, np.nan, 0.0],
        "mttr_hours": [np.nan, 3.0, 10.0, np.nan],
    }
    for column, values in expected.items():
        np.testing.assert_allclose(weekly[column], values, err_msg=column)


def test_months_are_calendar_months_and_may_be_cut() -> None:
    rows = [deployment("d1", "31 23:30"), deployment("d2", "06")]
    monthly = measure(log(rows), "2025-12-15", "2026-02-11", resamples=0).monthly
    assert list(monthly.index.strftime("%Y-%m-%d")) == ["2025-12-01", "2026-01-01", "2026-02-01"]
    assert list(monthly["days"]) == [17, 31, 10]
    assert list(monthly["partial"]) == [True, False, True]
    assert list(monthly["deployments"]) == [0, 2, 0]


def test_the_time_zone_decides_the_bucket() -> None:
    rows = [deployment("d1", "31 23:30")]
    period = ("2026-01-01", "2026-03-01")
    assert list(measure(log(rows), *period, resamples=0).monthly["deployments"]) == [1, 0]
    eastern = measure(log(rows), *period, tz="Asia/Tokyo", resamples=0).monthly
    assert list(eastern["deployments"]) == [0, 1]
    assert str(eastern.index.tz) == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("monday", "hours"), [("2026-03-23", 167), ("2026-10-19", 169), ("2026-06-01", 168)]
)
def test_a_week_with_a_clock_change_has_seven_days(monday: str, hours: int) -> None:
    rows = pd.DataFrame({"deployment_id": ["d"], "finished_at": [f"{monday}T12:00Z"]})
    next_monday = str(pd.Timestamp(monday) + pd.Timedelta(days=7))
    metrics = measure(Events(rows), monday, next_monday, tz="Europe/London", resamples=0)
    assert (metrics.end.timestamp() - metrics.start.timestamp()) / 3600 == hours
    assert metrics.weekly.iloc[0][["days", "partial"]].tolist() == [7, False]


def test_the_weeks_of_a_zone_that_skips_midnight_are_whole() -> None:
    # In Beirut the 29th of March 2026 begins at one o'clock.
    rows = pd.DataFrame({"deployment_id": ["d"], "finished_at": ["2026-03-29T12:00Z"]})
    metrics = measure(Events(rows), "2026-03-29", "2026-03-30", tz="Asia/Beirut", resamples=0)
    assert metrics.start.isoformat() == "2026-03-29T01:00:00+03:00"
    assert metrics.deployment_frequency.value == 1.0


def test_a_deployment_at_midnight_belongs_to_the_week_that_begins() -> None:
    rows = [deployment("sunday", "11 23:59"), deployment("monday", "12")]
    weekly = measure(log(rows), "2026-01-05", "2026-01-19", resamples=0).weekly
    assert list(weekly["deployments"]) == [1, 1]


def test_part_of_a_day_is_part_of_a_day() -> None:
    metrics = measure(log([deployment("d", "05 12:00")]), "2026-01-05T06:00", "2026-01-06T18:00")
    assert metrics.weekly["days"].tolist() == [1.5]
    assert metrics.weekly["partial"].tolist() == [True]
    assert metrics.deployment_frequency.value == pytest.approx(1 / 1.5)


@pytest.mark.parametrize("name", ["weekly", "monthly"])
def test_the_weeks_add_up_to_the_period(name: str) -> None:
    metrics = measure(EVENTS, resamples=0)
    series = getattr(metrics, name)
    assert series["deployments"].sum() == metrics.deployment_frequency.n
    assert series["failed_attempts"].sum() == 1
    assert series["days"].sum() == metrics.deployment_frequency.detail["days"]


def test_without_any_deployment_a_rate_is_unknown_and_a_count_is_zero() -> None:
    weekly = measure(log([], [], []), "2026-01-05", "2026-01-19").weekly
    assert list(weekly["deployments"]) == [0, 0]
    assert weekly[COLUMNS[4:]].isna().all(axis=None)
