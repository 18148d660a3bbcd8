"""What CodeCommit tells the account of branches, tags and pull requests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from dulwich import porcelain

from offline_aws import OfflineAWS
from offline_aws.event_bus import Event, EventBus

ARN = "arn:aws:codecommit:us-east-1:123456789012:shop"


@pytest.fixture
def heard(aws: OfflineAWS) -> list[Event]:
    """Every event of the account, from now on."""
    events: list[Event] = []
    aws._state.get("123456789012", "us-east-1", EventBus).listen(events.append)
    return events


@pytest.fixture
def folder(aws: OfflineAWS) -> Path:
    """The folder of the shop's git repository."""
    return aws.folder / "codecommit/123456789012/us-east-1/shop.git"


def git(folder: Path, *command: str) -> str:
    identity = ("-c", "user.name=Grace", "-c", "user.email=grace@example.com")
    answer = subprocess.run(
        ["git", "-C", str(folder), *identity, *command], check=True, capture_output=True, text=True
    )
    return answer.stdout.strip()


def tip(client: Any, branch: str) -> str:
    answer = client.get_branch(repositoryName="shop", branchName=branch)
    return str(answer["branch"]["commitId"])


def named(heard: list[Event]) -> list[str]:
    return [event.detail["event"] for event in heard]


def test_a_branch_from_its_first_commit_to_its_end(
    client: Any, commit: Callable[..., str], heard: list[Event], aws: OfflineAWS
) -> None:
    first = commit(a=b"1")
    second = commit(a=b"2")
    client.create_branch(repositoryName="shop", branchName="fix/a", commitId=first)
    client.delete_branch(repositoryName="shop", branchName="fix/a")
    client.delete_branch(repositoryName="shop", branchName="fix/a")
    metadata = client.get_repository(repositoryName="shop")["repositoryMetadata"]
    every = {
        "repositoryName": "shop",
        "repositoryId": metadata["repositoryId"],
        "callerUserArn": boto3.client("sts").get_caller_identity()["Arn"],
        "referenceType": "branch",
    }
    main = {**every, "referenceName": "main", "referenceFullName": "refs/heads/main"}
    fix = {**every, "referenceName": "fix/a", "referenceFullName": "refs/heads/fix/a"}
    assert [event.detail for event in heard] == [
        {**main, "event": "referenceCreated", "commitId": first},
        {**main, "event": "referenceUpdated", "commitId": second, "oldCommitId": first},
        {**fix, "event": "referenceCreated", "commitId": first},
        {**fix, "event": "referenceDeleted", "oldCommitId": first},
    ]
    assert {(event.source, event.detail_type, event.resources, event.time) for event in heard} == {
        ("aws.codecommit", "CodeCommit Repository State Change", (ARN,), aws.clock.now())
    }


def test_a_merge_says_of_what(
    client: Any, commit: Callable[..., str], heard: list[Event], request_id: str
) -> None:
    source, destination = tip(client, "feature"), tip(client, "main")
    heard.clear()
    specifiers = {"sourceCommitSpecifier": source, "destinationCommitSpecifier": destination}
    asked = {"repositoryName": "shop", **specifiers, "conflictDetailLevel": "LINE_LEVEL"}
    made = client.create_unreferenced_merge_commit(mergeOption="SQUASH_MERGE", **asked)
    client.merge_branches_by_three_way(targetBranch="main", **asked)
    merged = {
        "baseCommitId": destination,
        "sourceCommitId": source,
        "destinationCommitId": destination,
        "conflictDetailsLevel": "LINE_LEVEL",
        "conflictResolutionStrategy": "NONE",
    }
    unreferenced, updated = (event.detail for event in heard)
    assert unreferenced["event"] == "unreferencedMergeCommitCreated"
    assert unreferenced["commitId"] == made["commitId"]
    assert unreferenced.items() >= {**merged, "mergeOption": "SQUASH_MERGE"}.items()
    assert (updated["event"], updated["oldCommitId"]) == ("referenceUpdated", destination)
    assert updated["commitId"] == tip(client, "main")
    assert updated.items() >= {**merged, "mergeOption": "THREE_WAY_MERGE"}.items()


