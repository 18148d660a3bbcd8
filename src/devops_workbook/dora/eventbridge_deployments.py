"""Deployments out of CodeDeploy's states and the Deploy actions of CodePipeline."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from devops_workbook.dora.eventbridge_records import ActionState, DeploymentState
from devops_workbook.dora.notes import counted

_OUTCOMES = {
    "SUCCESS": "succeeded",
    "SUCCEEDED": "succeeded",
    "FAILURE": "failed",
    "FAILED": "failed",
}
_KINDS = {"codeDeployRollback": "rollback"}
_STARTS = ("START", "STARTED")

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Deployment:
    """One row of the table of deployments; ``kind`` is None where the events do not say it."""

    deployment_id: str
    service: str
    finished_at: datetime
    started_at: datetime | None
    status: str
    kind: str | None
    version: str | None
    repairs: str | None


def find_deployments(
    states: Sequence[DeploymentState],
    actions: Sequence[ActionState],
    is_production: Callable[[str], bool],
) -> tuple[list[Deployment], list[str]]:
    """Return the deployments in the order in which they finished, and what was left out.

    A CodeDeploy deployment is one, and so is a stage of a pipeline execution that has Deploy
    actions. An action that is the work of a CodeDeploy deployment in the same log, as its
    external execution id says, is not counted again. All records are in the order of their time.
    """
    own_states = _grouped(states, lambda state: state.deployment)
    deploys = [action for action in actions if action.category == "Deploy"]
    by_codedeploy = {_key(action) for action in deploys if action.external_id in own_states}
    others = [action for action in deploys if _key(action) not in by_codedeploy]
    stages = _grouped(others, lambda action: (action.pipeline, action.execution, action.stage))
    commits = _source_commits(actions)
    executions = {action.external_id: action.execution for action in deploys}
    candidates = [
        (own[0].group, _of_codedeploy(own, commits.get(executions.get(own[0].deployment, ""))))
        for own in own_states.values()
    ]
    candidates += [
        (own[0].stage, _of_stage(own, commits.get(own[0].execution))) for own in stages.values()
    ]
    kept = [deployment for place, deployment in candidates if is_production(place)]
    finished = [deployment for deployment in kept if deployment is not None]
    finished.sort(key=lambda deployment: (deployment.finished_at, deployment.deployment_id))
    notes = [
        f"{counted(count, noun)} left out: {reason}"
        for count, noun, reason in (
            (len(candidates) - len(kept), "deployment", "not to production"),
            (len(kept) - len(finished), "deployment", "stopped, or not finished yet"),
            (_retried(stages.values()), "failed action", "retried in the same execution"),
        )
        if count
    ]
    return _repairing_only(finished), notes


def _key(action: ActionState) -> tuple[str, str, str]:
    return action.execution, action.stage, action.action


def _repairing_only(deployments: Sequence[Deployment]) -> list[Deployment]:
    """Forget what a rollback repairs where the log does not have that deployment."""
    known = {deployment.deployment_id for deployment in deployments}
    return [
        deployment if deployment.repairs in known else replace(deployment, repairs=None)
        for deployment in deployments
    ]


def _grouped(
    records: Iterable[_Record], key: Callable[[_Record], Hashable]
) -> dict[Hashable, list[_Record]]:
    groups: dict[Hashable, list[_Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def _source_commits(actions: Iterable[ActionState]) -> dict[str, str]:
    """Return the commit that each execution deploys: that of its last Source action."""
    return {
        action.execution: action.external_id
        for action in actions
        if action.category == "Source"
        and action.state == "SUCCEEDED"
        and action.external_id is not None
    }


def _of_codedeploy(states: Sequence[DeploymentState], version: str | None) -> Deployment | None:
    ends = [state for state in states if state.state in _OUTCOMES]
    if not ends:
        return None
    last = ends[-1]
    kind = None if last.creator is None else _KINDS.get(last.creator, "planned")
    return Deployment(
        deployment_id=last.deployment,
        service=last.application,
        finished_at=last.at,
        started_at=_first_start(states),
        status=_OUTCOMES[last.state],
        kind=kind,
        version=version,
        repairs=last.repairs if kind == "rollback" else None,
    )


def _of_stage(actions: Sequence[ActionState], version: str | None) -> Deployment | None:
    """Return the deployment once every action has succeeded for good, or one has failed."""
    last = {action.action: action for action in actions}.values()
    outcomes = {_OUTCOMES.get(action.state) for action in last}
    if "failed" not in outcomes and outcomes != {"succeeded"}:
        return None
    first = actions[0]
    return Deployment(
        deployment_id=f"{first.execution}/{first.stage}",
        service=first.pipeline,
        finished_at=max(action.at for action in last if action.state in _OUTCOMES),
        started_at=_first_start(actions),
        status="failed" if "failed" in outcomes else "succeeded",
        kind=None,
        version=version,
        repairs=None,
    )


def _first_start(records: Iterable[DeploymentState | ActionState]) -> datetime | None:
    return next((record.at for record in records if record.state in _STARTS), None)


def _retried(stages: Iterable[Sequence[ActionState]]) -> int:
    retried = 0
    for actions in stages:
        last = {action.action: action for action in actions}
        retried += sum(
            action.state == "FAILED" and action is not last[action.action] for action in actions
        )
    return retried
