"""When a deployment window is open, by its cron expression."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_aws.codepipeline.cron_window import CronError, parse

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "opening"),
    [
        ("0 0-59 9-17 ? * MON-FRI", "2026-01-05 09:00"),
        ("* * 14 ? * TUE", "2026-01-06 14:00"),
        ("0 30/15 9 * * ?", "2026-01-05 09:30"),
        ("0 */20 8,10 * * ?", "2026-01-05 10:00"),
        ("0 0 12 L * ?", "2026-01-31 12:00"),
        ("0 0 12 L-2 * ?", "2026-01-29 12:00"),
        ("0 0 12 LW * ?", "2026-01-30 12:00"),
        ("0 0 12 10W * ?", "2026-01-09 12:00"),
        ("0 0 12 11W * ?", "2026-01-12 12:00"),
        ("0 0 12 1W * ?", "2026-02-02 12:00"),
        ("0 0 12 1W AUG ?", "2026-08-03 12:00"),
        ("0 0 12 31W MAY ?", "2026-05-29 12:00"),
        ("0 0 12 ? * 6L", "2026-01-30 12:00"),
        ("0 0 12 ? * FRI#2", "2026-01-09 12:00"),
        ("0 0 12 ? * L", "2026-01-10 12:00"),
        ("0 0 12 ? * SAT-MON", "2026-01-05 12:00"),
        ("0 0 12 ? * 1 2027", "2027-01-03 12:00"),
        ("0 0 12 29 2 ?", "2028-02-29 12:00"),
    ],
)
def test_next_opening(expression: str, opening: str) -> None:
    found = parse(expression).next_opening(MONDAY)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == opening


def test_it_is_the_time_of_the_zone() -> None:
    window = parse("0 0-59 9 ? * MON", "America/New_York")
    assert not window.is_open(MONDAY)
    assert window.next_opening(MONDAY) == MONDAY + timedelta(hours=5)


def test_an_hour_that_summer_time_skips_does_not_open() -> None:
    night = datetime(2026, 3, 28, 12, tzinfo=UTC)
    window = parse("0 30 2 * * ?", "Europe/Berlin")
    assert window.next_opening(night) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_a_window_that_is_past_never_opens() -> None:
    assert parse("0 0 12 ? * 1 2020").next_opening(MONDAY) is None


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * * *",
        "0 60 9 ? * MON",
        "0 0 24 ? * MON",
        "0 0 9 ? 13 MON",
        "0 0 9 ? * XYZ",
        "0 0 9 ? * 8",
        "0 0/0 9 ? * MON",
        "0 0/x 9 ? * MON",
        "0 0 9 3 * MON",
        "0 , 9 ? * MON",
        "0 0 9 32 * ?",
        "0 0 9 xW * ?",
        "0 0 9 ? * MON#x",
        "0 0 9 0W * ?",
    ],
)
def test_what_is_no_window(expression: str) -> None:
    with pytest.raises(CronError):
        parse(expression)


def test_a_zone_that_is_not_there() -> None:
    with pytest.raises(CronError, match="Mars"):
        parse("0 0 9 ? * MON", "Mars/Olympus")


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    days=st.sampled_from(["MON", "2-6", "SAT,SUN", "*", "FRI#1", "5L"]),
    after=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_the_next_opening_is_open_and_the_first(
    hour: int, minute: int, days: str, after: datetime
) -> None:
    window = parse(f"0 {minute} {hour} ? * {days}")
    opening = window.next_opening(after)
    assert opening is not None
    assert opening >= after
    assert window.is_open(opening)
    # Nothing before it: one look at each day's minute is enough, the window has no other.
    day = after
    while day < opening:
        moment = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        assert not (after <= moment < opening and window.is_open(moment))
        day += timedelta(days=1)
