"""One file's changes, line by line and commit by commit."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from offline_aws import OfflineAWS
from offline_aws.codecommit.history import _hunks

Commit = Callable[..., str]


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


def blob(client: Any, commit_id: str) -> str:
    answer = client.get_file(repositoryName="shop", filePath="f", commitSpecifier=commit_id)
    return str(answer["blobId"])


def changes(hunk: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["type"], each["content"]) for each in hunk["changes"]]


def test_blobs_differ_in_hunks(client: Any, shop: str, commit: Commit) -> None:
    lines = [f"{number}\n" for number in range(1, 13)]
    old = blob(client, commit(f="".join(lines).encode()))
    lines[1], lines[10] = "two\n", "eleven\n"
    new = blob(client, commit(f="".join(lines).encode()))
    pair = {"repositoryName": shop, "beforeBlobId": old, "afterBlobId": new}
    found = client.get_blob_differences(**pair, contextLines=1)
    assert [changes(hunk) for hunk in found["hunks"]] == [
        [("CONTEXT", "1"), ("DELETE", "2"), ("ADD", "two"), ("CONTEXT", "3")],
        [("CONTEXT", "10"), ("DELETE", "11"), ("ADD", "eleven"), ("CONTEXT", "12")],
    ]
    second = found["hunks"][1]
    assert (second["beforeStartLine"], second["afterLineCount"]) == (10, 3)
    assert len(client.get_blob_differences(**pair, contextLines=10)["hunks"]) == 1
    bare = client.get_blob_differences(**pair, contextLines=0)["hunks"]
    assert changes(bare[0]) == [("DELETE", "2"), ("ADD", "two")]
    page = client.get_blob_differences(**pair, contextLines=0, MaxResults=1)
    rest = client.get_blob_differences(**pair, contextLines=0, NextToken=page["NextToken"])
    assert page["hunks"] + rest["hunks"] == bare
    assert code(client.get_blob_differences, **pair, contextLines=21) == "ValidationException"


def test_a_new_blob_a_binary_one_and_white_space(client: Any, shop: str, commit: Commit) -> None:
    first, second = blob(client, commit(f=b"a b\nc\n")), blob(client, commit(f=b"ab\nc\n"))
    binary = blob(client, commit(f=b"\0"))
    call, here = client.get_blob_differences, {"repositoryName": shop}
    new = call(**here, afterBlobId=first)
    assert changes(new["hunks"][0]) == [("ADD", "a b"), ("ADD", "c")]
    assert (new["beforeBlobSize"], new["afterBlobSize"]) == (0, 6)
    pair = {"beforeBlobId": first, "afterBlobId": second}
    assert call(**here, **pair, ignoreWhitespace=True)["hunks"] == []
    assert len(call(**here, **pair)["hunks"]) == 1
    found = call(**here, afterBlobId=binary)
    assert (found["isBinary"], found["hunks"]) == (True, [])
    assert code(call, **here, afterBlobId="0" * 40) == "BlobIdDoesNotExistException"


_texts = st.lists(st.sampled_from(["a", "b", "c"]), max_size=8).map(
    lambda lines: "".join(f"{line}\n" for line in lines).encode()
)


@given(_texts, _texts, st.integers(0, 4))
def test_hunks_turn_one_text_into_the_other(before: bytes, after: bytes, context: int) -> None:
    lines = before.decode().splitlines()
    for hunk in reversed(list(_hunks(before, after, context, ignore_whitespace=False))):
        start = hunk["beforeStartLine"] - 1
        kept = [text for kind, text in changes(hunk) if kind != "DELETE"]
        removed = [text for kind, text in changes(hunk) if kind != "ADD"]
        assert lines[start : start + hunk["beforeLineCount"]] == removed
        assert len(kept) == hunk["afterLineCount"]
        lines[start : start + hunk["beforeLineCount"]] = kept
    assert lines == after.decode().splitlines()


@pytest.mark.parametrize("minutes", [0, 1])
def test_a_file_s_commits(
    client: Any, shop: str, commit: Commit, aws: OfflineAWS, minutes: int
) -> None:
    base = commit(f=b"1\n2\n3\n4\n5\n", g=b"1")
    aws.clock.advance(minutes=minutes)
    left = commit("feature", f=b"one\n2\n3\n4\n5\n")
    commit("feature", g=b"2")
    aws.clock.advance(minutes=minutes)
    right = commit(f=b"1\n2\n3\n4\nfive\n")
    aws.clock.advance(minutes=minutes)
    merged = client.merge_branches_by_three_way(
        repositoryName=shop,
        sourceCommitSpecifier="feature",
        destinationCommitSpecifier="main",
        conflictDetailLevel="LINE_LEVEL",
    )["commitId"]
    found = client.list_file_commit_history(repositoryName=shop, filePath="f")["revisionDag"]
    dag = {each["commit"]["commitId"]: set(each["revisionChildren"]) for each in found}
    assert dag == {merged: set(), right: {merged}, left: {merged}, base: {left, right}}
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    log = ["git", "-C", str(folder), "log", "--format=%H", "main", "--", "f"]
    assert set(subprocess.check_output(log, text=True).split()) == {*dag}
    page = client.list_file_commit_history(repositoryName=shop, filePath="f", maxResults=3)
    rest = client.list_file_commit_history(
        repositoryName=shop, filePath="f", nextToken=page["nextToken"]
    )
    assert page["revisionDag"] + rest["revisionDag"] == found
    none = client.list_file_commit_history(repositoryName=shop, filePath="none")
    assert none["revisionDag"] == []
