"""Commits: made on the tip of a branch, and read."""

from __future__ import annotations

import re
from typing import Any

from dulwich.objects import Commit

from offline_aws.codecommit import checks, gitobjects
from offline_aws.codecommit.changes import Changes, keep_empty_folders
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.gitobjects import Author, Files
from offline_aws.codecommit.store import Repository, repository_of
from offline_aws.operations import Call, operation

_BATCH = 100


@operation("codecommit", "CreateCommit")
def create_commit(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Create a commit with files put, moved, deleted, or of another mode."""
    repository = repository_of(call, parameters)
    checks.authorship(parameters)
    branch, parent = tip_to_commit_on(repository, parameters)
    before = gitobjects.files_of(repository.git, parent)
    changes = Changes(repository.git, before)
    changes.apply(parameters)
    if parameters.get("keepEmptyFolders"):
        keep_empty_folders(repository.git, before, changes.after)
    if changes.after == before:
        raise refusal("NoChangeException")
    author = author_of(call, parameters)
    message = parameters.get("commitMessage") or f"Commit to {branch}"
    commit = commit_on_branch(call, repository, branch, parent, changes.after, author, message)
    ids = {"commitId": commit.id.decode(), "treeId": commit.tree.decode()}
    return {**ids, **changes.summary()}


@operation("codecommit", "GetCommit")
def get_commit(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe a commit."""
    repository = repository_of(call, parameters)
    commit_id = checks.commit_id(parameters.get("commitId"))
    commit = gitobjects.commit_of(repository.git, commit_id)
    if commit is None:
        raise refusal("CommitIdDoesNotExistException", commit_id)
    return {"commit": described(commit)}


@operation("codecommit", "BatchGetCommits")
def batch_get_commits(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe several commits, and name those that are not there."""
    repository = repository_of(call, parameters)
    ids = parameters.get("commitIds")
    if not ids:
        raise refusal("CommitIdsListRequiredException")
    if len(ids) > _BATCH:
        raise refusal("CommitIdsLimitExceededException")
    found = {each: gitobjects.commit_of(repository.git, each) for each in ids}
    return {
        "commits": [described(commit) for commit in found.values() if commit],
        "errors": [_not_found(each) for each, commit in found.items() if commit is None],
    }


def described(commit: Commit) -> dict[str, Any]:
    """Return a commit as AWS describes it."""
    author, committer = gitobjects.text(commit.author), gitobjects.text(commit.committer)
    return {
        "commitId": commit.id.decode(),
        "treeId": commit.tree.decode(),
        "parents": [parent.decode() for parent in commit.parents],
        "message": gitobjects.text(commit.message),
        "author": _person(author, commit.author_time, commit.author_timezone),
        "committer": _person(committer, commit.commit_time, commit.commit_timezone),
        "additionalData": "",
    }


def author_of(call: Call, parameters: dict[str, Any], name: str = "authorName") -> Author:
    """Return the author whom a call names, or the caller's ARN without an address."""
    # As git does, without what would end the name in a commit.
    named = re.sub(r"[<>\n\0]", "", parameters.get(name) or "")
    return Author(named or call.caller, parameters.get("email") or "")


def tip_to_commit_on(
    repository: Repository, parameters: dict[str, Any]
) -> tuple[str, Commit | None]:
    """Return the branch of a call and the commit at its tip, which has to be the parent named.

    In an empty repository there is none, and the branch is made by the commit.
    """
    branch = checks.branch_name(parameters.get("branchName"))
    named = parameters.get("parentCommitId")
    known = repository.branches
    if known and branch not in known:
        error = (
            "BranchNameIsTagNameException"
            if branch in repository.tag_names
            else "BranchDoesNotExistException"
        )
        raise refusal(error, branch)
    if not known and not named:
        return branch, None
    named = checks.commit_id(
        named, "ParentCommitIdRequiredException", "InvalidParentCommitIdException"
    )
    parent = gitobjects.commit_of(repository.git, named)
    if parent is None or not known:
        raise refusal("ParentCommitDoesNotExistException", named)
    if known[branch] != named:
        raise refusal("ParentCommitIdOutdatedException")
    return branch, parent


def commit_on_branch(
    call: Call,
    repository: Repository,
    branch: str,
    parent: Commit | None,
    files: Files,
    author: Author,
    message: str,
) -> Commit:
    """Make a commit of these files on the tip of a branch, and move the branch to it."""
    tip = parent.id.decode() if parent else None
    parents, now = [tip] if tip else [], call.clock.now()
    commit = gitobjects.write_commit(repository.git, files, parents, author, message, now)
    gitobjects.move_branch(call, repository, branch, tip, commit.id.decode())
    if tip is None:
        repository.default_branch = branch
    return commit


def _person(identity: str, time: int, offset: int) -> dict[str, Any]:
    name, _, rest = identity.partition(" <")
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
    zone = f"{sign}{minutes // 60:02}{minutes % 60:02}"
    return {"name": name, "email": rest.rstrip(">"), "date": f"{time} {zone}"}


def _not_found(commit_id: str) -> dict[str, Any]:
    full = checks.COMMIT_ID.fullmatch(commit_id)
    code = "CommitIdDoesNotExistException" if full else "InvalidCommitIdException"
    error = refusal(code, commit_id)
    return {"commitId": commit_id, "errorCode": error.code, "errorMessage": error.message}
