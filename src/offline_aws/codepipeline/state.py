"""GetPipelineState: where the executions of a pipeline are, stage by stage.

Executions in PARALLEL mode have no state of the pipeline: they are in the lists of executions.
"""

from __future__ import annotations

from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.console import entity_url
from offline_aws.codepipeline.execution import (
    IN_PROGRESS,
    ActionRun,
    ConditionRun,
    Execution,
    RuleRun,
    StageRun,
)
from offline_aws.codepipeline.line import Line, Transition, line_of
from offline_aws.codepipeline.provider import Revision
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call

_CONDITIONS = {
    "beforeEntry": "beforeEntryConditionState",
    "onSuccess": "onSuccessConditionState",
    "onFailure": "onFailureConditionState",
}


@codepipeline_operation("GetPipelineState")
def get_pipeline_state(call: Call, parameters: Shape) -> Shape:
    """Return who is in each stage, who waits in front of it, and how its actions ended last."""
    line = line_of(call, parameters["name"])
    pipeline = line.pipeline
    return {
        "pipelineName": pipeline.name,
        "pipelineVersion": line.version,
        "stageStates": [_stage(call, line, s) for s in pipeline.declaration["stages"]],
        "created": pipeline.created,
        "updated": pipeline.updated,
    }


def _stage(call: Call, line: Line, declaration: Shape) -> Shape:
    name = declaration["name"]
    state: Shape = {
        "stageName": name,
        "inboundTransitionState": _transition(line.transition(name)),
        "actionStates": [_action(call, line, name, a) for a in declaration["actions"]],
    }
    waiting = [_in_stage(each, each.status) for each in line.waiting.get(name, [])]
    shown = [each for each in waiting if each["status"] in _OF_STAGES]
    if shown:
        state |= {"inboundExecution": shown[-1], "inboundExecutions": shown}
    last = line.last_in.get(name)
    if last is not None:
        state |= _latest(last, last.stages[name])
    return state


_OF_STAGES = ("Cancelled", "InProgress", "Failed", "Stopped", "Stopping", "Succeeded", "Skipped")


def _latest(execution: Execution, stage: StageRun) -> Shape:
    stopping = stage.status == IN_PROGRESS and execution.status == "Stopping"
    state: Shape = {
        "latestExecution": _in_stage(execution, "Stopping" if stopping else stage.status)
    }
    for kind, condition in stage.conditions.items():
        state[_CONDITIONS[kind]] = _condition(condition)
    if stage.latest_retry:
        counts = {
            "autoStageRetryAttempt": stage.automatic_retries,
            "manualStageRetryAttempt": stage.manual_retries,
        }
        state["retryStageMetadata"] = {
            **{name: count for name, count in counts.items() if count},
            "latestRetryTrigger": stage.latest_retry,
        }
    return state


def _in_stage(execution: Execution, status: str) -> Shape:
    return {"pipelineExecutionId": execution.id, "status": status, "type": execution.kind}


def _transition(transition: Transition) -> Shape:
    state: Shape = {"enabled": transition.enabled}
    if transition.changed is not None:
        state |= {"lastChangedBy": transition.changed_by, "lastChangedAt": transition.changed}
    if not transition.enabled:
        state["disabledReason"] = transition.reason
    return state


def _action(call: Call, line: Line, stage: str, action: Shape) -> Shape:
    state: Shape = {"actionName": action["name"]}
    run = _last_run(line, stage, action["name"])
    if run is not None:
        state["latestExecution"] = action_execution(run)
        if run.revision is not None and run.key[0] == "Source":
            state["currentRevision"] = current_revision(run, run.revision)
            if run.revision.url:
                state["revisionUrl"] = run.revision.url
    url = entity_url(call, action)
    return state | ({"entityUrl": url} if url else {})


def _last_run(line: Line, stage: str, action: str) -> ActionRun | None:
    runs = [
        run
        for execution in line.executions.values()
        if not execution.parallel and stage in execution.stages
        for run in execution.stages[stage].runs
        if run.name == action
    ]
    return max(runs, key=lambda run: run.started, default=None)


def current_revision(run: ActionRun, revision: Revision) -> Shape:
    """Return AWS's ``ActionRevision`` of a source action."""
    created = revision.created or run.started
    return {
        "revisionId": revision.id,
        "revisionChangeId": (revision.change or str(created.timestamp()))[:100],
        "created": created,
    }


def action_execution(run: ActionRun) -> Shape:
    """Return AWS's ``ActionExecution``."""
    shape: Shape = {
        "actionExecutionId": run.id,
        "status": run.status,
        "lastStatusChange": run.updated,
        "summary": run.summary[:2048],
        "token": run.token if run.status == IN_PROGRESS else "",
        "lastUpdatedBy": run.updated_by,
        "externalExecutionId": run.external_id,
        "logStreamARN": run.log_stream_arn,
        "externalExecutionUrl": run.external_url,
        "percentComplete": run.percent,
        "errorDetails": error_details(run.error_code, run.error_message),
    }
    return {name: value for name, value in shape.items() if value not in ("", None, {})}


def error_details(code: str, message: str) -> Shape:
    """Return AWS's ``ErrorDetails``; empty for no error."""
    return {"code": code, "message": message} if code else {}


def _condition(condition: ConditionRun) -> Shape:
    said = {"summary": condition.summary} if condition.summary else {}
    latest: Shape = {"status": condition.status, **said}
    rules = [_rule(run) for run in condition.rules]
    state = {
        "latestExecution": {**latest, "lastStatusChange": condition.changed},
        "ruleStates": rules,
    }
    return {"latestExecution": latest, "conditionStates": [state]}


def _rule(run: RuleRun) -> Shape:
    result = run.result
    execution: Shape = {
        "ruleExecutionId": run.id,
        "status": run.status,
        "lastStatusChange": run.updated,
        "summary": result.summary[:2048],
        "externalExecutionId": result.external_id,
        "externalExecutionUrl": result.external_url,
        "errorDetails": error_details(result.error_code, result.error_message),
    }
    filled = {name: value for name, value in execution.items() if value not in ("", None, {})}
    return {"ruleName": run.declaration["name"], "latestExecution": filled}
