"""CreateCommit, PutFile and DeleteFile write what they say, and refuse what AWS refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
Commit = Callable[..., str]


def put(path: str, content: bytes = b"text\n", **more: Any) -> dict[str, Any]:
    return {"filePath": path, "fileContent": content, **more}


def source(path: str, of: str, move: bool = False) -> dict[str, Any]:
    return {"filePath": path, "sourceFile": {"filePath": of, "isMove": move}}


def read(client: Any, path: str, **specifier: str) -> tuple[bytes, str]:
    answer = client.get_file(repositoryName="shop", filePath=path, **specifier)
    return answer["fileContent"], answer["fileMode"]


def paths(client: Any, commit: str) -> list[str]:
    answer = client.get_differences(repositoryName="shop", afterCommitSpecifier=commit)
    return [each["afterBlob"]["path"] for each in answer["differences"]]


def test_the_first_commit_makes_the_branch_and_the_default(client: Any, shop: str) -> None:
    first = client.create_commit(
        repositoryName=shop,
        branchName="trunk",
        authorName="Ada Lovelace",
        email="ada@example.com",
        commitMessage="Start the shop",
        putFiles=[put("src/app.py"), put("run.sh", b"#!/bin/sh\n", fileMode="EXECUTABLE")],
    )
    found = client.get_commit(repositoryName=shop, commitId=first["commitId"])["commit"]
    person = {"name": "Ada Lovelace", "email": "ada@example.com", "date": "1767603600 +0000"}
    assert found == {
        "commitId": first["commitId"],
        "treeId": first["treeId"],
        "parents": [],
        "message": "Start the shop",
        "author": person,
        "committer": person,
        "additionalData": "",
    }
    repository = client.get_repository(repositoryName=shop)["repositoryMetadata"]
    assert repository["defaultBranch"] == "trunk"
    added = {each["absolutePath"]: each["fileMode"] for each in first["filesAdded"]}
    assert added == {"src/app.py": "NORMAL", "run.sh": "EXECUTABLE"}
    assert read(client, "/src/app.py") == (b"text\n", "NORMAL")


def test_without_an_author_the_caller_is_named(client: Any, shop: str) -> None:
    answer = client.put_file(
        repositoryName=shop, branchName="main", filePath="a.txt", fileContent=b"1"
    )
    commit = client.get_commit(repositoryName=shop, commitId=answer["commitId"])["commit"]
    caller = boto3.client("sts").get_caller_identity()["Arn"]
    assert (commit["author"]["name"], commit["author"]["email"]) == (caller, "")
    assert commit["message"] == "Added a.txt"


def test_files_are_put_moved_copied_deleted_and_set(
    client: Any, shop: str, commit: Commit, aws: OfflineAWS
) -> None:
    parent = commit(a=b"a", b=b"b", c=b"c", d=b"d")
    aws.clock.advance(minutes=5)
    answer = client.create_commit(
        repositoryName=shop,
        branchName="main",
        parentCommitId=parent,
        putFiles=[source("moved/a", "a", move=True), source("copy/b", "b"), put("new")],
        deleteFiles=[{"filePath": "c"}],
        setFileModes=[{"filePath": "d", "fileMode": "EXECUTABLE"}],
    )
    names = {
        kind: [each["absolutePath"] for each in answer[kind]]
        for kind in ("filesAdded", "filesUpdated", "filesDeleted")
    }
    assert names == {
        "filesAdded": ["moved/a", "copy/b", "new"],
        "filesUpdated": ["d"],
        "filesDeleted": ["a", "c"],
    }
    assert paths(client, "main") == ["b", "copy/b", "d", "moved/a", "new"]
    assert read(client, "moved/a") == (b"a", "NORMAL")
    assert read(client, "d") == (b"d", "EXECUTABLE")
    assert read(client, "a", commitSpecifier=parent) == (b"a", "NORMAL")


def test_a_file_keeps_its_mode_and_a_link_is_a_link(client: Any, shop: str) -> None:
    entries = [put("run", b"1", fileMode="EXECUTABLE"), put("link", b"run", fileMode="SYMLINK")]
    first = client.create_commit(repositoryName=shop, branchName="main", putFiles=entries)
    client.put_file(
        repositoryName=shop,
        branchName="main",
        filePath="run",
        fileContent=b"2",
        parentCommitId=first["commitId"],
    )
    assert read(client, "run") == (b"2", "EXECUTABLE")
    folder = client.get_folder(repositoryName=shop, folderPath="/")
    assert [each["absolutePath"] for each in folder["files"]] == ["run"]
    assert [each["fileMode"] for each in folder["symbolicLinks"]] == ["SYMLINK"]


def test_an_emptied_folder_goes_or_is_kept(client: Any, shop: str, commit: Commit) -> None:
    first = commit(a__b__c=b"1", a__d=b"2", e__f=b"3")
    delete = {"repositoryName": shop, "branchName": "main"}
    second = client.delete_file(
        **delete, filePath="a/b/c", parentCommitId=first, keepEmptyFolders=True
    )
    assert second["filePath"] == "a/b/c"
    assert paths(client, "main") == ["a/b/.gitkeep", "a/d", "e/f"]
    client.delete_file(**delete, filePath="e/f", parentCommitId=second["commitId"])
    assert paths(client, "main") == ["a/b/.gitkeep", "a/d"]


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ({}, "FileEntryRequiredException"),
        ({"putFiles": [put("x")] * 2}, "SamePathRequestException"),
        ({"putFiles": [put("f")], "deleteFiles": [{"filePath": "/f"}]}, "SamePathRequestException"),
        (
            {"putFiles": [source("x", "f", move=True)], "deleteFiles": [{"filePath": "f"}]},
            "SamePathRequestException",
        ),
        ({"putFiles": [put("x"), put("x/y")]}, "PutFileEntryConflictException"),
        ({"putFiles": [{"filePath": "x"}]}, "SourceFileOrContentRequiredException"),
        (
            {"putFiles": [{**source("x", "f"), "fileContent": b"1"}]},
            "FileContentAndSourceFileSpecifiedException",
        ),
        ({"putFiles": [source("x", "none")]}, "FileDoesNotExistException"),
        ({"putFiles": [source("x", "d/.gitkeep")]}, "RestrictedSourceFileException"),
        ({"putFiles": [put("f/x")]}, "DirectoryNameConflictsWithFileNameException"),
        ({"putFiles": [put("d")]}, "FileNameConflictsWithDirectoryNameException"),
        ({"putFiles": [put("x", fileMode="BLUE")]}, "InvalidFileModeException"),
        ({"putFiles": [put("x", b"0" * 6291457)]}, "FileContentSizeLimitExceededException"),
        (
            {"putFiles": [put("x", b"0" * 4000000), put("y", b"0" * 4000000)]},
            "FileContentSizeLimitExceededException",
        ),
        ({"putFiles": [put(f"x{n}") for n in range(101)]}, "MaximumFileEntriesExceededException"),
        ({"putFiles": [put("f", b"f")]}, "NoChangeException"),
        (
            {"setFileModes": [{"filePath": "f", "fileMode": "NORMAL"}]},
            "NoChangeException",
        ),
        (
            {"setFileModes": [{"filePath": "none", "fileMode": "NORMAL"}]},
            "FileDoesNotExistException",
        ),
        ({"deleteFiles": [{"filePath": "none"}]}, "FileDoesNotExistException"),
        ({"deleteFiles": [{"filePath": "d"}]}, "FileDoesNotExistException"),
        ({"putFiles": [put("")]}, "PathRequiredException"),
        *(
            ({"putFiles": [put(path)]}, "InvalidPathException")
            for path in ("a//b", "../a", "a/./b", ".git/config", "a/", "/")
        ),
        ({"putFiles": [put("x")], "email": "a<b"}, "InvalidEmailException"),
        ({"putFiles": [put("x")], "authorName": "x" * 101}, "NameLengthExceededException"),
        (
            {"putFiles": [put("x")], "commitMessage": "x" * 262145},
            "CommitMessageLengthExceededException",
        ),
    ],
)
def test_changes_that_are_refused_change_nothing(
    client: Any, shop: str, commit: Commit, entries: dict[str, Any], error: str
) -> None:
    parent = commit(f=b"f", d__e=b"e")
    with pytest.raises(ClientError) as refusal:
        client.create_commit(
            repositoryName=shop, branchName="main", parentCommitId=parent, **entries
        )
    assert refusal.value.response["Error"]["Code"] == error
    branch = client.get_branch(repositoryName=shop, branchName="main")["branch"]
    assert branch["commitId"] == parent


@pytest.mark.parametrize(
    ("branch", "parent", "error"),
    [
        ("main", None, "ParentCommitIdRequiredException"),
        ("main", "first", "ParentCommitIdOutdatedException"),
        ("main", "0" * 40, "ParentCommitDoesNotExistException"),
        ("main", "abc123", "InvalidParentCommitIdException"),
        ("other", "second", "BranchDoesNotExistException"),
        ("a..b", "second", "InvalidBranchNameException"),
    ],
)
def test_the_parent_is_the_tip_of_the_branch(
    client: Any, shop: str, commit: Commit, branch: str, parent: str | None, error: str
) -> None:
    known = {"first": commit(f=b"1"), "second": commit(f=b"2")}
    named = {"parentCommitId": known.get(parent, parent)} if parent else {}
    with pytest.raises(ClientError) as refusal:
        client.create_commit(repositoryName=shop, branchName=branch, putFiles=[put("x")], **named)
    assert refusal.value.response["Error"]["Code"] == error


def test_an_empty_repository_has_no_parent(client: Any, shop: str) -> None:
    with pytest.raises(client.exceptions.ParentCommitDoesNotExistException):
        client.create_commit(
            repositoryName=shop, branchName="main", parentCommitId="0" * 40, putFiles=[put("x")]
        )


def test_put_file_refuses_what_is_there_already_and_what_is_empty(
    client: Any, shop: str, commit: Commit
) -> None:
    parent = commit(f=b"f")
    call = {"repositoryName": shop, "branchName": "main", "filePath": "f", "parentCommitId": parent}
    with pytest.raises(client.exceptions.SameFileContentException):
        client.put_file(**call, fileContent=b"f")
    with pytest.raises(client.exceptions.FileContentRequiredException):
        client.put_file(**call, fileContent=b"")
    answer = client.put_file(**call, fileContent=b"f", fileMode="EXECUTABLE")
    assert client.get_blob(repositoryName=shop, blobId=answer["blobId"])["content"] == b"f"


def test_an_error_says_aws_s_words(client: Any, shop: str, commit: Commit) -> None:
    first = commit(f=b"1")
    commit(f=b"2")
    with pytest.raises(client.exceptions.ParentCommitIdOutdatedException) as error:
        client.put_file(
            repositoryName=shop,
            branchName="main",
            filePath="f",
            fileContent=b"3",
            parentCommitId=first,
        )
    message = error.value.response["Error"]["Message"]
    assert "not the current tip of the specified branch" in message
    assert "<" not in message


def test_several_commits_at_once(client: Any, shop: str, commit: Commit) -> None:
    known = [commit(f=b"1"), commit(f=b"2")]
    answer = client.batch_get_commits(repositoryName=shop, commitIds=[*known, "0" * 40, "abc"])
    assert [each["commitId"] for each in answer["commits"]] == known
    assert [each["errorCode"] for each in answer["errors"]] == [
        "CommitIdDoesNotExistException",
        "InvalidCommitIdException",
    ]
    with pytest.raises(client.exceptions.CommitIdsLimitExceededException):
        client.batch_get_commits(repositoryName=shop, commitIds=known * 51)
    with pytest.raises(client.exceptions.CommitIdDoesNotExistException):
        client.get_commit(repositoryName=shop, commitId="0" * 40)
    with pytest.raises(client.exceptions.InvalidCommitIdException):
        client.get_commit(repositoryName=shop, commitId=known[0][:7])


def test_the_same_calls_give_the_same_commits() -> None:
    ids = []
    for _ in range(2):
        with OfflineAWS(now=MONDAY) as aws:
            client = boto3.client("codecommit")
            client.create_repository(repositoryName="shop")
            aws.clock.advance(hours=1)
            answer = client.create_commit(
                repositoryName="shop", branchName="main", putFiles=[put("x")]
            )
            ids.append(answer["commitId"])
    assert ids[0] == ids[1]
