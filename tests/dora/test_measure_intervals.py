from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from devops_workbook.dora import Events, Metric, Metrics, measure

START = pd.Timestamp("2026-01-05", tz="UTC")
SIX = (
    "change_lead_time",
    "deployment_frequency",
    "change_fail_rate",
    "failed_deployment_recovery_time",
    "deployment_rework_rate",
    "mttr",
)


def hours(values: Any) -> pd.DatetimeIndex:
    return START + pd.to_timedelta(np.asarray(values, dtype=float), unit="h")


def team(
    lead_hours: list[list[float]], outages: list[float] | None = None, hotfixes: int = 0
) -> Events:
    """Return one deployment a day, each with commits of these ages, and outages of these lengths.

    A seed deployment comes first; the n-th outage is that of the n-th deployment after it.
    """
    days = np.arange(len(lead_hours) + 1) * 24.0
    ids = [f"d{n}" for n in range(len(days))]
    kinds = ["planned"] * (len(days) - hotfixes) + ["hotfix"] * hotfixes
    ages = [(n, age) for n, group in enumerate(lead_hours, start=1) for age in group]
    outages = outages or []
    return Events(
        pd.DataFrame({"deployment_id": ids, "finished_at": hours(days), "kind": kinds}),
        pd.DataFrame(
            {
                "change_id": [f"c{n}" for n in range(len(ages))],
                "deployment_id": [ids[n] for n, _ in ages],
                "committed_at": hours([days[n] - age for n, age in ages]),
            }
        ),
        pd.DataFrame(
            {
                "incident_id": [f"i{n}" for n in range(len(outages))],
                "deployment_id": ids[1 : len(outages) + 1],
                "started_at": hours(days[1 : len(outages) + 1]),
                "resolved_at": hours(days[1 : len(outages) + 1] + outages),
            }
        ),
    )


def metrics_of(metrics: Metrics) -> list[Metric]:
    return [getattr(metrics, name) for name in SIX]


RANDOM = np.random.default_rng(7)
ALL_VARIED = team(
    [list(RANDOM.exponential(20, RANDOM.integers(1, 6)).round(2)) for _ in range(60)],
    list(RANDOM.exponential(5, 20).round(2)),
    hotfixes=6,
)
# Some weeks lose a deployment, so that the frequency varies, too.
GONE = ALL_VARIED.deployments["deployment_id"].isin(["d40", "d41", "d49"])
VARIED = Events(
    ALL_VARIED.deployments[~GONE],
    ALL_VARIED.changes[~ALL_VARIED.changes["deployment_id"].isin(["d40", "d41", "d49"])],
    ALL_VARIED.incidents,
)


def test_every_interval_holds_its_value() -> None:
    for metric in metrics_of(measure(VARIED)):
        assert metric.low <= metric.value <= metric.high, metric.name
        assert metric.low < metric.high, metric.name


def test_the_same_seed_gives_the_same_bounds_and_another_one_does_not() -> None:
    first, again, other = (measure(VARIED, seed=seed).change_lead_time for seed in (1, 1, 2))
    assert (first.low, first.high) == (again.low, again.high)
    assert (first.low, first.high) != (other.low, other.high)


def test_more_confidence_is_a_wider_interval() -> None:
    narrow, wide = (metrics_of(measure(VARIED, confidence=share)) for share in (0.5, 0.99))
    for less, more in zip(narrow, wide, strict=True):
        assert more.high - more.low > less.high - less.low, less.name


@pytest.mark.parametrize("resamples", [0, None])
def test_intervals_can_be_switched_off(resamples: int | None) -> None:
    for metric in metrics_of(measure(VARIED, resamples=resamples)):
        assert math.isnan(metric.low)
        assert math.isnan(metric.high)
        assert not math.isnan(metric.value)


def test_a_constant_sample_has_an_interval_of_no_width() -> None:
    metrics = measure(team([[2.0, 2.0]] * 14, [3.0] * 5))
    for metric, constant in (
        (metrics.change_lead_time, 2.0),
        (metrics.failed_deployment_recovery_time, 3.0),
        (metrics.mttr, 3.0),
    ):
        assert (metric.low, metric.value, metric.high) == (constant,) * 3


def test_a_heavily_tied_sample_has_a_sound_interval() -> None:
    metric = measure(team([[1.0]] * 8 + [[5.0]])).change_lead_time
    assert (metric.low, metric.value) == (1.0, 1.0)
    assert metric.high in (1.0, 5.0)


