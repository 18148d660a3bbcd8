"""What is told of a quarter: how long it took, and how long customers were harmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pandas as pd

from devops_workbook import open_lab
from devops_workbook.chapters.capstone.account import scene
from devops_workbook.chapters.capstone.reference import Design, build_all
from devops_workbook.quarter import Game
from devops_workbook.quarter.changes import DRILL
from devops_workbook.quarter.telling import harmed_for, line, minutes
from devops_workbook.quarter.watch import bad_minutes

FREEZE = {
    "pipelineName": "orders",
    "stageName": "Production",
    "transitionType": "Inbound",
    "reason": "a freeze",
}
BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_a_revert_that_does_not_arrive_is_told() -> None:
    lab = open_lab("capstone")
    build_all(lab, Design(rollback=False))
    told: list[str] = []

    def tell(text: str) -> None:
        if not told:  # the bad release has just arrived
            boto3.client("codepipeline").disable_stage_transition(**FREEZE)
        told.append(text)

    Game(lab.aws, scene(lab).production, 7, tell).drill(DRILL)
    lab.close()
    assert "reverted by hand, and that was given up" in told[1]


def answered(*rows: tuple[int, int, int]) -> pd.DataFrame:
    """Return a table of (minute, requests, harmed)."""
    table = pd.DataFrame(rows, columns=["minute", "requests", "harmed"])
    table["minute"] = [BEGIN + timedelta(minutes=int(each)) for each in table["minute"]]
    return table


def test_a_line_leaves_out_what_is_empty() -> None:
    assert line(BEGIN, "A change", "", "released") == "Mon 05 Jan 09:00  A change: released"


def test_one_minute_is_one_minute() -> None:
    assert minutes(timedelta(seconds=70)) == "1 minute"
    assert minutes(timedelta(minutes=2)) == "2 minutes"


def test_harm_lasts_from_the_first_bad_minute_to_the_last_of_all_customers() -> None:
    harmed = answered((0, 600, 0), (1, 300, 60), (1, 300, 0), (2, 600, 5), (4, 600, 90))
    assert harmed_for(harmed) == "4 minutes"
    assert harmed_for(answered((0, 600, 3))) == "0 minutes"


def test_one_request_of_a_canarys_few_is_no_bad_minute() -> None:
    found = bad_minutes(answered((0, 30, 1), (1, 30, 2), (2, 600, 10)))
    assert list(found["harmed"]) == [2]
