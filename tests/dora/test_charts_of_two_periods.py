"""The pictures of a comparison: both points and ranges, each deployment, each incident."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from event_tables import change, deployment, incident, log

from devops_workbook import dora
from devops_workbook.dora import Comparison, Events, charts

SLOW = log(
    [
        deployment("a", "01 20:00", service="$\\orders{$"),
        deployment("b", "08 20:00", service="$\\orders{$"),
        deployment("fix", "09 10:00", service="$\\orders{$", kind="hotfix", repairs="b"),
        deployment("c", "15 20:00", service="$\\orders{$"),
        deployment("lost", "16", service="$\\orders{$", status="failed"),
    ],
    [change("x", "b", "05"), change("y", "c", "06")],
    [
        incident("short", "b", "08 20:05", "08 20:10"),
        incident("others", None, "12", "13 12:00"),
        incident("late", "c", "20", "27"),
        incident("open", None, "21 22:00", None),
        incident("outside", None, "25", "26"),
    ],
)
START, END = "2026-01-05", "2026-01-23"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    first = dora.measure(SLOW, "2026-01-01", "2026-01-10")
    second = dora.measure(SLOW, "2026-01-10", "2026-01-25")
    return dora.compare(first, second, names=("$\\bad{$", "after"))


def points(axis: Any) -> list[float]:
    """Return the values that have a mark of their own."""
    return [
        float(line.get_xdata()[0])
        for line in axis.lines
        if line.get_linestyle() == "None" and len(line.get_xdata())
    ]


# The metrics of both periods.


def test_every_known_value_is_a_point_in_the_panel_of_its_unit(comparison: Comparison) -> None:
    picture = charts.comparison(comparison)
    for axis, unit, scale in zip(
        picture.figure.axes, ("hours", "per day", "share"), (1, 7, 100), strict=True
    ):
        values = [
            metric.value * scale
            for row in comparison.rows.values()
            for metric in (row.before, row.after)
            if metric.unit == unit and not math.isnan(metric.value)
        ]
        assert sorted(points(axis)) == pytest.approx(sorted(values))
    assert picture.figure.axes[0].get_xscale() == "log"


def test_each_metric_has_its_verdict_and_the_text_says_the_same(comparison: Comparison) -> None:
    picture = charts.comparison(comparison)
    picture.figure.draw_without_rendering()
    shown = [text.get_text() for axis in picture.figure.axes for text in axis.texts]
    for row in comparison.rows.values():
        assert row.verdict.replace(" difference", "\ndifference") in shown
    assert "Change lead time: 3.8 days, then 9.8 days: no clear difference." in picture.alt
    assert "Mean time to restore: 5 minutes, then 4.2 days" in picture.alt


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 0, 0), (0, 0, 0)),
        ((5, 5, 5), (5, 5, 5)),
        ((0, 0.001, 90_000), (90_000, 90_000, 90_000)),
    ],
)
def test_any_times_are_drawn_within_the_axis(
    comparison: Comparison, first: tuple[float, ...], second: tuple[float, ...]
) -> None:
    row = comparison.rows["change_lead_time"]
    before, after = (
        dataclasses.replace(row.before, low=low, value=value, high=high)
        for low, value, high in (first, second)
    )
    rows = dict(comparison.rows)
    rows["change_lead_time"] = dataclasses.replace(row, before=before, after=after)
    picture = charts.comparison(dataclasses.replace(comparison, rows=rows))
    picture.figure.draw_without_rendering()
    axis = picture.figure.axes[0]
    low, high = axis.get_xlim()
    for line in axis.lines:
        assert all(low <= value <= high for value in np.asarray(line.get_xdata(), float))


def test_what_cannot_be_measured_has_no_point() -> None:
    empty = dora.measure(log([], [], []), "2026-01-01", "2026-01-10")
    picture = charts.comparison(dora.compare(empty, empty))
    picture.figure.draw_without_rendering()
    assert [point for axis in picture.figure.axes for point in points(axis)] == []
    assert picture.alt.count("unknown, then unknown: not measurable.") == 6


# The period.


def bars(events: Events, **options: str) -> list[Any]:
    (axis,) = charts.quarter(events, START, END, **options).figure.axes
    return sorted(axis.patches, key=lambda bar: float(bar.get_x()))


def test_each_incident_of_the_period_is_a_bar_of_its_length() -> None:
    short, others, late, still_open = bars(SLOW)
    assert others.get_width() == pytest.approx(1.5)
    # Both go on beyond the end of the period, where the picture ends.
    assert late.get_width() == pytest.approx(3)
    assert still_open.get_width() == pytest.approx(1 + 2 / 24)
    assert 5 / 24 / 60 < short.get_width() < 0.5


def test_incidents_of_deployments_and_others_differ_without_colour() -> None:
    short, others, late, _ = bars(SLOW)
    assert short.get_hatch() == late.get_hatch() != others.get_hatch()


def test_bars_that_would_touch_are_on_different_lines() -> None:
    *_, late, still_open = bars(SLOW)
    assert late.get_y() != still_open.get_y()


def test_the_time_line_says_what_it_shows() -> None:
    assert charts.quarter(SLOW, START, END).alt == (
        "Time line by week of $\\orders{$, 2026-01-05 to 2026-01-22, 18 days: "
        "2 deployments that failed, 1 hotfix, 1 attempt that never reached production. "
        "4 incidents: the shortest 5 minutes, the longest 7 days; 1 still open."
    )


def test_weeks_begin_on_mondays_of_the_time_zone() -> None:
    (axis,) = charts.quarter(SLOW, "2026-01-01", "2026-02-01", tz="Asia/Tokyo").figure.axes
    axis.figure.draw_without_rendering()
    labels = [label.get_text() for label in axis.get_xticklabels()]
    assert labels == ["5 Jan", "12 Jan", "19 Jan", "26 Jan"]
    # Midnight in Tokyo is nine hours before that of UTC.
    assert {float(tick) % 1 for tick in axis.get_xticks()} == {15 / 24}


def test_a_quarter_has_a_line_each_week_and_dates_that_fit() -> None:
    rows = [deployment(f"d{n}", f"{n:02}") for n in range(1, 30)]
    picture = charts.quarter(log(rows), "2026-01-05", "2026-04-06", tz="Europe/Berlin")
    (axis,) = picture.figure.axes
    assert len(axis.xaxis.get_minorticklocs()) + len(axis.get_xticks()) >= 13
    picture.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in axis.get_xticklabels()]
    assert not any(a.overlaps(b) for a, b in pairwise(boxes))
    assert axis.get_xlabel() == "No record of incidents."
    assert picture.alt.endswith("25 deployments. No record of incidents.")


@pytest.mark.parametrize(
    ("events", "start", "end"),
    [
        (log([], [], []), "2026-03-28", "2026-03-30"),
        (SLOW, "2020-01-01", "2026-02-01"),
        (log([], [], [incident("i", None, "06", None)]), "2026-01-06", "2026-01-07"),
    ],
    ids=["nothing", "years", "an open incident"],
)
def test_days_years_and_nothing_can_be_drawn(events: Events, start: str, end: str) -> None:
    picture = charts.quarter(events, start, end, tz="America/Santiago")
    picture.figure.draw_without_rendering()
    assert "nan" not in picture.alt


def test_very_many_incidents_are_drawn_without_their_lengths() -> None:
    many = [incident(f"i{n}", None, f"06 {n:02}:00", f"08 {n:02}:00") for n in range(24)]
    (axis,) = charts.quarter(log([], [], many), START, END).figure.axes
    assert len(axis.patches) == 24
    assert {text.get_text() for text in axis.texts} == {""}
    assert len({bar.get_y() for bar in axis.patches}) <= 8