def test_commits_of_one_deployment_are_resampled_together() -> None:
    dependent = measure(team([[float(n)] * 10 for n in range(1, 13)])).change_lead_time
    independent = measure(
        team([[float((n + k) % 12 + 1) for k in range(10)] for n in range(12)])
    ).change_lead_time
    assert dependent.value == independent.value
    # Twelve deployments, ten commits each: as good as twelve commits, or as 120.
    assert dependent.high - dependent.low > 2 * (independent.high - independent.low)


def test_one_deployment_of_many_commits_has_no_interval() -> None:
    metric = measure(team([[1.0, 2.0, 3.0]])).change_lead_time
    assert (metric.value, metric.n) == (2.0, 3)
    assert math.isnan(metric.low)
    assert "interval" in metric.note


def test_too_few_observations_have_no_interval_and_a_note_says_so() -> None:
    one_day = team([], []).deployments
    metrics = measure(Events(one_day, incidents=team([]).incidents))
    for metric in (metrics.change_fail_rate, metrics.deployment_frequency):
        assert not math.isnan(metric.value), metric.name
        assert math.isnan(metric.low), metric.name
        assert "interval" in metric.note, metric.name


def test_a_share_of_none_or_all_is_not_claimed_to_be_certain() -> None:
    metrics = measure(team([[1.0]] * 19))
    fails, rework = metrics.change_fail_rate, metrics.deployment_rework_rate
    assert (fails.low, fails.value) == (0.0, 0.0)
    assert fails.high == pytest.approx(0.161, abs=0.001)  # Wilson, 0 of 20
    assert rework.high == fails.high


def test_the_interval_of_a_share_is_wilsons() -> None:
    metric = measure(team([[1.0]] * 49, [1.0] * 10)).change_fail_rate
    assert metric.value == 0.2
    # 10 of 50 at 95 %, as in any table of Wilson intervals.
    assert (metric.low, metric.high) == pytest.approx((0.1124, 0.3304), abs=0.0001)


def test_the_bootstrap_of_a_mean_is_close_to_theory() -> None:
    outages = [float(n) for n in range(1, 41)]
    metric = measure(team([[1.0]] * 40, outages), resamples=4000).mttr
    error = np.std(outages) / np.sqrt(len(outages))
    assert metric.low == pytest.approx(20.5 - 1.96 * error, abs=0.2 * error)
    assert metric.high == pytest.approx(20.5 + 1.96 * error, abs=0.2 * error)


def test_the_bootstrap_of_a_median_is_that_of_plain_resampling() -> None:
    outages = [float(n) ** 1.5 for n in range(1, 31)]
    metric = measure(team([[1.0]] * 30, outages), resamples=4000).failed_deployment_recovery_time
    drawn = np.random.default_rng(5).choice(outages, size=(4000, len(outages)))
    low, high = np.quantile(np.median(drawn, axis=1), [0.025, 0.975])
    spread = high - low
    assert metric.low == pytest.approx(low, abs=0.1 * spread)
    assert metric.high == pytest.approx(high, abs=0.1 * spread)


def test_the_median_of_an_even_resample_is_between_its_middle_values() -> None:
    # Of 1 and 3, half the resamples hold both, and have a median of 2.
    metric = measure(team([[9.0]] * 2, [1.0, 3.0]), confidence=0.4).failed_deployment_recovery_time
    assert (metric.low, metric.value, metric.high) == (2.0, 2.0, 2.0)


def test_a_large_sample_gives_the_interval_of_plain_cluster_resampling() -> None:
    random = np.random.default_rng(3)
    groups = [list(random.exponential(20, 4).round(3)) for _ in range(800)]
    metric = measure(team(groups), resamples=1500).change_lead_time
    drawn = random.integers(0, len(groups), size=(1500, len(groups)))
    medians = np.median(np.array(groups)[drawn].reshape(1500, -1), axis=1)
    low, high = np.quantile(medians, [0.025, 0.975])
    assert metric.low == pytest.approx(low, abs=0.15 * (high - low))
    assert metric.high == pytest.approx(high, abs=0.15 * (high - low))


def test_the_frequency_resamples_weeks() -> None:
    steady = measure(team([[1.0]] * 27), "2026-01-05", "2026-02-02").deployment_frequency
    assert (steady.low, steady.value, steady.high) == (1.0, 1.0, 1.0)
    burst = pd.DataFrame({"deployment_id": range(28), "finished_at": hours(np.arange(28) * 6.0)})
    uneven = measure(Events(burst), "2026-01-05", "2026-02-02").deployment_frequency
    assert uneven.value == 1.0
    assert (uneven.low, uneven.high) == (0.0, 3.0)
