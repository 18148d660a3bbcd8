"""Two periods compared: every verdict respects the ranges, and every gap says why."""

from __future__ import annotations

import dataclasses
import math

import pytest
from bs4 import BeautifulSoup
from event_tables import change, deployment, incident, log
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook import dora
from devops_workbook.dora import Comparison, Metric, Metrics
from devops_workbook.paths import DATA

HALVES = ("first half", "second half")
TIMES = ("change_lead_time", "failed_deployment_recovery_time", "mttr")
SHARES = ("change_fail_rate", "deployment_rework_rate")
KEYS = (*TIMES, *SHARES, "deployment_frequency")
SWAPPED = {"better": "worse", "worse": "better"}


def events(*, failing: int, every_day: bool, hours: float) -> dora.Events:
    """Return January: a deployment on some days, each with a commit, the first ones failing."""
    days = range(1, 29) if every_day else range(1, 29, 4)
    names = [f"d{day:02}" for day in days]
    rows = [deployment(name, f"{day:02} 20:00") for name, day in zip(names, days, strict=True)]
    commits = [
        change(f"c{day}", name, f"{day:02} {19 - int(hours):02}:{day:02}")
        for name, day in zip(names, days, strict=True)
    ]
    bad = names[1 : failing + 1]
    incidents = [
        incident(f"i{name}", name, f"{name[1:]} 20:30", f"{name[1:]} {21 + int(hours) // 8}:30")
        for name in bad
    ]
    return log(rows, commits, incidents)


def january(**columns: int | bool | float) -> Metrics:
    return dora.measure(events(**columns), "2026-01-01", "2026-01-29")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def halves() -> Comparison:
    names = ("deployments", "changes", "incidents")
    shop = dora.read_csv(*(DATA / "shop" / f"{name}.csv" for name in names))
    before, after = (
        dora.measure(shop, start, end, tz="Europe/Berlin")
        for start, end in (("2025-01-01", "2025-07-01"), ("2025-07-01", "2026-01-01"))
    )
    return dora.compare(before, after, names=HALVES)


@pytest.fixture(scope="module")
def slow() -> Metrics:
    return january(failing=6, every_day=False, hours=16)


@pytest.fixture(scope="module")
def fast() -> Metrics:
    return january(failing=8, every_day=True, hours=1)


@pytest.fixture(scope="module")
def mended(slow: Metrics, fast: Metrics) -> Comparison:
    return dora.compare(slow, fast)


@pytest.fixture(scope="module")
def flawless() -> Metrics:
    return january(failing=0, every_day=True, hours=1)


@pytest.fixture(scope="module")
def idle() -> Metrics:
    return dora.measure(log([], [], []), "2026-01-01", "2026-01-29")


def verdicts(comparison: Comparison) -> dict[str, str]:
    return {key: row.verdict for key, row in comparison.rows.items()}


# The shop's two halves of 2025: nothing was done, and nothing changed.


def test_the_table_holds_both_measurements(halves: Comparison) -> None:
    table = halves.table()
    assert len(table) == 6
    for period, metrics in (("before", halves.before), ("after", halves.after)):
        measured = metrics.table().loc[table.index]
        for name, column in (("", "value"), ("_low", "low"), ("_high", "high"), ("_n", "n")):
            assert list(table[f"{period}{name}"]) == list(measured[column])


def test_times_and_frequency_have_a_factor_and_shares_a_difference(halves: Comparison) -> None:
    table = halves.table()
    lead = table.loc["change lead time"]
    assert lead["factor"] == lead["after"] / lead["before"]
    rate = table.loc["change fail rate"]
    assert rate["difference"] == pytest.approx(100 * (13 / 44 - 15 / 50))
    assert (table["factor"].isna() == (table["unit"] == "share")).all()
    assert (table["difference"].isna() == (table["unit"] != "share")).all()


def test_the_shop_did_not_change_in_a_year(halves: Comparison) -> None:
    assert set(verdicts(halves).values()) == {"no clear difference"}
    assert halves.rows["change_lead_time"].reason == "the ranges overlap, so it could be chance"


def test_a_terminal_shows_human_units_and_the_periods(halves: Comparison) -> None:
    caption, head, _, *rows = repr(halves).splitlines()
    assert "first half: 2025-01-01 to 2025-06-30, 181 days (Europe/Berlin)" in caption
    assert head.split("  ")[0] == "metric"
    assert rows[0].split("  ")[0] == "change lead time"
    for text in ("9.4 days", "8.5 days", "10% shorter", "no clear difference"):
        assert text in rows[0]
    assert "about 1.9 per week" in rows[1]
    assert "0.5 percentage points lower" in rows[3]
    assert max(map(len, [head, *rows[:6]])) < 130
    assert "second half: 1 more not over yet." in repr(halves)


def test_a_notebook_shows_an_accessible_table_with_ranges(halves: Comparison) -> None:
    table = BeautifulSoup(halves._repr_html_(), "html.parser").table
    assert "first half: 2025-01-01" in table.caption.text
    heads = [cell.text for cell in table.thead.find_all("th", scope="col")]
    assert heads == ["metric", *HALVES, "change", "verdict", "remark"]
    row = table.tbody.tr
    assert row.find("th", scope="row").text == "Change lead time"
    assert "9.4 days (9.2 days to 10 days, n = 698)" in row.text


def test_names_stay_text(slow: Metrics) -> None:
    hostile = "<script>alert(1)</script>"
    page = dora.compare(slow, slow, names=(hostile, "b"))._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


# Something was done.


