"""Virtual time: stands still, moves on request, runs what is due in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_aws import ClockError
from offline_aws.clock import Clock

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
delays = st.lists(st.integers(min_value=0, max_value=10_000), max_size=30)


def test_stands_still() -> None:
    clock = Clock(MONDAY)
    assert clock.now() == clock.now() == MONDAY


def test_advance_takes_timedelta_keywords_and_returns_the_time() -> None:
    clock = Clock(MONDAY)
    assert clock.advance(days=1, minutes=5) == MONDAY + timedelta(days=1, minutes=5) == clock.now()


def test_other_zones_become_utc() -> None:
    clock = Clock(MONDAY.astimezone().astimezone(tz=None))
    assert clock.now() == MONDAY
    assert clock.now().tzinfo is UTC


def test_refuses_a_naive_start() -> None:
    with pytest.raises(ClockError, match="aware"):
        Clock(datetime(2026, 1, 5, 9))


def test_refuses_to_go_back() -> None:
    clock = Clock(MONDAY)
    with pytest.raises(ClockError, match="does not go back"):
        clock.advance(minutes=-1)
    with pytest.raises(ClockError, match="is past"):
        clock.call_at(MONDAY - timedelta(seconds=1), list)
    assert clock.now() == MONDAY


@pytest.mark.parametrize(
    ("unnamed", "named", "found"),
    [
        ((4,), {}, r"advance\(4\)"),
        ((), {"day": 4}, r"advance\(day=4\)"),
        ((timedelta(days=1),), {"hours": 1}, r"timedelta\(days=1\), hours=1\)"),
        ((), {"days": "4"}, r"advance\(days='4'\)"),
        ((), {"days": 1e12}, r"advance\(days=1000000000000\.0\)"),
    ],
)
def test_an_amount_that_is_not_named_as_in_timedelta_is_explained(
    unnamed: tuple[Any, ...], named: dict[str, Any], found: str
) -> None:
    clock = Clock(MONDAY)
    with pytest.raises(ClockError, match=rf"such as advance\(days=4, hours=12\)\. Found .*{found}"):
        clock.advance(*unnamed, **named)
    assert clock.now() == MONDAY


def test_what_is_due_at_a_time_of_another_zone_sees_utc() -> None:
    clock, seen = Clock(MONDAY), list[datetime]()
    there = MONDAY.astimezone(timezone(timedelta(hours=2))) + timedelta(hours=1)
    clock.call_at(there, lambda: seen.append(clock.now()))
    clock.advance(hours=1)
    assert [each.tzinfo for each in (*seen, clock.now())] == [UTC, UTC]
    with pytest.raises(ClockError, match="aware"):
        clock.call_at(datetime(2026, 2, 1), list)


@given(delays, st.integers(min_value=0, max_value=10_000))
def test_what_is_due_happens_in_order_of_time_then_of_scheduling(due: list[int], to: int) -> None:
    clock = Clock(MONDAY)
    seen: list[tuple[int, int]] = []
    for number, seconds in enumerate(due):

        def note(number: int = number, seconds: int = seconds) -> None:
            assert clock.now() == MONDAY + timedelta(seconds=seconds)
            seen.append((seconds, number))

        clock.call_later(timedelta(seconds=seconds), note)
    clock.advance(seconds=to)
    expected = sorted((seconds, number) for number, seconds in enumerate(due) if seconds <= to)
    assert seen == expected
    assert clock.now() == MONDAY + timedelta(seconds=to)


@given(delays, st.integers(min_value=0, max_value=5_000), st.integers(min_value=0, max_value=5_000))
def test_one_step_or_two_make_no_difference(due: list[int], first: int, second: int) -> None:
    runs = []
    for steps in ([first + second], [first, second]):
        clock, seen = Clock(MONDAY), []
        for seconds in due:
            clock.call_later(
                timedelta(seconds=seconds), lambda s=seconds, seen=seen: seen.append(s)
            )
        for step in steps:
            clock.advance(seconds=step)
        runs.append((seen, clock.now()))
    assert runs[0] == runs[1]


def test_a_callback_schedules_more_within_the_same_move() -> None:
    clock = Clock(MONDAY)
    beats: list[datetime] = []

    def beat() -> None:
        beats.append(clock.now())
        clock.call_later(timedelta(minutes=1), beat)

    clock.call_later(timedelta(minutes=1), beat)
    clock.advance(minutes=3)
    assert beats == [MONDAY + timedelta(minutes=m) for m in (1, 2, 3)]


def test_a_callback_may_move_the_clock_itself() -> None:
    clock = Clock(MONDAY)
    clock.call_later(timedelta(minutes=1), lambda: clock.advance(hours=2))
    assert clock.advance(minutes=5) == MONDAY + timedelta(hours=2, minutes=1)


def test_advance_until_stops_at_the_event_that_makes_it_true() -> None:
    clock = Clock(MONDAY)
    done: list[int] = []
    for minute in (5, 10, 15):
        clock.call_later(timedelta(minutes=minute), lambda minute=minute: done.append(minute))
    assert clock.advance_until(lambda: 10 in done) == MONDAY + timedelta(minutes=10)
    assert done == [5, 10]


def test_advance_until_gives_up_at_the_timeout() -> None:
    clock = Clock(MONDAY)
    with pytest.raises(ClockError, match=r"did not happen within 2:00:00"):
        clock.advance_until(lambda: False, timeout=timedelta(hours=2))
    assert clock.now() == MONDAY + timedelta(hours=2)


def test_advance_until_sees_a_predicate_that_only_looks_at_the_time() -> None:
    clock = Clock(MONDAY)
    end = MONDAY + timedelta(hours=2)
    assert clock.advance_until(lambda: clock.now() >= end, timeout=timedelta(hours=2)) == end


def test_restart_forgets_what_was_due() -> None:
    clock, seen = Clock(MONDAY), []
    clock.call_later(timedelta(minutes=1), lambda: seen.append(1))
    clock.advance(seconds=5)
    clock.restart()
    clock.advance(hours=1)
    assert seen == []
    assert clock.now() == MONDAY + timedelta(hours=1)


def test_a_restart_under_way_ends_the_move_and_what_comes_of_it() -> None:
    clock, seen = Clock(MONDAY), []

    def restart() -> None:
        clock.restart()
        clock.call_later(timedelta(minutes=1), lambda: seen.append("of before"))

    clock.call_later(timedelta(minutes=1), restart)
    assert clock.advance(hours=1) == MONDAY
    clock.call_later(timedelta(minutes=2), lambda: seen.append("of after"))
    clock.advance(hours=1)
    assert seen == ["of after"]


def test_a_restart_under_way_is_not_what_was_waited_for() -> None:
    clock = Clock(MONDAY)
    clock.call_later(timedelta(minutes=1), clock.restart)
    with pytest.raises(ClockError, match="put back to its beginning"):
        clock.advance_until(lambda: False)
    assert clock.now() == MONDAY


def test_what_is_called_before_a_move_sees_the_old_time_once_a_move() -> None:
    clock, seen = Clock(MONDAY), list[datetime]()
    clock.before_moving(lambda: seen.append(clock.now()))
    clock.call_later(timedelta(minutes=1), list)
    clock.advance(minutes=5)
    clock.advance_until(lambda: clock.now() > MONDAY, timedelta(minutes=5))
    assert seen == [MONDAY, MONDAY + timedelta(minutes=5)]
    clock.restart()
    clock.advance(minutes=1)
    assert len(seen) == 2, "a restart forgets it"


def test_what_is_called_before_a_move_can_schedule_into_the_move() -> None:
    clock, seen = Clock(MONDAY), list[datetime]()
    clock.before_moving(lambda: clock.call_later(timedelta(0), lambda: seen.append(clock.now())))
    clock.advance(minutes=1)
    assert seen == [MONDAY]
