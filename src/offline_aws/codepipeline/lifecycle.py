"""What the life of a declaration means for executions: created, updated, deleted."""

from __future__ import annotations

from offline_aws.codepipeline import detection
from offline_aws.codepipeline.line import Course, Line, Lines, line_of
from offline_aws.codepipeline.starting import begin
from offline_aws.codepipeline.stopping import cancel
from offline_aws.codepipeline.store import Pipeline
from offline_aws.operations import Call


def created(call: Call, pipeline: Pipeline) -> None:
    """Run a new pipeline for the first time, and watch its sources from now on."""
    line = line_of(call, pipeline.name)
    detection.watch(call, line)
    begin(call, line, "CreatePipeline", call.caller)


def updated(call: Call, pipeline: Pipeline) -> None:
    """Go on by the new declaration; executions of the old one cannot complete.

    Those in PARALLEL mode can: each has its own declaration.
    """
    line = line_of(call, pipeline.name)
    _cancel_all(call, line)
    kept = {stage["name"] for stage in pipeline.declaration["stages"]}
    line.transitions = {name: t for name, t in line.transitions.items() if name in kept}
    detection.watch(call, line)


def deleted(call: Call, pipeline: Pipeline) -> None:
    """Forget the executions of a pipeline that is gone."""
    line = call.state(Lines).by_name.pop(pipeline.name, None)
    if line is not None:
        _cancel_all(call, line, parallel=True)


def _cancel_all(call: Call, line: Line, parallel: bool = False) -> None:
    # Cleared first: whoever hears of what is cancelled may start the pipeline again.
    line.waiting.clear()
    line.taken_by.clear()
    for execution in list(line.executions.values()):
        if execution.active and (parallel or not execution.parallel):
            cancel(Course(call, line, execution))