def push(folder: Path, tmp_path: Path) -> str:
    """Push a commit and an annotated tag of it; return the commit's id."""
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(folder), str(work))
    git(work, "commit", "-q", "--allow-empty", "-m", "From git")
    git(work, "tag", "-a", "-m", "One", "v1")
    git(work, "push", "-q", "origin", "HEAD:main", "v1")
    return git(work, "rev-parse", "HEAD")


@pytest.mark.parametrize("noticed_by", ["the clock", "a call"])
def test_what_git_pushed_is_told_once(
    noticed_by: str,
    client: Any,
    commit: Callable[..., str],
    heard: list[Event],
    folder: Path,
    aws: OfflineAWS,
    tmp_path: Path,
) -> None:
    before = commit(a=b"1")
    heard.clear()
    pushed, at = push(folder, tmp_path), aws.clock.now()
    assert heard == []
    for _ in range(2):
        if noticed_by == "the clock":
            aws.clock.advance(minutes=1)
        else:
            client.get_branch(repositoryName="shop", branchName="main")
    branch, tag = heard
    assert branch.time == tag.time == at
    assert (branch.detail["commitId"], branch.detail["oldCommitId"]) == (pushed, before)
    assert tag.detail["event"] == "referenceCreated"
    assert (tag.detail["referenceType"], tag.detail["referenceFullName"]) == ("tag", "refs/tags/v1")
    assert tag.detail["commitId"] == pushed
    modified = client.get_repository(repositoryName="shop")["repositoryMetadata"]
    assert modified["lastModifiedDate"] == at


def test_dulwich_pushes_into_the_folder_of_a_new_repository(
    client: Any, shop: str, heard: list[Event], folder: Path, aws: OfflineAWS, tmp_path: Path
) -> None:
    with porcelain.init(tmp_path / "work") as work:
        made = porcelain.commit(work, b"First", author=b"A <a@b>", committer=b"A <a@b>")
        porcelain.push(work, str(folder), b"HEAD:refs/heads/main")
    aws.clock.advance(seconds=1)
    assert [event.detail["commitId"] for event in heard] == [made.decode()]


def test_a_force_push_and_a_deletion_by_git(
    client: Any, commit: Callable[..., str], heard: list[Event], folder: Path, aws: OfflineAWS
) -> None:
    first = commit(a=b"1")
    second = commit(a=b"2")
    client.create_branch(repositoryName="shop", branchName="old", commitId=first)
    heard.clear()
    git(folder, "update-ref", "refs/heads/main", first)
    git(folder, "branch", "-D", "old")
    git(folder, "pack-refs", "--all")
    aws.clock.advance(seconds=1)
    assert [
        (event.detail["event"], event.detail.get("commitId"), event.detail["oldCommitId"])
        for event in heard
    ] == [("referenceUpdated", first, second), ("referenceDeleted", None, first)]


@pytest.mark.parametrize("used", [False, True])
def test_a_folder_that_somebody_removes_stops_no_clock(
    used: bool, client: Any, commit: Callable[..., str], folder: Path, aws: OfflineAWS
) -> None:
    if used:
        commit(a=b"1")
    shutil.rmtree(folder)
    aws.clock.advance(seconds=1)
    assert client.list_branches(repositoryName="shop")["branches"] == []
    assert client.delete_repository(repositoryName="shop")["repositoryId"]


def test_a_repository_that_was_renamed_and_one_that_is_gone(
    client: Any, commit: Callable[..., str], heard: list[Event], folder: Path, aws: OfflineAWS
) -> None:
    first = commit(a=b"1")
    client.update_repository_name(oldName="shop", newName="store")
    git(folder.with_name("store.git"), "tag", "v1", first)
    aws.clock.advance(seconds=1)
    assert heard[-1].resources == (ARN.replace("shop", "store"),)
    heard.clear()
    client.delete_repository(repositoryName="store")
    aws.clock.advance(seconds=1)
    assert heard == []


