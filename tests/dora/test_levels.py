"""The published levels: every row lands on itself, and what lies between is said to."""

from __future__ import annotations

import dataclasses
import math

import pytest
from bs4 import BeautifulSoup
from event_tables import log
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook.dora import Metrics, levels, measure
from devops_workbook.dora.published_levels import TABLES, Band, published
from devops_workbook.dora.survey import DURATIONS, FREQUENCIES

EMPTY = measure(log([]), "2026-01-01", "2026-02-01")
HOUR, DAY, WEEK, MONTH = 1.0, 24.0, 168.0, 730.0
OFTEN, H_D, D_W, W_M, M_6M, SELDOM = 4.0, 1.5, 0.5, 0.1, 0.02, 0.001


def at(**values: float) -> Metrics:
    """Return metrics with these values."""
    changed = {
        name: dataclasses.replace(getattr(EMPTY, name), value=value, n=9)
        for name, value in values.items()
    }
    return dataclasses.replace(EMPTY, **changed)


def middle(band: Band) -> float:
    if math.isinf(band.high):
        return band.low * 2
    return (band.low + band.high) / 2


# The tables, as typical answers: (frequency, lead time, restore or recovery, fail rate in %).

HALF_HOUR, HALF_DAY, FEW_DAYS, WEEKS, MONTHS, YEAR = 0.5, 12.0, 72.0, 400.0, 2000.0, 8760.0
ROWS = {
    (2016, "high"): (OFTEN, HALF_HOUR, HALF_HOUR, 10),
    (2016, "medium"): (W_M, WEEKS, HALF_DAY, 40),
    (2016, "low"): (M_6M, MONTHS, HALF_DAY, 20),
    (2018, "elite"): (OFTEN, HALF_HOUR, HALF_HOUR, 10),
    (2018, "high"): (H_D, FEW_DAYS, HALF_DAY, 10),
    (2018, "medium"): (W_M, WEEKS, HALF_DAY, 10),
    (2018, "low"): (W_M, MONTHS, WEEKS, 50),
    (2018, "misguided"): (M_6M, MONTHS, MONTHS, 20),
    (2019, "elite"): (OFTEN, HALF_HOUR, HALF_HOUR, 10),
    (2019, "high"): (D_W, FEW_DAYS, HALF_DAY, 10),
    (2019, "medium"): (W_M, WEEKS, HALF_DAY, 10),
    (2019, "low"): (M_6M, MONTHS, WEEKS, 50),
    (2021, "elite"): (OFTEN, HALF_HOUR, HALF_HOUR, 10),
    (2021, "high"): (W_M, FEW_DAYS, HALF_DAY, 20),
    (2021, "medium"): (M_6M, MONTHS, FEW_DAYS, 20),
    (2021, "low"): (SELDOM, YEAR, YEAR, 20),
    (2022, "high"): (OFTEN, FEW_DAYS, HALF_DAY, 10),
    (2022, "medium"): (W_M, WEEKS, FEW_DAYS, 20),
    (2022, "low"): (M_6M, MONTHS, WEEKS, 50),
    (2023, "elite"): (OFTEN, HALF_DAY, HALF_HOUR, 5),
    (2023, "high"): (D_W, FEW_DAYS, HALF_DAY, 10),
    (2023, "medium"): (W_M, WEEKS, FEW_DAYS, 15),
    (2023, "low"): (W_M, WEEKS, MONTHS, 64),
    (2024, "elite"): (OFTEN, HALF_DAY, HALF_HOUR, 5),
    (2024, "high"): (D_W, FEW_DAYS, HALF_DAY, 20),
    (2024, "medium"): (W_M, WEEKS, HALF_DAY, 10),
    (2024, "low"): (M_6M, MONTHS, WEEKS, 40),
}


def recovery(year: int) -> str:
    return "mttr" if year < 2023 else "failed_deployment_recovery_time"


@pytest.mark.parametrize(("year", "level"), ROWS)
def test_every_row_lands_on_its_own_level(year: int, level: str) -> None:
    frequency, lead_time, restore, percent = ROWS[year, level]
    values = {
        "deployment_frequency": frequency,
        "change_lead_time": lead_time,
        recovery(year): restore,
        "change_fail_rate": percent / 100,
    }
    placed = levels(at(**values), year=year).placements
    for metric in values:
        assert level in placed[metric].levels, metric


def test_no_row_is_missing() -> None:
    assert set(ROWS) == {(year, level) for year, table in TABLES.items() for level in table.levels}


