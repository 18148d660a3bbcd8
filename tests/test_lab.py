"""What a learner calls: answer, hint, solution, catch_up, reset, progress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest
from tiny_chapter import bucket_names, make_bucket, tiny_chapter

from devops_workbook import chapters, open_lab
from devops_workbook.errors import LabClosedError, UnknownKeyError, WorkbookError
from devops_workbook.exercise import Chapter, Outcome
from devops_workbook.lab import MONDAY, Lab
from offline_aws import OfflineAWS


@pytest.fixture
def lab() -> Iterator[Lab]:
    with closing(Lab(tiny_chapter())) as lab:
        yield lab


@pytest.fixture
def start_here() -> Iterator[Lab]:
    with closing(open_lab("start-here")) as lab:
        yield lab


# Keys.


@pytest.mark.parametrize("method", ["check", "hint", "solution", "catch_up"])
def test_an_unknown_exercise_is_refused_with_the_nearest(lab: Lab, method: str) -> None:
    with pytest.raises(UnknownKeyError) as raised:
        getattr(lab, method)("buckets")
    assert str(raised.value) == "There is no exercise 'buckets'. Did you mean 'bucket'?"


def test_without_a_near_key_all_are_listed(lab: Lab) -> None:
    with pytest.raises(UnknownKeyError, match=r"no question 'zzz'\. There are: q-two\."):
        lab.answer("zzz", "a")
    with pytest.raises(UnknownKeyError, match="There are: bucket, double, longest, later, ground"):
        lab.check("zzz")


def test_a_chapter_without_questions_has_none_to_list() -> None:
    bare = Lab(Chapter("bare", "Bare", minutes=1))
    with closing(bare), pytest.raises(WorkbookError, match="There are none here"):
        bare.answer("q", "a")


def test_an_unknown_chapter_leaves_the_open_lab_alone(start_here: Lab) -> None:
    with pytest.raises(UnknownKeyError, match="Did you mean 'start-here'"):
        open_lab("start_here")
    assert start_here.aws.running


# Help.


def test_hints_advance_and_say_which_of_how_many(lab: Lab) -> None:
    shown = [str(lab.hint("bucket")) for _ in range(3)]
    assert shown == [
        "Hint 1 of 2 (bucket): Think.\nAsk again for the next.",
        "Hint 2 of 2 (bucket): Think again.\nThat was the last one.",
        "Hint 2 of 2 (bucket): Think again.\nThat was the last one.",
    ]
    assert str(lab.hint("double")).startswith("Hint 1 of 2 (double)")


def test_the_solution_asks_once_before_the_first_try(start_here: Lab) -> None:
    asked, shown, again = (start_here.solution("first-bucket") for _ in range(3))
    assert "You have not tried yet" in asked.text
    assert not asked.code
    assert shown.code == 'answer = s3.create_bucket(Bucket="shop-release-notes")'
    assert again == shown


def test_the_solution_asks_about_each_exercise(start_here: Lab) -> None:
    start_here.solution("first-bucket")
    assert not start_here.solution("on-purpose").code


def test_the_solution_does_not_ask_after_a_try(start_here: Lab) -> None:
    start_here.check("on-purpose", 5)
    assert start_here.solution("on-purpose").code == "days_to_wait = 4"


def test_looking_at_an_untouched_task_is_not_a_try(start_here: Lab) -> None:
    start_here.check("on-purpose", ...)
    assert not start_here.solution("on-purpose").code


# The account.


def test_a_lab_starts_on_its_monday_with_its_scenario(lab: Lab) -> None:
    assert lab.clock.now() == MONDAY
    assert bucket_names() == ["given"]


@pytest.mark.parametrize("mess", ["nothing", "deleted", "added", "the clock"])
def test_catch_up_reaches_an_exercise_from_anywhere(lab: Lab, mess: str) -> None:
    if mess == "deleted":
        boto3.client("s3").delete_bucket(Bucket="given")
    if mess == "added":
        make_bucket("arranged")
    if mess == "the clock":
        lab.clock.advance(days=400)
    assert "the start of later" in str(lab.catch_up("later"))
    assert sorted(bucket_names()) == ["arranged", "given"]
    assert lab.clock.now() == MONDAY
    assert lab.check("later").passed


def test_catch_up_to_an_exercise_without_an_arrangement_is_a_reset(lab: Lab) -> None:
    make_bucket("wonted")
    lab.catch_up("bucket")
    assert bucket_names() == ["given"]


def test_reset_brings_back_the_account_and_the_clock_and_keeps_the_progress(lab: Lab) -> None:
    make_bucket("wanted")
    lab.check("bucket")
    lab.clock.advance(hours=5)
    assert "the start of tiny" in str(lab.reset())
    assert (bucket_names(), lab.clock.now()) == (["given"], MONDAY)
    assert lab.state("bucket") == "passed"


@pytest.mark.parametrize("call", [lambda lab: lab.reset(), lambda lab: lab.catch_up("bucket")])
def test_a_closed_lab_is_not_reset(lab: Lab, call: Any) -> None:
    lab.close()
    with pytest.raises(LabClosedError, match="Run the cell with open_lab again"):
        call(lab)


def test_a_scenario_that_fails_leaves_no_aws_running() -> None:
    chapter = Chapter("broken", "Broken", minutes=1)

    @chapter.scenario
    def scenario(lab: Lab) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        Lab(chapter)
    with OfflineAWS() as aws:  # refused while another is running
        assert aws.running


# The quiz.


def test_the_right_answer_explains_every_option(lab: Lab) -> None:
    result = lab.answer("q-two", "b")
    assert (result.outcome, result.message) == (Outcome.PASSED, "b is right.")
    assert result.notes == ("a) One\n   Less.", "b) Two\n   Yes.")


def test_a_wrong_answer_explains_itself_and_not_the_right_one(lab: Lab) -> None:
    result = lab.answer("q-two", "a")
    assert result.outcome is Outcome.NOT_YET
    assert result.message == "a) Less. Try another."
    assert not result.notes


@pytest.mark.parametrize("choice", ["B", " b ", "b\n"])
def test_a_letter_is_read_kindly(lab: Lab, choice: str) -> None:
    assert lab.answer("q-two", choice).passed


@pytest.mark.parametrize("choice", ["c", "", "Two", 2, None])
def test_what_is_no_option_lists_the_options(lab: Lab, choice: object) -> None:
    result = lab.answer("q-two", choice)
    assert result.message == f"{choice!r} is not one of the options: a, b."


def test_no_choice_is_not_started(lab: Lab) -> None:
    assert lab.answer("q-two").outcome is Outcome.NOT_STARTED


# The table.


def test_progress_lists_exercises_and_questions_with_their_states(lab: Lab) -> None:
    make_bucket("wanted")
    lab.check("bucket")
    lab.check("double", 3)
    lab.answer("q-two", "b")
    assert str(lab) == str(lab.progress())
    assert str(lab).splitlines() == [
        "Tiny: 2 of 6 done",
        "Exercise       Kind             State",
        "-------------  ---------------  -----------",
        "Make a bucket  exercise, 1 min  passed",
        "Double         exercise, 1 min  tried",
        "Longest        exercise, 1 min  not started",
        "Later          exercise, 1 min  not started",
        "Ground         exercise, 1 min  not started",
        "Two?           question         passed",
    ]


@pytest.mark.parametrize("key", chapters.COURSE)
def test_every_chapter_opens(key: str) -> None:
    with closing(open_lab(key)) as opened:
        assert opened.chapter.key == key
        assert opened.clock.now() == MONDAY


def test_a_question_in_the_table_of_progress_is_short_and_plain(start_here: Lab) -> None:
    titles = [row[0] for row in start_here.progress().rows]
    assert any("boto3.client('s3')" in title for title in titles)
    assert all(len(title) <= 60 and "`" not in title for title in titles)
