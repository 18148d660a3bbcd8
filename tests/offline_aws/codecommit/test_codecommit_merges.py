"""Branches merge in AWS's three ways, and what is in the way is reported."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

Commit = Callable[..., str]
LINES = b"1\n2\n3\n4\n5\n"
BRANCHES = {
    "repositoryName": "shop",
    "sourceCommitSpecifier": "feature",
    "destinationCommitSpecifier": "main",
}
LINE = {"conflictDetailLevel": "LINE_LEVEL"}


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


def read(client: Any, path: str, branch: str = "main") -> bytes:
    file = client.get_file(repositoryName="shop", commitSpecifier=branch, filePath=path)
    return bytes(file["fileContent"])


def parents(client: Any, commit_id: str) -> list[str]:
    answer = client.get_commit(repositoryName="shop", commitId=commit_id)
    return list(answer["commit"]["parents"])


@pytest.fixture
def apart(commit: Commit) -> dict[str, str]:
    """Make a feature branch and a main branch that change different files."""
    base = commit(a=b"1\n", b=b"1\n")
    return {"base": base, "feature": commit("feature", a=b"2\n"), "main": commit(b=b"2\n")}


@pytest.fixture
def clash(commit: Commit) -> dict[str, str]:
    """Make two branches that change lines 1 and 1, and 3 and 5, of one file."""
    base = commit(f=LINES)
    feature = commit("feature", f=b"one\n2\nthree\n4\n5\n")
    return {"base": base, "feature": feature, "main": commit(f=b"eins\n2\n3\n4\nfive\n")}


def test_a_branch_that_is_ahead_merges_in_every_way(client: Any, commit: Commit) -> None:
    base = commit(a=b"1")
    tip = commit("feature", a=b"2")
    options = client.get_merge_options(**BRANCHES)
    assert options["mergeOptions"] == ["FAST_FORWARD_MERGE", "SQUASH_MERGE", "THREE_WAY_MERGE"]
    assert (options["baseCommitId"], options["sourceCommitId"]) == (base, tip)
    merged = client.merge_branches_by_fast_forward(**BRANCHES)
    assert merged["commitId"] == tip
    assert read(client, "a") == b"2"
    assert "mergedCommitId" not in client.get_merge_commit(**BRANCHES)


def test_a_fast_forward_needs_a_branch_that_is_behind(client: Any, apart: dict[str, str]) -> None:
    options = client.get_merge_options(**BRANCHES)["mergeOptions"]
    assert options == ["SQUASH_MERGE", "THREE_WAY_MERGE"]
    call = client.merge_branches_by_fast_forward
    assert code(call, **BRANCHES) == "ManualMergeRequiredException"
    conflicts = client.get_merge_conflicts(**BRANCHES, mergeOption="FAST_FORWARD_MERGE")
    assert (conflicts["mergeable"], conflicts["conflictMetadataList"]) == (False, [])


def test_squash_has_one_parent_and_three_way_two(client: Any, apart: dict[str, str]) -> None:
    text = {"authorName": "Ada", "email": "ada@example.com", "commitMessage": "Take the feature"}
    trial = client.create_unreferenced_merge_commit(**BRANCHES, **text, mergeOption="SQUASH_MERGE")
    assert parents(client, trial["commitId"]) == [apart["main"]]
    assert (
        client.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
        == apart["main"]
    )
    merged = client.merge_branches_by_three_way(**BRANCHES, **text)
    assert parents(client, merged["commitId"]) == [apart["main"], apart["feature"]]
    assert merged["treeId"] == trial["treeId"]
    assert (read(client, "a"), read(client, "b")) == (b"2\n", b"2\n")
    ids = {
        "sourceCommitSpecifier": apart["feature"],
        "destinationCommitSpecifier": apart["main"],
    }
    found = client.get_merge_commit(repositoryName="shop", **ids)
    assert found["mergedCommitId"] == merged["commitId"]
    assert found["baseCommitId"] == apart["base"]


def test_a_merge_by_git_is_found(
    client: Any, apart: dict[str, str], aws: OfflineAWS, tmp_path: Path
) -> None:
    source = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    work = tmp_path / "work"
    subprocess.run(["git", "clone", "-q", str(source), str(work)], check=True)
    identity = ["-c", "user.name=A", "-c", "user.email=a@b"]
    for command in ([*identity, "merge", "-q", "origin/feature"], ["push", "-q"]):
        subprocess.run(["git", "-C", str(work), *command], check=True)
    found = client.get_merge_commit(
        repositoryName="shop",
        sourceCommitSpecifier=apart["feature"],
        destinationCommitSpecifier=apart["main"],
    )
    assert parents(client, found["mergedCommitId"]) == [apart["main"], apart["feature"]]


def test_one_file_changed_on_both_sides_is_a_conflict(client: Any, clash: dict[str, str]) -> None:
    found = client.get_merge_conflicts(**BRANCHES, mergeOption="SQUASH_MERGE")
    assert found["mergeable"] is False
    assert found["baseCommitId"] == clash["base"]
    (metadata,) = found["conflictMetadataList"]
    three = ("source", "destination", "base")
    assert metadata == {
        "filePath": "f",
        "fileSizes": {"source": 16, "destination": 16, "base": 10},
        "fileModes": dict.fromkeys(three, "NORMAL"),
        "objectTypes": dict.fromkeys(three, "FILE"),
        "numberOfConflicts": 1,
        "isBinaryFile": dict.fromkeys(three, False),
        "contentConflict": True,
        "fileModeConflict": False,
        "objectTypeConflict": False,
        "mergeOperations": {"source": "M", "destination": "M"},
    }
    for call in (client.merge_branches_by_squash, client.merge_branches_by_three_way):
        assert code(call, **BRANCHES) == "ManualMergeRequiredException"
        assert code(call, **BRANCHES, **LINE) == "ManualMergeRequiredException"


def test_hunks_are_described(client: Any, clash: dict[str, str]) -> None:
    call = {**BRANCHES, "mergeOption": "THREE_WAY_MERGE", "filePath": "f"}
    whole = client.describe_merge_conflicts(**call)["mergeHunks"]
    assert [(hunk["isConflict"], hunk["base"]["endLine"]) for hunk in whole] == [(True, 5)]
    found = client.describe_merge_conflicts(**call, **LINE)
    assert found["conflictMetadata"]["numberOfConflicts"] == 1
    hunks = found["mergeHunks"]
    assert [hunk["isConflict"] for hunk in hunks] == [True, False, False]
    assert hunks[0]["source"] == {
        "startLine": 0,
        "endLine": 1,
        "hunkContent": base64.b64encode(b"one\n").decode(),
    }
    first = client.describe_merge_conflicts(**call, **LINE, maxMergeHunks=2)
    rest = client.describe_merge_conflicts(**call, **LINE, nextToken=first["nextToken"])
    assert first["mergeHunks"] + rest["mergeHunks"] == hunks


def test_many_files_are_described_at_once(client: Any, commit: Commit) -> None:
    commit(f=LINES, g=LINES, h=LINES)
    commit("feature", f=b"2", g=b"2", h=b"2")
    commit(f=b"3", g=b"3")
    call = {**BRANCHES, "mergeOption": "SQUASH_MERGE"}
    every = client.batch_describe_merge_conflicts(**call)
    assert [each["conflictMetadata"]["filePath"] for each in every["conflicts"]] == ["f", "g"]
    some = client.batch_describe_merge_conflicts(**call, filePaths=["g", "h", "x"])
    assert [each["conflictMetadata"]["filePath"] for each in some["conflicts"]] == ["g"]
    assert [each["filePath"] for each in some["errors"]] == ["h", "x"]
    page = client.get_merge_conflicts(**call, maxConflictFiles=1)
    assert page["conflictMetadataList"][0]["filePath"] == "f"
    second = client.get_merge_conflicts(**call, nextToken=page["nextToken"])
    assert second["conflictMetadataList"][0]["filePath"] == "g"
    one = {**call, "filePath": "h"}
    assert client.describe_merge_conflicts(**one)["conflictMetadata"]["numberOfConflicts"] == 0
    one["filePath"] = "none"
    assert code(client.describe_merge_conflicts, **one) == "FileDoesNotExistException"


@pytest.mark.parametrize(
    ("level", "strategy", "content"),
    [
        ("FILE_LEVEL", "ACCEPT_SOURCE", b"one\n2\nthree\n4\n5\n"),
        ("FILE_LEVEL", "ACCEPT_DESTINATION", b"eins\n2\n3\n4\nfive\n"),
        ("LINE_LEVEL", "ACCEPT_SOURCE", b"one\n2\nthree\n4\nfive\n"),
        ("LINE_LEVEL", "ACCEPT_DESTINATION", b"eins\n2\nthree\n4\nfive\n"),
    ],
)
def test_a_strategy_takes_a_side(
    client: Any, clash: dict[str, str], level: str, strategy: str, content: bytes
) -> None:
    how = {"conflictDetailLevel": level, "conflictResolutionStrategy": strategy}
    assert "SQUASH_MERGE" in client.get_merge_options(**BRANCHES, **how)["mergeOptions"]
    client.merge_branches_by_squash(**BRANCHES, **how)
    assert read(client, "f") == content


@pytest.mark.parametrize(
    ("entry", "content"),
    [
        ({"replacementType": "KEEP_BASE"}, LINES),
        ({"replacementType": "KEEP_SOURCE"}, b"one\n2\nthree\n4\n5\n"),
        ({"replacementType": "KEEP_DESTINATION"}, b"eins\n2\n3\n4\nfive\n"),
        ({"replacementType": "USE_NEW_CONTENT", "content": b"new"}, b"new"),
    ],
)
def test_a_conflict_is_resolved_by_hand(
    client: Any, clash: dict[str, str], entry: dict[str, Any], content: bytes
) -> None:
    resolution = {"replaceContents": [{"filePath": "f", "fileMode": "EXECUTABLE", **entry}]}
    client.merge_branches_by_three_way(
        **BRANCHES, conflictResolutionStrategy="AUTOMERGE", conflictResolution=resolution
    )
    assert read(client, "f") == content
    file = client.get_file(repositoryName="shop", filePath="f")
    assert file["fileMode"] == "EXECUTABLE"


@pytest.mark.parametrize(
    ("resolution", "error"),
    [
        ({}, "ManualMergeRequiredException"),
        (
            {"replaceContents": [{"filePath": "x", "replacementType": "KEEP_BASE"}]},
            "InvalidConflictResolutionException",
        ),
        (
            {"replaceContents": [{"filePath": "f", "replacementType": "KEEP_BASE"}] * 2},
            "MultipleConflictResolutionEntriesException",
        ),
        (
            {
                "replaceContents": [{"filePath": "f", "replacementType": "KEEP_BASE"}],
                "deleteFiles": [{"filePath": "f"}],
            },
            "MultipleConflictResolutionEntriesException",
        ),
        (
            {"replaceContents": [{"filePath": "f", "replacementType": "USE_NEW_CONTENT"}]},
            "ReplacementContentRequiredException",
        ),
        (
            {"replaceContents": [{"filePath": "f", "replacementType": "GUESS"}]},
            "InvalidReplacementTypeException",
        ),
        (
            {
                "replaceContents": [
                    {"filePath": "f", "replacementType": "KEEP_BASE", "content": b"x"}
                ]
            },
            "InvalidReplacementContentException",
        ),
        ({"deleteFiles": [{"filePath": "x"}]}, "InvalidConflictResolutionException"),
        (
            {"setFileModes": [{"filePath": "f", "fileMode": "NORMAL"}]},
            "InvalidConflictResolutionException",
        ),
    ],
)
def test_resolutions_that_are_refused(
    client: Any, clash: dict[str, str], resolution: dict[str, Any], error: str
) -> None:
    call = client.merge_branches_by_squash
    how = {"conflictResolutionStrategy": "AUTOMERGE", "conflictResolution": resolution}
    assert code(call, **BRANCHES, **how) == error
    assert (
        client.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
        == clash["main"]
    )


def test_a_resolution_needs_its_strategy(client: Any, clash: dict[str, str]) -> None:
    resolution = {"deleteFiles": [{"filePath": "f"}]}
    call = client.merge_branches_by_squash
    assert code(call, **BRANCHES, conflictResolution=resolution) == (
        "InvalidConflictResolutionException"
    )
    client.merge_branches_by_squash(
        **BRANCHES,
        conflictResolution=resolution,
        conflictResolutionStrategy="AUTOMERGE",
        keepEmptyFolders=True,
    )
    assert code(client.get_file, repositoryName="shop", filePath="f") == (
        "FileDoesNotExistException"
    )


def test_deleted_here_and_changed_there(client: Any, commit: Commit) -> None:
    commit(d__f=b"1", g=b"1")
    commit("feature", d__f=None)
    commit(d__f=b"2")
    found = client.get_merge_conflicts(**BRANCHES, mergeOption="THREE_WAY_MERGE")
    (metadata,) = found["conflictMetadataList"]
    assert metadata["mergeOperations"] == {"source": "D", "destination": "M"}
    assert metadata["contentConflict"] is True
    assert "source" not in metadata["fileSizes"]
    client.merge_branches_by_three_way(
        **BRANCHES, conflictResolutionStrategy="ACCEPT_SOURCE", keepEmptyFolders=True
    )
    folder = client.get_folder(repositoryName="shop", folderPath="d")
    assert [each["relativePath"] for each in folder["files"]] == [".gitkeep"]


def test_a_file_here_and_a_folder_there(client: Any, commit: Commit) -> None:
    commit(a=b"1")
    commit("feature", x=b"file")
    commit(x__y=b"folder")
    found = client.get_merge_conflicts(**BRANCHES, mergeOption="THREE_WAY_MERGE")
    (metadata,) = found["conflictMetadataList"]
    assert metadata["filePath"] == "x"
    assert metadata["objectTypes"] == {"source": "FILE", "destination": "DIRECTORY"}
    assert metadata["objectTypeConflict"] is True
    client.merge_branches_by_squash(**BRANCHES, conflictResolutionStrategy="ACCEPT_DESTINATION")
    assert read(client, "x/y") == b"folder"


def test_modes_merge_and_clash(client: Any, commit: Commit) -> None:
    base = commit(f=LINES)
    client.create_branch(repositoryName="shop", branchName="feature", commitId=base)
    for branch, mode in (("feature", "EXECUTABLE"), ("main", "SYMLINK")):
        client.create_commit(
            repositoryName="shop",
            branchName=branch,
            parentCommitId=base,
            setFileModes=[{"filePath": "f", "fileMode": mode}],
        )
    found = client.get_merge_conflicts(**BRANCHES, mergeOption="THREE_WAY_MERGE")
    assert found["conflictMetadataList"][0]["objectTypeConflict"] is True
    client.merge_branches_by_squash(**BRANCHES, conflictResolutionStrategy="ACCEPT_SOURCE")
    file = client.get_file(repositoryName="shop", filePath="f")
    assert file["fileMode"] == "EXECUTABLE"


def test_a_binary_file_has_no_lines(client: Any, commit: Commit) -> None:
    commit(f=b"\0base")
    commit("feature", f=b"\0source")
    commit(f=b"\0destination")
    call = {**BRANCHES, **LINE, "mergeOption": "THREE_WAY_MERGE", "filePath": "f"}
    found = client.describe_merge_conflicts(**call)
    assert found["conflictMetadata"]["isBinaryFile"]["source"] is True
    assert found["conflictMetadata"]["numberOfConflicts"] == 1
    assert found["mergeHunks"] == []


def test_a_merge_goes_to_the_target(client: Any, apart: dict[str, str]) -> None:
    ids = {
        "repositoryName": "shop",
        "sourceCommitSpecifier": apart["feature"],
        "destinationCommitSpecifier": apart["main"],
    }
    call = client.merge_branches_by_squash
    assert code(call, **ids) == "BranchDoesNotExistException"
    assert code(call, **ids, targetBranch="none") == "BranchDoesNotExistException"
    assert code(call, **ids, targetBranch="feature") == "ConcurrentReferenceUpdateException"
    client.create_branch(repositoryName="shop", branchName="trial", commitId=apart["main"])
    merged = client.merge_branches_by_squash(**ids, targetBranch="trial")
    branch = client.get_branch(repositoryName="shop", branchName="trial")["branch"]
    assert branch["commitId"] == merged["commitId"]
    assert read(client, "a") == b"1\n"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"mergeOption": "REBASE"}, "InvalidMergeOptionException"),
        ({"sourceCommitSpecifier": "none"}, "CommitDoesNotExistException"),
        ({"conflictDetailLevel": "WORD"}, "InvalidConflictDetailLevelException"),
        ({"conflictResolutionStrategy": "COIN"}, "InvalidConflictResolutionStrategyException"),
        ({"maxConflictFiles": 0}, "InvalidMaxConflictFilesException"),
        ({"nextToken": "x"}, "InvalidContinuationTokenException"),
    ],
)
def test_questions_that_are_refused(
    client: Any, apart: dict[str, str], change: dict[str, Any], error: str
) -> None:
    call = {**BRANCHES, "mergeOption": "SQUASH_MERGE", **change}
    assert code(client.get_merge_conflicts, **call) == error


def test_a_fast_forward_has_no_conflicts_to_describe(client: Any, apart: dict[str, str]) -> None:
    call = {**BRANCHES, "mergeOption": "FAST_FORWARD_MERGE"}
    error = "InvalidMergeOptionException"
    assert code(client.describe_merge_conflicts, **call, filePath="a") == error
    assert code(client.batch_describe_merge_conflicts, **call) == error
    assert code(client.create_unreferenced_merge_commit, **call) == error


def test_histories_without_a_common_commit_do_not_merge(
    client: Any, apart: dict[str, str], aws: OfflineAWS
) -> None:
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    identity = ["-c", "user.name=A", "-c", "user.email=a@b"]
    tree = f"{apart['main']}^{{tree}}"
    command = ["git", "-C", str(folder), *identity, "commit-tree", "-m", "Alone", tree]
    alone = subprocess.check_output(command, text=True).strip()
    call = {**BRANCHES, "sourceCommitSpecifier": alone}
    assert code(client.get_merge_options, **call) == "TipsDivergenceExceededException"
