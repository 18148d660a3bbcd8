from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook.dora.wording import frequency, humanise, in_words, percent


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "0 seconds"),
        (0.01, "36 seconds"),
        (0.5, "30 minutes"),
        (0.999, "1 hour"),
        (1.5, "1.5 hours"),
        (23.99, "1 day"),
        (55, "2.3 days"),
        (24 * 10.4, "10 days"),
        (24 * 30, "4.3 weeks"),
        (8760 / 4, "3 months"),
        (8760 * 2.25, "2.2 years"),
        (-3, "minus 3 hours"),
        (math.nan, "unknown"),
    ],
)
def test_a_time_is_said_in_its_natural_unit(hours: float, words: str) -> None:
    assert humanise(hours) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0%"), (0.125, "12.5%"), (1, "100%"), (0.0001, "under 0.1%"), (math.nan, "unknown")],
)
def test_a_share_is_said_as_a_percentage(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("per_day", "words"),
    [
        (12.4, "about 12 per day"),
        (1, "about 1 per day"),
        (2 / 7, "about 2 per week"),
        (0.05, "about 1.5 per month"),
        (2 / 365, "about 2 per year"),
        (0.001, "less than 1 per year"),
        (0, "none"),
        (math.nan, "unknown"),
    ],
)
def test_a_rate_is_said_in_its_natural_unit(per_day: float, words: str) -> None:
    assert frequency(per_day) == words


def test_in_words_goes_by_the_unit() -> None:
    assert in_words(0.5, "hours") == "30 minutes"
    assert in_words(0.5, "share") == "50%"
    assert in_words(0.5, "per day") == "about 3.5 per week"


SIZES = {
    "second": 1 / 3600,
    "minute": 1 / 60,
    "hour": 1,
    "day": 24,
    "week": 168,
    "month": 730,
    "year": 8760,
}


@settings(deadline=None)
@given(st.floats(0.001, 1e6))
def test_the_words_for_a_time_are_within_a_twentieth_of_it(hours: float) -> None:
    number, unit = humanise(hours).split()
    said = float(number) * SIZES[unit.removesuffix("s")]
    assert said == pytest.approx(hours, rel=0.051)
    assert (number == "1") == (not unit.endswith("s"))
