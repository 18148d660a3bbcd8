"""The learner's pipeline, as the team watches it: where a commit is, and what came of it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.lab import REGION
from devops_workbook.quarter.errors import NothingToPlayError
from offline_aws import clients

PIPELINE = "orders"
_UNDER_WAY = {"InProgress", "Stopping"}


def require_pipeline() -> None:
    """Raise ``NothingToPlayError`` where there is no pipeline, or none that deploys."""
    try:
        declared = _client().get_pipeline(name=PIPELINE)["pipeline"]
    except ClientError:
        raise NothingToPlayError(
            f"There is no pipeline {PIPELINE} for the team to work with. Build it first."
        ) from None
    actions = [action for stage in declared["stages"] for action in stage["actions"]]
    if all(each["actionTypeId"]["category"] != "Deploy" for each in actions):
        raise NothingToPlayError(
            f"The pipeline {PIPELINE} has no action that deploys, so customers would get nothing "
            "of what the team commits. Build that first."
        )


class Where(Enum):
    """Where a commit is."""

    NOT_STARTED = "not started"
    UNDER_WAY = "under way"
    WAITING = "waiting for an approval"
    RELEASED = "released"
    STOPPED_EARLY = "stopped before production"
    UNDONE = "undone by production"
    STUCK = "given up: the pipeline has not moved for three hours"


def where(commit: str) -> Where:
    """Return where a commit is by the newest execution that has it."""
    execution = execution_of(commit)
    if not execution:
        return Where.NOT_STARTED
    if execution["status"] == "Succeeded":
        return Where.RELEASED
    if execution["status"] in _UNDER_WAY:
        return Where.WAITING if _approvals() else Where.UNDER_WAY
    return Where.UNDONE if _reached_a_deployment(execution) else Where.STOPPED_EARLY


def approve() -> int:
    """Approve whatever waits for it; return how many that were."""
    found = _approvals()
    for stage, action, token in found:
        _client().put_approval_result(
            pipelineName=PIPELINE,
            stageName=stage,
            actionName=action,
            token=token,
            result={"summary": "Go", "status": "Approved"},
        )
    return len(found)


def problem(commit: str) -> str:
    """Return what the first action says that failed with a commit, "" for none."""
    first = first_failed(execution_of(commit))
    return f"{first['stageName']}, {first['actionName']}" if first else ""


def abandon(commit: str) -> None:
    """Stop what the pipeline does with a commit, so that the next is not behind it."""
    execution = execution_of(commit)
    if execution and execution["status"] == "InProgress":
        _client().stop_pipeline_execution(
            pipelineName=PIPELINE,
            pipelineExecutionId=execution["pipelineExecutionId"],
            abandon=True,
            reason="It has not moved for three hours.",
        )


def _client() -> Any:
    return clients.client("codepipeline", REGION)


def execution_of(commit: str) -> dict[str, Any]:
    """Return the newest execution of the pipeline that has a commit, {} for none."""
    found = _client().list_pipeline_executions(pipelineName=PIPELINE, maxResults=20)
    for each in found["pipelineExecutionSummaries"]:
        if any(one.get("revisionId") == commit for one in each.get("sourceRevisions", ())):
            return dict(each)
    return {}


def actions_of(execution: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the actions of an execution did, in the order in which they began."""
    if not execution:
        return []
    asked = {"pipelineExecutionId": execution["pipelineExecutionId"]}
    found = _client().list_action_executions(pipelineName=PIPELINE, filter=asked, maxResults=50)
    return sorted(found["actionExecutionDetails"], key=lambda each: each["startTime"])


def first_failed(execution: dict[str, Any]) -> dict[str, Any]:
    """Return what the action did that failed first in an execution, {} for none."""
    failed = (each for each in actions_of(execution) if each["status"] == "Failed")
    return min(failed, key=lambda each: each["lastUpdateTime"], default={})


def _reached_a_deployment(execution: dict[str, Any]) -> bool:
    return any(
        each["input"]["actionTypeId"]["category"] == "Deploy" for each in actions_of(execution)
    )


def _approvals() -> list[tuple[str, str, str]]:
    state = _client().get_pipeline_state(name=PIPELINE)
    return [
        (stage["stageName"], action["actionName"], action["latestExecution"]["token"])
        for stage in state["stageStates"]
        for action in stage["actionStates"]
        if action.get("latestExecution", {}).get("token")
        and action["latestExecution"]["status"] == "InProgress"
    ]
