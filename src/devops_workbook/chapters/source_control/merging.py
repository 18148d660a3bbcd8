"""Exercises on merges: what each kind does to history, and a conflict."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devops_workbook.chapters.source_control import shop_files as files
from devops_workbook.chapters.source_control.scene import SHOP, chapter, text_of, tip
from devops_workbook.checks import explain, number, require, require_entries
from devops_workbook.exercise import LearnerError, NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

KINDS = ("fast-forward", "squash", "three-way")


@chapter.exercise(
    "kinds-of-merge",
    title="Three kinds of merge",
    minutes=2,
    kind="prediction",
    answer="added",
    hints=(
        "Fast-forward makes no commit of its own: the branch main moves along.",
        "Squash makes one commit of all that the branch changed. Three-way keeps the branch's "
        "commits and adds the one that joins.",
    ),
)
def check_kinds_of_merge(lab: Lab, answer: Any) -> str:
    """How many commits each kind of merge adds to main, for a branch of three."""
    require_entries(answer, "added", KINDS)
    commits = len(files.SEARCH)
    right = dict(zip(KINDS, (commits, 1, commits + 1), strict=True))
    for kind in KINDS:
        number(answer[kind], right[kind], f"For {kind} your number")
    return "As you said. The next cell merges all three ways and counts."


@chapter.exercise(
    "resolve-conflict",
    title="A conflict, resolved",
    minutes=6,
    hints=(
        "What should a basket of 20 and one of 60 cost to send? Write the line that says both, "
        "then the whole file with that line.",
        "merge_branches_by_three_way takes the result: conflictResolutionStrategy='AUTOMERGE' and "
        "conflictResolution={'replaceContents': [{...}]}.",
        "The entry has filePath, replacementType='USE_NEW_CONTENT' and content, the new file as "
        "bytes: .encode() makes them.",
    ),
)
def check_resolve_conflict(lab: Lab, answer: Any) -> str:
    """checkout.py on main runs, and keeps what both sides wanted."""
    path = files.CHECKOUT_PATH
    text = text_of(path)
    if text == files.CHECKOUT_NEW_PRICE and not _is_merged("free-shipping"):
        raise NotStarted(f"{path} on main is as it was, and free-shipping is not merged.")
    require(text is not None, f"Looked for {path} on main, found no such file.")
    _require_both(_run(str(text)))
    require(
        tip("free-shipping") is None or _is_merged("free-shipping"),
        f"{path} on main has what both sides wanted, and git does not know that free-shipping is "
        "in there: the next merge of the branch finds the same conflict again. Merge the branch "
        "as well, three-way, with this text as the result.",
    )
    return (
        "Small baskets pay the new price and large ones nothing: main has what both sides wanted."
    )


def _is_merged(branch: str) -> bool:
    """Return whether main has every commit of a branch."""
    merge = clients.client("codecommit", REGION).get_merge_options(
        repositoryName=SHOP, sourceCommitSpecifier=branch, destinationCommitSpecifier="main"
    )
    return bool(merge["baseCommitId"] == merge["sourceCommitId"])


def _run(text: str) -> dict[str, Any]:
    """Return what the file defines."""
    path = files.CHECKOUT_PATH
    marker = next((line for line in text.splitlines() if line.startswith(("<<<", ">>>"))), None)
    require(
        marker is None,
        f"{path} on main still has a line that marks a conflict: {marker}. Git leaves both "
        "versions between such lines, for you to choose.",
    )
    names: dict[str, Any] = {}
    try:
        exec(compile(text, path, "exec"), names)  # noqa: S102 - the learner's own file
    except Exception as error:
        raise LearnerError(f"{path} on main does not run. {explain(error)}") from error
    return names


def _require_both(names: dict[str, Any]) -> None:
    small, edge, large = (_shipping(names, amount) for amount in (20, 50, 60))
    new, old = Decimal("5.90"), Decimal("4.90")
    if small == old:
        raise NotYet(
            f"A basket of 20 pays {old} for shipping. The carrier's prices for 2026 are lost: "
            "that is what main had changed."
        )
    if large == new:
        raise NotYet(
            f"A basket of 60 pays {new} for shipping. Free shipping is lost: that is what the "
            "branch had changed."
        )
    require(small == new, f"A basket of 20 pays {small} for shipping. main says {new}.")
    require(large == 0, f"A basket of 60 pays {large} for shipping. The branch says nothing.")
    require(edge == 0, f"A basket of 50 pays {edge} for shipping. It is free from 50 on.")


def _shipping(names: dict[str, Any], amount: int) -> Any:
    function = names.get("shipping")
    if not callable(function):
        raise NotYet(f"{files.CHECKOUT_PATH} on main has no function shipping any more.")
    try:
        return function(Decimal(amount))
    except Exception as error:
        raise LearnerError(f"shipping({amount}) on main: {explain(error)}") from error
