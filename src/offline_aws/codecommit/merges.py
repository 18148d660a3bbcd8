"""Merges of two commits into a branch, in AWS's three ways."""

from __future__ import annotations

from typing import Any

from dulwich.objects import Commit

from offline_aws.codecommit import checks, gitobjects
from offline_aws.codecommit.branches import tip_of
from offline_aws.codecommit.commits import author_of
from offline_aws.codecommit.conflicts import FAST_FORWARD, SQUASH, THREE_WAY, merge_of
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.merging import Merge
from offline_aws.codecommit.reference_events import tell_of_unreferenced_merge
from offline_aws.codecommit.resolutions import Resolution
from offline_aws.codecommit.store import Repository, repository_of
from offline_aws.operations import Call, operation


@operation("codecommit", "MergeBranchesByFastForward")
def merge_branches_by_fast_forward(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Move a branch to the source commit, which has to have all that the branch has."""
    return _merge_branches(call, parameters, FAST_FORWARD)


@operation("codecommit", "MergeBranchesBySquash")
def merge_branches_by_squash(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Commit what the source changed as one commit with one parent."""
    return _merge_branches(call, parameters, SQUASH)


@operation("codecommit", "MergeBranchesByThreeWay")
def merge_branches_by_three_way(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Commit a merge with two parents."""
    return _merge_branches(call, parameters, THREE_WAY)


@operation("codecommit", "CreateUnreferencedMergeCommit")
def create_unreferenced_merge_commit(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Commit a merge to no branch."""
    repository = repository_of(call, parameters)
    checks.authorship(parameters)
    option = parameters.get("mergeOption")
    if not option:
        raise refusal("MergeOptionRequiredException")
    checks.one_of(option, (SQUASH, THREE_WAY), "InvalidMergeOptionException")
    merge, resolution = merge_of(repository, parameters)
    commit = merged_commit(call, repository, merge, resolution, option, parameters)
    merged = told(merge, resolution, option)
    tell_of_unreferenced_merge(call, repository, commitId=commit.id.decode(), **merged)
    return _ids(commit)


def merged_commit(
    call: Call,
    repository: Repository,
    merge: Merge,
    resolution: Resolution,
    option: str,
    parameters: dict[str, Any],
) -> Commit:
    """Return the commit of a merge; no branch moves.

    Raises ``ManualMergeRequiredException`` when it does not merge in this way.
    """
    if option == FAST_FORWARD:
        if not merge.can_fast_forward:
            raise refusal("ManualMergeRequiredException")
        return merge.source
    source, destination = merge.source.id.decode(), merge.destination.id.decode()
    commit = gitobjects.write_commit(
        repository.git,
        resolution.files(merge),
        [destination] if option == SQUASH else [destination, source],
        author_of(call, parameters),
        parameters.get("commitMessage") or f"Merge {source} into {destination}",
        call.clock.now(),
    )
    repository.merges[source, destination] = commit.id.decode()
    return commit


def told(merge: Merge, resolution: Resolution, option: str) -> dict[str, str]:
    """Return what the event of a merge tells of it."""
    return {
        "baseCommitId": merge.base.id.decode(),
        "sourceCommitId": merge.source.id.decode(),
        "destinationCommitId": merge.destination.id.decode(),
        "mergeOption": option,
        "conflictDetailsLevel": resolution.detail,
        "conflictResolutionStrategy": resolution.strategy,
    }


def _merge_branches(call: Call, parameters: dict[str, Any], option: str) -> dict[str, Any]:
    repository = repository_of(call, parameters)
    checks.authorship(parameters)
    merge, resolution = merge_of(repository, parameters)
    branch = _target(repository, parameters)
    destination = merge.destination.id.decode()
    if tip_of(repository, branch) != destination:
        raise refusal("ConcurrentReferenceUpdateException")
    commit = merged_commit(call, repository, merge, resolution, option, parameters)
    merged = told(merge, resolution, option)
    gitobjects.move_branch(call, repository, branch, destination, commit.id.decode(), **merged)
    return _ids(commit)


def _target(repository: Repository, parameters: dict[str, Any]) -> str:
    """Return the branch to merge into: the target, or else the destination if it is a branch."""
    named = parameters.get("targetBranch") or parameters["destinationCommitSpecifier"]
    branch = checks.branch_name(
        repository.default_branch if named == "HEAD" else named.removeprefix("refs/heads/")
    )
    if branch in repository.branches:
        return branch
    error = (
        "BranchNameIsTagNameException"
        if branch in repository.tag_names
        else "BranchDoesNotExistException"
    )
    raise refusal(error, branch)


def _ids(commit: Commit) -> dict[str, Any]:
    return {"commitId": commit.id.decode(), "treeId": commit.tree.decode()}
