"""DORA's Quick Check: scores of 0 to 10, as the editions of 2024 and 2025 compute them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook import dora
from devops_workbook.dora.metrics import Metric, Metrics

NAN = math.nan
EMPTY = pd.DataFrame()


def metric(value: float, unit: str) -> Metric:
    return Metric("m", value, unit, 10, NAN, NAN, "")


def metrics(
    lead: float = NAN,
    per_day: float = NAN,
    recovery: float = NAN,
    fail: float = NAN,
    rework: float = NAN,
) -> Metrics:
    day = pd.Timestamp("2025-01-01", tz="UTC")
    return Metrics(
        change_lead_time=metric(lead, "hours"),
        deployment_frequency=metric(per_day, "per day"),
        failed_deployment_recovery_time=metric(recovery, "hours"),
        change_fail_rate=metric(fail, "share"),
        deployment_rework_rate=metric(rework, "share"),
        mttr=metric(NAN, "hours"),
        start=day, end=day, tz="UTC",
        deployments=EMPTY, lead_times=EMPTY, weekly=EMPTY, monthly=EMPTY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "score"),
    [(0.5, 10), (1, 8), (23, 8), (24, 6), (167, 6), (168, 4), (729, 4), (730, 2), (4380, 0)],
)
def test_times_score_by_the_survey_s_six_answers(hours: float, score: float) -> None:
    check = dora.quick_check(metrics(lead=hours, recovery=hours))
    assert check.scores["change_lead_time"] == score
    assert check.scores["failed_deployment_recovery_time"] == score


@pytest.mark.parametrize(
    ("per_day", "score"), [(4, 10), (1, 8), (1 / 7, 6), (1 / 30, 4), (1 / 100, 2), (1 / 400, 0)]
)
def test_frequency_scores_by_the_survey_s_six_answers(per_day: float, score: float) -> None:
    assert dora.quick_check(metrics(per_day=per_day)).scores["deployment_frequency"] == score


@given(st.floats(min_value=0, max_value=1))
def test_a_share_costs_a_tenth_of_its_per_cent(share: float) -> None:
    check = dora.quick_check(metrics(fail=share, rework=share))
    assert check.scores["change_fail_rate"] == pytest.approx(10 - 100 * share / 10)
    assert check.stability == pytest.approx(10 - 100 * share / 10)


def test_means_are_plain_and_of_what_is_known() -> None:
    check = dora.quick_check(metrics(lead=0.5, per_day=1 / 7, recovery=0.5, fail=0.2, rework=0.1))
    assert check.throughput == pytest.approx((10 + 6 + 10) / 3)
    assert check.stability == pytest.approx((8 + 9) / 2)
    assert check.overall == pytest.approx((10 + 6 + 10 + 8 + 9) / 5)
    some = dora.quick_check(metrics(lead=0.5, fail=0.2))
    assert some.overall == pytest.approx((10 + 8) / 2)
    assert math.isnan(dora.quick_check(metrics()).overall)


def test_the_industry_s_shares_are_turned_into_scores_before_their_mean() -> None:
    of_2025 = dora.quick_check(metrics(), edition=2025)
    assert of_2025.industry["change_fail_rate"] == pytest.approx((8.1, 2.1))
    assert of_2025.industry["deployment_rework_rate"] == pytest.approx((7.8, 2.2))
    assert of_2025.industry_overall == pytest.approx((5.5 + 4.8 + 7.4 + 8.1 + 7.8) / 5)
    of_2024 = dora.quick_check(metrics(), edition=2024)
    assert of_2024.industry_overall == pytest.approx((5.1 + 5.3 + 7.5 + 8.3) / 4)


def test_the_industry_s_overall_is_of_the_same_questions() -> None:
    check = dora.quick_check(metrics(lead=0.5, fail=0.2))
    assert check.industry_overall == pytest.approx((5.5 + 8.1) / 2)
    assert "overall, of 2 answers" in repr(check)


def test_rework_is_asked_since_2025() -> None:
    assert (
        "deployment_rework_rate" not in dora.quick_check(metrics(rework=0.1), edition=2024).scores
    )
    assert dora.quick_check(metrics(rework=0.1)).scores["deployment_rework_rate"] == 9


def test_another_edition_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="2024 and 2025, not for 2023"):
        dora.quick_check(metrics(), edition=2023)


def test_shows_as_a_table_that_says_what_is_not_known() -> None:
    check = dora.quick_check(metrics(lead=200, fail=0.5))
    text = repr(check)
    assert "change lead time" in text
    assert "8.3 days" in text
    assert "not known" in text
    assert "<caption" in check._repr_html_()
    assert list(check.table().columns) == [
        "measured", "score", "industry_mean", "industry_deviation",
    ]  # fmt: skip
