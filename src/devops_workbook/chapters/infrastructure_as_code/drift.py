"""Exercises on drift: find what was changed by hand, then adopt one change and revert another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devops_workbook.chapters.infrastructure_as_code import account, colleagues
from devops_workbook.chapters.infrastructure_as_code.scene import arrange_shop, chapter
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

WORLD, INSIDE = "0.0.0.0/0", "10.0.0.0/16"
_PATHS = {"OrdersQueue": "/VisibilityTimeout", "DatabaseAccess": "/SecurityGroupIngress"}


def arrange_by_hand(lab: Lab) -> None:
    """The shop's stack, after a night in which a colleague changed three things by hand."""
    arrange_shop(lab)
    colleagues.help_at_night(lab)


@chapter.exercise(
    "drift",
    title="Detect the drift",
    minutes=5,
    answer="drifted",
    hints=(
        '`detect(lab, "shop")` starts a detection and waits. Then describe_stack_resource_drifts '
        "has a StackResourceDriftStatus and PropertyDifferences for each resource.",
        "The answer is a dict with a logical id for each resource that is MODIFIED, and the "
        'PropertyPath of its difference: `{"Logical": "/Path"}`.',
    ),
    arrange=arrange_by_hand,
)
def check_drift(lab: Lab, answer: Any) -> str:
    """The resources that drifted, each with the path of what differs."""
    require(
        isinstance(answer, Mapping),
        f"`drifted` should be a dict of paths by logical ids. Found {describe(answer)}.",
    )
    require(
        "Database" not in answer,
        "Database is not reported. The backups were changed, and the template says nothing about "
        "backups: only what it sets explicitly is compared.",
    )
    unchanged = answer.keys() - _PATHS.keys()
    require(not unchanged, f"{', '.join(sorted(map(str, unchanged)))}: nobody has touched that.")
    missing = _PATHS.keys() - answer.keys()
    require(
        not missing,
        f"Found {', '.join(answer) or 'nothing'}. More than that has drifted.",
    )
    for name, path in answer.items():
        require(
            isinstance(path, str) and path.startswith(_PATHS[name]),
            f"drifted[{name!r}] is {describe(path)}. Expected the PropertyPath of its difference.",
        )
    return "Two of three changes are drift. The third is invisible: the template does not set it."


@chapter.exercise(
    "reconcile",
    title="Adopt one, revert the other",
    minutes=6,
    hints=(
        'What should stay has to be in the template: `text.replace("VisibilityTimeout: 30", …)`.',
        "An ordinary update compares the template with the last template, so it does not see what "
        'was done by hand. A change set with `DeploymentMode="REVERT_DRIFT"` does.',
        '`preview(lab, "shop", template, "reconcile", DeploymentMode="REVERT_DRIFT")`, then '
        "`execute_change_set(StackName=…, ChangeSetName=…)`, then `settle`.",
    ),
    arrange=arrange_by_hand,
)
def check_reconcile(lab: Lab, answer: Any) -> str:
    """Template and account agree: the queue's 120 seconds stay, the open rule is gone."""
    account.require_never_deleted()
    made, template = account.resources(), account.template()["Resources"]
    for name in _PATHS:
        require(name in made, f"The stack has no {name} any more. Change it, and keep its name.")
    timeout = account.queue_timeout(made["OrdersQueue"])
    said = str(_value(template["OrdersQueue"].get("Properties", {}).get("VisibilityTimeout")))
    blocks = account.open_to(made["DatabaseAccess"])
    if (timeout, said) == (120, "30") and WORLD in blocks:
        raise NotStarted("The queue has 120 seconds by hand, and the database is open to all.")
    rules = str(template["DatabaseAccess"].get("Properties", {}).get("SecurityGroupIngress"))
    require(
        WORLD not in rules,
        "The template now lets the whole internet at the database. Not every change that was made "
        "deserves to be adopted.",
    )
    for world in (WORLD, "::/0"):
        require(world not in blocks, f"The database is still open to {world}: not reverted.")
    require(INSIDE in blocks, f"Nobody in {INSIDE} reaches the database at port 5432 any more.")
    require(
        timeout == 120,
        f"The queue is back at {timeout} seconds. That was the change to keep: orders are sent "
        "twice again.",
    )
    require(
        said != "None",
        "The queue has 120 seconds, and the template says nothing about it: whoever changes it by "
        "hand again is not told. Set VisibilityTimeout.",
    )
    if said != "120":
        raise NotYet(
            f"The queue has 120 seconds, and the template still says {said}: it drifts on, and "
            "the next one who reverts takes the 120 away."
        )
    return "The queue's 120 seconds are in the template, and the database is closed again."


def _value(value: object) -> object:
    """Return a value of the shop's template; that of the parameter where it refers to one."""
    name = value.get("Ref") if isinstance(value, dict) else None
    given = {each["ParameterKey"]: each for each in account.stack().get("Parameters", ())}
    return given[name]["ParameterValue"] if name in given else value
