"""What a pull request is: its two branches, its revisions, its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.codecommit import gitobjects
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.pull_request_events import tell
from offline_aws.codecommit.references import HEADS
from offline_aws.codecommit.rules import Rule
from offline_aws.codecommit.store import Ids, Repositories, Repository
from offline_aws.operations import Call

OPEN, CLOSED = "OPEN", "CLOSED"


@dataclass
class PullRequest:
    """A pull request, which follows the tips of its branches while it is open."""

    ids: Ids
    number: str
    repository: Repository
    title: str
    description: str | None
    author: str
    source: str
    destination: str
    created: datetime
    token: str | None
    activity: datetime
    status: str = OPEN
    source_commit: str = ""
    destination_commit: str = ""
    merge_base: str | None = None
    #: The ids of the revisions, the current one last.
    revisions: list[str] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    #: Who has approved a revision, and who has overridden its rules.
    approvals: dict[str, list[str]] = field(default_factory=dict)
    overriders: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    merged: dict[str, Any] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """The id of the current revision; a change of the source makes another."""
        return self.revisions[-1]

    def follow(self, call: Call) -> None:
        """Take note of where the branches are now, if it is open."""
        if self.status == CLOSED:
            return
        branches = self.repository.branches
        before = self.source_commit
        source = branches.get(self.source.removeprefix(HEADS), before)
        destination = branches.get(self.destination.removeprefix(HEADS), self.destination_commit)
        if (source, destination) == (before, self.destination_commit):
            return
        self.source_commit, self.destination_commit = source, destination
        self.merge_base = gitobjects.merge_base(self.repository.git, source, destination)
        if source == before:
            return
        self.revisions.append(self.ids.digest(call, "revision"))
        if before:
            ids = {"beforeCommitId": before, "afterCommitId": source}
            metadata = {**self.where, **ids, **self.base}
            self.report(call, "PULL_REQUEST_SOURCE_REFERENCE_UPDATED", metadata)

    def record(self, call: Call, kind: str, metadata: dict[str, Any]) -> None:
        """Keep an event; its kind decides where AWS puts the metadata."""
        self.activity = call.clock.now()
        event = {
            "pullRequestId": self.number,
            "eventDate": self.activity,
            "pullRequestEventType": kind,
            "actorArn": call.caller,
            _METADATA[kind]: metadata,
        }
        self.events.append(event)

    def report(self, call: Call, kind: str, metadata: dict[str, Any]) -> None:
        """Keep an event, and tell EventBridge of it."""
        self.record(call, kind, metadata)
        tell(call, self, kind, metadata)

    def set_status(self, call: Call, status: str) -> None:
        """Open or close it, and keep the event."""
        self.status = status
        self.report(call, "PULL_REQUEST_STATUS_CHANGED", {"pullRequestStatus": status})

    @property
    def where(self) -> dict[str, str]:
        """The repository, as events name it."""
        return {"repositoryName": self.repository.name}

    @property
    def base(self) -> dict[str, str]:
        """The merge base, if there is one."""
        return {"mergeBase": self.merge_base} if self.merge_base else {}

    def described(self) -> dict[str, Any]:
        """Return it as AWS describes a pull request."""
        optional = {"description": self.description, "clientRequestToken": self.token}
        target = {
            **self.where,
            "sourceReference": self.source,
            "destinationReference": self.destination,
            "sourceCommit": self.source_commit,
            "destinationCommit": self.destination_commit,
            **self.base,
            "mergeMetadata": {"isMerged": bool(self.merged), **self.merged},
        }
        return {
            "pullRequestId": self.number,
            "title": self.title,
            "lastActivityDate": self.activity,
            "creationDate": self.created,
            "pullRequestStatus": self.status,
            "authorArn": self.author,
            "pullRequestTargets": [target],
            "revisionId": self.revision,
            "approvalRules": [rule.described() for rule in self.rules.values()],
            **{name: value for name, value in optional.items() if value is not None},
        }


_METADATA = {
    "PULL_REQUEST_CREATED": "pullRequestCreatedEventMetadata",
    "PULL_REQUEST_STATUS_CHANGED": "pullRequestStatusChangedEventMetadata",
    "PULL_REQUEST_SOURCE_REFERENCE_UPDATED": "pullRequestSourceReferenceUpdatedEventMetadata",
    "PULL_REQUEST_MERGE_STATE_CHANGED": "pullRequestMergedStateChangedEventMetadata",
    "PULL_REQUEST_APPROVAL_RULE_CREATED": "approvalRuleEventMetadata",
    "PULL_REQUEST_APPROVAL_RULE_UPDATED": "approvalRuleEventMetadata",
    "PULL_REQUEST_APPROVAL_RULE_DELETED": "approvalRuleEventMetadata",
    "PULL_REQUEST_APPROVAL_RULE_OVERRIDDEN": "approvalRuleOverriddenEventMetadata",
    "PULL_REQUEST_APPROVAL_STATE_CHANGED": "approvalStateChangedEventMetadata",
}
EVENT_TYPES = tuple(_METADATA)


class PullRequests:
    """Every pull request of an account and region, by its number."""

    def __init__(self) -> None:
        self.by_number: dict[str, PullRequest] = {}
        #: What was asked for with a client's token, and the number of what it made.
        self.tokens: dict[str, tuple[dict[str, Any], str]] = {}
        self.ids = Ids()

    def of(self, repository: Repository) -> list[PullRequest]:
        """Return the pull requests of a repository, the oldest first."""
        return [each for each in self.by_number.values() if each.repository is repository]


def request_of(call: Call, parameters: dict[str, Any]) -> PullRequest:
    """Return the pull request that a call's ``pullRequestId`` names, as it is now."""
    number = parameters.get("pullRequestId")
    if not number:
        raise refusal("PullRequestIdRequiredException")
    if not (number.isascii() and number.isdigit()):
        raise refusal("InvalidPullRequestIdException", number)
    found = call.state(PullRequests).by_number.get(number)
    # The pull requests of a repository that was deleted are gone with it.
    known = call.state(Repositories).by_name
    if found is None or known.get(found.repository.name) is not found.repository:
        raise refusal("PullRequestDoesNotExistException", number)
    found.repository.look()
    return found


def open_request_of(call: Call, parameters: dict[str, Any]) -> PullRequest:
    """Return the pull request of a call, which has to be open."""
    found = request_of(call, parameters)
    if found.status == CLOSED:
        raise refusal("PullRequestAlreadyClosedException")
    return found


def check_repository(call: Call, parameters: dict[str, Any], request: PullRequest) -> None:
    """Refuse a repository that is not the pull request's."""
    repositories = call.state(Repositories)
    if repositories.get(parameters.get("repositoryName")) is not request.repository:
        raise refusal("RepositoryNotAssociatedWithPullRequestException")
