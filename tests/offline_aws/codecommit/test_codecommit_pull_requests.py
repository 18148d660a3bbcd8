"""Pull requests from creation to merge, with their revisions and events."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

Commit = Callable[..., str]
TARGET = {
    "repositoryName": "shop",
    "sourceReference": "feature",
    "destinationReference": "main",
}


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


def tip(client: Any, branch: str) -> str:
    answer = client.get_branch(repositoryName="shop", branchName=branch)
    return str(answer["branch"]["commitId"])


def events(client: Any, request_id: str, **filters: str) -> list[str]:
    answer = client.describe_pull_request_events(pullRequestId=request_id, **filters)
    return [event["pullRequestEventType"] for event in answer["pullRequestEvents"]]


def get(client: Any, request_id: str) -> dict[str, Any]:
    answer = client.get_pull_request(pullRequestId=request_id)
    return dict(answer["pullRequest"])


def test_a_pull_request_is_described_as_aws_does(
    client: Any, aws: OfflineAWS, commit: Commit
) -> None:
    base = commit(a=b"1")
    source = commit("feature", a=b"2")
    created = client.create_pull_request(
        title="A feature", description="Why", targets=[TARGET], clientRequestToken="token-1"
    )["pullRequest"]
    assert created == get(client, "1")
    assert len(created.pop("revisionId")) == 64
    assert created == {
        "pullRequestId": "1",
        "title": "A feature",
        "description": "Why",
        "creationDate": aws.clock.now(),
        "lastActivityDate": aws.clock.now(),
        "pullRequestStatus": "OPEN",
        "authorArn": boto3.client("sts").get_caller_identity()["Arn"],
        "clientRequestToken": "token-1",
        "approvalRules": [],
        "pullRequestTargets": [
            {
                "repositoryName": "shop",
                "sourceReference": "refs/heads/feature",
                "destinationReference": "refs/heads/main",
                "sourceCommit": source,
                "destinationCommit": base,
                "mergeBase": base,
                "mergeMetadata": {"isMerged": False},
            }
        ],
    }
    assert events(client, "1") == ["PULL_REQUEST_CREATED"]


def test_a_token_makes_one_pull_request(client: Any, commit: Commit) -> None:
    commit(a=b"1")
    commit("feature", a=b"2")
    call = {"title": "A", "targets": [TARGET], "clientRequestToken": "t"}
    for _ in range(2):
        assert client.create_pull_request(**call)["pullRequest"]["pullRequestId"] == "1"
    other = {**call, "title": "B"}
    assert code(client.create_pull_request, **other) == "IdempotencyParameterMismatchException"
    assert client.list_pull_requests(repositoryName="shop")["pullRequestIds"] == ["1"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"title": ""}, "TitleRequiredException"),
        ({"title": "x" * 151}, "InvalidTitleException"),
        ({"description": "x" * 10241}, "InvalidDescriptionException"),
        ({"targets": []}, "TargetsRequiredException"),
        ({"targets": [TARGET, TARGET]}, "InvalidTargetsException"),
        (
            {"targets": [TARGET, {**TARGET, "repositoryName": "other"}]},
            "MultipleRepositoriesInPullRequestException",
        ),
        (
            {"targets": [{**TARGET, "repositoryName": "other"}]},
            "RepositoryDoesNotExistException",
        ),
        ({"targets": [{**TARGET, "sourceReference": ""}]}, "ReferenceNameRequiredException"),
        ({"targets": [{**TARGET, "sourceReference": "a..b"}]}, "InvalidReferenceNameException"),
        ({"targets": [{**TARGET, "sourceReference": "none"}]}, "ReferenceDoesNotExistException"),
        (
            {"targets": [{**TARGET, "sourceReference": "refs/heads/main"}]},
            "SourceAndDestinationAreSameException",
        ),
        ({"targets": [{**TARGET, "sourceReference": "v1"}]}, "ReferenceTypeNotSupportedException"),
    ],
)
def test_requests_that_are_refused(
    client: Any, commit: Commit, aws: OfflineAWS, change: dict[str, Any], error: str
) -> None:
    commit(a=b"1")
    commit("feature", a=b"2")
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    subprocess.run(["git", "-C", str(folder), "tag", "v1", "main"], check=True)
    call = {"title": "A", "targets": [TARGET], **change}
    assert code(client.create_pull_request, **call) == error
    assert client.list_pull_requests(repositoryName="shop")["pullRequestIds"] == []


def test_a_list_can_be_narrowed(client: Any, request_id: str, client_of: Any) -> None:
    ada = client_of("ada")
    second = ada.create_pull_request(title="B", targets=[TARGET])["pullRequest"]
    client.update_pull_request_status(pullRequestId=request_id, pullRequestStatus="CLOSED")

    def ids(**filters: Any) -> list[str]:
        return list(client.list_pull_requests(repositoryName="shop", **filters)["pullRequestIds"])

    assert ids() == ["1", "2"]
    assert ids(pullRequestStatus="OPEN") == ["2"]
    assert ids(authorArn=second["authorArn"]) == ["2"]
    assert second["authorArn"] == "arn:aws:iam::123456789012:user/ada"
    call = client.list_pull_requests
    pages = client.get_paginator("list_pull_requests").paginate(
        repositoryName="shop", PaginationConfig={"PageSize": 1}
    )
    assert [page["pullRequestIds"] for page in pages] == [["1"], ["2"]]
    assert code(call, repositoryName="shop", authorArn="ada") == "InvalidAuthorArnException"
    assert code(call, repositoryName="shop", pullRequestStatus="NEW") == (
        "InvalidPullRequestStatusException"
    )


def test_title_and_description_change_until_it_is_closed(
    client: Any, request_id: str, aws: OfflineAWS
) -> None:
    here = {"pullRequestId": request_id}
    aws.clock.advance(hours=1)
    client.update_pull_request_title(**here, title="Better")
    changed = client.update_pull_request_description(**here, description="Because")["pullRequest"]
    assert (changed["title"], changed["description"]) == ("Better", "Because")
    assert (changed["lastActivityDate"] - changed["creationDate"]).seconds == 3600
    status = client.update_pull_request_status
    closed = status(**here, pullRequestStatus="CLOSED")["pullRequest"]
    assert closed["pullRequestStatus"] == "CLOSED"
    assert status(**here, pullRequestStatus="CLOSED")["pullRequest"]["title"] == "Better"
    assert events(client, request_id) == ["PULL_REQUEST_STATUS_CHANGED", "PULL_REQUEST_CREATED"]
    assert code(status, **here, pullRequestStatus="OPEN") == (
        "InvalidPullRequestStatusUpdateException"
    )
    error = "PullRequestAlreadyClosedException"
    assert code(client.update_pull_request_title, **here, title="x") == error
    assert code(client.update_pull_request_description, **here, description="x") == error
    merge = client.merge_pull_request_by_squash
    assert code(merge, **here, repositoryName="shop") == error


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("2", "PullRequestDoesNotExistException"),
        ("one", "InvalidPullRequestIdException"),
        ("", "PullRequestIdRequiredException"),
    ],
)
def test_a_pull_request_that_is_not_there(
    client: Any, request_id: str, number: str, error: str
) -> None:
    assert code(client.get_pull_request, pullRequestId=number) == error


def test_pull_requests_go_with_their_repository(client: Any, request_id: str) -> None:
    client.delete_repository(repositoryName="shop")
    error = "PullRequestDoesNotExistException"
    assert code(client.get_pull_request, pullRequestId=request_id) == error


def test_a_change_of_the_source_is_a_revision(
    client: Any, request_id: str, commit: Commit, aws: OfflineAWS
) -> None:
    before = get(client, request_id)
    aws.clock.advance(minutes=10)
    commit(b=b"2\n")
    assert get(client, request_id)["revisionId"] == before["revisionId"]
    assert get(client, request_id)["pullRequestTargets"][0]["destinationCommit"] == tip(
        client, "main"
    )
    second = commit("feature", c=b"3")
    third = commit("feature", d=b"4")
    aws.clock.advance(minutes=10)
    after = get(client, request_id)
    assert after["revisionId"] != before["revisionId"]
    assert after["pullRequestTargets"][0]["sourceCommit"] == third
    found = client.describe_pull_request_events(
        pullRequestId=request_id, pullRequestEventType="PULL_REQUEST_SOURCE_REFERENCE_UPDATED"
    )["pullRequestEvents"]
    metadata = [each["pullRequestSourceReferenceUpdatedEventMetadata"] for each in found]
    assert [each["afterCommitId"] for each in metadata] == [third, second]
    assert (found[0]["eventDate"] - before["creationDate"]).seconds == 600


def test_what_git_pushes_is_a_revision(
    client: Any, request_id: str, aws: OfflineAWS, tmp_path: Path
) -> None:
    before = get(client, request_id)["revisionId"]
    source = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    work = tmp_path / "work"
    subprocess.run(["git", "clone", "-q", "-b", "feature", str(source), str(work)], check=True)
    identity = ["-c", "user.name=A", "-c", "user.email=a@b"]
    for command in ([*identity, "commit", "-q", "--allow-empty", "-m", "x"], ["push", "-q"]):
        subprocess.run(["git", "-C", str(work), *command], check=True)
    assert get(client, request_id)["revisionId"] != before
    assert events(client, request_id)[0] == "PULL_REQUEST_SOURCE_REFERENCE_UPDATED"


@pytest.mark.parametrize(
    ("way", "option", "parents"),
    [("squash", "SQUASH_MERGE", 1), ("three_way", "THREE_WAY_MERGE", 2)],
)
def test_a_merge_closes_it(
    client: Any,
    request_id: str,
    client_of: Any,
    commit: Commit,
    way: str,
    option: str,
    parents: int,
) -> None:
    destination = commit(b=b"2\n")
    source = tip(client, "feature")
    merge = getattr(client_of("ada"), f"merge_pull_request_by_{way}")
    merged = merge(
        pullRequestId=request_id,
        repositoryName="shop",
        sourceCommitId=source,
        commitMessage="Take it",
        authorName="Ada",
    )["pullRequest"]
    new = tip(client, "main")
    assert merged == get(client, request_id)
    assert merged["pullRequestStatus"] == "CLOSED"
    (target,) = merged["pullRequestTargets"]
    assert (target["sourceCommit"], target["destinationCommit"]) == (source, destination)
    assert target["mergeMetadata"] == {
        "isMerged": True,
        "mergedBy": "arn:aws:iam::123456789012:user/ada",
        "mergeCommitId": new,
        "mergeOption": option,
    }
    found = client.get_commit(repositoryName="shop", commitId=new)["commit"]
    assert found["parents"] == [destination, source][:parents]
    assert (found["message"], found["author"]["name"]) == ("Take it", "Ada")
    assert events(client, request_id)[:2] == [
        "PULL_REQUEST_STATUS_CHANGED",
        "PULL_REQUEST_MERGE_STATE_CHANGED",
    ]


def test_a_fast_forward_merges_without_a_commit(client: Any, request_id: str) -> None:
    merged = client.merge_pull_request_by_fast_forward(
        pullRequestId=request_id, repositoryName="shop"
    )["pullRequest"]
    metadata = merged["pullRequestTargets"][0]["mergeMetadata"]
    assert metadata["mergeCommitId"] == tip(client, "feature") == tip(client, "main")


def test_merges_that_are_refused(
    client: Any, request_id: str, commit: Commit, aws: OfflineAWS
) -> None:
    merge, here = client.merge_pull_request_by_squash, {"pullRequestId": request_id}
    client.create_repository(repositoryName="other")
    assert code(merge, **here, repositoryName="other") == (
        "RepositoryNotAssociatedWithPullRequestException"
    )
    here["repositoryName"] = "shop"
    assert code(merge, **here, sourceCommitId=tip(client, "main")) == (
        "TipOfSourceReferenceIsDifferentException"
    )
    assert code(merge, **here, sourceCommitId="x") == "InvalidCommitIdException"
    commit(a=b"3\n")
    assert code(merge, **here) == "ManualMergeRequiredException"
    fast = client.merge_pull_request_by_fast_forward
    assert code(fast, **here) == "ManualMergeRequiredException"
    assert get(client, request_id)["pullRequestStatus"] == "OPEN"
    client.delete_branch(repositoryName="shop", branchName="feature")
    assert code(merge, **here) == "ReferenceDoesNotExistException"


def test_a_conflict_is_resolved_in_the_merge(client: Any, request_id: str, commit: Commit) -> None:
    commit(a=b"3\n")
    client.merge_pull_request_by_three_way(
        pullRequestId=request_id,
        repositoryName="shop",
        conflictResolutionStrategy="ACCEPT_SOURCE",
    )
    file = client.get_file(repositoryName="shop", filePath="a")
    assert file["fileContent"] == b"2\n"


def test_a_stacked_request_follows_a_merge(client: Any, request_id: str, commit: Commit) -> None:
    commit("next", start=tip(client, "feature"), c=b"3")
    target = {**TARGET, "sourceReference": "next", "destinationReference": "feature"}
    second = client.create_pull_request(title="Next", targets=[target])["pullRequest"]
    client.merge_pull_request_by_fast_forward(
        pullRequestId=second["pullRequestId"], repositoryName="shop"
    )
    assert events(client, request_id)[0] == "PULL_REQUEST_SOURCE_REFERENCE_UPDATED"
    assert get(client, request_id)["pullRequestTargets"][0]["sourceCommit"] == tip(client, "next")


def test_events_can_be_narrowed(client: Any, request_id: str, client_of: Any) -> None:
    client_of("ada").update_pull_request_status(
        pullRequestId=request_id, pullRequestStatus="CLOSED"
    )
    ada = "arn:aws:iam::123456789012:user/ada"
    assert events(client, request_id, actorArn=ada) == ["PULL_REQUEST_STATUS_CHANGED"]
    kind = {"pullRequestEventType": "PULL_REQUEST_CREATED"}
    assert events(client, request_id, **kind) == ["PULL_REQUEST_CREATED"]
    call = client.describe_pull_request_events
    assert code(call, pullRequestId=request_id, actorArn="ada") == "InvalidActorArnException"
    assert code(call, pullRequestId=request_id, pullRequestEventType="X") == (
        "InvalidPullRequestEventTypeException"
    )
    first = call(pullRequestId=request_id, maxResults=1)
    rest = call(pullRequestId=request_id, nextToken=first["nextToken"])
    assert len(rest["pullRequestEvents"]) == 1
