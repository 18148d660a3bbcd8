"""Who may come into which stage: locks, waiting executions, and the three execution modes.

SUPERSEDED: one execution waits in front of a stage, and a newer one takes its place. QUEUED: they
wait in the order in which they came. PARALLEL: none waits, and stages have no locks.
"""

from __future__ import annotations

import json
from functools import partial

from offline_aws.codepipeline import stages
from offline_aws.codepipeline.execution import (
    FAILED,
    IN_PROGRESS,
    SKIPPED,
    STOPPED,
    SUCCEEDED,
    SUPERSEDED,
    StageRun,
)
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.notifications import tell_execution
from offline_aws.codepipeline.rollback_targets import last_good, rollback_to
from offline_aws.codepipeline.store import Shape


def launch(course: Course, first: Shape) -> None:
    """Begin an execution in front of a stage."""
    course.line.executions[course.execution.id] = course.execution
    tell_execution(course)
    _arrive(course, first)


def roll_back(course: Course, name: str) -> None:
    """Begin an execution that rolls a stage back: it comes in before any that waits."""
    course.line.executions[course.execution.id] = course.execution
    tell_execution(course)
    _enter(course, course.execution.stage(name))


def hold(course: Course, stage: StageRun) -> None:
    """Take the stage again for an execution that was in it last."""
    if not course.execution.parallel:
        course.line.taken_by[stage.name] = course.execution


def admit(course: Course, name: str) -> None:
    """Let the next execution into a stage, if it is free and the transition is enabled."""
    line = course.line
    ready = line.waiting_for(name)
    if name in line.taken_by or not line.transition(name).enabled or not ready:
        return
    line.waiting[name].remove(ready[0])
    _enter(Course(course.call, line, ready[0]), ready[0].stage(name))


def finish(course: Course, status: str) -> None:
    """End an execution."""
    course.execution.status = status
    course.execution.updated = course.now
    tell_execution(course)


def _arrive(course: Course, stage: Shape) -> None:
    execution, line, name = course.execution, course.line, stage["name"]
    if execution.parallel:
        _enter(course, stage)
        return
    waiting = [*line.waiting_for(name), execution]
    newest = max(waiting, key=lambda each: each.number)
    superseded = execution.mode == "SUPERSEDED"
    line.waiting[name] = [newest] if superseded else waiting
    # Told of last: whoever hears of it may start the pipeline again.
    for other in waiting if superseded else ():
        if other is not newest:
            finish(Course(course.call, line, other), SUPERSEDED)
    admit(course, name)


def _enter(course: Course, stage: Shape) -> None:
    line, execution, name = course.line, course.execution, stage["name"]
    if not execution.parallel:
        line.taken_by[name] = line.last_in[name] = execution
    stages.enter(course, stage, partial(_left, course, name))


def _left(course: Course, name: str) -> None:
    """Free a stage, send the execution on or end it, and let the next one in."""
    execution, line = course.execution, course.line
    stage = execution.stages[name]
    if line.taken_by.get(name) is execution:
        del line.taken_by[name]
    following = execution.following(name)
    if stage.status not in (SUCCEEDED, SKIPPED):
        finish(course, stage.status)
        if stage.status == FAILED and stage.roll_back:
            _roll_back_automatically(course, name)
    elif following and execution.status == IN_PROGRESS:
        _arrive(course, following)
    elif following:
        finish(course, STOPPED)
    else:
        finish(course, SUCCEEDED)
    admit(course, name)


def _roll_back_automatically(course: Course, name: str) -> None:
    target = last_good(course.line, name)
    if target is None:
        return
    detail = json.dumps({"FailedPipelineExecutionId": course.execution.id})
    execution = rollback_to(course, target, "AutomatedRollback", detail)
    roll_back(Course(course.call, course.line, execution), name)
