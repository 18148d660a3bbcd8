"""How many hosts stay healthy: the numbers of the user guide, and any fleet."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_aws.codedeploy.healthy_hosts import Candidate, Rollout, minimum_healthy

ONE_AT_A_TIME = {"type": "MOST_CONCURRENCY", "value": 1}
HALF_AT_A_TIME = {"type": "FLEET_PERCENT", "value": 50}
ALL_AT_ONCE = {"type": "HOST_COUNT", "value": 0}


@pytest.mark.parametrize(
    ("hosts", "total", "minimum"),
    [
        ({"type": "HOST_COUNT", "value": 6}, 9, 6),
        ({"type": "FLEET_PERCENT", "value": 40}, 9, 4),
        ({"type": "FLEET_PERCENT", "value": 95}, 10, 10),
        (HALF_AT_A_TIME, 9, 5),
        (HALF_AT_A_TIME, 10, 5),
        (ALL_AT_ONCE, 9, 0),
        (ONE_AT_A_TIME, 10, 9),
        (ONE_AT_A_TIME, 1, 0),
    ],
)
def test_a_percentage_is_rounded_up(hosts: dict[str, object], total: int, minimum: int) -> None:
    assert minimum_healthy(hosts, total) == minimum


def fleet(total: int, minimum: int) -> Rollout:
    return Rollout([Candidate(f"i-{i:03}") for i in range(total)], minimum)


def run(rollout: Rollout, failing: set[int]) -> tuple[str, list[int]]:
    """Deploy in batches; return the verdict and the sizes of the batches."""
    sizes = []
    while begun := rollout.next():
        sizes.append(len(begun))
        for each in begun:
            rollout.ended(each, int(each[2:]) not in failing)
    return rollout.verdict, sizes


@pytest.mark.parametrize(
    ("total", "minimum", "sizes"),
    [(9, 6, [3, 3, 3]), (9, 4, [5, 4]), (9, 5, [4, 4, 1]), (9, 0, [9]), (10, 9, [1] * 10)],
)
def test_as_many_at_a_time_as_leave_the_minimum(total: int, minimum: int, sizes: list[int]) -> None:
    assert run(fleet(total, minimum), set()) == ("Succeeded", sizes)


def test_a_minimum_of_all_fails_without_an_attempt() -> None:
    rollout = fleet(10, 10)
    assert run(rollout, set()) == ("HEALTH_CONSTRAINTS_INVALID", [])
    assert len(rollout.waiting) == 10


@pytest.mark.parametrize(
    ("minimum", "failing", "verdict", "attempted"),
    [
        (9, {0}, "HEALTH_CONSTRAINTS", 1),
        (9, {9}, "Succeeded", 10),
        (8, {3}, "Succeeded", 10),
        (8, {0, 1}, "HEALTH_CONSTRAINTS", 2),
        (8, {0, 9}, "Succeeded", 10),
        (8, {0, 8}, "HEALTH_CONSTRAINTS", 9),
        (0, set(range(9)), "Succeeded", 10),
        (0, set(range(10)), "HEALTH_CONSTRAINTS", 10),
    ],
)
def test_failures_end_the_deployment_unless_it_is_the_last_instance(
    minimum: int, failing: set[int], verdict: str, attempted: int
) -> None:
    rollout = fleet(10, minimum)
    assert run(rollout, failing)[0] == verdict
    assert rollout.attempted == attempted


def test_five_of_nine_have_to_succeed_with_half_at_a_time() -> None:
    assert run(fleet(9, 5), {0, 1, 2, 3})[0] == "HEALTH_CONSTRAINTS"
    assert run(fleet(9, 5), {5, 6, 7, 8})[0] == "Succeeded"


def test_unhealthy_instances_come_first_then_unknown_then_old_then_current() -> None:
    hosts = [
        Candidate("i-current", rank=2),
        Candidate("i-old", rank=1),
        Candidate("i-unknown", rank=0),
        Candidate("i-unhealthy", healthy=False, rank=2),
    ]
    rollout, order = Rollout(hosts, 3), []
    while begun := rollout.next():
        order += begun
        rollout.ended(begun[0], True)
    assert order == ["i-unhealthy", "i-unknown", "i-old", "i-current"]


def test_a_fleet_that_stays_too_unhealthy_is_given_up_after_the_unhealthy() -> None:
    hosts = [Candidate(f"i-{i}", healthy=i > 1) for i in range(4)]
    rollout = Rollout(hosts, 3)
    assert rollout.next() == ["i-0"]
    rollout.ended("i-0", False)
    assert rollout.next() == ["i-1"]
    rollout.ended("i-1", False)
    assert rollout.next() == []
    assert rollout.verdict == "HEALTH_CONSTRAINTS"


@settings(max_examples=1000)
@given(
    total=st.integers(1, 40),
    kind=st.sampled_from(["HOST_COUNT", "FLEET_PERCENT", "MOST_CONCURRENCY"]),
    value=st.integers(0, 99),
    seed=st.integers(0, 2**32),
    failing=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    unhealthy=st.sampled_from([0.0, 0.0, 0.2]),
)
def test_no_fleet_drops_below_its_minimum_while_the_rollout_goes_on(
    total: int, kind: str, value: int, seed: int, failing: float, unhealthy: float
) -> None:
    chance = random.Random(seed)
    minimum = minimum_healthy({"type": kind, "value": value}, total)
    hosts = [
        Candidate(f"i-{i:03}", chance.random() >= unhealthy, chance.randrange(3))
        for i in range(total)
    ]
    rollout, running = Rollout(hosts, minimum), []
    least = min(minimum, len(rollout.healthy))
    while True:
        running += rollout.next()
        # What is healthy and serves: the ones that fail now were not counted on.
        assert len(rollout.healthy - set(running)) >= least or not running
        if not running:
            break
        one = running.pop(chance.randrange(len(running)))
        before = rollout.available
        rollout.ended(one, chance.random() >= failing)
        assert rollout.available >= before
    assert rollout.verdict
    touched = rollout.succeeded | {h.id for h in hosts if h not in rollout.waiting}
    assert len(touched) == rollout.attempted
    if rollout.verdict == "Succeeded":
        assert len(rollout.healthy) >= minimum
        assert rollout.succeeded
        assert not rollout.waiting
