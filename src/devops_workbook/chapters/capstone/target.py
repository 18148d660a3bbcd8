"""The stretch: build it so that fewer mistakes reach customers at all."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.capstone.account import chapter, scene
from devops_workbook.chapters.capstone.reference import build_all
from devops_workbook.chapters.capstone.the_quarter import (
    require_measured,
)
from devops_workbook.checks import require, untouched
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

LEAD_HOURS, FAIL_RATE = 24.0, 0.05
_WEEKS = 5


@chapter.exercise(
    "target",
    title="Meet a target",
    minutes=14,
    kind="stretch",
    answer="goal",
    hints=(
        "What the tests let through reaches every customer at once. Strategy CANARY and "
        "CanaryConfiguration (CanaryPercent, CanaryBakeTimeInMinutes) let a few meet it first; "
        "LoadBalancers of the service then has an AdvancedConfiguration.",
        "A twentieth of the customers is hardly seen in the whole: let the alarms look at each "
        "target group, with the dimensions LoadBalancer and TargetGroup. "
        "reference.alarms_of_groups() returns such alarms, with the topic.",
        "AdvancedConfiguration: AlternateTargetGroupArn, ProductionListenerRule, RoleArn. They are "
        "Green, Customers and BalancerRole of the ground plan.",
    ),
    arrange=build_all,
)
def check_target(lab: Lab, answer: Any) -> str:
    """Lead time under a day at a fail rate under five per cent, in the quarter played last."""
    quarter = scene(lab).quarter
    if untouched(answer):
        raise NotStarted("`goal` is still `...`.")
    if quarter is None:
        raise NotYet(
            "Nothing was played since the account was made anew: quarter = play(lab, weeks=5, "
            "seed=68)."
        )
    found = require_measured(answer, quarter, "goal")
    weeks = (quarter.end - quarter.start).days // 7
    require(weeks >= _WEEKS, f"{weeks} weeks say little. Play {_WEEKS} or more.")
    lead, fail = found.change_lead_time, found.change_fail_rate
    require(
        lead.value < LEAD_HOURS,
        f"The lead time is {lead.value:.1f} hours. What does a commit wait for?",
    )
    require(
        fail.value < FAIL_RATE,
        f"{fail.value:.1%} of {fail.n} releases failed, and the target is under {FAIL_RATE:.0%}. "
        "How many customers meet a mistake before an alarm does?",
    )
    return (
        f"{lead.value * 60:.0f} minutes and {fail.value:.1%}, with {quarter.harmed:,} requests "
        f"harmed in {weeks} weeks."
    )