def test_a_pull_request_from_its_creation_to_its_merge(
    client: Any, request_id: str, commit: Callable[..., str], heard: list[Event], aws: OfflineAWS
) -> None:
    caller = boto3.client("sts").get_caller_identity()["Arn"]
    heard.clear()
    target = {"repositoryName": "shop", "sourceReference": "feature"}
    created = client.create_pull_request(title="Second", description="why", targets=[target])
    number = created["pullRequest"]["pullRequestId"]
    detail = heard[-1].detail
    assert detail.pop("notificationBody")
    assert detail == {
        "author": caller,
        "callerUserArn": caller,
        "creationDate": "Mon Jan 05 09:00:00 UTC 2026",
        "description": "why",
        "destinationCommit": tip(client, "main"),
        "destinationReference": "refs/heads/main",
        "event": "pullRequestCreated",
        "isMerged": "False",
        "lastModifiedDate": "Mon Jan 05 09:00:00 UTC 2026",
        "pullRequestId": number,
        "pullRequestStatus": "Open",
        "repositoryNames": ["shop"],
        "revisionId": created["pullRequest"]["revisionId"],
        "sourceCommit": tip(client, "feature"),
        "sourceReference": "refs/heads/feature",
        "title": "Second",
    }
    assert heard[-1].detail_type == "CodeCommit Pull Request State Change"
    assert heard[-1].resources == (ARN,)
    heard.clear()
    commit("feature", b=b"3\n")
    assert named(heard) == [
        "referenceUpdated",
        "pullRequestSourceBranchUpdated",
        "pullRequestSourceBranchUpdated",
    ]
    assert heard[-1].detail["sourceCommit"] == tip(client, "feature")
    heard.clear()
    client.update_pull_request_status(pullRequestId=request_id, pullRequestStatus="CLOSED")
    client.merge_pull_request_by_squash(pullRequestId=number, repositoryName="shop")
    closed, updated, merged = heard
    assert closed.detail["event"] == "pullRequestStatusChanged"
    assert (closed.detail["pullRequestStatus"], closed.detail["isMerged"]) == ("Closed", "False")
    assert updated.detail["mergeOption"] == merged.detail["mergeOption"] == "SQUASH_MERGE"
    assert merged.detail["event"] == "pullRequestMergeStatusUpdated"
    assert (merged.detail["pullRequestStatus"], merged.detail["isMerged"]) == ("Closed", "True")


def test_approvals(
    client: Any, request_id: str, heard: list[Event], client_of: Callable[[str], Any]
) -> None:
    heard.clear()
    content = (
        '{"Version": "2018-11-08", "Statements": '
        '[{"Type": "Approvers", "NumberOfApprovalsNeeded": 1}]}'
    )
    rule = {"pullRequestId": request_id, "approvalRuleName": "one"}
    made = client.create_pull_request_approval_rule(approvalRuleContent=content, **rule)
    revision = client.get_pull_request(pullRequestId=request_id)["pullRequest"]["revisionId"]
    which = {"pullRequestId": request_id, "revisionId": revision}
    grace = client_of("Grace")
    grace.update_pull_request_approval_state(approvalState="APPROVE", **which)
    client.override_pull_request_approval_rules(overrideStatus="OVERRIDE", **which)
    client.update_pull_request_approval_rule_content(newRuleContent=content, **rule)
    client.delete_pull_request_approval_rule(**rule)
    assert named(heard) == [
        "pullRequestApprovalRuleCreated",
        "pullRequestApprovalStateChanged",
        "pullRequestApprovalRuleOverridden",
        "pullRequestApprovalRuleUpdated",
        "pullRequestApprovalRuleDeleted",
    ]
    created, approved, overridden = (event.detail for event in heard[:3])
    expected = made["approvalRule"]
    assert created["approvalRuleId"] == expected["approvalRuleId"]
    assert created["approvalRuleName"] == "one"
    assert created["approvalRuleContentSha256"] == expected["ruleContentSha256"]
    assert approved["approvalStatus"] == "APPROVE"
    assert approved["callerUserArn"] == "arn:aws:iam::123456789012:user/Grace"
    assert overridden["overrideStatus"] == "OVERRIDE"


def test_what_is_refused_is_no_event(
    client: Any, commit: Callable[..., str], heard: list[Event]
) -> None:
    first = commit(a=b"1")
    heard.clear()
    with pytest.raises(client.exceptions.BranchNameExistsException):
        client.create_branch(repositoryName="shop", branchName="main", commitId=first)
    assert heard == []


def test_a_listener_may_call(client: Any, commit: Callable[..., str], aws: OfflineAWS) -> None:
    tips: list[str] = []
    bus = aws._state.get("123456789012", "us-east-1", EventBus)
    bus.listen(lambda event: tips.append(tip(client, event.detail["referenceName"])))
    made = commit(a=b"1")
    assert tips == [made]
