"""Exercises on refactoring: predict what it does to the data, and mend one that failed."""

from __future__ import annotations

import json
from typing import Any

import boto3

from devops_workbook.cdk import CdkError, deploy
from devops_workbook.cdk.assets import publish
from devops_workbook.cdk.deployment import change_set_of
from devops_workbook.cdk.runtime import quiet
from devops_workbook.cdk.stacks import existing
from devops_workbook.chapters.cdk import account
from devops_workbook.chapters.cdk.scene import SHOP, arrange_shop, chapter, the_courses
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.deleted_stacks import was_deleted
from devops_workbook.exercise import NotStarted, SetupMissing
from devops_workbook.lab import Lab

#: The edits, each as what is replaced by what in the code.
EDITS = {
    "class": ("class Shop(Base):", "class Store(Base):"),
    "id": ('DatabaseInstance(self, "Database", …)', 'DatabaseInstance(self, "OrdersDatabase", …)'),
    "wrapped": (
        'DatabaseInstance(self, "Database", …)',
        'data = Construct(self, "Data"); DatabaseInstance(data, "Database", …)',
    ),
    "bigger": ('InstanceType("t4g.micro")', 'InstanceType("t4g.small")'),
    "stack": ('Shop(app, "shop")', 'Shop(app, "store")'),
}
BECOMES = {
    "class": "same",
    "id": "new",
    "wrapped": "new",
    "bigger": "changed",
    "stack": "new",
}
#: What the mended stack has to have from before, by type.
_KEPT = ("AWS::RDS::DBInstance", "AWS::Cognito::UserPool", "AWS::SQS::Queue", "AWS::S3::Bucket")
_WORDS = ("same", "changed", "new")
_QUESTIONS = {
    "class": "Does the name of a class, or of a variable, reach the template?",
    "id": "The logical id is made of the construct's id. What does CloudFormation make of a "
    "resource whose logical id it has never seen?",
    "wrapped": "A logical id is made of the ids on the whole path to the construct, and the path "
    "has grown.",
    "bigger": "The logical id stays. Chapter 06 has asked what a database's class does.",
    "stack": "A stack with another name is another stack. What does it make, and who knows "
    "of the old one?",
}


def becomes_of(edit: str) -> str:
    """Ask CloudFormation, by a change set, what an edit does to the shop's database."""
    from devops_workbook.chapters.cdk.edits import assembly_of

    stack = assembly_of(edit).stack()
    if not existing(stack.name):
        return "new"
    publish(stack)
    found = change_set_of(stack, {}, f"edit-{edit}")
    before = account.resources(kind="AWS::RDS::DBInstance")
    for each in found["Changes"]:
        change = each["ResourceChange"]
        if change["LogicalResourceId"] in before:
            kept = change["Action"] == "Modify" and change["Replacement"] == "False"
            return "changed" if kept else "new"
    return "same"


@chapter.exercise(
    "predict",
    title="Predict: is it the same database?",
    minutes=4,
    kind="prediction",
    answer="becomes",
    hints=(
        "CloudFormation sees templates, never Python. What of an edit reaches the template?",
        "`stack.get_logical_id(construct.node.default_child)` shows what the CDK makes of a path: "
        "the ids on it, and a hash.",
    ),
    arrange=arrange_shop,
)
def check_predict(lab: Lab, answer: Any) -> str:
    """What each edit does to the database."""
    require_entries(answer, "becomes", BECOMES)
    for edit, value in answer.items():
        require(
            isinstance(value, str) and value in _WORDS,
            f"becomes['{edit}'] is {describe(value)}. It should be one of {', '.join(_WORDS)}.",
        )
    for edit, value in answer.items():
        require(value == BECOMES[edit], f"becomes['{edit}'] is not {value!r}. {_QUESTIONS[edit]}")
    return "All five. Three of them leave the orders behind, and none of them looks dangerous."


