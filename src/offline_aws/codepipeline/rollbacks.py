"""RollbackStage: bring a stage back to what an earlier execution brought into it."""

from __future__ import annotations

from offline_aws.codepipeline import scheduler
from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.execution import STANDARD
from offline_aws.codepipeline.line import Course, Line, line_of
from offline_aws.codepipeline.rollback_targets import is_good, rollback_to
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@codepipeline_operation("RollbackStage")
def rollback_stage(call: Call, parameters: Shape) -> Shape:
    """Run a stage with the artifacts of an execution that succeeded in it."""
    line = line_of(call, parameters["pipelineName"])
    stage = line.stage(parameters["stageName"])
    target = line.execution(parameters["targetPipelineExecutionId"])
    if target.version != line.version:
        raise AwsError(
            "PipelineExecutionOutdatedException",
            f"Pipeline execution {target.id} ran version {target.version} of the pipeline, which "
            f"is at version {line.version}",
        )
    _check(line, stage, target.id)
    before = Course(call, line, target)
    execution = rollback_to(before, target, "ManualRollback", call.caller)
    scheduler.roll_back(Course(call, line, execution), stage["name"])
    return {"pipelineExecutionId": execution.id}


def _check(line: Line, stage: Shape, target_id: str) -> None:
    name, target = stage["name"], line.executions[target_id]
    if target.parallel:
        raise _refusal(name, "a pipeline in PARALLEL mode has no stage rollback")
    if stage is line.pipeline.declaration["stages"][0]:
        raise _refusal(name, "it is the source stage")
    if target.kind != STANDARD:
        raise _refusal(name, f"the target execution {target_id} is a rollback itself")
    if name in line.taken_by:
        raise _refusal(name, "it is currently running")
    if not is_good(line, name, target):
        raise _refusal(name, f"the target execution {target_id} did not succeed in it")


def _refusal(stage: str, reason: str) -> AwsError:
    return AwsError(
        "UnableToRollbackStageException", f"Unable to roll back stage '{stage}': {reason}"
    )
