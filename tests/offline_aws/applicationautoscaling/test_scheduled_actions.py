"""Scheduled actions set other limits of a target at their times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scaling_lab import MONDAY, PLACE, Lab, refused

from offline_aws.applicationautoscaling.schedule import next_time


def put(lab: Lab, schedule: str, least: int, **more: Any) -> None:
    lab.api.put_scheduled_action(
        **PLACE,
        ScheduledActionName=f"at-least-{least}",
        Schedule=schedule,
        ScalableTargetAction={"MinCapacity": least},
        **more,
    )


def limits(lab: Lab) -> tuple[int, int]:
    (found,) = lab.api.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    return found["MinCapacity"], found["MaxCapacity"]


def test_a_day_has_more_tasks_than_a_night(lab: Lab) -> None:
    put(lab, "cron(0 7 ? * MON-FRI *)", 5, Timezone="Europe/Berlin")
    put(lab, "cron(0 20 * * ? *)", 1)
    lab.aws.clock.advance_until(lambda: limits(lab) == (5, 10))
    # Seven in Berlin is six in winter; that of Monday was over.
    assert lab.aws.clock.now() == datetime(2026, 1, 6, 6, tzinfo=UTC)
    assert lab.desired() == 5
    lab.aws.clock.advance(days=6)
    found = lab.activities()
    set_limits = [each for each in found if each["Description"].startswith("Setting min")]
    assert set_limits[1]["Cause"] == "scheduled action name at-least-5 was triggered"
    assert set_limits[1]["StatusMessage"] == (
        "Successfully set min capacity to 5 and max capacity to 10"
    )
    mornings = [each for each in set_limits if each["Cause"].endswith("5 was triggered")]
    assert [each["StartTime"].weekday() for each in mornings] == [1, 2, 3, 4, 0][: len(mornings)]


def test_an_action_is_changed_and_deleted(lab: Lab) -> None:
    put(lab, "at(2026-01-05T10:00:00)", 4)
    put(lab, "at(2026-01-05T12:00:00)", 4)
    lab.aws.clock.advance(hours=2)
    assert limits(lab) == (1, 10)
    lab.aws.clock.advance(hours=2)
    assert (limits(lab), lab.desired()) == ((4, 10), 4)
    put(lab, "rate(1 hour)", 6, EndTime=MONDAY + timedelta(hours=6, minutes=30))
    (first, second) = lab.api.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    assert first["ScheduledActionName"] == "at-least-4"
    assert second["Schedule"] == "rate(1 hour)"
    lab.api.delete_scheduled_action(**PLACE, ScheduledActionName="at-least-6")
    lab.aws.clock.advance(hours=5)
    assert limits(lab) == (4, 10)
    with refused("ObjectNotFoundException", "No scheduled action"):
        lab.api.delete_scheduled_action(**PLACE, ScheduledActionName="at-least-6")


@pytest.mark.parametrize(
    "schedule",
    ["soon", "cron(0 7 * * * *)", "cron(61 7 * * ? *)", "rate(0 hours)", "at(2026-13-01T00:00:00)"],
)
def test_a_schedule_that_is_none_is_refused(lab: Lab, schedule: str) -> None:
    with refused("ValidationException"):
        put(lab, schedule, 1)


@settings(max_examples=60)
@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    weekday=st.integers(1, 7),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
)
def test_a_cron_expression_comes_at_the_first_time_that_it_fits(
    minute: int, hour: int, weekday: int, after: datetime
) -> None:
    moment = after.replace(tzinfo=UTC)
    found = next_time(f"cron({minute} {hour} ? * {weekday} *)", "", moment, moment)
    assert found is not None
    slow = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    slow = slow.replace(minute=minute) + timedelta(hours=slow.minute > minute)
    while (slow.hour, slow.isoweekday() % 7 + 1) != (hour, weekday):
        slow += timedelta(hours=1)
    assert found == slow