def arrange_tidied(lab: Lab) -> None:
    """The shop, locked as in chapter 06, after a colleague's refactoring that was refused."""
    arrange_shop(lab)
    [name] = account.resources(kind="AWS::RDS::DBInstance")
    boto3.client("cloudformation").set_stack_policy(
        StackName=SHOP, StackPolicyBody=json.dumps({"Statement": _locks(name)})
    )
    try:
        with quiet():
            deploy(the_courses("Tidied"))
    except CdkError:
        return
    raise SetupMissing("The colleague's deployment went through. Run the cell once more.")


def _locks(name: str) -> list[account.Shape]:
    """Return the statements of the policy that keeps a database, by its logical id."""
    return [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": ["Update:Replace", "Update:Delete"],
            "Principal": "*",
            "Resource": f"LogicalResourceId/{name}",
        },
    ]


def _statements() -> Any:
    """Return the statements of the shop's stack policy."""
    found = boto3.client("cloudformation").get_stack_policy(StackName=SHOP)
    return json.loads(found.get("StackPolicyBody", "{}")).get("Statement")


@chapter.exercise(
    "keep",
    title="Mend the refactoring",
    minutes=7,
    kind="break/fix",
    hints=(
        "What would be destroyed, and what made in its place? "
        '`diff(the_courses("Tidied"))` has both. Database and user pool have to keep their '
        "logical ids.",
        "The simplest way: leave the two where they were, with the stack as their scope.",
        'To keep the grouping: a construct with the id "Default" does not count in logical ids. Or '
        "set them: `resource.override_logical_id(…)`, for everything that has moved.",
    ),
    arrange=arrange_tidied,
)
def check_keep(lab: Lab, answer: Any) -> str:
    """The topic is there, and database and customers are those of before."""
    status = account.status()
    if not status:
        raise SetupMissing(f"There is no stack named {SHOP}. Run the cells above this exercise.")
    _require_never_deleted()
    topics = account.resources(kind="AWS::SNS::Topic")
    before = _before()
    now = {kind: set(account.resources(kind=kind).values()) for kind in before}
    lost = [kind for kind in before if not before[kind] <= now[kind]]
    if not topics and not lost:
        if status == "UPDATE_ROLLBACK_COMPLETE":
            raise NotStarted(f"The stack {SHOP} says {status}, and has no topic yet.")
        require(topics, f"The stack {SHOP} says {status}, and has no topic for the warehouse.")
    require(
        "AWS::RDS::DBInstance" not in lost,
        "The database is another one, and empty: the orders stayed in the old one.",
    )
    require(
        "AWS::Cognito::UserPool" not in lost,
        "The user pool is another one: no customer could sign in any more. The stack "
        'policy does not protect it; your eyes have to. `lab.catch_up("keep")` brings the old one '
        "back.",
    )
    require(
        not lost,
        f"The stack {SHOP} has lost its {', '.join(lost)}. Extend Base, which makes it.",
    )
    require(
        _statements() in map(_locks, account.resources(kind="AWS::RDS::DBInstance")),
        "The stack policy is not the one of before: the next colleague's refactoring would go "
        'through. `lab.catch_up("keep")` brings it back.',
    )
    require(
        status == "UPDATE_COMPLETE",
        f"The stack {SHOP} says {status}. `first_failure({SHOP!r})` says why.",
    )
    require(topics, f"The stack {SHOP} has no topic: the warehouse still waits for it.")
    return "The topic is there, and orders and customers are where they were."


def _require_never_deleted() -> None:
    require(
        not was_deleted(SHOP),
        f"The stack {SHOP} was deleted and made anew: database and user pool are new and empty. "
        '`lab.catch_up("keep")` brings the old ones back.',
    )


def _before() -> dict[str, set[str]]:
    """Return the physical ids that the stack's oldest database and user pool have, by type."""
    pages = boto3.client("cloudformation").get_paginator("describe_stack_events")
    found: dict[str, set[str]] = {each: set() for each in _KEPT}
    events = [each for page in pages.paginate(StackName=SHOP) for each in page["StackEvents"]]
    for kind in found:
        made = [
            each["PhysicalResourceId"]
            for each in reversed(events)
            if each["ResourceType"] == kind and each["ResourceStatus"] == "CREATE_COMPLETE"
        ]
        found[kind] = set(made[:1])
    return found
