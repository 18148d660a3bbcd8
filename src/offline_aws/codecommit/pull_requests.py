"""Pull requests: created, described, listed, changed, closed."""

from __future__ import annotations

from typing import Any

from dulwich.refs import Ref, check_ref_format

from offline_aws.codecommit import checks, paging
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.references import HEADS, TAGS
from offline_aws.codecommit.requests import (
    CLOSED,
    EVENT_TYPES,
    OPEN,
    PullRequest,
    PullRequests,
    open_request_of,
    request_of,
)
from offline_aws.codecommit.store import Repository, repository_of
from offline_aws.codecommit.templates import apply_templates
from offline_aws.operations import Call, operation

_PAGE = 100
_OPEN_LIMIT = 1000
_TITLE_LIMIT, _DESCRIPTION_LIMIT = 150, 10240


@operation("codecommit", "CreatePullRequest")
def create_pull_request(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Ask for a branch to be merged into another; the same token again makes no second one."""
    requests = call.state(PullRequests)
    token = parameters.get("clientRequestToken")
    asked = {name: parameters.get(name) for name in ("title", "description", "targets")}
    if token in requests.tokens:
        before, number = requests.tokens[token]
        if before != asked:
            raise refusal("IdempotencyParameterMismatchException")
        return {"pullRequest": requests.by_number[number].described()}
    title, description = _title(parameters), _description(parameters)
    request = _new(call, parameters, title, description)
    requests.by_number[request.number] = request
    if token:
        requests.tokens[token] = (asked, request.number)
    return {"pullRequest": request.described()}


@operation("codecommit", "GetPullRequest")
def get_pull_request(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe a pull request."""
    return {"pullRequest": request_of(call, parameters).described()}


@operation("codecommit", "ListPullRequests")
def list_pull_requests(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """List the numbers of a repository's pull requests, the oldest first."""
    repository = repository_of(call, parameters)
    author, status = parameters.get("authorArn"), parameters.get("pullRequestStatus")
    if author and not author.startswith("arn:"):
        raise refusal("InvalidAuthorArnException", author)
    if status:
        checks.one_of(status, (OPEN, CLOSED), "InvalidPullRequestStatusException")
    found = [
        each.number
        for each in call.state(PullRequests).of(repository)
        if author in (None, each.author) and status in (None, each.status)
    ]
    return paging.answer("pullRequestIds", found, parameters, _PAGE)


@operation("codecommit", "DescribePullRequestEvents")
def describe_pull_request_events(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return what happened to a pull request, the newest first."""
    request = request_of(call, parameters)
    kind, actor = parameters.get("pullRequestEventType"), parameters.get("actorArn")
    if kind:
        checks.one_of(kind, EVENT_TYPES, "InvalidPullRequestEventTypeException")
    if actor and not actor.startswith("arn:"):
        raise refusal("InvalidActorArnException", actor)
    found = [
        event
        for event in reversed(request.events)
        if kind in (None, event["pullRequestEventType"]) and actor in (None, event["actorArn"])
    ]
    return paging.answer("pullRequestEvents", found, parameters, _PAGE)


@operation("codecommit", "UpdatePullRequestTitle")
def update_pull_request_title(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Replace the title."""
    request = open_request_of(call, parameters)
    request.title, request.activity = _title(parameters), call.clock.now()
    return {"pullRequest": request.described()}


@operation("codecommit", "UpdatePullRequestDescription")
def update_pull_request_description(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Replace the description."""
    request = open_request_of(call, parameters)
    request.description, request.activity = _description(parameters), call.clock.now()
    return {"pullRequest": request.described()}


@operation("codecommit", "UpdatePullRequestStatus")
def update_pull_request_status(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Close a pull request; one that is closed cannot be opened again."""
    request = request_of(call, parameters)
    status = parameters.get("pullRequestStatus")
    if not status:
        raise refusal("PullRequestStatusRequiredException")
    checks.one_of(status, (OPEN, CLOSED), "InvalidPullRequestStatusException")
    if status == OPEN and request.status == CLOSED:
        raise refusal("InvalidPullRequestStatusUpdateException")
    if status != request.status:
        request.set_status(call, status)
    return {"pullRequest": request.described()}


def _new(
    call: Call, parameters: dict[str, Any], title: str, description: str | None
) -> PullRequest:
    repository, source, destination = _target(call, parameters)
    requests, now = call.state(PullRequests), call.clock.now()
    if sum(each.status == OPEN for each in requests.of(repository)) >= _OPEN_LIMIT:
        raise refusal("MaximumOpenPullRequestsExceededException")
    request = PullRequest(
        ids=requests.ids,
        number=str(requests.ids.number("pull request")),
        repository=repository,
        title=title,
        description=description,
        author=call.caller,
        source=source,
        destination=destination,
        created=now,
        token=parameters.get("clientRequestToken"),
        activity=now,
    )
    request.follow(call)
    ids = {
        "sourceCommitId": request.source_commit,
        "destinationCommitId": request.destination_commit,
    }
    request.report(call, "PULL_REQUEST_CREATED", {**request.where, **ids, **request.base})
    repository.watchers.append(request.follow)
    apply_templates(call, request)
    return request


def _target(call: Call, parameters: dict[str, Any]) -> tuple[Repository, str, str]:
    """Return the repository, the source and the destination reference of a new pull request."""
    targets = parameters.get("targets")
    if not targets:
        raise refusal("TargetsRequiredException")
    if len({each.get("repositoryName") for each in targets}) > 1:
        raise refusal("MultipleRepositoriesInPullRequestException")
    if len(targets) > 1:
        raise refusal("InvalidTargetsException")
    (target,) = targets
    repository = repository_of(call, target)
    source = _reference(repository, target.get("sourceReference"))
    named = target.get("destinationReference") or repository.default_branch
    destination = _reference(repository, named)
    if source == destination:
        raise refusal("SourceAndDestinationAreSameException")
    return repository, source, destination


def _reference(repository: Repository, name: str | None) -> str:
    """Return the full reference of a branch."""
    if not name:
        raise refusal("ReferenceNameRequiredException")
    reference = name if name.startswith("refs/") else HEADS + name
    if not check_ref_format(Ref(reference.encode())):
        raise refusal("InvalidReferenceNameException", name)
    branch = reference.removeprefix(HEADS)
    if branch in repository.branches:
        return reference
    if branch.removeprefix(TAGS) in repository.tag_names:
        raise refusal("ReferenceTypeNotSupportedException", name)
    raise refusal("ReferenceDoesNotExistException", name)


def _title(parameters: dict[str, Any]) -> str:
    title: str | None = parameters.get("title")
    if not title:
        raise refusal("TitleRequiredException")
    if len(title) > _TITLE_LIMIT:
        raise refusal("InvalidTitleException")
    return title


def _description(parameters: dict[str, Any]) -> str | None:
    text: str | None = parameters.get("description")
    if text and len(text) > _DESCRIPTION_LIMIT:
        raise refusal("InvalidDescriptionException")
    return text
