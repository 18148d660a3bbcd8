"""The week behind chapter 10: what is planted in it, and how rules are judged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook.chapters.monitoring import last_week, usual_band
from devops_workbook.chapters.monitoring.alarm_rule import AlarmRule
from devops_workbook.chapters.monitoring.last_week import SATURDAY, SUNDAY, TUESDAY
from devops_workbook.chapters.monitoring.replay import Verdict, judged, m_of_n


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(1, 6), st.integers(0, 5))
@settings(max_examples=100, derandomize=True)
def test_m_of_n_counts_as_a_loop_does(flags: list[bool], n: int, less: int) -> None:
    m = max(n - less, 1)
    right = [sum(flags[max(i - n + 1, 0) : i + 1]) >= m for i in range(len(flags))]
    assert m_of_n(np.array(flags), m, n).tolist() == right


def verdict(limit: float, m: int, n: int) -> Verdict:
    breaching = last_week.week().error_rate > limit
    return judged(m_of_n(breaching, m, n), (TUESDAY, SATURDAY), (SUNDAY,))


def test_the_numbers_of_the_chapter_s_story_hold() -> None:
    assert verdict(0.02, 1, 1).false_alarms == 17
    assert verdict(0.02, 3, 5) == Verdict(0, {"Tuesday": 3, "Saturday": 3})
    assert verdict(0.05, 5, 5).minutes == {"Saturday": 5}


def test_the_week_is_the_same_every_time() -> None:
    first = last_week.week()
    last_week.week.cache_clear()
    assert (first.errors == last_week.week().errors).all()
    assert (first.durations == last_week.week().durations).all()
    assert last_week.table()["requests"].sum() == first.requests.sum()


def test_a_band_of_the_usual_finds_friday_where_no_fixed_limit_does() -> None:
    found = usual_band.verdict_of(usual_band.band_of(usual_band.orders()))
    assert found == Verdict(0, {"Friday": 5})
    assert usual_band.verdict_of(usual_band.fixed_limit()).false_alarms > 100


@pytest.mark.parametrize(
    ("rule", "a", "b", "holds"),
    [
        ('ALARM("a") AND ALARM("b")', "ALARM", "ALARM", True),
        ("ALARM(a) AND ALARM(b)", "ALARM", "OK", False),
        ('ALARM("a") OR ALARM("b") AND FALSE', "ALARM", "ALARM", True),
        ('(ALARM("a") OR ALARM("b")) AND NOT OK("b")', "ALARM", "OK", False),
        ('NOT (OK("a") OR OK("arn:aws:cloudwatch:us-east-1:1:alarm:b"))', "ALARM", "ALARM", True),
        ("TRUE AND INSUFFICIENT_DATA('a')", "INSUFFICIENT_DATA", "OK", True),
    ],
)
def test_a_rule_holds_whatever_it_is_written_like(rule: str, a: str, b: str, holds: bool) -> None:
    assert AlarmRule(rule).holds({"a": a, "b": b}) is holds
