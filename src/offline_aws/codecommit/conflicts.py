"""Whether two commits merge, and the conflicts that are in the way."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from dulwich.objects import Commit

from offline_aws.codecommit import checks, gitobjects, paging
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.lines import Hunk, Side, is_binary
from offline_aws.codecommit.merging import Conflict, Merge
from offline_aws.codecommit.resolutions import Resolution
from offline_aws.codecommit.store import Repository, repository_of
from offline_aws.operations import Call, operation

FAST_FORWARD, SQUASH, THREE_WAY = "FAST_FORWARD_MERGE", "SQUASH_MERGE", "THREE_WAY_MERGE"
_FILES, _HUNKS = 1000, 1000


@operation("codecommit", "GetMergeOptions")
def get_merge_options(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the ways in which two commits merge without more said."""
    merge, resolution = merge_of(repository_of(call, parameters), parameters)
    options = [FAST_FORWARD] if merge.can_fast_forward else []
    if not resolution.conflicts(merge):
        options += [SQUASH, THREE_WAY]
    return {"mergeOptions": options, **_ids(merge)}


@operation("codecommit", "GetMergeConflicts")
def get_merge_conflicts(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return whether two commits merge, and the files in conflict."""
    merge, resolution = merge_of(repository_of(call, parameters), parameters)
    fast = _option(parameters, (FAST_FORWARD, SQUASH, THREE_WAY)) == FAST_FORWARD
    conflicts = [] if fast else list(resolution.conflicts(merge).values())
    chosen, token = paging.page(
        conflicts,
        parameters.get("nextToken"),
        parameters.get("maxConflictFiles"),
        _FILES,
        "InvalidMaxConflictFilesException",
    )
    answer: dict[str, Any] = {
        "mergeable": merge.can_fast_forward if fast else not conflicts,
        "conflictMetadataList": [_metadata(merge, each) for each in chosen],
        **_ids(merge),
    }
    paging.with_token(answer, token)
    return answer


@operation("codecommit", "DescribeMergeConflicts")
def describe_merge_conflicts(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe how one file merges, hunk by hunk."""
    merge, _ = merge_of(repository_of(call, parameters), parameters)
    _option(parameters, (SQUASH, THREE_WAY))
    found = _described(merge, checks.path(parameters.get("filePath")))
    hunks, token = _page_of_hunks(merge, found, parameters, parameters.get("nextToken"))
    answer: dict[str, Any] = {
        "conflictMetadata": _metadata(merge, found),
        "mergeHunks": hunks,
        **_ids(merge),
    }
    paging.with_token(answer, token)
    return answer


@operation("codecommit", "BatchDescribeMergeConflicts")
def batch_describe_merge_conflicts(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe every file in conflict, or those asked for."""
    merge, resolution = merge_of(repository_of(call, parameters), parameters)
    _option(parameters, (SQUASH, THREE_WAY))
    conflicts = resolution.conflicts(merge)
    asked = [checks.path(path) for path in parameters.get("filePaths") or conflicts]
    known = [path for path in asked if path in conflicts]
    chosen, token = paging.page(
        known,
        parameters.get("nextToken"),
        parameters.get("maxConflictFiles"),
        _FILES,
        "InvalidMaxConflictFilesException",
    )
    answer: dict[str, Any] = {
        "conflicts": [
            {
                "conflictMetadata": _metadata(merge, conflicts[path]),
                "mergeHunks": _page_of_hunks(merge, conflicts[path], parameters, None)[0],
            }
            for path in chosen
        ],
        "errors": [_missing(path) for path in asked if path not in conflicts],
        **_ids(merge),
    }
    paging.with_token(answer, token)
    return answer


@operation("codecommit", "GetMergeCommit")
def get_merge_commit(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the commit that two commits were merged in, if they were."""
    repository = repository_of(call, parameters)
    merge, _ = merge_of(repository, parameters)
    source, destination = merge.source.id.decode(), merge.destination.id.decode()
    merged = repository.merges.get((source, destination))
    merged = merged or next(_merges_in_history(repository, merge), None)
    return {**_ids(merge), **({"mergedCommitId": merged} if merged else {})}


def merge_of(repository: Repository, parameters: dict[str, Any]) -> tuple[Merge, Resolution]:
    """Return the merge that a call asks about, and what it says of conflicts."""
    resolution = Resolution(parameters)
    source = gitobjects.resolve(repository, parameters.get("sourceCommitSpecifier"))
    destination = gitobjects.resolve(repository, parameters.get("destinationCommitSpecifier"))
    return Merge(repository.git, source, destination, resolution.detail), resolution


def _option(parameters: dict[str, Any], allowed: tuple[str, ...]) -> str:
    option = parameters.get("mergeOption")
    if not option:
        raise refusal("MergeOptionRequiredException")
    return checks.one_of(option, allowed, "InvalidMergeOptionException")


def _ids(merge: Merge) -> dict[str, str]:
    return {
        "sourceCommitId": merge.source.id.decode(),
        "destinationCommitId": merge.destination.id.decode(),
        "baseCommitId": merge.base.id.decode(),
    }


def _described(merge: Merge, path: str) -> Conflict:
    found = merge.conflicts.get(path)
    if found:
        return found
    if not any(path in files for files in merge.sides.values()):
        raise refusal("FileDoesNotExistException", path)
    return merge.describe(path)


def _missing(path: str) -> dict[str, str]:
    error = refusal("FileDoesNotExistException", path)
    return {"filePath": path, "exceptionName": error.code, "message": error.message}


def _metadata(merge: Merge, conflict: Conflict) -> dict[str, Any]:
    contents = _contents(merge, conflict)
    sides = conflict.sides
    return {
        "filePath": conflict.path,
        "fileSizes": {side: len(content) for side, content in contents.items()},
        "fileModes": {side: entry.mode_name for side, entry in sides.items() if side in contents},
        "objectTypes": {side: kind for side, kind in conflict.types.items() if kind},
        "numberOfConflicts": conflict.number,
        "isBinaryFile": {side: is_binary(content) for side, content in contents.items()},
        "contentConflict": conflict.content,
        "fileModeConflict": conflict.mode,
        "objectTypeConflict": conflict.object_type,
        "mergeOperations": conflict.operations,
    }


def _contents(merge: Merge, conflict: Conflict) -> dict[str, bytes]:
    """Return the content of each side that is a file or a link."""
    return {
        side: gitobjects.read_blob(merge.git, entry.sha)
        for side, entry in conflict.sides.items()
        if conflict.types[side] != "GIT_LINK"
    }


def _page_of_hunks(
    merge: Merge, conflict: Conflict, parameters: dict[str, Any], token: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    size = parameters.get("maxMergeHunks")
    hunks = list(_hunks(merge, conflict))
    return paging.page(hunks, token, size, _HUNKS, "InvalidMaxMergeHunksException")


def _hunks(merge: Merge, conflict: Conflict) -> Iterator[dict[str, Any]]:
    """Yield the changed hunks by lines; the whole file where lines were not compared."""
    for hunk in conflict.hunks:
        if hunk.changed:
            yield _hunk(hunk)
    contents = _contents(merge, conflict)
    if not conflict.hunks and conflict.operations and not any(map(is_binary, contents.values())):
        sides = {side: Side(0, text.splitlines(True)) for side, text in contents.items()}
        details = {side: _detail(each) for side, each in sides.items()}
        yield {"isConflict": conflict.number > 0, **details}


def _hunk(hunk: Hunk) -> dict[str, Any]:
    sides = {"source": hunk.source, "destination": hunk.destination, "base": hunk.base}
    details = {side: _detail(each) for side, each in sides.items()}
    return {"isConflict": hunk.conflicting, **details}


def _detail(side: Side) -> dict[str, Any]:
    content = base64.b64encode(b"".join(side.lines)).decode()
    return {"startLine": side.start, "endLine": side.end, "hunkContent": content}


def _merges_in_history(repository: Repository, merge: Merge) -> Iterator[str]:
    parents = [merge.destination.id, merge.source.id]
    for entry in repository.git.get_walker(
        [gitobjects.resolve(repository, tip).id for tip in repository.branches.values()]
    ):
        if isinstance(entry.commit, Commit) and entry.commit.parents == parents:
            yield entry.commit.id.decode()
