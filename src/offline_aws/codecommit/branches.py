"""Branches, and which of them is the default."""

from __future__ import annotations

from typing import Any

from dulwich.objects import ObjectID
from dulwich.refs import Ref

from offline_aws.codecommit import checks, gitobjects, paging
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.reference_events import notice
from offline_aws.codecommit.store import Repository, repository_of
from offline_aws.operations import Call, operation

_PAGE = 1000


@operation("codecommit", "CreateBranch")
def create_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Create a branch at a commit; the default branch stays what it is."""
    repository = repository_of(call, parameters)
    name = checks.branch_name(parameters.get("branchName"))
    commit_id = checks.commit_id(parameters.get("commitId"))
    if name in repository.branches:
        raise refusal("BranchNameExistsException", name)
    check_room(repository, name)
    if gitobjects.commit_of(repository.git, commit_id) is None:
        raise refusal("CommitDoesNotExistException", commit_id)
    gitobjects.move_branch(call, repository, name, None, commit_id)
    return {}


@operation("codecommit", "GetBranch")
def get_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the commit at the tip of a branch."""
    repository = repository_of(call, parameters)
    name = checks.branch_name(parameters.get("branchName"))
    return {"branch": {"branchName": name, "commitId": tip_of(repository, name)}}


@operation("codecommit", "ListBranches")
def list_branches(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """List the names of the branches."""
    names = list(repository_of(call, parameters).branches)
    return paging.answer("branches", names, parameters, _PAGE)


@operation("codecommit", "DeleteBranch")
def delete_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a branch that is not the default; one that is not there is no error."""
    repository = repository_of(call, parameters)
    name = checks.branch_name(parameters.get("branchName"))
    if name == repository.default_branch:
        raise refusal("DefaultBranchCannotBeDeletedException")
    tip = repository.branches.get(name)
    if tip is None:
        return {}
    reference = Ref(b"refs/heads/" + name.encode())
    repository.git.refs.remove_if_equals(reference, ObjectID(tip.encode()))
    notice(call, repository)
    return {"deletedBranch": {"branchName": name, "commitId": tip}}


@operation("codecommit", "UpdateDefaultBranch")
def update_default_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make another branch the default."""
    repository = repository_of(call, parameters)
    name = checks.branch_name(parameters.get("defaultBranchName"))
    tip_of(repository, name)
    repository.default_branch = name
    repository.modified = call.clock.now()
    return {}


def tip_of(repository: Repository, name: str) -> str:
    """Return the commit id at the tip of a branch."""
    tip = repository.branches.get(name)
    if tip is None:
        raise refusal("BranchDoesNotExistException", name)
    return tip


def check_room(repository: Repository, name: str) -> None:
    """Refuse a name that git cannot hold beside another: ``a`` and ``a/b``."""
    for other in repository.branches:
        if other.startswith(f"{name}/") or name.startswith(f"{other}/"):
            raise refusal("InvalidBranchNameException", name, other)
