"""Repositories: create, describe, list, change, delete."""

from __future__ import annotations

import re
from typing import Any

from offline_aws.codecommit import checks, paging
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.store import Repositories, Repository, repository_of
from offline_aws.codecommit.tags import checked_tags
from offline_aws.operations import Call, operation

_DESCRIPTION_LIMIT = 1000
_PAGE = 1000
_BATCH = 100
_KEY_ID = re.compile(r"[a-zA-Z0-9:/_-]+")


@operation("codecommit", "CreateRepository")
def create_repository(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Create an empty repository."""
    name = checks.repository_name(parameters.get("repositoryName"))
    description = _description(parameters)
    tags = checked_tags(parameters.get("tags") or {})
    key = _key(parameters["kmsKeyId"]) if parameters.get("kmsKeyId") else None
    repository = call.state(Repositories).create(call, name)
    repository.description, repository.tags, repository.kms_key = description, tags, key
    return {"repositoryMetadata": _metadata(repository)}


@operation("codecommit", "GetRepository")
def get_repository(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe a repository."""
    return {"repositoryMetadata": _metadata(repository_of(call, parameters))}


@operation("codecommit", "BatchGetRepositories")
def batch_get_repositories(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe several repositories, and name those that are not there."""
    names = parameters.get("repositoryNames")
    if not names:
        raise refusal("RepositoryNamesRequiredException")
    if "" in names:
        raise refusal("InvalidRepositoryNameException")
    names = [checks.repository_name(name) for name in names]
    if len(names) > _BATCH:
        raise refusal("MaximumRepositoryNamesExceededException")
    known = call.state(Repositories).by_name
    missing = [name for name in names if name not in known]
    return {
        "repositories": [_metadata(known[name]) for name in names if name in known],
        "repositoriesNotFound": missing,
        "errors": [_not_found(name) for name in missing],
    }


@operation("codecommit", "ListRepositories")
def list_repositories(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """List names and ids, by name unless asked otherwise."""
    by = parameters.get("sortBy") or "repositoryName"
    order = parameters.get("order") or "ascending"
    checks.one_of(by, ("repositoryName", "lastModifiedDate"), "InvalidSortByException")
    checks.one_of(order, ("ascending", "descending"), "InvalidOrderException")
    every = sorted(call.state(Repositories).by_name.values(), key=lambda each: each.name)
    if by == "lastModifiedDate":
        every.sort(key=lambda each: each.modified)
    if order == "descending":
        every.reverse()
    chosen, token = paging.page(every, parameters.get("nextToken"), None, _PAGE)
    answer: dict[str, Any] = {
        "repositories": [
            {"repositoryName": each.name, "repositoryId": each.repository_id} for each in chosen
        ]
    }
    paging.with_token(answer, token)
    return answer


@operation("codecommit", "UpdateRepositoryDescription")
def update_repository_description(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Set the description, or take it away."""
    repository = repository_of(call, parameters)
    repository.description = _description(parameters)
    repository.modified = call.clock.now()
    return {}


@operation("codecommit", "UpdateRepositoryName")
def update_repository_name(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Rename a repository; its id stays."""
    repositories = call.state(Repositories)
    new = checks.repository_name(parameters.get("newName"))
    repository = repositories.get(parameters.get("oldName"))
    if new in repositories.by_name:
        raise refusal("RepositoryNameExistsException", new)
    del repositories.by_name[repository.name]
    repository.rename(new)
    repository.modified = call.clock.now()
    repositories.by_name[new] = repository
    return {}


@operation("codecommit", "UpdateRepositoryEncryptionKey")
def update_repository_encryption_key(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Note another key; nothing is encrypted offline."""
    repository = repository_of(call, parameters)
    key, former = _key(parameters.get("kmsKeyId")), repository.kms_key
    repository.kms_key = key
    repository.modified = call.clock.now()
    answer = {"repositoryId": repository.repository_id, "kmsKeyId": key}
    return {**answer, "originalKmsKeyId": former} if former else answer


@operation("codecommit", "DeleteRepository")
def delete_repository(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a repository; to delete one that is not there is no error."""
    name = checks.repository_name(parameters.get("repositoryName"))
    removed = call.state(Repositories).remove(name)
    return {"repositoryId": removed.repository_id} if removed else {}


def _metadata(repository: Repository) -> dict[str, Any]:
    place = f"git-codecommit.{repository.region}.amazonaws.com/v1/repos/{repository.name}"
    optional = {
        "repositoryDescription": repository.description,
        "defaultBranch": repository.default_branch,
        "kmsKeyId": repository.kms_key,
    }
    return {
        "accountId": repository.account,
        "repositoryId": repository.repository_id,
        "repositoryName": repository.name,
        "lastModifiedDate": repository.modified,
        "creationDate": repository.created,
        "cloneUrlHttp": f"https://{place}",
        "cloneUrlSsh": f"ssh://{place}",
        "Arn": repository.arn,
        **{name: value for name, value in optional.items() if value},
    }


def _not_found(name: str) -> dict[str, Any]:
    error = refusal("RepositoryDoesNotExistException", name)
    return {"repositoryName": name, "errorCode": error.code, "errorMessage": error.message}


def _description(parameters: dict[str, Any]) -> str | None:
    text: str | None = parameters.get("repositoryDescription")
    if text and len(text) > _DESCRIPTION_LIMIT:
        raise refusal("InvalidRepositoryDescriptionException")
    return text


def _key(key: str | None) -> str:
    if not key:
        raise refusal("EncryptionKeyRequiredException")
    if not _KEY_ID.fullmatch(key):
        raise refusal("EncryptionKeyInvalidIdException", key)
    return key
