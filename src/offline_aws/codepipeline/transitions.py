"""Transitions between stages: enable and disable them."""

from __future__ import annotations

from offline_aws.codepipeline import scheduler
from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.line import Course, Line, Transition, line_of
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call


@codepipeline_operation("DisableStageTransition")
def disable_stage_transition(call: Call, parameters: Shape) -> Shape:
    """Let no execution come into a stage, or out of it into the next."""
    line = line_of(call, parameters["pipelineName"])
    for transition in _transitions(line, parameters):
        transition.enabled, transition.reason = False, parameters["reason"]
        transition.changed_by, transition.changed = call.caller, call.clock.now()
    return {}


@codepipeline_operation("EnableStageTransition")
def enable_stage_transition(call: Call, parameters: Shape) -> Shape:
    """Let executions in again; one that waits comes in."""
    line = line_of(call, parameters["pipelineName"])
    for transition in _transitions(line, parameters):
        transition.enabled, transition.reason = True, ""
        transition.changed_by, transition.changed = call.caller, call.clock.now()
    for name in list(line.waiting):
        for waiting in line.waiting_for(name)[:1]:
            scheduler.admit(Course(call, line, waiting), name)
    return {}


def _transitions(line: Line, parameters: Shape) -> list[Transition]:
    """Return the transition meant: out of a stage is into the next, out of the last is none."""
    name = line.stage(parameters["stageName"])["name"]
    if parameters["transitionType"] == "Inbound":
        return [line.transition(name)]
    names = [stage["name"] for stage in line.pipeline.declaration["stages"]]
    following = names[names.index(name) + 1 :][:1]
    return [line.transition(each) for each in following]
