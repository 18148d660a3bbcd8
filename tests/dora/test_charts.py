"""The pictures: what is drawn is what was measured, and the alternative text says it."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

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


def share_of_blue(png: bytes) -> float:
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)
    return float((pixels[..., 2] - pixels[..., 0] > 60).mean())


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


def with_lead_times(metrics: Metrics, hours: list[float]) -> Metrics:
    rows = metrics.lead_times.iloc[[0] * len(hours)].assign(lead_time_hours=hours)
    return dataclasses.replace(metrics, lead_times=rows)


@settings(max_examples=15, deadline=None)
@given(hours=st.lists(st.floats(0, 90_000), min_size=1, max_size=60))
@pytest.mark.parametrize("skewed", [[], [0.5] * 95 + [9000.0] * 5], ids=["any", "fast"])
def test_every_label_of_the_lead_times_is_inside(
    year: Metrics, skewed: list[float], hours: list[float]
) -> None:
    picture = charts.lead_times(with_lead_times(year, hours + skewed)).figure
    (axis,) = picture.axes
    picture.draw_without_rendering()
    frame = axis.get_window_extent()
    boxes = [text.get_window_extent() for text in axis.texts]
    assert len(boxes) == 3
    for box in boxes:
        assert frame.x0 - 1 <= box.x0
        assert box.x1 <= frame.x1 + 1
        assert sum(box.overlaps(other) for other in boxes) == 1, "a label covers another"


@pytest.mark.parametrize("hours", [[0.0] * 5, [24.0] * 8, [30.0], [20.0, 23.0, 30.0]])
def test_lead_times_that_hardly_differ_have_an_axis_and_marks(
    year: Metrics, hours: list[float]
) -> None:
    picture = charts.lead_times(with_lead_times(year, hours))
    (axis,) = picture.figure.axes
    low, high = axis.get_xlim()
    assert any(low <= tick <= high for tick in axis.get_xticks())
    assert all(low <= line.get_xdata()[0] <= high for line in axis.lines)
    assert f"of {len(hours)} change{'' if len(hours) == 1 else 's'} on" in picture.alt


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
    said = "Not known: failed deployment recovery time, change fail rate, deployment rework rate."
    assert said in picture.alt
    assert said in picture.figure.get_supxlabel()


def test_over_time_says_what_a_hollow_marker_is(shop: dora.Events) -> None:
    for end, partial in (("2025-05-31", 1), ("2025-06-01", 0)):
        metrics = dora.measure(shop, "2025-03-01", end, resamples=0)
        picture = charts.over_time(metrics, every="month")
        assert ("Hollow: a month" in picture.figure.get_supxlabel()) == bool(partial)
        assert (f"{partial} of them covered only in part" in picture.alt) == bool(partial)


def test_over_time_knows_weeks_and_months(year: Metrics) -> None:
    with pytest.raises(ValueError, match="'month' or 'week', not 'day'"):
        charts.over_time(year, every="day")


def test_timeline_marks_failures_and_kinds_each_for_itself(year: Metrics) -> None:
    (axis,) = charts.timeline(year).figure.axes
    drawn: dict[str, int] = {}
    for line in axis.lines:
        if line.get_marker() != "None":
            label = str(line.get_label())
            drawn[label] = drawn.get(label, 0) + len(line.get_xdata())
    table = year.deployments
    reached = table["status"] == "succeeded"
    assert drawn == {
        "deployment": int((reached & (table["kind"] == "planned") & ~table["failed"]).sum()),
        "deployment that failed": int(table["failed"].sum()),
        "hotfix": int((reached & (table["kind"] == "hotfix")).sum()),
        "rollback": int((reached & (table["kind"] == "rollback")).sum()),
        "attempt that never reached production": int((~reached).sum()),
    }


def test_the_timeline_s_text_counts_as_the_metrics_do(year: Metrics) -> None:
    alt = charts.timeline(year).alt
    fail, rework = year.change_fail_rate, year.deployment_rework_rate
    assert f"Time line of {fail.n} deployments of orders and storefront" in alt
    assert f" {round(fail.value * fail.n)} failed" in alt
    assert f"{rework.detail['hotfixes']:.0f} hotfixes, {rework.detail['rollbacks']:.0f} roll" in alt
    assert f"{fail.excluded['never reached production']} attempts never reached" in alt
    longest = humanise(year.deployments["recovery_hours"].max())
    assert f"the longest recovery took {longest}" in alt
    failed = year.deployments[year.deployments["failed"]]
    open_ones = int(failed["recovered_at"].isna().sum())
    assert open_ones
    assert f"{open_ones} had not recovered" in alt


def test_the_timeline_of_a_git_history_claims_neither_kinds_nor_failures(history: Metrics) -> None:
    picture = charts.timeline(history)
    (axis,) = picture.figure.axes
    assert history.change_fail_rate.note in picture.alt
    assert axis.get_xlabel() == history.change_fail_rate.note
    assert "planned" not in picture.alt
    assert " failed" not in picture.alt


def test_many_services_are_not_all_named_in_the_text(year: Metrics) -> None:
    names = [f"service-{number}" for number in range(9)]
    table = year.deployments.assign(
        service=(names * len(year.deployments))[: len(year.deployments)]
    )
    alt = charts.timeline(dataclasses.replace(year, deployments=table)).alt
    assert "service-0, service-1, service-2, service-3 and 5 more" in alt


def test_a_crowd_of_deployments_stays_visible(year: Metrics) -> None:
    times = pd.date_range(year.start, year.end, periods=3000, inclusive="left").tz_convert("UTC")
    columns = {"service": "busy", "status": "succeeded", "kind": "planned", "failed": False}
    table = pd.DataFrame({"finished_at": times, "recovered_at": pd.NaT, **columns})
    picture = charts.timeline(dataclasses.replace(year, deployments=table)).png()
    assert share_of_blue(picture) > 0.005


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
