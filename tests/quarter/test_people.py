"""When people are there, and how long they take."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook.quarter import people
from devops_workbook.quarter.team import OUTAGES, RELEASES, WEEKS, plan

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
moments = st.integers(0, 60 * 24 * 14).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("begun", "noticed"),
    [
        ("2026-01-12 10:00", "2026-01-12 12:00"),
        ("2026-01-12 16:00", "2026-01-13 10:00"),  # an hour today, an hour tomorrow
        ("2026-01-12 20:00", "2026-01-13 11:00"),
        ("2026-01-16 18:00", "2026-01-19 11:00"),  # over the weekend
    ],
)
def test_without_an_alarm_a_failure_is_noticed_in_working_hours(begun: str, noticed: str) -> None:
    at = datetime.fromisoformat(f"{begun}+00:00")
    assert people.noticed_without_alarm(at) == datetime.fromisoformat(f"{noticed}+00:00")


@given(begun=moments, minutes=st.integers(0, 3000))
@settings(max_examples=100)
def test_work_is_done_in_working_hours_and_takes_as_long_as_it_takes(
    begun: datetime, minutes: int
) -> None:
    done = people.after_work(begun, timedelta(minutes=minutes))
    every = (begun + timedelta(minutes=n) for n in range(int((done - begun) / _MINUTE)))
    assert sum(people.works_at(at) for at in every) == minutes


_MINUTE = timedelta(minutes=1)


@given(moment=moments)
@settings(max_examples=50)
def test_approvals_are_given_on_working_days_alone(moment: datetime) -> None:
    at = people.next_at(moment, *people.APPROVALS)
    assert moment <= at < moment + timedelta(days=3)
    assert at.weekday() < 5
    assert at.time() in people.APPROVALS


@given(seed=st.integers(0, 10_000))
@settings(max_examples=50)
def test_a_plan_has_all_its_work_in_thirteen_weeks_and_is_the_same_every_time(seed: int) -> None:
    found = plan(MONDAY, seed)
    assert found == plan(MONDAY, seed)
    assert len(found) == RELEASES + OUTAGES
    assert sum(each.change is None for each in found) == OUTAGES
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert len({each.at.date() for each in found}) == len(found)
    for each in found:
        assert MONDAY <= each.at < MONDAY + timedelta(weeks=WEEKS)
        assert each.change is None or people.works_at(each.at)
        assert each.change is None or each.at.time() < time(16)