def test_what_became_better_says_by_how_much(mended: Comparison) -> None:
    found = verdicts(mended)
    assert found["change_lead_time"] == found["deployment_frequency"] == "better"
    assert found["failed_deployment_recovery_time"] == found["mttr"] == "better"
    assert found["change_fail_rate"] == "better"
    text = "\n".join(mended.sentences())
    assert "Change lead time fell from 17 hours to 1.8 hours, 9.6 times shorter: better." in text
    assert "Deployment frequency rose from" in text
    assert "4 times more often: better." in text
    assert "57 percentage points lower: better." in text


def test_a_verdict_says_which_way_is_better(slow: Metrics, fast: Metrics) -> None:
    assert verdicts(dora.compare(fast, slow)) == {
        key: SWAPPED.get(verdict, verdict)
        for key, verdict in verdicts(dora.compare(slow, fast)).items()
    }


def test_the_same_period_twice_is_the_same(slow: Metrics) -> None:
    same = dora.compare(slow, slow)
    assert set(verdicts(same).values()) == {"no clear difference"}
    assert {row.change for row in same.rows.values()} == {"the same"}
    assert "Change lead time stayed at 17 hours." in same.sentences()


# What cannot be compared says why.


def test_without_failures_there_is_no_recovery_to_compare(slow: Metrics, flawless: Metrics) -> None:
    found = dora.compare(slow, flawless, names=("by hand", "pipeline"))
    row = found.rows["failed_deployment_recovery_time"]
    assert (row.verdict, row.reason) == ("not measurable", "No deployment failed.")
    assert row.change == ""
    assert verdicts(found)["change_fail_rate"] == "better"
    said = "Failed deployment recovery time cannot be compared. No deployment failed."
    assert said in found.sentences()
    assert "- failed deployment recovery time: pipeline: No deployment failed." in repr(found)


def test_without_deployments_before_only_incidents_can_be_compared(
    idle: Metrics, fast: Metrics
) -> None:
    found = dora.compare(idle, fast)
    assert set(verdicts(found).values()) == {"not measurable"}
    assert found.rows["deployment_frequency"].reason == (
        "No deployment reached production in the period."
    )
    assert all(math.isnan(row.factor) for row in found.rows.values())
    assert "nan" not in found._repr_html_()


def test_without_ranges_there_is_no_verdict(slow: Metrics) -> None:
    quick = dora.measure(
        events(failing=0, every_day=True, hours=1), "2026-01-01", "2026-01-29", resamples=0
    )
    row = dora.compare(slow, quick).rows["change_lead_time"]
    assert row.verdict == "no clear difference"
    assert "without two ranges" in row.reason


@pytest.mark.parametrize(
    ("counts", "verdict"), [((2, 5), "no clear difference"), ((2, 8), "better"), ((3, 5), "better")]
)
def test_a_handful_of_recoveries_is_too_few(
    slow: Metrics, counts: tuple[int, int], verdict: str
) -> None:
    # 2 of comb(7, 2) = 21 orders keep 2 and 5 apart, 2 of comb(10, 2) = 45 and comb(8, 3) = 56.
    metric = slow.failed_deployment_recovery_time
    before, after = (
        dataclasses.replace(
            slow,
            failed_deployment_recovery_time=dataclasses.replace(
                metric, value=value, low=value - 0.1, high=value + 0.1, n=n
            ),
        )
        for value, n in zip((9.0, 0.2), counts, strict=True)
    )
    row = dora.compare(before, after).rows["failed_deployment_recovery_time"]
    assert row.verdict == verdict
    assert ("2 recoveries and then 5 recoveries are too few" in row.reason) == (counts == (2, 5))


# The rules, on any numbers.


@st.composite
def measured(draw: st.DrawFn, slow: Metrics) -> Metrics:
    """Return metrics with any values and ranges, some of them without."""
    replaced = {}
    for key in KEYS:
        top = 1.0 if key in SHARES else 1000.0
        steps = st.integers(0, 200).map(lambda step, top=top: top * step / 200)
        low, value, high = sorted(draw(st.tuples(steps, steps, steps)))
        kind = draw(st.sampled_from(["known", "known", "known", "no range", "unknown"]))
        low, high = (low, high) if kind == "known" else (math.nan, math.nan)
        value, note = (math.nan, "Nobody knows.") if kind == "unknown" else (value, "")
        n = draw(st.integers(2, 40))
        metric: Metric = getattr(slow, key)
        detail = dict(metric.detail) | {"n_deployments": n, "days": 7 * n}
        replaced[key] = dataclasses.replace(
            metric, value=value, low=low, high=high, note=note, n=n, detail=detail
        )
    return dataclasses.replace(slow, **replaced)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_verdicts_are_symmetric_and_never_about_nothing(slow: Metrics, data: st.DataObject) -> None:
    first, second = data.draw(measured(slow)), data.draw(measured(slow))
    there, back = dora.compare(first, second), dora.compare(second, first)
    assert verdicts(back) == {
        key: SWAPPED.get(verdict, verdict) for key, verdict in verdicts(there).items()
    }
    assert not {"better", "worse"} & set(verdicts(dora.compare(first, first)).values())
    for row in there.rows.values():
        assert (row.verdict in SWAPPED) == (row.reason == "")
        assert (row.change == "") == (row.verdict == "not measurable")
        if row.verdict in SWAPPED:
            assert row.before.high < row.after.low or row.after.high < row.before.low
    for text in (repr(there), there._repr_html_(), *there.sentences()):
        assert "nan" not in text
        assert "inf" not in text
