"""What EventBridge says, event by event: pushes, deployment states, action states, alarm states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devops_workbook.dora.errors import EventsError


@dataclass(frozen=True, slots=True)
class Push:
    """A push to a branch of a CodeCommit repository; ``commit`` is the new tip."""

    at: datetime
    repository: str
    branch: str
    commit: str
    author: str


@dataclass(frozen=True, slots=True)
class DeploymentState:
    """A CodeDeploy deployment entering a state: START, SUCCESS, FAILURE, STOP or READY."""

    at: datetime
    deployment: str
    application: str
    group: str
    state: str
    creator: str | None
    repairs: str | None


@dataclass(frozen=True, slots=True)
class ActionState:
    """A CodePipeline action entering a state: STARTED, SUCCEEDED, FAILED or CANCELED."""

    at: datetime
    pipeline: str
    execution: str
    stage: str
    action: str
    state: str
    category: str
    owner: str
    provider: str
    external_id: str | None


@dataclass(frozen=True, slots=True)
class AlarmState:
    """A CloudWatch alarm going from one state to another: OK, ALARM or INSUFFICIENT_DATA."""

    at: datetime
    alarm: str
    state: str
    previous_state: str | None
    previous_at: datetime | None


Record = Push | DeploymentState | ActionState | AlarmState


@dataclass(frozen=True)
class Event:
    """An event as it came, and its place: the file, and the position in it counted from 1."""

    content: Mapping[str, Any]
    source: str
    position: int

    @property
    def kind(self) -> tuple[str, str]:
        """The source and the detail-type."""
        return self.text("source"), self.text("detail-type")

    def text(self, path: str) -> str:
        """Return the text at a path such as ``detail.state``, or raise EventsError."""
        value = self.look_up(path)
        if not isinstance(value, str) or value == "":
            raise self.error(path, value, "a text")
        return value

    def maybe_text(self, path: str) -> str | None:
        """Return the text at this path, or None if nothing is there."""
        return None if self.look_up(path) is None else self.text(path)

    def time(self, path: str) -> datetime:
        """Return the time at this path; raise EventsError if it has no offset from UTC."""
        value = self.text(path)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.error(path, value, "a time such as 2026-01-05T09:00:00Z")
        return moment

    def look_up(self, path: str) -> Any:
        """Return what is at this path, None if a step of it is missing."""
        value: Any = self.content
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def error(self, path: str, found: object, expected: str) -> EventsError:
        """Return the error that names this event's position and the field."""
        shown = "nothing" if found is None else repr(found)
        problem = f"found {shown}, expected {expected}"
        return EventsError(problem, file=self.source, row=self.position, column=path)


def records(event: Event) -> list[Record] | None:
    """Return what an event records: nothing for some kinds, None for a kind that is not known."""
    reader = _READERS.get(event.kind)
    return None if reader is None else reader(event)


def _git_push(event: Event) -> list[Record] | None:
    """Read a push as CloudTrail reports it; it reports any other call in the same way."""
    if event.text("detail.eventName") != "GitPush":
        return None
    references = event.look_up("detail.requestParameters.references")
    if not isinstance(references, list):
        raise event.error("detail.requestParameters.references", references, "a list")
    repository = event.text("detail.additionalEventData.repositoryName")
    author = event.maybe_text("detail.userIdentity.userName") or ""
    pushes: list[Record] = []
    for reference in references:
        item = Event({"reference": reference}, event.source, event.position)
        kind, _, branch = item.text("reference.ref").removeprefix("refs/").partition("/")
        if kind == "heads":
            tip = item.text("reference.commit")
            pushes.append(Push(event.time("time"), repository, branch, tip, author))
    return pushes


def _repository_state(event: Event) -> list[Record]:
    is_update = event.text("detail.event") in ("referenceCreated", "referenceUpdated")
    if not is_update or event.text("detail.referenceType") != "branch":
        return []
    user = event.maybe_text("detail.callerUserArn") or ""
    push = Push(
        at=event.time("time"),
        repository=event.text("detail.repositoryName"),
        branch=event.text("detail.referenceName"),
        commit=event.text("detail.commitId"),
        author=user.rpartition("/")[2],
    )
    return [push]


def _deployment_state(event: Event) -> list[Record]:
    state = DeploymentState(
        at=event.time("time"),
        deployment=event.text("detail.deploymentId"),
        application=event.text("detail.application"),
        group=event.text("detail.deploymentGroup"),
        state=event.text("detail.state"),
        creator=event.maybe_text("detail.creator"),
        repairs=event.maybe_text("detail.rollbackInfo.rollbackTriggeringDeploymentId"),
    )
    return [state]


def _action_state(event: Event) -> list[Record]:
    state = ActionState(
        at=event.time("time"),
        pipeline=event.text("detail.pipeline"),
        execution=event.text("detail.execution-id"),
        stage=event.text("detail.stage"),
        action=event.text("detail.action"),
        state=event.text("detail.state"),
        category=event.text("detail.type.category"),
        owner=event.text("detail.type.owner"),
        provider=event.text("detail.type.provider"),
        external_id=event.maybe_text("detail.execution-result.external-execution-id"),
    )
    return [state]


def _alarm_state(event: Event) -> list[Record]:
    has_previous = event.look_up("detail.previousState.timestamp") is not None
    state = AlarmState(
        at=event.time("detail.state.timestamp"),
        alarm=event.text("detail.alarmName"),
        state=event.text("detail.state.value"),
        previous_state=event.maybe_text("detail.previousState.value"),
        previous_at=event.time("detail.previousState.timestamp") if has_previous else None,
    )
    return [state]


def _execution_state(event: Event) -> list[Record]:
    """Check an event of a stage or of a whole execution: its actions say all that counts."""
    for field in ("detail.pipeline", "detail.execution-id", "detail.state"):
        event.text(field)
    return []


_READERS: dict[tuple[str, str], Callable[[Event], list[Record] | None]] = {
    ("aws.codecommit", "AWS API Call via CloudTrail"): _git_push,
    ("aws.codecommit", "CodeCommit Repository State Change"): _repository_state,
    ("aws.codedeploy", "CodeDeploy Deployment State-change Notification"): _deployment_state,
    ("aws.codepipeline", "CodePipeline Action Execution State Change"): _action_state,
    ("aws.codepipeline", "CodePipeline Stage Execution State Change"): _execution_state,
    ("aws.codepipeline", "CodePipeline Pipeline Execution State Change"): _execution_state,
    ("aws.cloudwatch", "CloudWatch Alarm State Change"): _alarm_state,
}
