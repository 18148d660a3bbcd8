"""Comments, replies and reactions, on commits and on pull requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

Commit = Callable[..., str]


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


@pytest.fixture
def place(client: Any, request_id: str) -> dict[str, Any]:
    """The pull request and its two commits, as a comment names them."""
    target = client.get_pull_request(pullRequestId=request_id)["pullRequest"]["pullRequestTargets"]
    return {
        "pullRequestId": request_id,
        "repositoryName": "shop",
        "beforeCommitId": target[0]["destinationCommit"],
        "afterCommitId": target[0]["sourceCommit"],
    }


def test_a_line_is_commented_on_and_answered(
    client: Any, client_of: Any, place: dict[str, Any], aws: OfflineAWS
) -> None:
    location = {"filePath": "a", "filePosition": 1, "relativeFileVersion": "AFTER"}
    posted = client.post_comment_for_pull_request(**place, location=location, content="Why 2?")
    blobs = {posted["beforeBlobId"], posted["afterBlobId"]}
    assert len(blobs) == 2
    comment = posted["comment"]
    aws.clock.advance(minutes=1)
    reply = client_of("ada").post_comment_reply(
        inReplyTo=comment["commentId"], content="It is 1 + 1."
    )["comment"]
    assert reply["inReplyTo"] == comment["commentId"]
    assert reply["authorArn"] == "arn:aws:iam::123456789012:user/ada"
    client.post_comment_for_pull_request(**place, content="And in general?")
    found = client.get_comments_for_pull_request(pullRequestId=place["pullRequestId"])
    threads = found["commentsForPullRequestData"]
    assert [[each["content"] for each in thread["comments"]] for thread in threads] == [
        ["Why 2?", "It is 1 + 1."],
        ["And in general?"],
    ]
    assert threads[0]["location"] == location
    assert "location" not in threads[1]
    got = client.get_comment(commentId=reply["commentId"])["comment"]
    assert got["creationDate"] == aws.clock.now()


def test_comments_on_a_pull_request_can_be_narrowed(client: Any, place: dict[str, Any]) -> None:
    client.post_comment_for_pull_request(**place, content="x")
    call = client.get_comments_for_pull_request
    assert len(call(**place)["commentsForPullRequestData"]) == 1
    other = {**place, "afterCommitId": place["beforeCommitId"]}
    assert call(**other)["commentsForPullRequestData"] == []
    del other["repositoryName"]
    assert code(call, **other) == "RepositoryNameRequiredException"


def test_two_commits_are_compared(client: Any, shop: str, commit: Commit) -> None:
    first = commit(a=b"1")
    second = commit(a=b"2")
    pair = {"repositoryName": shop, "beforeCommitId": first, "afterCommitId": second}
    client.post_comment_for_compared_commit(**pair, content="one")
    client.post_comment_for_compared_commit(**pair, content="two")
    alone = {"repositoryName": shop, "afterCommitId": first}
    client.post_comment_for_compared_commit(**alone, content="three")
    call = client.get_comments_for_compared_commit
    found = call(**pair)["commentsForComparedCommitData"]
    assert [each["comments"][0]["content"] for each in found] == ["one", "two"]
    assert len(call(**alone)["commentsForComparedCommitData"]) == 1
    page = call(**pair, maxResults=1)
    assert len(call(**pair, nextToken=page["nextToken"])["commentsForComparedCommitData"]) == 1
    assert code(call, **pair, maxResults=501) == "InvalidMaxResultsException"
    assert code(call, **pair, maxResults=0) == "InvalidMaxResultsException"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"content": ""}, "CommentContentRequiredException"),
        ({"content": "x" * 10241}, "CommentContentSizeLimitExceededException"),
        ({"afterCommitId": "0" * 40}, "CommitDoesNotExistException"),
        ({"afterCommitId": "x"}, "InvalidCommitIdException"),
        ({"beforeCommitId": ""}, "CommitIdRequiredException"),
        ({"beforeCommitId": "same"}, "BeforeCommitIdAndAfterCommitIdAreSameException"),
        ({"location": {"filePath": "none"}}, "PathDoesNotExistException"),
        ({"location": {"filePath": ""}}, "PathRequiredException"),
        ({"location": {"filePath": "a", "filePosition": 2}}, "InvalidFilePositionException"),
        (
            {"location": {"filePath": "a", "relativeFileVersion": "NOW"}},
            "InvalidRelativeFileVersionEnumException",
        ),
        ({"pullRequestId": "9"}, "PullRequestDoesNotExistException"),
    ],
)
def test_comments_that_are_refused(
    client: Any, place: dict[str, Any], change: dict[str, Any], error: str
) -> None:
    call = {**place, "content": "x", **change}
    if call["beforeCommitId"] == "same":
        call["beforeCommitId"] = call["afterCommitId"]
    assert code(client.post_comment_for_pull_request, **call) == error
    found = client.get_comments_for_pull_request(pullRequestId=place["pullRequestId"])
    assert found["commentsForPullRequestData"] == []


def test_a_token_makes_one_comment(client: Any, place: dict[str, Any]) -> None:
    call = {**place, "content": "x", "clientRequestToken": "t"}
    ids = {client.post_comment_for_pull_request(**call)["comment"]["commentId"] for _ in range(2)}
    assert len(ids) == 1
    other = {**call, "content": "y"}
    assert code(client.post_comment_for_pull_request, **other) == (
        "IdempotencyParameterMismatchException"
    )
    reply = {"inReplyTo": ids.pop(), "content": "r", "clientRequestToken": "u"}
    replies = {client.post_comment_reply(**reply)["comment"]["commentId"] for _ in range(2)}
    assert len(replies) == 1


def test_a_comment_is_changed_by_its_author_and_deleted(
    client: Any, client_of: Any, place: dict[str, Any]
) -> None:
    posted = client.post_comment_for_pull_request(**place, content="x")["comment"]
    here = {"commentId": posted["commentId"]}
    update = client_of("ada").update_comment
    assert code(update, **here, content="y") == "CommentNotCreatedByCallerException"
    assert client.update_comment(**here, content="y")["comment"]["content"] == "y"
    deleted = client.delete_comment_content(**here)["comment"]
    assert deleted["deleted"] is True
    assert "content" not in deleted
    assert code(client.get_comment, **here) == "CommentDeletedException"
    assert code(client.delete_comment_content, **here) == "CommentDeletedException"
    assert code(client.get_comment, commentId="none") == "CommentDoesNotExistException"
    assert code(client.get_comment, commentId="") == "CommentIdRequiredException"


def test_reactions(client: Any, client_of: Any, place: dict[str, Any]) -> None:
    posted = client.post_comment_for_pull_request(**place, content="x")["comment"]
    here = {"commentId": posted["commentId"]}
    ada = client_of("ada")
    ada.put_comment_reaction(**here, reactionValue=":thumbsup:")
    client.put_comment_reaction(**here, reactionValue=":heart:")
    client.put_comment_reaction(**here, reactionValue="U+1F44D")
    comment = client.get_comment(**here)["comment"]
    assert comment["reactionCounts"] == {":thumbsup:": 2}
    assert comment["callerReactions"] == [":thumbsup:"]
    (found,) = client.get_comment_reactions(**here)["reactionsForComment"]
    assert found["reaction"] == {"emoji": "👍", "shortCode": ":thumbsup:", "unicode": "U+1F44D"}
    assert len(found["reactionUsers"]) == 2
    user = {"reactionUserArn": "arn:aws:iam::123456789012:user/ada"}
    (mine,) = client.get_comment_reactions(**here, **user)["reactionsForComment"]
    assert mine["reactionUsers"] == [user["reactionUserArn"]]
    ada.put_comment_reaction(**here, reactionValue="none")
    assert client.get_comment(**here)["comment"]["reactionCounts"] == {":thumbsup:": 1}
    call = client.put_comment_reaction
    assert code(call, **here, reactionValue=":cat:") == "InvalidReactionValueException"
    get = client.get_comment_reactions
    assert code(get, **here, reactionUserArn="ada") == "InvalidReactionUserArnException"
