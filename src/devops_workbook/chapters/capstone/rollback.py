"""Deployments that undo themselves: a mistake that no test knows is gone before anybody wakes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook.chapters.capstone.account import chapter, scene
from devops_workbook.chapters.capstone.alarms import fired
from devops_workbook.chapters.capstone.reference import Design, build_all
from devops_workbook.chapters.capstone.undoing import Guard, guard, undone, unknown
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab
from devops_workbook.quarter.watch import bad_minutes

#: So many minutes in which customers were harmed are few enough.
_MINUTES = 10


@chapter.exercise(
    "rollback",
    title="Releases that undo themselves",
    minutes=8,
    hints=(
        "DeploymentConfiguration of the service takes Alarms (Enable, Rollback, AlarmNames) and "
        "DeploymentCircuitBreaker (Enable, Rollback). Ref of an alarm is its name.",
        "Deploy the template first, then bad_release(lab). The drill's minutes say who served. It "
        "can be run again after the next change of the template.",
    ),
    arrange=lambda lab: build_all(lab, Design(rollback=False)),
)
def check_rollback(lab: Lab, answer: Any) -> str:
    """The last bad release was undone by ECS, CodeDeploy or the pipeline itself, and soon."""
    watched, drill = guard(), scene(lab).bad_release
    if watched is None and drill is None:
        raise NotStarted("No deployment of orders watches an alarm, and no drill was run.")
    if watched is None:
        raise NotYet("No deployment of orders watches an alarm: a bad version stays.")
    _check_guard(watched)
    if drill is None:
        raise NotYet("Try it: run bad_release(lab).")
    begun, table = drill
    if not undone(begun):
        raise NotYet(_why_it_stayed(table, watched))
    minutes = int(bad_minutes(table)["minute"].nunique())
    require(
        minutes <= _MINUTES,
        f"The release was undone, after {minutes} minutes in which customers were harmed. An "
        "alarm that looks every minute and needs two of them is quicker.",
    )
    return f"Undone by itself: customers were harmed in {minutes} minutes, and nobody was needed."


def _check_guard(watched: Guard) -> None:
    missing = unknown(watched.alarms)
    require(watched.alarms, "The deployments of orders watch alarms, and none is named.")
    require(not missing, f"The deployments watch {', '.join(missing)}: there is no such alarm.")
    require(
        watched.on_alarm,
        "A deployment of orders stops when an alarm goes off, and does not go back: a bad version "
        "stays where it has come to.",
    )
    require(
        watched.on_failure,
        "A deployment of orders does not go back when its new tasks do not get healthy.",
    )


def _why_it_stayed(table: pd.DataFrame, watched: Guard) -> str:
    """Return what to say of a drill whose release was not undone by its deployment."""
    bad = bad_minutes(table)
    if bad.empty:
        return (
            "In the drill no customer met the bad release, and nothing undid it. Did the pipeline "
            "deploy the image of that commit? Mend it, and run bad_release(lab) again."
        )
    begun = bad["minute"].min()
    rang = [name for name in sorted(watched.alarms) if fired(name, begun)]
    what = (
        f"{', '.join(rang)} went off, too late or before the deployments watched it"
        if rang
        else f"none of what they watch ({', '.join(sorted(watched.alarms))}) went off"
    )
    return (
        "The bad release of the drill was not undone by its deployment: somebody had to revert it, "
        f"since {what}. Run bad_release(lab) again after a change."
    )
