"""``workbook agenda``: a plan that fits the day, with breaks and cut points."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook import chapters
from devops_workbook.agenda import Day, choose, markdown, plan
from devops_workbook.agenda.choice import PRIORITY, WORTHWHILE
from devops_workbook.agenda.timetable import BREAK, DAY, LUNCH, OVERRUN, STRETCH
from devops_workbook.cli import main


def _taught(days: list[Day]) -> list[str]:
    parts = [slot.part for day in days for slot in day.slots if slot.part]
    return list(dict.fromkeys(part.chapter.key for part in parts))


def _lengths(day: Day, what: str) -> list[int]:
    return [slot.end - slot.start for slot in day.slots if slot.what == what]


def test_every_chapter_has_its_place_in_the_priorities() -> None:
    assert set(chapters.COURSE) <= set(PRIORITY)


@given(st.integers(min_value=15, max_value=30 * 60))
def test_a_plan_keeps_its_time_and_its_breaks(total: int) -> None:
    days = plan(total)
    assert sum(day.end - sum(_lengths(day, "Lunch")) for day in days) <= total
    for day in days:
        assert day.end - sum(_lengths(day, "Lunch")) <= DAY
        assert [slot.start for slot in day.slots[1:]] == [slot.end for slot in day.slots[:-1]]
        assert _lengths(day, "Lunch") in ([], [LUNCH])
        assert set(_lengths(day, "Break")) <= {BREAK}
        work = 0
        for slot in day.slots:
            work = 0 if slot.what in ("Break", "Lunch") else work + slot.end - slot.start
            assert work <= STRETCH + OVERRUN


@given(st.integers(min_value=15, max_value=20 * 60))
def test_a_choice_fits_in_the_order_of_the_course(minutes: int) -> None:
    parts = choose(minutes)
    assert sum(part.minutes for part in parts) <= minutes
    keys = [part.chapter.key for part in parts]
    assert keys == [key for key in chapters.COURSE if key in keys]
    for part in parts:
        assert part.minutes >= WORTHWHILE * part.chapter.minutes
        assert {exercise.kind for exercise in part.cut} <= {"stretch", "exercise"}
        assert part.exercises


def test_a_short_chapter_loses_its_stretch_exercise_first() -> None:
    [part] = choose(chapters.load("dora-metrics").minutes - 1, ["dora-metrics"])
    assert [exercise.key for exercise in part.cut] == ["what-if"]
    assert "what-if" not in [exercise.key for exercise in part.cut_points]


def test_enough_hours_teach_the_whole_course() -> None:
    assert _taught(plan(40 * 60)) == list(chapters.COURSE)


def test_three_hours_measure_and_release_safely() -> None:
    assert _taught(plan(3 * 60)) == ["start-here", "dora-metrics", "safe-deployments"]


@pytest.mark.parametrize("total", [6 * 60, DAY])
def test_a_day_has_one_lunch_near_its_middle(total: int) -> None:
    [day] = plan(total)
    [lunch] = [slot for slot in day.slots if slot.what == "Lunch"]
    assert abs((lunch.start + lunch.end) / 2 - day.end / 2) <= STRETCH / 2


def test_the_text_names_days_times_and_cut_points() -> None:
    text = markdown(plan(12 * 60), start=9 * 60 + 30)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "The day before",
        "Day 1",
        "Day 2",
        "If you are late",
    ]
    assert text.count("\n| 09:30 | ") == 2
    times = re.findall(r"\b\d\d:(\d\d)\b", text)
    assert {int(minute) % 5 for minute in times} == {0}
    late = text.partition("## If you are late")[2]
    assert "- 01 DORA metrics: `what-if` (7 min), " in late


def test_what_a_chapter_names_is_left_out_first_and_nothing_of_chapter_00() -> None:
    for part in choose(40 * 60):
        named = part.chapter.leave_out
        cuts = [exercise.key for exercise in part.cut_points]
        assert cuts[: len(named or ())] == list(named or ())
        assert cuts or named is None
    assert choose(14, ["start-here"]) == []


def test_several_days_are_equally_long_and_no_chapter_goes_on_over_night() -> None:
    assert len(plan(DAY)) == 1
    two = plan(10 * 60)
    assert [day.end - sum(_lengths(day, "Lunch")) <= 5 * 60 for day in two] == [True, True]
    for days in (plan(12 * 60), plan(40 * 60)):
        taught = [key for day in days for key in _taught([day])]
        assert len(taught) == len(set(taught))


@pytest.mark.parametrize("total", [120, 3 * 60, 6 * 60, 12 * 60])
def test_a_long_workshop_ends_with_questions(total: int) -> None:
    assert plan(total)[-1].slots[-1].what.startswith("questions")


@pytest.mark.parametrize("hours", range(1, 41))
def test_what_is_left_out_ends_without_a_comma(hours: int) -> None:
    for row in markdown(plan(hours * 60)).splitlines():
        assert not row.endswith(", |")


def test_a_chapter_with_a_break_in_it_says_how_far_to_go() -> None:
    days = plan(40 * 60)
    slots = [slot for day in days for slot in day.slots if slot.exercises]
    done = [exercise.key for slot in slots for exercise in slot.exercises]
    assert done == [key for each in chapters.COURSE for key in chapters.load(each).exercises]
    rows = [row for row in markdown(days).splitlines() if "| 04 Safe deployments |" in row]
    assert [re.findall("`(.*?)`", row) for row in rows] == [
        ["first-canary", "expected-harm"],
        ["choose", "drift"],
    ]


def test_what_is_not_taught_is_named() -> None:
    assert "Not in this plan: 02 Source control, " in markdown(plan(3 * 60))
    assert "Not in this plan" not in markdown(plan(40 * 60))


def test_an_evening_goes_on_after_midnight() -> None:
    text = markdown(plan(3 * 60), start=22 * 60)
    assert " | 01:00 | " in text
    assert " 24:" not in text


def test_a_piece_of_no_length_has_no_end() -> None:
    row = next(line for line in markdown(plan(60)).splitlines() if "| 00 Start here |" in line)
    assert row.count("09:15") == 1


def test_the_command_prints_a_plan_of_chosen_chapters(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["monitoring", "start_here"]
    assert main(["agenda", "--hours", "2", "--start", "13:00", "--chapters", *asked]) == 0
    said = capsys.readouterr().out
    assert "| 13:00 | 13:15 | 00 Start here | " in said
    assert "10 Monitoring" in said
    assert "| 01 DORA metrics |" not in said
    assert "Not in this plan: 01 DORA metrics" in said


def test_the_command_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "new" / "agenda.html"
    assert main(["agenda", "--hours", "6", "--html", str(written)]) == 0
    assert capsys.readouterr().out == f"wrote {written}\n"
    html = written.read_text(encoding="utf-8")
    assert html.count("<table>") == 1
    assert "<td>Lunch</td>" in html
    assert "http" not in html


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--hours", "soon"], "'soon' is not a number of hours from 0.25 to 60"),
        (["--hours", "0"], "'0' is not a number of hours from 0.25 to 60"),
        (["--hours", "3", "--start", "9"], "'9' is not a time of day such as 09:30"),
    ],
)
def test_a_wrong_option_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["agenda", *arguments])
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--hours", "3", "--chapters", "dora"], "There is no chapter 'dora'."),
        (["--hours", "0.5", "--chapters", "safe-deployments"], "fits into 0.5 hours"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agenda", *arguments]) == 2
    assert said in capsys.readouterr().err
