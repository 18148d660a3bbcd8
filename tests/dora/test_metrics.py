from __future__ import annotations

import dataclasses
import math
import pickle

import pandas as pd
import pytest
from event_tables import change, deployment, incident, log

from devops_workbook.dora import Metric, measure

EVENTS = log(
    [
        deployment("seed", "01 12:00"),
        deployment("d1", "06 12:00"),
        deployment("d2", "13 12:00"),
        deployment("broken", "14 12:00", status="failed"),
    ],
    [change("s", "seed", "01"), change("a", "d1", "06 10:00"), change("b", "d2", "11 04:00")],
    [incident("i", "d1", "06 13:00", "06 16:00"), incident("<b>", None, "07", "07 01:00")],
)


def test_the_table_has_one_row_per_metric() -> None:
    table = measure(EVENTS).table()
    assert list(table.index) == [
        "change lead time",
        "deployment frequency",
        "change fail rate",
        "failed deployment recovery time",
        "deployment rework rate",
        "mean time to restore",
    ]
    assert list(table.columns) == ["value", "unit", "low", "high", "n", "left_out", "note"]
    assert list(table["unit"]) == ["hours", "per day", "share", "hours", "share", "hours"]
    assert list(table["left_out"]) == [1, 1, 1, 0, 1, 0]
    assert table.loc["change fail rate", "value"] == pytest.approx(1 / 3)


def test_the_repr_speaks_in_words() -> None:
    lines = repr(measure(EVENTS, tz="Europe/Paris", resamples=0)).splitlines()
    assert lines == [
        "2026-01-01 until 2026-01-15 (Europe/Paris)",
        "  change lead time: 1.2 days, n = 2, left out: 1 in the first deployment of their service",
        "  deployment frequency: about 1.5 per week, n = 3, left out: 1 never reached production",
        "  change fail rate: 33.3%, n = 3, left out: 1 never reached production",
        "  failed deployment recovery time: 4 hours, n = 1",
        "  deployment rework rate: 0%, n = 3, left out: 1 never reached production",
        "  mean time to restore: 2 hours, n = 2",
    ]


def test_a_line_names_the_interval_and_the_remark() -> None:
    metric = Metric(
        "change fail rate", 0.25, "share", 8, 0.1, 0.5, "…", {"rollbacks": 2}, {}, "So."
    )
    assert str(metric) == ("change fail rate: 25% (10% to 50%), n = 8, left out: 2 rollbacks. So.")


def test_the_html_says_the_same_in_a_table() -> None:
    html = measure(EVENTS)._repr_html_()
    assert ">2026-01-01 until 2026-01-15 (UTC)</caption>" in html
    for cell in ("about 1.5 per week", "33.3%", "1 never reached production", "4 hours"):
        assert f">{cell}</td>" in html
    assert "nan" not in html.lower()


def test_a_time_of_day_is_shown_where_the_period_has_one() -> None:
    text = repr(measure(EVENTS, "2026-01-01T06:00", "2026-01-15", resamples=0))
    assert text.startswith("2026-01-01 06:00 until 2026-01-15 (UTC)")


def test_metrics_can_be_made_by_hand_and_replaced() -> None:
    metrics = measure(EVENTS, resamples=0)
    own = pd.DataFrame({"deployments": [1]})
    changed = dataclasses.replace(metrics, weekly=own)
    assert changed.weekly is own
    assert changed.monthly.equals(metrics.monthly)


def test_metrics_cannot_be_changed() -> None:
    metrics = measure(EVENTS, resamples=0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        metrics.weekly = metrics.monthly
    assert metrics.weekly is metrics.weekly


@pytest.mark.parametrize("read_first", [True, False])
def test_metrics_travel_with_their_tables(read_first: bool) -> None:
    metrics = measure(EVENTS)
    if read_first:
        assert len(metrics.weekly) == 3
    copied = pickle.loads(pickle.dumps(metrics))
    assert repr(copied) == repr(metrics)
    for name in ("deployments", "lead_times", "weekly", "monthly"):
        pd.testing.assert_frame_equal(getattr(copied, name), getattr(metrics, name))


def test_without_events_the_tables_are_empty_and_have_their_columns() -> None:
    metrics = measure(log([], [], []))
    assert len(metrics.deployments) == len(metrics.lead_times) == 0
    assert {"failed", "recovered_at", "recovery_hours"} <= set(metrics.deployments.columns)
    assert str(metrics.lead_times["deployed_at"].dtype) == "datetime64[us, UTC]"


def test_every_metric_is_defined_in_one_sentence() -> None:
    metrics = measure(EVENTS, resamples=0)
    for metric in (metrics.change_lead_time, metrics.deployment_frequency, metrics.mttr):
        assert metric.definition.endswith(".")
        assert metric.definition.count(". ") == 0
        assert all(not math.isnan(count) for count in metric.excluded.values())
