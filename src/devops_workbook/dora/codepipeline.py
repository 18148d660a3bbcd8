"""Read events from the history of a pipeline: what reached production, and with which commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pandas as pd

from devops_workbook.dora.eventbridge_changes import Change, find_changes
from devops_workbook.dora.eventbridge_deployments import Deployment, find_deployments
from devops_workbook.dora.eventbridge_records import ActionState, Push
from devops_workbook.dora.events import Events
from devops_workbook.dora.name_rules import NameRule, matcher
from devops_workbook.dora.notes import counted

#: How an action execution ends, in EventBridge's words; one that is on its way has no end.
_ENDS = {"Succeeded": "SUCCEEDED", "Failed": "FAILED", "Abandoned": "CANCELED"}
_NEVER_A_DEPLOYMENT = ("Source", "Approval")

Shape = Mapping[str, Any]


def from_codepipeline(client: Any, name: str, *, production: NameRule | None = None) -> Events:
    """Read events from the executions of a pipeline, asking any boto3 CodePipeline client.

    A deployment is a stage of an execution whose Deploy actions ended; it failed if one of them
    did. ``production`` (a glob, a regular expression or a function) says which stages count; left
    out, it is the last stage that has Deploy actions, or the last of all. Where a stage that
    counts has none, every action but an approval is taken for one. The service is the pipeline,
    the version the revision of its last source. A deployment by an execution of type ROLLBACK is
    of kind rollback, every other one is planned.

    A change is a revision that the pipeline took from a source. It was committed at the source
    action's output variable AuthorDate; where there is none, as from S3, the execution that
    began with it gives the time. A deployment holds the revisions since the last successful one
    up to its own, in the order in which the pipeline took them: those of executions that were
    superseded come along. Commits that were pushed together count as their last one, the only
    one the pipeline names. A revision that no deployment holds is not deployed yet.

    Incidents are None: a pipeline does not say what its deployments did to users. AWS keeps the
    history for twelve months. ``notes`` of the result say what was left out.

    Raises botocore's ``ClientError``, such as ``PipelineNotFoundException``.
    """
    history = _History.of(client, name)
    stages = history.production(production)
    states = [*history.sources(), *history.deploying(stages)]
    deployments, left_out = find_deployments([], states, stages.__contains__)
    deployments = [history.with_kind(deployment) for deployment in deployments]
    changes, undated = history.changes(deployments)
    return Events(
        _frame(Deployment, [astuple(deployment) for deployment in deployments]),
        _frame(Change, changes),
        notes=(*left_out, *undated),
    )


@dataclass(frozen=True)
class _History:
    """What a pipeline has done, the oldest first, and its stages as they are now."""

    pipeline: str
    stages: Sequence[Shape]
    executions: Sequence[Shape]
    actions: Sequence[Shape]

    @classmethod
    def of(cls, client: Any, name: str) -> _History:
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
        is_rollback = _execution_of(deployment) in self._rollbacks
        return replace(deployment, kind="rollback" if is_rollback else "planned")

    @cached_property
    def _rollbacks(self) -> set[str]:
        return {
            one["pipelineExecutionId"]
            for one in self.executions
            if one.get("executionType") == "ROLLBACK"
        }

    def changes(self, deployments: Sequence[Deployment]) -> tuple[list[Change], list[str]]:
        """Return the changes, source by source, and notes on those without a date."""
        began: dict[tuple[str, str], ActionState] = {}
        for state in self.sources():
            began.setdefault((state.action, state.external_id or ""), state)
        dates, undated = self._dates(), Counter[str]()
        found: list[Change] = []
        for source in dict.fromkeys(action for action, _ in began):
            pushes = []
            for (action, revision), state in began.items():
                if action == source:
                    date = dates.get((state.execution, source))
                    undated[source] += date is None
                    pushes.append(Push(date or state.at, source, "", revision, ""))
            found += find_changes(pushes, self._versions(deployments, source))
        return found, [
            f"{counted(count, 'change')} from {source} dated by the execution that began with it:"
            " the source tells no AuthorDate"
            for source, count in undated.items()
            if count
        ]

    def _versions(self, deployments: Sequence[Deployment], source: str) -> list[Deployment]:
        """Return the deployments with their revisions of one source as versions."""
        own = {one.execution: one.external_id for one in self.sources() if one.action == source}
        return [replace(one, version=own.get(_execution_of(one))) for one in deployments]

    def _dates(self) -> dict[tuple[str, str], datetime]:
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


def _deploys(action: Shape) -> bool:
    return _category(action) == "Deploy"


def _execution_of(deployment: Deployment) -> str:
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


def _frame(row: type, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    columns = list(row.__annotations__)
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    times = {name: pd.to_datetime(frame[name], utc=True) for name in columns if name[-3:] == "_at"}
    return frame.assign(**times)
