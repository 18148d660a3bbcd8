"""Comments on commits and on pull requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_aws.codecommit import checks, paging
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.requests import check_repository, request_of
from offline_aws.codecommit.store import repository_of
from offline_aws.codecommit.threads import Comment, Thread, Threads, checked_content, thread_at
from offline_aws.operations import Call, operation

_PAGE = 500
_DEFAULT_PAGE = 100


@operation("codecommit", "PostCommentForComparedCommit")
def post_comment_for_compared_commit(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Comment on what differs between two commits."""
    repository = repository_of(call, parameters)
    return _post(call, parameters, lambda: thread_at(repository, parameters, first=True))


@operation("codecommit", "PostCommentForPullRequest")
def post_comment_for_pull_request(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Comment on a pull request, on one of its files, or on a line."""
    request = request_of(call, parameters)
    check_repository(call, parameters, request)

    def begin() -> Thread:
        thread = thread_at(request.repository, parameters, first=False)
        thread.pull_request = request.number
        return thread

    answer = _post(call, parameters, begin)
    request.activity = call.clock.now()
    return answer


@operation("codecommit", "PostCommentReply")
def post_comment_reply(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Reply to a comment."""
    threads = call.state(Threads)
    thread, _ = _found(call, parameters.get("inReplyTo"))
    known = threads.repeated(parameters)
    if known:
        return {"comment": known[1].described(call)}
    comment = threads.new_comment(call, parameters, parameters["inReplyTo"])
    threads.add(thread, comment)
    return {"comment": comment.described(call)}


@operation("codecommit", "GetComment")
def get_comment(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return a comment that is not deleted."""
    return {"comment": comment_of(call, parameters).described(call)}


@operation("codecommit", "GetCommentsForComparedCommit")
def get_comments_for_compared_commit(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the comments on what differs between two commits, thread by thread."""
    repository = repository_of(call, parameters)
    after, before = checks.commit_id(parameters.get("afterCommitId")), _before(parameters)
    found = [
        thread
        for thread in call.state(Threads).every
        if thread.repository is repository
        and thread.pull_request is None
        and (thread.before, thread.after) == (before, after)
    ]
    return _page(call, parameters, found, "commentsForComparedCommitData")


@operation("codecommit", "GetCommentsForPullRequest")
def get_comments_for_pull_request(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the comments on a pull request, thread by thread."""
    request = request_of(call, parameters)
    if parameters.get("repositoryName"):
        check_repository(call, parameters, request)
    elif parameters.get("beforeCommitId") or parameters.get("afterCommitId"):
        raise refusal("RepositoryNameRequiredException")
    before, after = parameters.get("beforeCommitId"), parameters.get("afterCommitId")
    found = [
        thread
        for thread in call.state(Threads).every
        if thread.pull_request == request.number
        and before in (None, thread.before)
        and after in (None, thread.after)
    ]
    return _page(call, parameters, found, "commentsForPullRequestData")


@operation("codecommit", "UpdateComment")
def update_comment(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Replace the text of one's own comment."""
    comment = comment_of(call, parameters)
    if comment.author != call.caller:
        raise refusal("CommentNotCreatedByCallerException")
    comment.content, comment.modified = checked_content(parameters), call.clock.now()
    return {"comment": comment.described(call)}


@operation("codecommit", "DeleteCommentContent")
def delete_comment_content(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete the text of a comment; its place in the thread stays."""
    comment = comment_of(call, parameters)
    comment.deleted, comment.modified = True, call.clock.now()
    return {"comment": comment.described(call)}


def comment_of(call: Call, parameters: dict[str, Any]) -> Comment:
    """Return the comment that a call's ``commentId`` names, if it is not deleted."""
    _, comment = _found(call, parameters.get("commentId"))
    if comment.deleted:
        raise refusal("CommentDeletedException")
    return comment


def _found(call: Call, comment_id: str | None) -> tuple[Thread, Comment]:
    if not comment_id:
        raise refusal("CommentIdRequiredException")
    found = call.state(Threads).by_comment.get(comment_id)
    if found is None:
        raise refusal("CommentDoesNotExistException", comment_id)
    return found


def _post(call: Call, parameters: dict[str, Any], begin: Callable[[], Thread]) -> dict[str, Any]:
    threads = call.state(Threads)
    known = threads.repeated(parameters)
    if known is None:
        thread = begin()
        known = thread, threads.new_comment(call, parameters)
        threads.add(*known)
    thread, comment = known
    return {**thread.described(), "comment": comment.described(call)}


def _before(parameters: dict[str, Any]) -> str | None:
    given = parameters.get("beforeCommitId")
    return checks.commit_id(given) if given else None


def _page(call: Call, parameters: dict[str, Any], found: list[Thread], name: str) -> dict[str, Any]:
    size = parameters.get("maxResults")
    size = _DEFAULT_PAGE if size is None else size
    chosen, token = paging.page(found, parameters.get("nextToken"), size, _PAGE)
    answer: dict[str, Any] = {
        name: [
            {
                **thread.described(),
                "comments": [comment.described(call) for comment in thread.comments],
            }
            for thread in chosen
        ]
    }
    paging.with_token(answer, token)
    return answer