@pytest.mark.parametrize("year", TABLES)
def test_the_middle_of_each_cell_is_at_its_level(year: int) -> None:
    for metric, bands in TABLES[year].cells.items():
        for level, band in bands.items():
            assert (
                level in levels(at(**{metric: middle(band)}), year=year).placements[metric].levels
            )


@pytest.mark.parametrize(
    ("year", "shares"),
    [
        (2018, ["7%", "48%", "37%", "15%", "5%"]),
        (2019, ["20%", "23%", "44%", "12%"]),
        (2021, ["26%", "40%", "28%", "7%"]),
        (2022, ["11% (not confirmed)", "69% (not confirmed)", "19%"]),
        (2023, ["18%", "31%", "33%", "17 to 18%"]),
        (2024, ["19%", "22%", "35%", "25%"]),
    ],
)
def test_the_shares_of_respondents_are_those_published(year: int, shares: list[str]) -> None:
    placed = levels(EMPTY, year=year)
    assert list(placed.shares.values()) == shares
    assert f"{placed.names[0]} {shares[0]}" in placed.notes[-1]


@pytest.mark.parametrize(
    ("year", "primary"),
    [(year, year < 2022) for year in TABLES],
)
def test_the_caption_says_whether_the_source_is_dora(year: int, primary: bool) -> None:
    placed = levels(EMPTY, year=year)
    assert placed.primary is primary
    assert ("DORA's own report" in placed.caption) is primary
    assert ("a secondary source" in placed.caption) is not primary


# Gaps, ends, overlaps and inversions.


@pytest.mark.parametrize(
    ("year", "metric", "value", "text"),
    [
        (
            2021,
            "change_lead_time",
            WEEKS,
            "between levels: high (one day to one week) and medium (one month to six months)",
        ),
        (
            2021,
            "deployment_frequency",
            D_W,
            "between levels: elite (on demand, several a day) and "
            "high (once a week to once a month)",
        ),
        (2023, "change_fail_rate", 0.4, "between levels: medium (15%) and low (64%)"),
        (2024, "change_fail_rate", 0.15, "between levels: medium (10%) and high (20%)"),
        (2016, "mttr", 100, "worse than medium or low (less than one day)"),
        (2022, "change_lead_time", 2, "better than high (one day to one week)"),
        (
            2022,
            "deployment_frequency",
            SELDOM,
            "worse than low (once a month to once in six months)",
        ),
        (2024, "change_fail_rate", 0.0, "better than elite (5%)"),
        (2024, "change_fail_rate", 0.9, "worse than low (40%)"),
        (2024, "failed_deployment_recovery_time", MONTH, "worse than low (one week to one month)"),
    ],
)
def test_a_value_in_no_cell_is_said_to_be_between_or_beyond(
    year: int, metric: str, value: float, text: str
) -> None:
    place = levels(at(**{metric: value}), year=year).placements[metric]
    assert place.levels == ()
    assert place.text == text


@pytest.mark.parametrize(
    ("year", "metric", "value", "text"),
    [
        (2021, "change_fail_rate", 0.2, "high, medium or low"),
        (2018, "deployment_frequency", W_M, "medium or low"),
        (2018, "change_fail_rate", 0.1, "elite, high or medium"),
        (2023, "change_lead_time", WEEKS, "medium or low"),
        (2024, "failed_deployment_recovery_time", HALF_DAY, "high or medium"),
    ],
)
def test_one_answer_of_several_levels_is_at_all_of_them(
    year: int, metric: str, value: float, text: str
) -> None:
    assert levels(at(**{metric: value}), year=year).placements[metric].text == text


@pytest.mark.parametrize(
    ("year", "inversions"),
    [
        (
            2016,
            [
                "As published, the change fail rate of medium (31 to 45%) is worse than that of "
                "low (16 to 30%)."
            ],
        ),
        (2018, []),
        (2019, []),
        (2021, []),
        (2022, []),
        (2023, []),
        (
            2024,
            [
                "As published, the change fail rate of high (20%) is worse than that of medium "
                "(10%)."
            ],
        ),
    ],
)
def test_an_inversion_is_named(year: int, inversions: list[str]) -> None:
    notes = levels(EMPTY, year=year).notes
    assert [note for note in notes if note.startswith("As published")] == inversions


# The borders of the answers.


@pytest.mark.parametrize(
    ("hours", "level"),
    [
        (0, "elite"),
        (23.99, "elite"),
        (24, "high"),
        (167.99, "high"),
        (168, "medium"),
        (729, "medium"),
        (730, "low"),
        (4379, "low"),
    ],
)
def test_a_border_belongs_to_the_longer_time(hours: float, level: str) -> None:
    assert levels(at(change_lead_time=hours)).placements["change_lead_time"].levels == (level,)


