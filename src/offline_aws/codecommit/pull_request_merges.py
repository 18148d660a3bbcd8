"""Pull requests merged, in AWS's three ways, when their approval rules allow it."""

from __future__ import annotations

from typing import Any

from offline_aws.codecommit import checks, gitobjects
from offline_aws.codecommit.approvals import evaluated
from offline_aws.codecommit.conflicts import FAST_FORWARD, SQUASH, THREE_WAY, merge_of
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.merges import merged_commit, told
from offline_aws.codecommit.pull_request_events import tell
from offline_aws.codecommit.references import HEADS
from offline_aws.codecommit.requests import (
    CLOSED,
    PullRequest,
    check_repository,
    open_request_of,
)
from offline_aws.operations import Call, operation


@operation("codecommit", "MergePullRequestByFastForward")
def merge_pull_request_by_fast_forward(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Move the destination to the source, and close the pull request."""
    return _merge(call, parameters, FAST_FORWARD)


@operation("codecommit", "MergePullRequestBySquash")
def merge_pull_request_by_squash(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Commit what the source changed as one commit, and close the pull request."""
    return _merge(call, parameters, SQUASH)


@operation("codecommit", "MergePullRequestByThreeWay")
def merge_pull_request_by_three_way(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Commit a merge with two parents, and close the pull request."""
    return _merge(call, parameters, THREE_WAY)


def _merge(call: Call, parameters: dict[str, Any], option: str) -> dict[str, Any]:
    request = open_request_of(call, parameters)
    check_repository(call, parameters, request)
    checks.authorship(parameters)
    _check_tips(request, parameters.get("sourceCommitId"))
    if not evaluated(request)["approved"]:
        raise refusal("PullRequestApprovalRulesNotSatisfiedException")
    specifiers = {
        "sourceCommitSpecifier": request.source_commit,
        "destinationCommitSpecifier": request.destination_commit,
    }
    merge, resolution = merge_of(request.repository, {**parameters, **specifiers})
    commit = merged_commit(call, request.repository, merge, resolution, option, parameters)
    _close(call, request, commit.id.decode(), told(merge, resolution, option))
    return {"pullRequest": request.described()}


def _check_tips(request: PullRequest, expected: str | None) -> None:
    branches = request.repository.branches
    for reference in (request.source, request.destination):
        if reference.removeprefix(HEADS) not in branches:
            raise refusal("ReferenceDoesNotExistException", reference)
    if expected and checks.commit_id(expected) != request.source_commit:
        raise refusal("TipOfSourceReferenceIsDifferentException")


def _close(call: Call, request: PullRequest, commit_id: str, merged: dict[str, str]) -> None:
    # Closed first: from then on the pull request does not follow its branches.
    option = merged["mergeOption"]
    request.merged = {"mergedBy": call.caller, "mergeCommitId": commit_id, "mergeOption": option}
    request.status = CLOSED
    gitobjects.move_branch(
        call,
        request.repository,
        request.destination.removeprefix(HEADS),
        request.destination_commit,
        commit_id,
        **merged,
    )
    metadata = {
        **request.where,
        "destinationReference": request.destination,
        "mergeMetadata": {"isMerged": True, **request.merged},
    }
    request.record(call, "PULL_REQUEST_MERGE_STATE_CHANGED", metadata)
    tell(call, request, "PULL_REQUEST_MERGE_STATE_CHANGED", metadata)
    # EventBridge hears of the merge alone, which says that it is closed too.
    request.record(call, "PULL_REQUEST_STATUS_CHANGED", {"pullRequestStatus": CLOSED})
