"""Exercises on reviews: whose approval counts, and a merge that was approved."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.source_control import shop_files as files
from devops_workbook.chapters.source_control.pull_requests import (
    BRANCH,
    newest_from,
    push_new_year,
)
from devops_workbook.chapters.source_control.scene import (
    REVIEWERS,
    SHOP,
    as_role,
    chapter,
    rule_of,
    text_of,
)
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

_DELIVERY_DATE = "1"
_ASKED = ("author_can_approve", "rule_survives_push", "approval_survives_push")


@chapter.exercise(
    "whose-approval",
    title="Whose approval counts, and for how long?",
    minutes=2,
    kind="prediction",
    answer="prediction",
    hints=(
        "What is an approval worth if it comes from the person who wrote the change?",
        "The reviewer has read one revision. A rule belongs to the pull request, an approval to "
        "what was approved.",
    ),
)
def check_whose_approval(lab: Lab, answer: Any) -> str:
    """Looked up on pull request 1: its author is refused, its approval is of an old revision."""
    require_entries(answer, "prediction", _ASKED)
    for name in _ASKED:
        require(
            isinstance(answer[name], bool),
            f"For {name} choose True or False. Found {describe(answer[name])}.",
        )
    wrong = [name for name, truth in _lived_through().items() if answer[name] != truth]
    if wrong:
        raise NotYet(
            f"Looked at pull request {_DELIVERY_DATE}: {wrong[0]} does not hold as you said. Run "
            "the next cell to see for yourself."
        )
    return "As you said. The next cell shows it on pull request 1."


def _lived_through() -> dict[str, bool]:
    storefront = as_role("storefront")
    request = storefront.get_pull_request(pullRequestId=_DELIVERY_DATE)["pullRequest"]
    events = storefront.describe_pull_request_events(
        pullRequestId=_DELIVERY_DATE,
        pullRequestEventType="PULL_REQUEST_APPROVAL_STATE_CHANGED",
    )["pullRequestEvents"]
    # The oldest is the approval of the story; the learner may have given others.
    approved = events[-1]["approvalStateChangedEventMetadata"]["revisionId"]
    truths = (
        _author_can_approve(storefront, request["revisionId"]),
        bool(request["approvalRules"]),
        approved == request["revisionId"],
    )
    return dict(zip(_ASKED, truths, strict=True))


def _author_can_approve(author: Any, revision: str) -> bool:
    try:
        author.update_pull_request_approval_state(
            pullRequestId=_DELIVERY_DATE, revisionId=revision, approvalState="APPROVE"
        )
    except ClientError:
        return False
    return True


def ask_for_new_year(lab: Lab) -> None:
    """Open the pull request that the second exercise opens, with its rule."""
    push_new_year(lab)
    codecommit = clients.client("codecommit", REGION)
    target = {"repositoryName": SHOP, "sourceReference": BRANCH, "destinationReference": "main"}
    request = codecommit.create_pull_request(title="Say 2026 in the footer", targets=[target])
    codecommit.create_pull_request_approval_rule(
        pullRequestId=request["pullRequest"]["pullRequestId"],
        approvalRuleName="one reviewer",
        approvalRuleContent=rule_of(1, REVIEWERS),
    )


@chapter.exercise(
    "review-and-merge",
    title="Have it reviewed, and merge",
    minutes=3,
    arrange=ask_for_new_year,
    hints=(
        "The reviewer is another client: as_role('reviewers'). It calls "
        "update_pull_request_approval_state, which wants the revisionId of now.",
        "get_pull_request tells the revisionId. Then merge_pull_request_by_squash, or one of its "
        "two siblings, with pullRequestId and repositoryName.",
    ),
)
def check_review_and_merge(lab: Lab, answer: Any) -> str:
    """The pull request from new-year is merged, on a reviewer's approval."""
    request = newest_from(BRANCH)
    if request is None:
        raise NotStarted(
            f"There is no pull request from {BRANCH} yet. Do the exercises before this one, or "
            '`lab.catch_up("review-and-merge")`.'
        )
    number, (target,) = request["pullRequestId"], request["pullRequestTargets"]
    codecommit = clients.client("codecommit", REGION)
    here = {"pullRequestId": number, "revisionId": request["revisionId"]}
    overridden = codecommit.get_pull_request_override_state(**here)["overridden"]
    approvals = codecommit.get_pull_request_approval_states(**here)["approvals"]
    merged = target["mergeMetadata"]["isMerged"]
    on_main = text_of(files.FOOTER_PATH) != files.FOOTER
    if not (overridden or approvals or merged or on_main):
        raise NotStarted(f"Pull request {number} is open, and nobody has approved it yet.")
    require(
        not overridden,
        f"The rules of pull request {number} were set aside by an override, which is there for "
        "emergencies and is kept in its events. Ask a reviewer instead. "
        '`lab.catch_up("review-and-merge")` brings it back.',
    )
    require(
        merged or not on_main,
        f"main has the new footer, and pull request {number} was not merged: the change went "
        'past it, and past its rule. `lab.catch_up("review-and-merge")` brings it back.',
    )
    require(
        merged, f"Pull request {number} is approved by {_names(approvals)}. It is not merged yet."
    )
    require(approvals, f"Pull request {number} was merged without an approval.")
    option = target["mergeMetadata"]["mergeOption"].replace("_", " ").lower()
    return f"Pull request {number}, approved by {_names(approvals)}: {option} into main."


def _names(approvals: list[dict[str, str]]) -> str:
    return ", ".join(each["userArn"].rpartition(":")[2] for each in approvals) or "nobody"
