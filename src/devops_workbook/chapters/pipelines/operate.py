"""What people do with a pipeline all day: let it run, answer its questions, ship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devops_workbook.chapters.pipelines.account import PIPELINE
from devops_workbook.lab import REGION, Lab
from offline_aws import clients


@dataclass(frozen=True)
class Waiting:
    """An approval that waits for an answer, and the token that the answer has to carry."""

    execution: str
    stage: str
    action: str
    token: str


def waiting_approvals(pipeline: str = PIPELINE) -> list[Waiting]:
    """Return the approvals that wait, the newest first; in PARALLEL mode there can be many."""
    client = clients.client("codepipeline", REGION)
    pages = client.get_paginator("list_action_executions").paginate(pipelineName=pipeline)
    waiting = [
        each
        for page in pages
        for each in page["actionExecutionDetails"]
        if each["status"] == "InProgress"
        and each["input"]["actionTypeId"]["category"] == "Approval"
    ]
    tokens = _tokens(client, pipeline)
    return [
        Waiting(
            each["pipelineExecutionId"],
            each["stageName"],
            each["actionName"],
            tokens.get((each["stageName"], each["actionName"])) or _external_id(each),
        )
        for each in waiting
    ]


def _tokens(client: Any, pipeline: str) -> dict[tuple[str, str], str]:
    """Return the tokens by stage and action; in PARALLEL mode a pipeline's state has none."""
    return {
        (stage["stageName"], action["actionName"]): action["latestExecution"]["token"]
        for stage in client.get_pipeline_state(name=pipeline)["stageStates"]
        for action in stage.get("actionStates", ())
        if "token" in action.get("latestExecution", {})
    }


def _external_id(run: dict[str, Any]) -> str:
    return str(run["output"]["executionResult"]["externalExecutionId"])


def approve(pipeline: str = PIPELINE, summary: str = "Looks good") -> str:
    """Approve the newest approval that waits; return its execution's id, or "" without one."""
    for waiting in waiting_approvals(pipeline)[:1]:
        clients.client("codepipeline", REGION).put_approval_result(
            pipelineName=pipeline,
            stageName=waiting.stage,
            actionName=waiting.action,
            result={"summary": summary, "status": "Approved"},
            token=waiting.token,
        )
        return waiting.execution
    return ""


def run(lab: Lab) -> None:
    """Let a pipeline run until it waits for somebody or has nothing to do."""
    lab.clock.advance(minutes=5)


def ship(lab: Lab, pipeline: str = PIPELINE) -> None:
    """Let the pipeline run, take ten minutes to look at the release, approve it, let it run."""
    run(lab)
    lab.clock.advance(minutes=10)
    approve(pipeline)
    run(lab)
