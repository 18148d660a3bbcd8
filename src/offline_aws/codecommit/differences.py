"""What differs between two commits, file by file."""

from __future__ import annotations

from typing import Any

from offline_aws.codecommit import checks, gitobjects, paging
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.gitobjects import Entry, Files
from offline_aws.codecommit.store import repository_of
from offline_aws.operations import Call, operation

_PAGE = 100


@operation("codecommit", "GetDifferences")
def get_differences(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """List the files added, modified and deleted between two commits, by path.

    Without a commit before, every file of the commit after is added.
    """
    repository = repository_of(call, parameters)
    after = gitobjects.resolve(repository, parameters.get("afterCommitSpecifier"))
    specifier = parameters.get("beforeCommitSpecifier")
    before = gitobjects.resolve(repository, specifier) if specifier else None
    old, new = _paths(parameters)
    differences = _differences(
        _below(gitobjects.files_of(repository.git, before), old),
        _below(gitobjects.files_of(repository.git, after), new),
        old,
        new,
    )
    size, token = parameters.get("MaxResults"), parameters.get("NextToken")
    chosen, following = paging.page(differences, token, size, _PAGE)
    answer: dict[str, Any] = {"differences": chosen}
    paging.with_token(answer, following, "NextToken")
    return answer


def _paths(parameters: dict[str, Any]) -> tuple[str, str]:
    """Return the paths to look below before and after; one alone goes for both."""
    before, after = parameters.get("beforePath"), parameters.get("afterPath")
    old, new = before or after, after or before
    return checks.folder_path(old) if old else "", checks.folder_path(new) if new else ""


def _below(files: Files, path: str) -> Files:
    """Return the files at or below a path, by what follows it in their own paths."""
    if not path:
        return files
    return {
        name.removeprefix(path): entry
        for name, entry in files.items()
        if name == path or name.startswith(f"{path}/")
    }


def _differences(before: Files, after: Files, old: str, new: str) -> list[dict[str, Any]]:
    if (old or new) and not before and not after:
        raise refusal("PathDoesNotExistException", new)
    found = []
    # By bytes, as git orders paths.
    for name in sorted({*before, *after}, key=gitobjects.encoded):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        difference: dict[str, Any] = {"changeType": "M" if was and now else "A" if now else "D"}
        if was:
            difference["beforeBlob"] = _blob(old + name, was)
        if now:
            difference["afterBlob"] = _blob(new + name, now)
        found.append(difference)
    return found


def _blob(path: str, entry: Entry) -> dict[str, Any]:
    return {"blobId": entry.sha, "path": path, "mode": f"{entry.mode:06o}"}
