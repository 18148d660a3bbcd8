"""What a version answers: its errors, its durations, its age, and the bins for CloudWatch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook.shop import VERSIONS, Fault, Version
from devops_workbook.shop.answers import (
    MOST_VALUES,
    Answers,
    arrivals,
    draw,
    generator,
    together,
)
from devops_workbook.shop.versions import with_faults

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def drawn(version: Version, requests: int = 20_000) -> Answers:
    return draw(version, requests, generator(1, NINE, version.name))


@pytest.mark.parametrize("name", ["1.4.0", "1.5.0", "1.5.1", "1.6.0"])
def test_a_version_answers_as_its_numbers_say(name: str) -> None:
    version = VERSIONS[name]
    answers = drawn(version.at_age(timedelta(minutes=1)))
    assert answers.quantile(0.5) == pytest.approx(version.p50, rel=0.05)
    assert answers.quantile(0.99) == pytest.approx(version.p99, rel=0.1)
    assert answers.errors / answers.requests == pytest.approx(version.error_rate, rel=0.3)


def test_before_it_is_ready_it_fails_and_one_that_never_is_always_does() -> None:
    assert VERSIONS["1.4.0"].at_age(timedelta(seconds=10)).error_rate == 1
    assert VERSIONS["1.4.0"].at_age(timedelta(seconds=30)).error_rate < 0.01
    assert VERSIONS["1.7.0"].at_age(DAY).error_rate == 1


def test_a_leak_is_harmless_at_first_and_then_is_not() -> None:
    leaks = VERSIONS["1.6.1"]
    young, old = leaks.at_age(timedelta(minutes=30)), leaks.at_age(timedelta(minutes=59))
    assert young == leaks
    assert old.p99 > 5 * leaks.p99
    assert old.error_rate > 0.2
    assert leaks.memory(timedelta(hours=5)) == 1


def test_a_leak_that_begins_in_a_good_version() -> None:
    [leaks] = [with_faults(VERSIONS["1.4.0"], [Fault("memory-leak", NINE, version="1.4.0")], NINE)]
    assert leaks.at_age(timedelta(minutes=29)).error_rate > 0.1


def test_a_fault_strikes_its_version_in_its_time() -> None:
    fault = Fault("slow-query", NINE, NINE + timedelta(minutes=5), "1.5.1")
    assert fault.strikes("1.5.1", NINE)
    assert not fault.strikes("1.5.1", NINE - timedelta(seconds=1))
    assert not fault.strikes("1.5.1", NINE + timedelta(minutes=5))
    assert not fault.strikes("1.4.0", NINE)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault 'flood'"):
        Fault("flood", NINE).put_into(VERSIONS["1.4.0"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"error_rate": 1.5}, {"error_rate": -0.1}, {"p50": 0.0}, {"p50": 0.3, "p99": 0.2}]
)
def test_a_version_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not"):
        Version("2", **wrong)


@settings(max_examples=30)
@given(st.integers(1, 3000), st.integers(0, 5))
def test_bins_keep_the_number_the_sum_and_the_extremes(requests: int, seed: int) -> None:
    answers = draw(VERSIONS["1.6.0"], requests, generator(seed, NINE))
    values, counts = answers.bins()
    assert len(values) == len(counts) <= MOST_VALUES
    assert sum(counts) == requests
    assert np.dot(values, counts) == pytest.approx(answers.seconds.sum())
    assert max(values) == pytest.approx(answers.seconds.max())


def test_answers_together_are_all_of_them() -> None:
    one, other = drawn(VERSIONS["1.4.0"], 100), drawn(VERSIONS["1.5.0"], 300)
    both = together([one, other])
    assert (both.requests, both.errors) == (400, one.errors + other.errors)
    assert list(both.seconds) == sorted([*one.seconds, *other.seconds])
    assert together([]).requests == 0


def test_arrivals_go_where_the_weights_send_them() -> None:
    assert arrivals(1, NINE, 600, []) == []
    assert arrivals(1, NINE, 600, [1, 0])[1] == 0
    assert sum(arrivals(1, NINE, 600, [0.2, 0.8])) == arrivals(1, NINE, 600, [1])[0]
    assert arrivals(1, NINE, 600, [1]) != arrivals(1, NINE + timedelta(minutes=1), 600, [1])
