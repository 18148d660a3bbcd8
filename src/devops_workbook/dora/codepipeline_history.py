"""What a pipeline has done: its executions, what they began with, and what they deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from devops_workbook.dora.eventbridge_deployments import Deployment
from devops_workbook.dora.eventbridge_records import ActionState
from devops_workbook.dora.name_rules import NameRule, matcher

#: How an action execution ends, in EventBridge's words; one that is on its way has no end.
_ENDS = {"Succeeded": "SUCCEEDED", "Failed": "FAILED", "Abandoned": "CANCELED"}
_NEVER_A_DEPLOYMENT = ("Source", "Approval")

Shape = Mapping[str, Any]


@dataclass(frozen=True)
class PipelineHistory:
    """What a pipeline has done, the oldest first, and its stages as they are now."""

    pipeline: str
    stages: Sequence[Shape]
    executions: Sequence[Shape]
    actions: Sequence[Shape]

    @classmethod
    def of(cls, client: Any, name: str) -> PipelineHistory:
        """Ask any boto3 CodePipeline client. Raises botocore's ``ClientError``."""
        executions = _all(client, "list_pipeline_executions", "pipelineExecutionSummaries", name)
        actions = _all(client, "list_action_executions", "actionExecutionDetails", name)
        return cls(
            name,
            client.get_pipeline(name=name)["pipeline"]["stages"],
            sorted(executions, key=lambda one: (one["startTime"], one["pipelineExecutionId"])),
            sorted(actions, key=lambda one: (one["startTime"], one["actionExecutionId"])),
        )

    def production(self, rule: NameRule | None) -> set[str]:
        """Return the names of the stages that count, those that are gone among them."""
        if rule is not None:
            return set(filter(matcher(rule), {one["stageName"] for one in self.actions}))
        deploying = [
            stage["name"]
            for stage in self.stages
            if any(one["actionTypeId"]["category"] == "Deploy" for one in stage["actions"])
        ]
        return set((deploying or [self.stages[-1]["name"]])[-1:])

    def sources(self) -> Iterator[ActionState]:
        """Yield what each execution began with, as the Source actions that found it.

        A rollback has no Source action of its own and says what it goes back to.
        """
        for execution in self.executions:
            for revision in execution.get("sourceRevisions", ()):
                yield ActionState(
                    at=execution["startTime"],
                    pipeline=self.pipeline,
                    execution=execution["pipelineExecutionId"],
                    stage="",
                    action=revision["actionName"],
                    state="SUCCEEDED",
                    category="Source",
                    owner="",
                    provider="",
                    external_id=revision.get("revisionId"),
                )

    def deploying(self, production: set[str]) -> list[ActionState]:
        """Return the states of the actions that deploy, in the order of time.

        In a stage of production without a Deploy action all but approvals are taken for one.
        """
        by_work = production - {one["stageName"] for one in self.actions if _deploys(one)}
        found = [
            state
            for one in self.actions
            if _deploys(one)
            or (one["stageName"] in by_work and _category(one) not in _NEVER_A_DEPLOYMENT)
            for state in _states(self.pipeline, one)
        ]
        return sorted(found, key=lambda state: state.at)

    def with_kind(self, deployment: Deployment) -> Deployment:
        """Return the deployment of kind rollback or planned."""
        is_rollback = execution_of(deployment) in self._rollbacks
        return replace(deployment, kind="rollback" if is_rollback else "planned")

    @cached_property
    def _rollbacks(self) -> set[str]:
        return {
            one["pipelineExecutionId"]
            for one in self.executions
            if one.get("executionType") == "ROLLBACK"
        }

    def versions(self, deployments: Sequence[Deployment], source: str) -> list[Deployment]:
        """Return the deployments with their revisions of one source as versions."""
        own = {one.execution: one.external_id for one in self.sources() if one.action == source}
        return [replace(one, version=own.get(execution_of(one))) for one in deployments]

    def repositories(self) -> dict[str, tuple[str, str]]:
        """Return the repository and branch of each source that is one of CodeCommit, by name."""
        return {
            one["actionName"]: (place["RepositoryName"], place["BranchName"])
            for one in self.actions
            if _category(one) == "Source" and _provider(one) == "CodeCommit"
            if (place := _configuration(one)).keys() >= {"RepositoryName", "BranchName"}
        }

    def dates(self) -> dict[tuple[str, str], datetime]:
        """Return when the revision was written that a Source action found in an execution."""
        found = {}
        for one in self.actions:
            text = one.get("output", {}).get("outputVariables", {}).get("AuthorDate", "")
            date = _parsed(text) if _category(one) == "Source" else None
            if date is not None:
                found[one["pipelineExecutionId"], one["actionName"]] = date
        return found


def _all(client: Any, operation: str, key: str, name: str) -> list[Shape]:
    pages = client.get_paginator(operation).paginate(pipelineName=name)
    return [one for page in pages for one in page[key]]


def _category(action: Shape) -> str:
    return str(action.get("input", {}).get("actionTypeId", {}).get("category", ""))


def _provider(action: Shape) -> str:
    return str(action.get("input", {}).get("actionTypeId", {}).get("provider", ""))


def _configuration(action: Shape) -> Mapping[str, str]:
    """Return the configuration of an action execution, its variables resolved."""
    given = action.get("input", {})
    return given.get("resolvedConfiguration") or given.get("configuration") or {}


def _deploys(action: Shape) -> bool:
    return _category(action) == "Deploy"


def execution_of(deployment: Deployment) -> str:
    """Return the id of the execution that made a deployment."""
    return deployment.deployment_id.partition("/")[0]


def _states(pipeline: str, action: Shape) -> Iterator[ActionState]:
    """Yield the begin of an action execution and, if there is one, its end."""
    result = action.get("output", {}).get("executionResult", {})
    begin = ActionState(
        at=action["startTime"],
        pipeline=pipeline,
        execution=action["pipelineExecutionId"],
        stage=action["stageName"],
        action=action["actionName"],
        state="STARTED",
        category="Deploy",
        owner="",
        provider="",
        external_id=result.get("externalExecutionId"),
    )
    yield begin
    if action["status"] in _ENDS:
        yield replace(begin, at=action["lastUpdateTime"], state=_ENDS[action["status"]])


def _parsed(text: str) -> datetime | None:
    """Return a time such as 2026-01-05T09:00:00Z, None for what is none."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
