"""Exercises on changes: predict a change set, and protect the database from one."""

from __future__ import annotations

import difflib
import json
import re
from types import SimpleNamespace
from typing import Any, cast

from devops_workbook.chapters.infrastructure_as_code import account, templates
from devops_workbook.chapters.infrastructure_as_code.operate import preview
from devops_workbook.chapters.infrastructure_as_code.scene import SHOP, arrange_shop, chapter
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients
from offline_aws.cloudformation.resource_type import Failed
from offline_aws.cloudformation.stack_policy import check_allowed
from offline_aws.cloudformation.store import Resource, Stack

#: The edits, each as what is replaced by what in the template of the shop.
EDITS = {
    "bigger": ("db.t4g.micro", "db.t4g.small"),
    "user": ("MasterUsername: shop", "MasterUsername: orders"),
    "standby": ("      Engine: postgres", "      MultiAZ: true\n      Engine: postgres"),
    "group": (
        "      DBSubnetGroupDescription",
        "      DBSubnetGroupName: orders\n      DBSubnetGroupDescription",
    ),
    "words": ("Who may talk to the orders database", "Who may talk to the database"),
    "rename": ("Database:\n    Type", "OrdersDatabase:\n    Type"),
}
#: What becomes of the database; ``computed`` asks CloudFormation.
BECOMES = {
    "bigger": "False",
    "user": "True",
    "standby": "Conditional",
    "group": "True",
    "words": "False",
    "rename": "Remove",
}
_WORDS = ("False", "Conditional", "True", "Remove")
#: A line of the template that begins a resource or an output.
_NAME = re.compile(r"  \w+:")
_QUESTIONS = {
    "bigger": "Can a database get another class while it keeps its data?",
    "user": "MasterUsername is written into the database when it is made. Its page in the "
    "template reference says 'Update requires'.",
    "standby": "MultiAZ can be added to most databases as they are, not to all of them. "
    "CloudFormation knows a word for that.",
    "group": "A subnet group with another name is another group. What does the database refer to?",
    "words": "The security group is replaced. What of it does the database have, and can that be "
    "changed?",
    "rename": "CloudFormation knows a resource by its logical id. What does it see: a resource "
    "with another name, or something else?",
}


def edited(edit: str) -> str:
    """Return the shop's template with an edit."""
    before, after = EDITS[edit]
    text = templates.SHOP.replace(before, after)
    return (
        text.replace("!GetAtt Database.", "!GetAtt OrdersDatabase.") if edit == "rename" else text
    )


def edit_lines(edit: str) -> str:
    """Return the lines of the template that an edit takes away and adds, under their resource."""
    before, after = (each.splitlines() for each in (templates.SHOP, edited(edit)))
    lines: list[str] = []
    matcher = difflib.SequenceMatcher(None, before, after)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            continue
        if not _NAME.fullmatch(before[start]):
            named = next(each for each in reversed(before[:start]) if _NAME.fullmatch(each))
            lines.append(f"    {named}")
        lines += [f"  - {each}" for each in before[start:end]]
        lines += [f"  + {each}" for each in after[new_start:new_end]]
    return "\n".join(lines)


def computed(lab: Lab, edit: str) -> str:
    """Ask CloudFormation, by a change set, what an edit does to the database."""
    found = preview(lab, SHOP, edited(edit), f"edit-{edit}")
    for each in found["Changes"]:
        change = each["ResourceChange"]
        if change["LogicalResourceId"] == "Database":
            return str(change.get("Replacement", change["Action"]))
    return "no change"


@chapter.exercise(
    "predict",
    title="Predict: what becomes of the database?",
    minutes=5,
    kind="prediction",
    answer="becomes",
    hints=(
        "Some properties can be changed in a running database, others only in a new one. What "
        "cannot be asked of PostgreSQL later is of the second kind.",
        "A change goes along the references: if what the database refers to gets another value, "
        "the database changes, too.",
    ),
    arrange=arrange_shop,
)
def check_predict(lab: Lab, answer: Any) -> str:
    """What each edit does to the database, in CloudFormation's words."""
    require_entries(answer, "becomes", BECOMES)
    for edit, value in answer.items():
        require(
            str(value).capitalize() in _WORDS,
            f"becomes['{edit}'] is {describe(value)}. It should be one of {', '.join(_WORDS)}.",
        )
    for edit, value in answer.items():
        require(
            str(value).capitalize() == BECOMES[edit],
            f"becomes['{edit}'] is not {str(value)!r}. {_QUESTIONS[edit]}",
        )
    return "All six. Two of them would have emptied the database, and a third removes it."


