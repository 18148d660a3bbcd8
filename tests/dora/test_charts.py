"""The pictures: what is drawn is what was measured, and the alternative text says it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from devops_workbook import dora
from devops_workbook.display import Figure
from devops_workbook.dora import charts
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.wording import humanise
from devops_workbook.paths import DATA

ZONE = "Europe/Berlin"
EVERY = ("month", "week")


@pytest.fixture(scope="module")
def shop() -> dora.Events:
    return dora.read_csv(
        *(DATA / "shop" / f"{name}.csv" for name in ("deployments", "changes", "incidents"))
    )


@pytest.fixture(scope="module")
def year(shop: dora.Events) -> Metrics:
    return dora.measure(shop, "2025-01-01", "2026-01-05", tz=ZONE, resamples=0)


@pytest.fixture(scope="module")
def history() -> Metrics:
    folder = DATA / "git_history"
    events = dora.from_commit_table(folder / "click_commits.csv", folder / "click_tags.csv")
    return dora.measure(events, resamples=0)


def no_deployments() -> Metrics:
    empty = pd.DataFrame({"deployment_id": [], "finished_at": pd.to_datetime([], utc=True)})
    return dora.measure(dora.Events(empty), "2025-01-01", "2025-02-01", resamples=0)


def all_charts(metrics: Metrics) -> list[Figure]:
    over_time = [charts.over_time(metrics, every=every) for every in EVERY]
    return [*over_time, charts.lead_times(metrics), charts.timeline(metrics)]


def test_lead_times_marks_median_mean_and_90th_percentile(year: Metrics) -> None:
    hours = year.lead_times["lead_time_hours"]
    picture = charts.lead_times(year)
    expected = {hours.median(), hours.mean(), hours.quantile(0.9)}
    (axis,) = picture.figure.axes
    lines = {line.get_xdata()[0] for line in axis.lines}
    assert sorted(lines) == pytest.approx(sorted(expected))
    for value in expected:
        assert humanise(value) in picture.alt
    assert sum(bar.get_height() for bar in axis.patches) == len(hours)


@pytest.mark.parametrize("every", EVERY)
def test_over_time_draws_the_series(year: Metrics, every: str) -> None:
    table = year.monthly if every == "month" else year.weekly
    picture = charts.over_time(year, every=every)
    assert len(picture.figure.axes) == 5
    (fail_rate,) = (a for a in picture.figure.axes if "fail rate" in a.get_title(loc="left"))
    drawn = np.asarray(fail_rate.lines[0].get_ydata(), float)
    np.testing.assert_allclose(drawn, 100 * table["change_fail_rate"].to_numpy(float))
    assert f"{len(table)} {every}s" in picture.alt


def test_over_time_leaves_out_what_is_not_known_and_says_so(history: Metrics) -> None:
    picture = charts.over_time(history)
    titles = [axis.get_title(loc="left") for axis in picture.figure.axes]
    assert len(titles) == 2
    assert "Not known:" in picture.alt
    assert "Change fail rate" in picture.alt


def test_over_time_knows_weeks_and_months(year: Metrics) -> None:
    with pytest.raises(ValueError, match="'month' or 'week', not 'day'"):
        charts.over_time(year, every="day")


def test_timeline_counts_each_deployment_once(year: Metrics) -> None:
    picture = charts.timeline(year)
    (axis,) = picture.figure.axes
    points = sum(len(line.get_xdata()) for line in axis.lines if line.get_marker() != "None")
    assert points == len(year.deployments)
    assert (
        f"Time line of {len(year.deployments)} deployments of orders and storefront" in picture.alt
    )
    failed = year.deployments["failed"]
    open_ones = int((failed & year.deployments["recovered_at"].isna()).sum())
    assert (f"{open_ones} had not recovered" in picture.alt) == (open_ones > 0)


def test_kinds_differ_in_shape_not_in_colour_alone(year: Metrics) -> None:
    (axis,) = charts.timeline(year).figure.axes
    looks = {
        line.get_label(): (line.get_marker(), line.get_markerfacecolor() == "white")
        for line in axis.lines
        if line.get_marker() != "None"
    }
    assert len(set(looks.values())) == len(looks) == 5


@pytest.mark.parametrize("service", ["orders", None])
def test_little_data_draws_without_a_warning(shop: dora.Events, service: str | None) -> None:
    events = shop.only(service=service) if service else shop
    for start, end in (("2025-03-01", "2025-03-10"), ("2025-07-01", "2025-07-20")):
        for picture in all_charts(dora.measure(events, start, end, tz=ZONE, resamples=0)):
            assert picture.png().startswith(b"\x89PNG")


def test_nothing_to_draw_says_so() -> None:
    for picture in all_charts(no_deployments()):
        assert picture.png().startswith(b"\x89PNG")
        assert picture.alt


def test_every_chart_has_a_text_with_numbers_and_is_the_same_twice(history: Metrics) -> None:
    for first, second in zip(all_charts(history), all_charts(history), strict=True):
        assert any(character.isdigit() for character in first.alt)
        assert first.png() == second.png()
