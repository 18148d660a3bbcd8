"""RetryStageExecution and OverrideStageCondition: go on where an execution failed."""

from __future__ import annotations

from offline_aws.codepipeline import conditions, scheduler, stages
from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.execution import (
    FAILED,
    IN_PROGRESS,
    STOPPED,
    Execution,
    StageRun,
)
from offline_aws.codepipeline.line import Course, Line, line_of
from offline_aws.codepipeline.notifications import tell_execution
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_KINDS = {"BEFORE_ENTRY": "beforeEntry", "ON_SUCCESS": "onSuccess"}


@codepipeline_operation("RetryStageExecution")
def retry_stage_execution(call: Call, parameters: Shape) -> Shape:
    """Run the failed actions of a stage again, or all of them."""
    line = line_of(call, parameters["pipelineName"])
    line.stage(parameters["stageName"])
    execution, stage = _in_stage(line, parameters, "StageNotRetryableException")
    _check_latest(line, execution, stage.name)
    mode = parameters["retryMode"]
    _check_retryable(line, execution, stage, mode)
    stage.manual_retries += 1
    stage.latest_retry = "ManualStageRetry"
    course = Course(call, line, execution)
    if stage.status == IN_PROGRESS:
        stages.again_beside(course, stage)
    else:
        _reopen(course, stage)
        stages.again(course, stage, mode)
    return {"pipelineExecutionId": execution.id}


@codepipeline_operation("OverrideStageCondition")
def override_stage_condition(call: Call, parameters: Shape) -> Shape:
    """Go on as if a condition were met that is not, or is not yet."""
    line = line_of(call, parameters["pipelineName"])
    line.stage(parameters["stageName"])
    execution, stage = _in_stage(line, parameters, "ConditionNotOverridableException")
    _check_latest(line, execution, stage.name)
    kind = _KINDS[parameters["conditionType"]]
    condition = stage.conditions.get(kind)
    blocked = stage.status == FAILED and _failed_by(stage, kind)
    waits = stage.status == IN_PROGRESS and condition is not None
    if condition is None or condition.status not in (IN_PROGRESS, FAILED) or not (blocked or waits):
        raise AwsError(
            "ConditionNotOverridableException",
            f"The {parameters['conditionType']} condition of stage '{stage.name}' does not hold "
            f"pipeline execution {execution.id} back",
        )
    course = Course(call, line, execution)
    conditions.override(course, stage, kind)
    if stage.status == FAILED:
        _reopen(course, stage)
    stages.go_on_after(course, stage, kind)
    return {}


def _failed_by(stage: StageRun, kind: str) -> bool:
    """Return whether a condition is what the stage failed by, and not its actions."""
    condition = stage.conditions.get(kind)
    return condition is not None and condition.status == FAILED and not stage.roll_back


def _in_stage(line: Line, parameters: Shape, code: str) -> tuple[Execution, StageRun]:
    """Return the execution and its run of the stage; ``code`` says that there is none."""
    execution = line.executions.get(parameters["pipelineExecutionId"])
    stage = execution.stages.get(parameters["stageName"]) if execution else None
    if execution is None or stage is None:
        raise AwsError(
            code,
            f"Pipeline execution {parameters['pipelineExecutionId']} was not in stage "
            f"'{parameters['stageName']}'",
        )
    return execution, stage


def _check_latest(line: Line, execution: Execution, stage: str) -> None:
    if not execution.parallel and line.last_in.get(stage) is not execution:
        raise AwsError(
            "NotLatestPipelineExecutionException",
            f"Pipeline execution {execution.id} is not the latest in stage '{stage}': a later one "
            "has entered it",
        )


def _check_retryable(line: Line, execution: Execution, stage: StageRun, mode: str) -> None:
    reason = ""
    if execution.version != line.version and not execution.parallel:
        reason = "the pipeline structure changed after the stage was not completed"
    elif stage.status == IN_PROGRESS and (mode == "ALL_ACTIONS" or not stage.running):
        reason = "one or more actions are still in progress, or another retry is"
    elif stage.status == IN_PROGRESS and not stage.failed:
        reason = "the stage contains no failed actions"
    elif stage.status not in (IN_PROGRESS, FAILED, STOPPED):
        reason = f"the stage is {stage.status} and contains no failed actions"
    elif execution.status == "Stopping":
        reason = "the execution is stopping"
    if reason:
        raise AwsError(
            "StageNotRetryableException",
            f"Unable to retry stage '{stage.name}' in pipeline execution {execution.id}: {reason}",
        )


def _reopen(course: Course, stage: StageRun) -> None:
    """Let an execution that ended in a stage run again, in the stage."""
    execution = course.execution
    execution.status, execution.updated = IN_PROGRESS, course.now
    execution.attempts += 1
    scheduler.hold(course, stage)
    tell_execution(course, "RESUMED")