@pytest.mark.parametrize(
    ("per_day", "level"),
    [
        (2, "elite"),
        (1 / 7, "high"),
        (0.99, "high"),
        (24 / 730, "medium"),
        (0.14, "medium"),
        (24 / 4380, "low"),
    ],
)
def test_a_border_belongs_to_the_higher_frequency(per_day: float, level: str) -> None:
    place = levels(at(deployment_frequency=per_day)).placements["deployment_frequency"]
    assert place.levels == (level,)


@pytest.mark.parametrize(("share", "inside"), [(0.154, True), (0.156, False)])
def test_shares_are_rounded_to_whole_per_cent(share: float, inside: bool) -> None:
    place = levels(at(change_fail_rate=share), year=2019).placements["change_fail_rate"]
    assert ("elite" in place.levels) is inside


@given(st.floats(0, 1e9))
def test_the_answers_of_the_survey_have_no_gap(value: float) -> None:
    for scale in (DURATIONS, FREQUENCIES):
        assert sum(step.holds(value) for step in scale) == 1


@given(st.sampled_from(list(TABLES)), st.floats(0, 1e5))
def test_a_time_is_at_a_level_exactly_if_a_cell_holds_it(year: int, hours: float) -> None:
    place = levels(at(change_lead_time=hours), year=year).placements["change_lead_time"]
    bands = published(year).cells["change_lead_time"]
    assert set(place.levels) == {level for level, band in bands.items() if band.holds(hours)}
    assert bool(place.levels) != place.text.startswith(("between", "better", "worse"))


# What is compared, and what is not.


@pytest.mark.parametrize("year", TABLES)
def test_until_2022_the_time_to_restore_is_compared(year: int) -> None:
    placed = levels(EMPTY, year=year).placements
    assert recovery(year) in placed
    assert len(placed) == 5


def test_the_rework_rate_has_no_level() -> None:
    place = levels(at(deployment_rework_rate=0.1), year=2024).placements["deployment_rework_rate"]
    assert (place.levels, place.text) == ((), "no level published")


def test_what_is_not_known_has_no_level() -> None:
    for place in levels(EMPTY).placements.values():
        assert (place.levels, place.text) == ((), "not known")


def test_the_last_table_is_the_default() -> None:
    assert levels(EMPTY).year == 2024


@pytest.mark.parametrize(
    ("year", "says"),
    [
        (2020, "no report in 2020"),
        (2025, r"no low-to-elite table in 2025; dora.quick_check\(metrics, edition=2025\)"),
        (2017, "2017 report's table is not held here"),
        (1999, "no table of DORA's levels for 1999"),
        ("2024", "no table of DORA's levels for '2024'"),
    ],
)
def test_a_year_without_a_table_is_refused(year: int, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        levels(EMPTY, year=year)
    assert str(refused.value).endswith(
        "The years with a table are 2016, 2018, 2019, 2021, 2022, 2023, 2024."
    )


# How it is shown.


def test_the_table_has_a_row_per_metric_and_a_column_per_level() -> None:
    table = levels(at(change_lead_time=30.0), year=2024).table()
    assert list(table.columns) == ["value", "level", "levels", "elite", "high", "medium", "low"]
    row = table.loc["change_lead_time"]
    assert (row["value"], row["level"], row["levels"]) == (30.0, "high", ("high",))
    assert row["elite"] == "less than one day"


def test_a_terminal_sees_the_levels_and_the_caveats() -> None:
    lines = repr(levels(at(change_fail_rate=0.15), year=2024)).splitlines()
    assert lines[0].startswith("Levels of 2024, from a secondary source")
    assert any(line.endswith("between levels: medium (10%) and high (20%)") for line in lines)
    assert any("not a limit to reach" in line for line in lines)


def test_a_notebook_sees_a_table_with_every_published_answer() -> None:
    html = levels(at(change_fail_rate=0.15), year=2024)._repr_html_()
    page = BeautifulSoup(html, "html.parser")
    headings = [cell.text for cell in page.find_all("th", scope="col")]
    assert headings == ["metric", "measured", "level", "elite", "high", "medium", "low"]
    row = page.find("th", string="change fail rate", scope="row").find_parent("tr")
    assert [cell.text for cell in row.find_all("td")][2:] == ["5%", "20%", "10%", "40%"]
    assert "not a limit to reach" in page.text
