"""StopPipelineExecution: let what runs come to its end, or abandon it."""

from __future__ import annotations

from offline_aws.codepipeline import durations, scheduler, stages
from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.execution import (
    CANCELLED,
    IN_PROGRESS,
    STOPPED,
    STOPPING,
    StageRun,
)
from offline_aws.codepipeline.line import Course, line_of
from offline_aws.codepipeline.notifications import tell_execution, tell_stage
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@codepipeline_operation("StopPipelineExecution")
def stop_pipeline_execution(call: Call, parameters: Shape) -> Shape:
    """Ask an execution to stop: with the end of its actions, or by abandoning them."""
    line = line_of(call, parameters["pipelineName"])
    identifier, abandon = parameters["pipelineExecutionId"], parameters.get("abandon", False)
    execution = line.executions.get(identifier)
    if execution is None or not execution.active:
        raise AwsError(
            "PipelineExecutionNotStoppableException",
            f"The pipeline execution {identifier} is not in progress and cannot be stopped",
        )
    if execution.status == STOPPING and not abandon:
        raise AwsError(
            "DuplicatedStopRequestException",
            f"The pipeline execution {identifier} is already in a Stopping state",
        )
    course = Course(call, line, execution)
    _ask(course, parameters.get("reason"))
    course.after(durations.STOP, lambda: _stop(course, abandon))
    return {"pipelineExecutionId": identifier}


def _ask(course: Course, reason: str | None) -> None:
    execution = course.execution
    execution.status, execution.updated = STOPPING, course.now
    execution.stop_reason = reason or execution.stop_reason or ""
    tell_execution(course)
    stage = current_stage(course)
    if stage is not None:
        tell_stage(course, stage, "STOPPING")


def _stop(course: Course, abandon: bool) -> None:
    """Stop what does not run; what runs is waited for, unless it is abandoned."""
    stage = current_stage(course)
    if stage is None:
        scheduler.finish(course, STOPPED)
    elif abandon or not stage.running:
        stages.stop(course, stage)


def current_stage(course: Course) -> StageRun | None:
    """Return the stage that an execution is in, None while it waits between two."""
    runs = course.execution.stages.values()
    return next((stage for stage in runs if stage.status == IN_PROGRESS), None)


def cancel(course: Course) -> None:
    """End an execution that cannot complete: its pipeline is not what it was."""
    stage = current_stage(course)
    if stage is not None:
        stages.abandon_all(course, stage, CANCELLED)
    scheduler.finish(course, CANCELLED)
