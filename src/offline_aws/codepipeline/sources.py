"""Which change of a repository or an object is a change of which pipeline's source."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline.execution import key_of
from offline_aws.codepipeline.git_triggers import GitEvent, matches
from offline_aws.codepipeline.line import Line
from offline_aws.codepipeline.store import Shape
from offline_aws.event_bus import Event

_PUSHED = ("referenceCreated", "referenceUpdated")
_ASKED = {"pullRequestCreated": "OPEN", "pullRequestSourceBranchUpdated": "UPDATED"}
_CLOSED = ("pullRequestStatusChanged", "pullRequestMergeStatusUpdated")
_HEADS = "refs/heads/"


def polled(line: Line, provider: str, region: str) -> Iterator[Shape]:
    """Yield the source actions of a provider that poll for changes in a region."""
    for action in line.pipeline.declaration["stages"][0]["actions"]:
        polls = _setting(action, "PollForSourceChanges") != "false"
        here = action.get("region", region) == region
        if key_of(action) == ("Source", "AWS", provider) and polls and here:
            yield action


def connected(line: Line) -> Iterator[Shape]:
    """Yield the source actions that read through a connection."""
    for action in line.pipeline.declaration["stages"][0]["actions"]:
        if key_of(action) == ("Source", "AWS", "CodeStarSourceConnection"):
            yield action


def is_push_to(action: Shape, event: Event) -> bool:
    """Return whether an event of CodeCommit is a push to the branch of a CodeCommit source."""
    settings, detail = action["configuration"], event.detail
    return (
        detail.get("event") in _PUSHED
        and detail.get("referenceType") == "branch"
        and detail["repositoryName"] == settings["RepositoryName"]
        and detail["referenceName"] == settings["BranchName"]
    )


def commit_that_starts(line: Line, action: Shape, event: Event, region: str) -> str:
    """Return the commit with which an event starts a pipeline with a connection, "" for none.

    The repository of a connection is the CodeCommit repository of the same name. A trigger of the
    action takes the place of the detection of every push to its branch.
    """
    settings = action["configuration"]
    name, branch = settings["FullRepositoryId"].rpartition("/")[2], settings["BranchName"]
    happened, commit = _git_event(event, name, region)
    if happened is None:
        return ""
    declared = line.pipeline.declaration.get("triggers") or []
    triggers = [t for t in declared if t["gitConfiguration"]["sourceActionName"] == action["name"]]
    if triggers:
        return commit if any(matches(each, happened, branch) for each in triggers) else ""
    detects = _setting(action, "DetectChanges") != "false"
    return commit if detects and happened.kind == "push" and happened.branch == branch else ""


def _setting(action: Shape, name: str) -> str:
    return str((action.get("configuration") or {}).get(name, "true")).lower()


def _git_event(event: Event, repository: str, region: str) -> tuple[GitEvent | None, str]:
    """Return what happened in a repository and the commit of it; None for what is no matter."""
    detail = event.detail
    if detail.get("event") in _PUSHED and detail.get("repositoryName") == repository:
        commit, before = detail["commitId"], detail.get("oldCommitId", "")
        files = _changed_files(repository, before, commit, region)
        kind = "branch" if detail["referenceType"] == "branch" else "tag"
        return GitEvent("push", **{kind: detail["referenceName"]}, files=files), commit
    if repository in detail.get("repositoryNames", ()):
        action = _ASKED.get(detail.get("event", ""), "CLOSED" if _is_closed(detail) else "")
        if action:
            return _pull_request(detail, repository, action, region), detail["sourceCommit"]
    return None, ""


def _is_closed(detail: Shape) -> bool:
    """Return whether a pull request was closed: by hand, or by a merge, which is told alone."""
    status = str(detail.get("pullRequestStatus", "")).lower()
    return detail.get("event") in _CLOSED and status == "closed"


def _pull_request(detail: Shape, repository: str, action: str, region: str) -> GitEvent:
    before, after = detail["destinationCommit"], detail["sourceCommit"]
    return GitEvent(
        "pullRequest",
        branch=detail["destinationReference"].removeprefix(_HEADS),
        files=_changed_files(repository, before, after, region),
        action=action,
    )


def _changed_files(repository: str, before: str, after: str, region: str) -> tuple[str, ...]:
    client = clients.client("codecommit", region)
    wanted = {"repositoryName": repository, "afterCommitSpecifier": after}
    if before:
        wanted["beforeCommitSpecifier"] = before
    found: list[str] = []
    try:
        for page in client.get_paginator("get_differences").paginate(**wanted):
            for each in page["differences"]:
                blobs = (each.get("beforeBlob", {}), each.get("afterBlob", {}))
                found += [blob["path"] for blob in blobs if "path" in blob]
    except ClientError:
        return ()
    return tuple(dict.fromkeys(found))
