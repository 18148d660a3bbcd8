"""A quarter over what was built: predicted, played, measured."""

from __future__ import annotations

from typing import Any

import boto3

from devops_workbook import dora
from devops_workbook.chapters.capstone.account import PIPELINE, chapter, scene
from devops_workbook.chapters.capstone.looking import image_of, newest_execution, running
from devops_workbook.chapters.capstone.reference import build_all
from devops_workbook.checks import describe, require, require_entries, untouched
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab
from devops_workbook.quarter import Game, Quarter
from devops_workbook.quarter.team import WEEKS
from devops_workbook.shop_repository import tip_of_main

SEED = 12
CLEAR, CHANCE = "clear", "chance"


def play(lab: Lab, *, weeks: int = WEEKS, seed: int = SEED) -> Quarter:
    """Play the weeks from next Monday over what stands in the account.

    It tells what happens as it happens, in UTC. The same account and seed give the same quarter.
    Played again, it is the quarter that begins on the Monday after: the team puts its code back as
    it was, and works over what stands in the account then.
    """
    quarter = Game(lab.aws, scene(lab).production, seed, print, weeks).play()
    scene(lab).quarter = quarter
    return quarter


def events_of(quarter: Quarter) -> dora.Events:
    """Return the events of a quarter from CodePipeline, CodeCommit and CloudWatch."""
    events = dora.from_codepipeline(
        boto3.client("codepipeline"), PIPELINE, codecommit=boto3.client("codecommit")
    )
    return dora.with_incidents(events, quarter.incidents)


def measured(quarter: Quarter) -> dora.Metrics:
    """Return the metrics of a quarter."""
    return dora.measure(events_of(quarter), quarter.start, quarter.end)


_PREDICTED = {
    "change lead time": CLEAR,
    "deployment frequency": CHANCE,
    "change fail rate": CHANCE,
    "recovery time": CLEAR,
}
_WHY = {
    "change lead time": "From days to minutes, for every commit: no chance makes that.",
    "deployment frequency": "Neither quarter has more than two releases a week. That varies by "
    "itself: the team, not the pipeline, decides how often it has something to release.",
    "change fail rate": "The tests stop some mistakes, but with so few releases a difference of "
    "that size comes by chance, too. To tell, it takes more releases, or a bigger difference.",
    "recovery time": "From hours to minutes: nobody has to notice, and nobody has to come.",
}


@chapter.exercise(
    "predict",
    title="Predict: what will be clear?",
    minutes=3,
    kind="prediction",
    answer="expected",
    hints=(
        "The quarter before has 14 releases of orders. Look at the intervals that dora.measure "
        "gave to its metrics.",
        "Two of the four change by a factor of hundreds. The others are shares and counts of a few "
        "dozen releases.",
    ),
)
def check_predict(lab: Lab, answer: Any) -> str:
    """Which of four differences will be larger than chance, by the intervals."""
    require_entries(answer, "expected", _PREDICTED)
    for name, said in answer.items():
        require(
            isinstance(said, str) and said in (CLEAR, CHANCE),
            f'expected["{name}"] should be "clear" or "chance". Found {describe(said)}.',
        )
        require(said == _PREDICTED[name], f"{name}: think again. {_WHY[name]}")
    return "Now let it happen."


@chapter.exercise(
    "quarter",
    title="Measure the quarter after",
    minutes=8,
    answer="after",
    hints=(
        "dora.from_codepipeline(codepipeline, 'orders', codecommit=codecommit) are the events. It "
        "knows no incidents.",
        "dora.with_incidents(events, quarter.incidents) says which release caused which.",
        "dora.measure(events, quarter.start, quarter.end): your own setting up is not the quarter.",
    ),
    arrange=build_all,
)
def check_quarter(lab: Lab, answer: Any) -> str:
    """The metrics are of the quarter that was played last, with its incidents."""
    quarter: Quarter | None = scene(lab).quarter
    if quarter is None:
        raise NotStarted("No quarter was played in this lab: quarter = play(lab).")
    if untouched(answer):
        raise NotStarted("`after` is still `...`.")
    right = require_measured(answer, quarter, "after")
    lead, fail = right.change_lead_time.value * 60, right.change_fail_rate.value
    return (
        f"{right.deployment_frequency.n} releases, {lead:.0f} minutes from a commit to production, "
        f"{fail:.0%} of them failed."
    )


def _require_that_it_arrives() -> None:
    """Raise ``NotYet`` where the pipeline says released, and production runs something else."""
    tip, execution = tip_of_main(), newest_execution()
    image = image_of(tip) or {}
    if execution.get("status") != "Succeeded" or running() == {image.get("imageDigest")}:
        return
    raise NotYet(
        f"The pipeline says that {tip[:7]} is released, and production does not run its image. "
        "What was measured are releases that no customer has seen. Which image does Deploy name?"
    )


def require_measured(answer: Any, quarter: Quarter, name: str) -> dora.Metrics:
    """Return the metrics of a quarter. Raise ``NotYet`` unless an answer is these."""
    require(
        isinstance(answer, dora.Metrics),
        f"`{name}` should be what dora.measure returns. Found {describe(answer)}.",
    )
    require(
        (answer.start, answer.end) == (quarter.start, quarter.end),
        f"It was measured from {answer.start:%Y-%m-%d} until {answer.end:%Y-%m-%d}. The quarter is "
        f"from {quarter.start:%Y-%m-%d} until {quarter.end:%Y-%m-%d}.",
    )
    _require_that_it_arrives()
    right = measured(quarter)
    require(
        answer.deployment_frequency.n == right.deployment_frequency.n,
        f"It counts {answer.deployment_frequency.n} deployments, where the pipeline has made "
        f"{right.deployment_frequency.n}. Does it know which deployment an incident belongs to?",
    )
    require(
        answer.mttr.n == right.mttr.n,
        f"It knows of {answer.mttr.n} incidents, where CloudWatch has seen {right.mttr.n}.",
    )
    if answer.change_lead_time.n != right.change_lead_time.n:
        raise NotYet(
            f"It knows of {answer.change_lead_time.n} commits, where CodeCommit has "
            f"{right.change_lead_time.n}: hand a client of CodeCommit to from_codepipeline."
        )
    return right
