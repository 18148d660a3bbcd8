"""Comments as they are kept: each in a thread, at a place in a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.codecommit import checks, gitobjects
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.store import Ids, Repository
from offline_aws.operations import Call

_CONTENT_LIMIT = 10240
_VERSIONS = ("BEFORE", "AFTER")


@dataclass
class Comment:
    """A comment, or a reply to one."""

    comment_id: str
    content: str
    author: str
    created: datetime
    modified: datetime
    token: str | None
    in_reply_to: str | None = None
    deleted: bool = False
    #: The short code of each user's reaction, by the user's ARN.
    reactions: dict[str, str] = field(default_factory=dict)

    def described(self, call: Call) -> dict[str, Any]:
        """Return it as AWS describes a comment to the caller."""
        codes = list(self.reactions.values())
        mine = self.reactions.get(call.caller)
        answer: dict[str, Any] = {
            "commentId": self.comment_id,
            "creationDate": self.created,
            "lastModifiedDate": self.modified,
            "authorArn": self.author,
            "deleted": self.deleted,
            "callerReactions": [mine] if mine else [],
            "reactionCounts": {code: codes.count(code) for code in codes},
        }
        if not self.deleted:
            answer["content"] = self.content
        optional = {"inReplyTo": self.in_reply_to, "clientRequestToken": self.token}
        return {**answer, **{name: value for name, value in optional.items() if value}}


@dataclass
class Thread:
    """A comment with its replies, and what it is about."""

    repository: Repository
    before: str | None
    after: str
    location: dict[str, Any] | None
    blobs: dict[str, str]
    comments: list[Comment]
    pull_request: str | None = None

    def described(self) -> dict[str, Any]:
        """Return where it is, as AWS describes the place of a comment."""
        optional = {
            "pullRequestId": self.pull_request,
            "beforeCommitId": self.before,
            "location": self.location,
        }
        return {
            "repositoryName": self.repository.name,
            "afterCommitId": self.after,
            **self.blobs,
            **{name: value for name, value in optional.items() if value},
        }


class Threads:
    """Every comment of an account and region."""

    def __init__(self) -> None:
        self.every: list[Thread] = []
        self.by_comment: dict[str, tuple[Thread, Comment]] = {}
        #: What was asked for with a client's token, and the comment that it made.
        self.tokens: dict[str, tuple[dict[str, Any], str]] = {}
        self.ids = Ids()

    def add(self, thread: Thread, comment: Comment) -> None:
        """Keep a comment, and its thread if it begins one."""
        thread.comments.append(comment)
        self.by_comment[comment.comment_id] = (thread, comment)
        if len(thread.comments) == 1:
            self.every.append(thread)

    def repeated(self, parameters: dict[str, Any]) -> tuple[Thread, Comment] | None:
        """Return what the same request with the same token made before, if anything."""
        token = parameters.get("clientRequestToken")
        if token not in self.tokens:
            return None
        asked, comment_id = self.tokens[token]
        if asked != parameters:
            raise refusal("IdempotencyParameterMismatchException")
        return self.by_comment[comment_id]

    def new_comment(
        self, call: Call, parameters: dict[str, Any], in_reply_to: str | None = None
    ) -> Comment:
        """Return the comment that a request makes, and remember the request's token."""
        now, token = call.clock.now(), parameters.get("clientRequestToken")
        content = checked_content(parameters)
        comment_id = f"{self.ids.uuid(call, 'comment')}:{self.ids.uuid(call, 'comment version')}"
        if token:
            self.tokens[token] = (dict(parameters), comment_id)
        return Comment(comment_id, content, call.caller, now, now, token, in_reply_to)


def thread_at(repository: Repository, parameters: dict[str, Any], first: bool) -> Thread:
    """Return a new thread at the place that a call names.

    ``first`` is whether the commit before may be left out, for a comment on a first commit.
    """
    given = parameters.get("beforeCommitId")
    before = None if first and not given else _commit(repository, given)
    after = _commit(repository, parameters.get("afterCommitId"))
    if before == after:
        raise refusal("BeforeCommitIdAndAfterCommitIdAreSameException")
    location = parameters.get("location")
    blobs = _blobs(repository, before, after, location) if location else {}
    return Thread(repository, before, after, location, blobs, [])


def checked_content(parameters: dict[str, Any]) -> str:
    """Return the text of a comment."""
    content: str | None = parameters.get("content")
    if not content:
        raise refusal("CommentContentRequiredException")
    if len(content) > _CONTENT_LIMIT:
        raise refusal("CommentContentSizeLimitExceededException")
    return content


def _commit(repository: Repository, commit_id: str | None) -> str:
    checked = checks.commit_id(commit_id)
    if gitobjects.commit_of(repository.git, checked) is None:
        raise refusal("CommitDoesNotExistException", checked)
    return checked


def _blobs(
    repository: Repository, before: str | None, after: str, location: dict[str, Any]
) -> dict[str, str]:
    """Return the blobs that a location is in, which has to be there."""
    path = checks.path(location.get("filePath"))
    version = location.get("relativeFileVersion") or "AFTER"
    checks.one_of(version, _VERSIONS, "InvalidRelativeFileVersionEnumException")
    git = repository.git
    found = {}
    for name, commit_id in (("beforeBlobId", before), ("afterBlobId", after)):
        commit = gitobjects.commit_of(git, commit_id) if commit_id else None
        entry = gitobjects.files_of(git, commit).get(path)
        if entry:
            found[name] = entry.sha
    blob = found.get(f"{version.lower()}BlobId")
    if blob is None:
        raise refusal("PathDoesNotExistException", path)
    position = location.get("filePosition")
    lines = len(gitobjects.read_blob(git, blob).splitlines())
    if position is not None and not 1 <= position <= lines:
        raise refusal("InvalidFilePositionException", str(position))
    return found
