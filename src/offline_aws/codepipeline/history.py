"""The history of a pipeline: its executions, the newest first, for twelve months."""

from __future__ import annotations

from datetime import datetime, timedelta

from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.execution import ROLLBACK, SUCCEEDED, Execution
from offline_aws.codepipeline.line import Line, line_of
from offline_aws.codepipeline.paging import page
from offline_aws.codepipeline.provider import Revision
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call

_KEPT = timedelta(days=365)


@codepipeline_operation("GetPipelineExecution")
def get_pipeline_execution(call: Call, parameters: Shape) -> Shape:
    """Return an execution, with the revisions of its artifacts and its variables."""
    line = line_of(call, parameters["pipelineName"])
    execution = line.execution(parameters["pipelineExecutionId"])
    variables = [{"name": n, "resolvedValue": v} for n, v in execution.variables.items()]
    shape = {
        "pipelineName": line.pipeline.name,
        "pipelineVersion": execution.version,
        "artifactRevisions": _artifact_revisions(execution),
        **({"variables": variables} if variables else {}),
        **_common(execution),
    }
    return {"pipelineExecution": shape}


@codepipeline_operation("ListPipelineExecutions")
def list_pipeline_executions(call: Call, parameters: Shape) -> Shape:
    """Return executions; those that succeeded in a stage, if one is asked for."""
    line = line_of(call, parameters["pipelineName"])
    stage = ((parameters.get("filter") or {}).get("succeededInStage") or {}).get("stageName")
    if stage is not None:
        line.stage(stage)
    shown = [
        _summary(each)
        for each in recent(line, call.clock.now())
        if stage is None or _succeeded_in(line, each, stage)
    ]
    return page("pipelineExecutionSummaries", shown, parameters)


def recent(line: Line, now: datetime) -> list[Execution]:
    """Return the executions that are still kept, the newest first."""
    return [e for e in reversed(line.executions.values()) if e.started > now - _KEPT]


def _succeeded_in(line: Line, execution: Execution, stage: str) -> bool:
    run = execution.stages.get(stage)
    return execution.version == line.version and run is not None and run.status == SUCCEEDED


def _summary(execution: Execution) -> Shape:
    shape = {
        **_common(execution),
        "startTime": execution.started,
        "lastUpdateTime": execution.updated,
        "sourceRevisions": [
            {"actionName": name, **_revision(revision)}
            for name, revision in execution.revisions.items()
        ],
    }
    if execution.stop_reason is not None:
        shape["stopTrigger"] = {"reason": execution.stop_reason}
    return shape


def _common(execution: Execution) -> Shape:
    shape: Shape = {
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "trigger": {
            "triggerType": execution.trigger,
            "triggerDetail": execution.trigger_detail[:1024],
        },
        "executionMode": execution.mode,
        "executionType": execution.kind,
    }
    if execution.kind == ROLLBACK:
        target = {"rollbackTargetPipelineExecutionId": execution.rollback_target}
        shape["rollbackMetadata"] = target
    return shape


def _artifact_revisions(execution: Execution) -> list[Shape]:
    sources = execution.declaration["stages"][0]["actions"]
    found = []
    for action in sources:
        revision = execution.revisions.get(action["name"])
        for output in action.get("outputArtifacts") or () if revision else ():
            found.append({"name": output["name"], **_dated_revision(revision)})
    return found


def _dated_revision(revision: Revision | None) -> Shape:
    if revision is None:
        return {}
    optional = {"created": revision.created, "revisionChangeIdentifier": revision.change[:100]}
    filled = {name: value for name, value in optional.items() if value}
    return {**_revision(revision), **filled}


def _revision(revision: Revision) -> Shape:
    optional = {"revisionSummary": revision.summary[:2048], "revisionUrl": revision.url}
    filled = {name: value for name, value in optional.items() if value}
    return {"revisionId": revision.id, **filled}
