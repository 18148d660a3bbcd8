"""Files, folders and blobs, one at a time."""

from __future__ import annotations

import stat
from typing import Any

from dulwich.objects import Blob, TreeEntry

from offline_aws.codecommit import checks, gitobjects
from offline_aws.codecommit.changes import FILE_LIMIT, Changes, keep_empty_folders
from offline_aws.codecommit.commits import author_of, commit_on_branch, tip_to_commit_on
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.gitobjects import SUBMODULE, Entry
from offline_aws.codecommit.store import repository_of
from offline_aws.operations import Call, operation


@operation("codecommit", "PutFile")
def put_file(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Add or replace a file by a commit of its own."""
    repository = repository_of(call, parameters)
    checks.authorship(parameters, "name")
    branch, parent = tip_to_commit_on(repository, parameters)
    content, path = parameters.get("fileContent"), checks.path(parameters.get("filePath"))
    if not content:
        raise refusal("FileContentRequiredException")
    before = gitobjects.files_of(repository.git, parent)
    changes = Changes(repository.git, before)
    changes.put(path, content, parameters.get("fileMode"))
    if changes.after == before:
        raise refusal("SameFileContentException")
    verb = "Edited" if path in before else "Added"
    message = parameters.get("commitMessage") or f"{verb} {path}"
    author = author_of(call, parameters, "name")
    commit = commit_on_branch(call, repository, branch, parent, changes.after, author, message)
    return {
        "commitId": commit.id.decode(),
        "blobId": changes.after[path].sha,
        "treeId": commit.tree.decode(),
    }


@operation("codecommit", "DeleteFile")
def delete_file(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a file by a commit of its own."""
    repository = repository_of(call, parameters)
    checks.authorship(parameters, "name")
    if not parameters.get("parentCommitId"):
        raise refusal("ParentCommitIdRequiredException")
    branch, parent = tip_to_commit_on(repository, parameters)
    path = checks.path(parameters.get("filePath"))
    before = gitobjects.files_of(repository.git, parent)
    changes = Changes(repository.git, before)
    removed = changes.delete(path)
    if parameters.get("keepEmptyFolders"):
        keep_empty_folders(repository.git, before, changes.after)
    message = parameters.get("commitMessage") or f"Deleted {path}"
    author = author_of(call, parameters, "name")
    commit = commit_on_branch(call, repository, branch, parent, changes.after, author, message)
    return {
        "commitId": commit.id.decode(),
        "blobId": removed.sha,
        "treeId": commit.tree.decode(),
        "filePath": path,
    }


@operation("codecommit", "GetFile")
def get_file(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return a file as it is in a commit."""
    repository = repository_of(call, parameters)
    path = checks.path(parameters.get("filePath"))
    commit = gitobjects.head_or(repository, parameters.get("commitSpecifier"))
    entry = gitobjects.files_of(repository.git, commit).get(path)
    if entry is None or entry.mode == SUBMODULE:
        raise refusal("FileDoesNotExistException", path)
    content = _small_enough(gitobjects.read_blob(repository.git, entry.sha))
    return {
        "commitId": commit.id.decode(),
        "blobId": entry.sha,
        "filePath": path,
        "fileMode": entry.mode_name,
        "fileSize": len(content),
        "fileContent": content,
    }


@operation("codecommit", "GetBlob")
def get_blob(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a blob."""
    repository = repository_of(call, parameters)
    blob_id = checks.commit_id(
        parameters.get("blobId"), "BlobIdRequiredException", "InvalidBlobIdException"
    )
    found = gitobjects.object_of(repository.git, blob_id)
    if not isinstance(found, Blob):
        raise refusal("BlobIdDoesNotExistException", blob_id)
    return {"content": _small_enough(found.data)}


@operation("codecommit", "GetFolder")
def get_folder(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return what a folder holds in a commit, by kind."""
    repository = repository_of(call, parameters)
    folder = checks.folder_path(parameters.get("folderPath"))
    commit = gitobjects.head_or(repository, parameters.get("commitSpecifier"))
    tree = gitobjects.tree_at(repository.git, commit, folder)
    if tree is None:
        raise refusal("FolderDoesNotExistException", folder)
    answer: dict[str, Any] = {
        "commitId": commit.id.decode(),
        "folderPath": folder,
        "treeId": tree.id.decode(),
        "subFolders": [],
        "files": [],
        "symbolicLinks": [],
        "subModules": [],
    }
    for item in tree.iteritems(name_order=True):
        kind, described = _described(item, folder)
        answer[kind].append(described)
    return answer


def _described(item: TreeEntry, folder: str) -> tuple[str, dict[str, Any]]:
    """Return the list that an item of a folder belongs in, and its entry there."""
    name, mode = gitobjects.text(item.path), item.mode or 0
    sha = (item.sha or b"").decode()
    where = {"absolutePath": f"{folder}/{name}" if folder else name, "relativePath": name}
    if stat.S_ISDIR(mode):
        return "subFolders", {**where, "treeId": sha}
    if mode == SUBMODULE:
        return "subModules", {**where, "commitId": sha}
    kind = "symbolicLinks" if stat.S_ISLNK(mode) else "files"
    return kind, {**where, "blobId": sha, "fileMode": Entry(mode, sha).mode_name}


def _small_enough(content: bytes) -> bytes:
    if len(content) > FILE_LIMIT:
        raise refusal("FileTooLargeException")
    return content
