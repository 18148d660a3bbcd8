"""Exercises on branches and pull requests: push, and ask for a review."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.source_control import shop_files as files
from devops_workbook.chapters.source_control.scene import (
    SHOP,
    chapter,
    put,
    text_of,
    tip,
)
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

BRANCH = "new-year"


@chapter.exercise(
    "push-with-git",
    title="A change, pushed with git",
    minutes=5,
    answer="pushed",
    hints=(
        "The steps are those of the example: clone into a fresh folder, branch_create, checkout, "
        "change the file, add, commit, push.",
        "porcelain.add takes the paths of the files that you changed. porcelain.commit returns "
        "the id as bytes: .decode() makes a text of it.",
        'porcelain.push(folder, "origin", "new-year", outstream=quiet, errstream=quiet) brings '
        "one branch to CodeCommit.",
    ),
)
def check_push_with_git(lab: Lab, answer: Any) -> str:
    """The branch new-year changes the footer, and only that; main is where it was."""
    found = tip(BRANCH)
    if _was_merged(BRANCH):
        return f"{BRANCH} was pushed, and has been merged since."
    if text_of(files.FOOTER_PATH) != files.FOOTER:
        raise NotYet(
            "Looked at main in CodeCommit: the footer has changed there. The change should wait "
            "on a branch until somebody has looked at it. `lab.reset()` brings main back."
        )
    names = clients.client("codecommit", REGION).list_branches(repositoryName=SHOP)["branches"]
    require(
        found is not None,
        f"Looked for a branch {BRANCH} in CodeCommit, found {', '.join(names)}. What you commit "
        "in a clone is in the clone alone until it is pushed.",
    )
    changed = _changed_files(str(found))
    require(
        changed,
        f"The branch {BRANCH} has the same files as main: it has no commit yet, or one that "
        "changes nothing. Was the clone on the branch, and the file added, when you committed?",
    )
    _require_footer(changed, text_of(files.FOOTER_PATH, BRANCH) or "")
    given = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    require(
        given == found,
        f"The branch is right. `pushed` should be the id of its commit. Found {describe(answer)}.",
    )
    return f"CodeCommit has {BRANCH} at {str(found)[:7]}, one file away from main."


def _changed_files(commit: str) -> list[str]:
    base = clients.client("codecommit", REGION).get_merge_conflicts(
        repositoryName=SHOP,
        sourceCommitSpecifier=commit,
        destinationCommitSpecifier="main",
        mergeOption="THREE_WAY_MERGE",
    )["baseCommitId"]
    differences = clients.client("codecommit", REGION).get_differences(
        repositoryName=SHOP, beforeCommitSpecifier=base, afterCommitSpecifier=commit
    )["differences"]
    return [(each.get("afterBlob") or each["beforeBlob"])["path"] for each in differences]


def _require_footer(changed: list[str], footer: str) -> None:
    require(
        "2026" in footer and "2025" not in footer,
        f"Looked at {files.FOOTER_PATH} on {BRANCH}. It should say 2026 where it said 2025.",
    )
    require(
        changed == [files.FOOTER_PATH],
        f"The branch changes {', '.join(changed)}. One change, one branch: only the footer.",
    )


def push_new_year(lab: Lab) -> None:
    """Make the branch that the first exercise makes."""
    codecommit = clients.client("codecommit", REGION)
    codecommit.create_branch(repositoryName=SHOP, branchName=BRANCH, commitId=tip("main"))
    footer = files.FOOTER.replace("2025", "2026")
    put(BRANCH, files.FOOTER_PATH, footer, "Say 2026 in the footer")


@chapter.exercise(
    "pull-request",
    title="Ask for a review",
    minutes=3,
    answer="number",
    arrange=push_new_year,
    hints=(
        'create_pull_request takes title="..." and targets=[{...}]. A target has repositoryName, '
        "sourceReference and destinationReference.",
        "The rule: create_pull_request_approval_rule with pullRequestId, approvalRuleName and "
        "approvalRuleContent. The content is the JSON that was printed above.",
    ),
)
def check_pull_request(lab: Lab, answer: Any) -> str:
    """There is an open pull request from new-year into main which waits for a reviewer."""
    request = _request(answer)
    (target,) = request["pullRequestTargets"]
    source, destination = target["sourceReference"], target["destinationReference"]
    require(
        (source, destination) == (f"refs/heads/{BRANCH}", "refs/heads/main"),
        f"Pull request {answer} asks for {_short(source)} to go into {_short(destination)}. It "
        f"should be {BRANCH} into main.",
    )
    if target["mergeMetadata"]["isMerged"]:
        return f"Pull request {answer} was opened, and has been merged since."
    require(request["pullRequestStatus"] == "OPEN", f"Pull request {answer} is closed already.")
    _require_rule(request["approvalRules"], str(answer))
    return f"Pull request {answer} is open. It can be merged when a reviewer has approved it."


def _request(answer: Any) -> dict[str, Any]:
    if isinstance(answer, dict):
        raise NotYet(
            "`number` holds a whole answer of CodeCommit. The number is in it, as "
            "pullRequest, then pullRequestId."
        )
    try:
        found = clients.client("codecommit", REGION).get_pull_request(pullRequestId=str(answer))
    except ClientError as error:
        raise NotYet(f"Asked for the pull request {describe(answer)}: {error}") from None
    return dict(found["pullRequest"])


def _require_rule(rules: list[dict[str, Any]], number: str) -> None:
    require(
        rules,
        f"Pull request {number} has no approval rule: whoever opened it can merge it at once.",
    )
    for rule in rules:
        for statement in json.loads(rule["approvalRuleContent"])["Statements"]:
            members = statement.get("ApprovalPoolMembers", [])
            require(
                members,
                f"The rule {rule['approvalRuleName']!r} names no members, so that anybody's "
                "approval would do.",
            )
            strangers = [each for each in members if "reviewers/" not in each]
            require(
                not strangers,
                f"The rule {rule['approvalRuleName']!r} lets {', '.join(strangers)} approve. It "
                "should be the role reviewers.",
            )
            needed = statement["NumberOfApprovalsNeeded"]
            require(
                needed == 1,
                f"The rule {rule['approvalRuleName']!r} asks for {needed} approvals. It should be "
                "one.",
            )


def newest_from(branch: str) -> dict[str, Any] | None:
    """Return the newest pull request from a branch, in AWS's shape, or None."""
    codecommit = clients.client("codecommit", REGION)
    numbers = codecommit.list_pull_requests(repositoryName=SHOP)["pullRequestIds"]
    for number in reversed(numbers):
        request = codecommit.get_pull_request(pullRequestId=number)["pullRequest"]
        if request["pullRequestTargets"][0]["sourceReference"] == f"refs/heads/{branch}":
            return dict(request)
    return None


def _was_merged(branch: str) -> bool:
    request = newest_from(branch)
    return bool(request and request["pullRequestTargets"][0]["mergeMetadata"]["isMerged"])


def _short(reference: str) -> str:
    return reference.removeprefix("refs/heads/")
