"""Branches, files, folders and differences as they are read."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

Commit = Callable[..., str]


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


def git(folder: Path, *command: str) -> str:
    return subprocess.check_output(["git", "-C", str(folder), *command], text=True)


def changed(client: Any, **parameters: Any) -> list[tuple[str, str | None, str | None]]:
    answer = client.get_differences(repositoryName="shop", **parameters)
    return [
        (
            each["changeType"],
            each.get("beforeBlob", {}).get("path"),
            each.get("afterBlob", {}).get("path"),
        )
        for each in answer["differences"]
    ]


def test_branches_are_made_listed_and_deleted(client: Any, shop: str, commit: Commit) -> None:
    first = commit(f=b"1")
    here = {"repositoryName": shop}
    assert client.get_branch(**here, branchName="main")["branch"]["commitId"] == first
    client.create_branch(**here, branchName="feature/cart", commitId=first)
    assert client.list_branches(**here)["branches"] == ["feature/cart", "main"]
    client.update_default_branch(**here, defaultBranchName="feature/cart")
    assert code(client.delete_branch, **here, branchName="feature/cart") == (
        "DefaultBranchCannotBeDeletedException"
    )
    deleted = client.delete_branch(**here, branchName="main")["deletedBranch"]
    assert deleted == {"branchName": "main", "commitId": first}
    assert "deletedBranch" not in client.delete_branch(**here, branchName="main")


@pytest.mark.parametrize(
    ("name", "commit_id", "error"),
    [
        ("main", None, "BranchNameExistsException"),
        ("main/x", None, "InvalidBranchNameException"),
        ("a b", None, "InvalidBranchNameException"),
        ("new", "0" * 40, "CommitDoesNotExistException"),
        ("new", "main", "InvalidCommitIdException"),
        ("new", "", "CommitIdRequiredException"),
    ],
)
def test_branches_that_are_refused(
    client: Any, shop: str, commit: Commit, name: str, commit_id: str | None, error: str
) -> None:
    tip = commit(f=b"1")
    target = tip if commit_id is None else commit_id
    call = client.create_branch
    assert code(call, repositoryName=shop, branchName=name, commitId=target) == error
    assert client.list_branches(repositoryName=shop)["branches"] == ["main"]


def test_a_branch_that_is_not_there(client: Any, shop: str, commit: Commit) -> None:
    commit(f=b"1")
    here = {"repositoryName": shop}
    missing = "BranchDoesNotExistException"
    assert code(client.get_branch, **here, branchName="other") == missing
    assert code(client.update_default_branch, **here, defaultBranchName="other") == missing


@pytest.mark.parametrize("specifier", ["main", "HEAD", "refs/heads/main", "v1", "refs/tags/v1"])
def test_a_commit_is_named_in_many_ways(
    client: Any, shop: str, commit: Commit, aws: OfflineAWS, specifier: str
) -> None:
    tip = commit(f=b"1")
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    git(folder, "-c", "user.name=A", "-c", "user.email=a@b", "tag", "-a", "-m", "One", "v1", tip)
    file = client.get_file(repositoryName=shop, filePath="f", commitSpecifier=specifier)
    assert file["commitId"] == tip
    assert file["fileSize"] == 1


@pytest.mark.parametrize("specifier", ["other", "0" * 40, "a b", "refs/heads/..", "x\0y", "abc123"])
def test_a_commit_that_is_not_there(client: Any, shop: str, commit: Commit, specifier: str) -> None:
    commit(f=b"1")
    call = {"repositoryName": shop, "filePath": "f", "commitSpecifier": specifier}
    assert code(client.get_file, **call) == "CommitDoesNotExistException"


def test_an_empty_repository_has_no_head(client: Any, shop: str) -> None:
    error = "CommitDoesNotExistException"
    assert code(client.get_file, repositoryName=shop, filePath="f") == error
    assert code(client.get_folder, repositoryName=shop, folderPath="/") == error
    assert client.list_branches(repositoryName=shop)["branches"] == []


def test_what_is_not_there_is_said(client: Any, shop: str, commit: Commit) -> None:
    tip = commit(d__f=b"1")
    here = {"repositoryName": shop}
    assert code(client.get_file, **here, filePath="d") == "FileDoesNotExistException"
    assert code(client.get_folder, **here, folderPath="d/f") == "FolderDoesNotExistException"
    assert code(client.get_blob, **here, blobId="0" * 40) == "BlobIdDoesNotExistException"
    assert code(client.get_blob, **here, blobId=tip) == "BlobIdDoesNotExistException"
    assert code(client.get_blob, **here, blobId="x") == "InvalidBlobIdException"


def test_a_folder_is_listed_by_kind(client: Any, shop: str, commit: Commit) -> None:
    commit(README_md=b"1", src__app_py=b"2", src__web__index_html=b"3")
    root = client.get_folder(repositoryName=shop, folderPath="/")
    assert root["folderPath"] == ""
    assert [each["absolutePath"] for each in root["subFolders"]] == ["src"]
    assert [each["absolutePath"] for each in root["files"]] == ["README.md"]
    below = client.get_folder(repositoryName=shop, folderPath="/src/")
    assert below["treeId"] == root["subFolders"][0]["treeId"]
    (file,) = below["files"]
    assert (file["absolutePath"], file["relativePath"]) == ("src/app.py", "app.py")
    assert below["subFolders"][0]["relativePath"] == "web"


def test_differences(client: Any, shop: str, commit: Commit) -> None:
    first = commit(a=b"1", d__b=b"2", d__c=b"3")
    second = commit(a=b"one", d__b=None, e__x=b"4")
    both = {"beforeCommitSpecifier": first, "afterCommitSpecifier": second}
    assert changed(client, **both) == [
        ("M", "a", "a"),
        ("D", "d/b", None),
        ("A", None, "e/x"),
    ]
    assert changed(client, **both, afterPath="/d") == [("D", "d/b", None)]
    assert changed(client, **both, beforePath="a") == [("M", "a", "a")]
    assert changed(client, **both, beforePath="d", afterPath="e") == [
        ("D", "d/b", None),
        ("D", "d/c", None),
        ("A", None, "e/x"),
    ]
    assert changed(client, afterCommitSpecifier="main") == [
        ("A", None, "a"),
        ("A", None, "d/c"),
        ("A", None, "e/x"),
    ]
    call = client.get_differences
    path = {"repositoryName": shop, **both, "afterPath": "none"}
    assert code(call, **path) == "PathDoesNotExistException"


def test_differences_come_in_pages(client: Any, shop: str, commit: Commit) -> None:
    commit(a=b"1", b=b"2", c=b"3")
    call = {"repositoryName": shop, "afterCommitSpecifier": "main"}
    pages = client.get_paginator("get_differences").paginate(
        **call, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["differences"]) for page in pages] == [2, 1]
    get = client.get_differences
    assert code(get, **call, MaxResults=0) == "InvalidMaxResultsException"
    assert code(get, **call, NextToken="x") == "InvalidContinuationTokenException"
    assert code(get, repositoryName=shop, afterCommitSpecifier="") == "CommitRequiredException"


def test_what_git_pushes_is_read(client: Any, shop: str, aws: OfflineAWS, tmp_path: Path) -> None:
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(folder), str(work))
    (work / "größe.txt").write_bytes(b"1")
    git(work, "checkout", "-q", "-b", "develop")
    git(work, "add", ".")
    identity = ("-c", "user.name=Grace", "-c", "user.email=grace@example.com")
    git(work, *identity, "commit", "-q", "-m", "Start")
    git(work, "push", "-q", "origin", "develop")
    tip = git(work, "rev-parse", "HEAD").strip()
    metadata = client.get_repository(repositoryName=shop)["repositoryMetadata"]
    assert metadata["defaultBranch"] == "develop"
    assert client.get_file(repositoryName=shop, filePath="größe.txt")["fileContent"] == b"1"
    assert client.get_commit(repositoryName=shop, commitId=tip)["commit"]["message"] == "Start\n"
    second = client.put_file(
        repositoryName=shop,
        branchName="develop",
        filePath="new",
        fileContent=b"2",
        parentCommitId=tip,
    )
    git(work, "pull", "-q", "--ff-only", "origin", "develop")
    assert git(work, "rev-parse", "HEAD").strip() == second["commitId"]
    git(folder, "gc", "-q")
    assert client.get_file(repositoryName=shop, filePath="new")["fileContent"] == b"2"
    client.delete_repository(repositoryName=shop)


def test_a_submodule_is_listed_and_not_written_over(
    client: Any, shop: str, commit: Commit, aws: OfflineAWS
) -> None:
    parent = commit(f=b"1")
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    tree = git(folder, "ls-tree", "main") + f"160000 commit {parent}\tlib\n"
    made = subprocess.check_output(
        ["git", "-C", str(folder), "mktree", "--missing"], input=tree, text=True
    ).strip()
    identity = ("-c", "user.name=A", "-c", "user.email=a@b")
    tip = git(folder, *identity, "commit-tree", "-p", parent, "-m", "Lib", made).strip()
    git(folder, "update-ref", "refs/heads/main", tip)
    (module,) = client.get_folder(repositoryName=shop, folderPath="/")["subModules"]
    assert module == {"commitId": parent, "absolutePath": "lib", "relativePath": "lib"}
    call = {"repositoryName": shop, "branchName": "main", "parentCommitId": tip}
    for path in ("lib", "lib/x"):
        assert code(client.put_file, **call, filePath=path, fileContent=b"2") == (
            "FilePathConflictsWithSubmodulePathException"
        )
