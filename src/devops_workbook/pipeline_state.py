"""How a pipeline stands, read through any boto3 client of CodePipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

#: What a learner reads where AWS has no status: the action has not run yet.
NOT_RUN = "not run yet"
#: What a learner reads where AWS says InProgress of a manual approval.
WAITING = "waiting for approval"
#: What a learner reads of an action that AWS still shows as it ended in an earlier execution,
#: when the one that is in the stage now has not come so far, or will not.
NOT_REACHED = "not reached"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_WORDS = {
    "InProgress": "in progress",
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Abandoned": "abandoned",
    "Stopped": "stopped",
    "Stopping": "stopping",
    "Cancelled": "cancelled",
    "Superseded": "superseded",
    "Skipped": "skipped",
}


@dataclass(frozen=True)
class Action:
    """One action of a stage: its status in words, and the summary or error that AWS gives."""

    name: str
    provider: str
    status: str
    detail: str = ""


@dataclass(frozen=True)
class Stage:
    """One stage. ``groups`` are its actions by run order; those of a group run in parallel.

    ``execution`` is the id of the execution that is in the stage or was there last, ``waiting``
    the ids of those that wait before it. ``closed`` is the reason why the transition into it is
    disabled, "" where it is enabled.
    """

    name: str
    status: str
    execution: str
    groups: tuple[tuple[Action, ...], ...]
    waiting: tuple[str, ...] = ()
    closed: str = ""

    @property
    def working(self) -> bool:
        """Whether an action is at work, or is about to be: an approval alone is not."""
        statuses = [action.status for group in self.groups for action in group]
        begun = self.status in (_WORDS["InProgress"], _WORDS["Stopping"])
        return begun and (WAITING not in statuses or _WORDS["InProgress"] in statuses)

    @property
    def approvals(self) -> tuple[str, ...]:
        """The actions that wait for an approval, as stage/action."""
        actions = (action for group in self.groups for action in group)
        return tuple(f"{self.name}/{each.name}" for each in actions if each.status == WAITING)


@dataclass(frozen=True)
class PipelineState:
    """One pipeline: its stages, from source to production, and its execution mode.

    In the mode PARALLEL each execution has the stages to itself, and AWS tells of none of them
    what it does in a stage: the stages then read as if nothing had ever run.
    """

    name: str
    stages: tuple[Stage, ...]
    mode: str = "SUPERSEDED"

    @property
    def working(self) -> bool:
        """Whether an action is at work in any stage."""
        return any(stage.working for stage in self.stages)


def read_state(client: Any, name: str) -> PipelineState:
    """Return how the pipeline of a name stands, by GetPipeline and GetPipelineState.

    ``client`` is a boto3 client of CodePipeline, offline or real. Raises its ``ClientError``.
    """
    declared = client.get_pipeline(name=name)["pipeline"]
    live = {each["stageName"]: each for each in client.get_pipeline_state(name=name)["stageStates"]}
    stages = tuple(_stage(each, live.get(each["name"], {})) for each in declared["stages"])
    return PipelineState(name, stages, declared.get("executionMode", "SUPERSEDED"))


def _stage(declared: dict[str, Any], live: dict[str, Any]) -> Stage:
    latest = live.get("latestExecution", {})
    transition = live.get("inboundTransitionState", {})
    inbound = live.get("inboundExecutions") or [live.get("inboundExecution") or {}]
    return Stage(
        name=declared["name"],
        status=_words(latest.get("status")),
        execution=latest.get("pipelineExecutionId", ""),
        groups=tuple(
            _groups(
                declared["actions"],
                live.get("actionStates", []),
                whole=latest.get("status", "Succeeded") == "Succeeded",
            )
        ),
        waiting=tuple(each["pipelineExecutionId"] for each in inbound if each),
        closed=""
        if transition.get("enabled", True)
        else transition.get("disabledReason") or "no reason given",
    )


def _groups(
    declared: list[dict[str, Any]], live: list[dict[str, Any]], *, whole: bool
) -> Iterator[tuple[Action, ...]]:
    """Yield the actions by run order; ``whole`` says that all of them have succeeded.

    Where they have not, what AWS shows of an action can be of an earlier execution: it is when
    the actions before it have not succeeded, or have changed since.
    """
    latest = {each["actionName"]: each.get("latestExecution", {}) for each in live}
    reached, since = True, _LONG_AGO
    for _, group in groupby(sorted(declared, key=_run_order), key=_run_order):
        found = [(each, latest.get(each["name"], {})) for each in group]
        yield tuple(
            _action(each, run, reached=whole or (reached and _changed(run) >= since))
            for each, run in found
        )
        reached &= all(run.get("status") == "Succeeded" for _, run in found)
        since = max(_changed(run) for _, run in found)


def _changed(run: dict[str, Any]) -> datetime:
    changed: datetime = run.get("lastStatusChange", _LONG_AGO)
    return changed


def _run_order(declared: dict[str, Any]) -> int:
    return int(declared.get("runOrder", 1))


def _action(declared: dict[str, Any], latest: dict[str, Any], *, reached: bool) -> Action:
    kind = declared["actionTypeId"]
    if latest and not reached:
        return Action(declared["name"], kind["provider"], NOT_REACHED)
    status = _words(latest.get("status"))
    if kind["category"] == "Approval" and status == _WORDS["InProgress"]:
        status = WAITING
    error = latest.get("errorDetails", {}).get("message", "")
    return Action(declared["name"], kind["provider"], status, error or latest.get("summary", ""))


def _words(status: str | None) -> str:
    return _WORDS.get(status, status) if status else NOT_RUN