#: What keeps the data. One that RetainExceptOnCreate removes has never held any.
_KEEPING = {
    "DeletionPolicy": ("Snapshot", "Retain", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Snapshot", "Retain"),
}


@chapter.exercise(
    "protect",
    title="Protect the database",
    minutes=6,
    hints=(
        "DeletionPolicy and UpdateReplacePolicy stand beside Type, with four spaces, not among "
        "the properties. Snapshot or Retain both keep the data.",
        "A stack policy denies what no statement allows. Write two statements: one that allows "
        "`Update:*` on `*`, one that denies on `LogicalResourceId/Database`.",
        "`update_termination_protection(StackName=…, EnableTerminationProtection=True)`",
    ),
    arrange=arrange_shop,
)
def check_protect(lab: Lab, answer: Any) -> str:
    """The data outlive the resource, no update may replace it, no deletion may take the stack."""
    stack = account.stack()
    database = account.template()["Resources"].get("Database", {})
    policy = (
        clients.client("cloudformation", REGION)
        .get_stack_policy(StackName=SHOP)
        .get("StackPolicyBody")
    )
    kept = {name: database.get(name) for name in ("DeletionPolicy", "UpdateReplacePolicy")}
    if not policy and not any(kept.values()) and not stack["EnableTerminationProtection"]:
        require(
            stack["StackStatus"] != "UPDATE_ROLLBACK_COMPLETE",
            "Your update was rolled back, and the database has no policy. "
            f"`events_table({SHOP!r})` says why.",
        )
        raise NotStarted("The database has no policy, the stack has none, and it can be deleted.")
    require(
        not stack["StackStatus"].endswith("IN_PROGRESS"),
        f"The stack says {stack['StackStatus']}. Let it come to rest: `settle(lab, {SHOP!r})`.",
    )
    for name, value in kept.items():
        require(
            value in _KEEPING[name],
            f"{name} of Database is {value or 'not set'}: the data would go with it. The two "
            "policies are for two different moments.",
        )
    require(policy, "The stack has no stack policy: an update may still replace the database.")
    _check_stack_policy(str(policy))
    require(
        stack["EnableTerminationProtection"],
        "The stack can still be deleted by a single call.",
    )
    return "Three locks: the data are kept, the database is not replaced, the stack not deleted."


#: What a policy costs that forbids to modify, or to replace and delete, what it should not.
_WITHOUT = {
    True: "nobody could work any more.",
    False: "everything but the replacement and deletion of Database should stay possible.",
}


def _check_stack_policy(policy: str) -> None:
    for action in ("Replace", "Delete"):
        require(
            not _allows(policy, "Database", "AWS::RDS::DBInstance", action),
            f"The stack policy lets an update {action.lower()} Database.",
        )
    for name, resource in account.template()["Resources"].items():
        for action in ("Modify",) if name == "Database" else ("Modify", "Replace", "Delete"):
            require(
                _allows(policy, name, resource["Type"], action),
                f"The stack policy forbids to {action.lower()} {name}: "
                f"{_WITHOUT[action == 'Modify']} What no statement allows is denied.",
            )


def _allows(policy: str, name: str, kind: str, action: str) -> bool:
    """Return whether a stack policy allows an update, as CloudFormation reads it."""
    try:
        json.loads(policy)
        stack = cast("Stack", SimpleNamespace(policy=policy, policy_during_update=""))
        check_allowed(stack, Resource(name, kind, {}), action)
    except Failed:
        return False
    except ValueError:
        raise NotYet("The stack policy is not JSON.") from None
    return True
