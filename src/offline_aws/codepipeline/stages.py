"""An execution in a stage: its conditions, its actions group by group, and how it ends there.

The actions of a run order run beside each other, and the next run order waits for all of them. A
stage in which an action failed fails when no action of it runs any more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from offline_aws.codepipeline import actions, conditions, durations
from offline_aws.codepipeline.ending import abandon
from offline_aws.codepipeline.execution import (
    FAILED,
    IN_PROGRESS,
    ROLLBACK,
    SKIPPED,
    STOPPED,
    STOPPING,
    SUCCEEDED,
    StageRun,
)
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.notifications import tell_stage
from offline_aws.codepipeline.store import Shape


def enter(course: Course, declaration: Shape, when_left: Callable[[], object]) -> StageRun:
    """Bring an execution into a stage; its actions begin when the clock moves."""
    stage = StageRun(declaration, course.now, when_left)
    course.execution.stages[stage.name] = stage
    course.execution.updated = course.now
    tell_stage(course, stage)
    course.in_stage(stage, durations.ENTER_STAGE, partial(_check_entry, course, stage))
    return stage


def again(course: Course, stage: StageRun, mode: str) -> None:
    """Run the actions of a stage again that did not succeed, or all of them."""
    if mode == "ALL_ACTIONS":
        stage.current.clear()
        stage.conditions.clear()
    for run in stage.failed:
        del stage.current[run.name]
    _resume(course, stage)
    course.in_stage(stage, durations.ENTER_STAGE, partial(_check_entry, course, stage))


def again_beside(course: Course, stage: StageRun) -> None:
    """Run the failed actions of a stage again while others of it still run."""
    failed = {run.name for run in stage.failed}
    for name in failed:
        del stage.current[name]
    for action in stage.declaration["actions"]:
        if action["name"] in failed:
            actions.start(course, stage, action, partial(settle, course, stage))


def go_on_after(course: Course, stage: StageRun, kind: str) -> None:
    """Go on behind a condition that was overridden."""
    _resume(course, stage)
    step = run_next if kind == "beforeEntry" else partial(_leave, status=SUCCEEDED)
    course.in_stage(stage, durations.ENTER_STAGE, partial(step, course, stage))


def run_next(course: Course, stage: StageRun) -> None:
    """Begin the actions that come next; end the stage if there are none."""
    for action in stage.next_actions:
        actions.start(course, stage, action, partial(settle, course, stage))
    if not stage.running:
        settle(course, stage)


def settle(course: Course, stage: StageRun) -> None:
    """Look a moment later whether the stage can go on."""
    course.in_stage(stage, durations.NEXT_ACTIONS, partial(_advance, course, stage))


def stop(course: Course, stage: StageRun) -> None:
    """End a stage whose execution is to stop, with whatever still runs abandoned."""
    abandon_all(course, stage, STOPPED)
    stage.when_left()


def abandon_all(course: Course, stage: StageRun, status: str) -> None:
    """Take no more notice of what runs in a stage, and give it a status."""
    for run in stage.running:
        abandon(course, run)
    conditions.give_up(course, stage)
    stage.status = status
    course.execution.updated = course.now
    tell_stage(course, stage)


def _resume(course: Course, stage: StageRun) -> None:
    stage.attempt += 1
    stage.status, stage.roll_back = IN_PROGRESS, False
    tell_stage(course, stage, "RESUMED")


def _check_entry(course: Course, stage: StageRun) -> None:
    """Evaluate the entry condition, unless it was met before or the stage is rolled back."""
    known = stage.conditions.get("beforeEntry")
    wanted = conditions.condition_of(stage, "beforeEntry") and course.execution.kind != ROLLBACK
    if not wanted or (known is not None and known.status != FAILED):
        run_next(course, stage)
    else:
        decided = partial(_entry_decided, course, stage)
        conditions.evaluate(course, stage, "beforeEntry", decided)


def _entry_decided(course: Course, stage: StageRun, met: bool) -> None:
    if met:
        run_next(course, stage)
    else:
        skip = stage.conditions["beforeEntry"].declaration.get("result") == "SKIP"
        _leave(course, stage, SKIPPED if skip else FAILED)


def _advance(course: Course, stage: StageRun) -> None:
    if stage.running or _evaluating(stage):
        return
    if course.execution.status == STOPPING:
        stop(course, stage)
    elif stage.failed:
        _fail(course, stage)
    elif stage.next_actions:
        run_next(course, stage)
    else:
        _succeed(course, stage)


def _evaluating(stage: StageRun) -> bool:
    return any(condition.status == IN_PROGRESS for condition in stage.conditions.values())


def _succeed(course: Course, stage: StageRun) -> None:
    if conditions.condition_of(stage, "onSuccess") and course.execution.kind != ROLLBACK:
        decided = partial(_success_decided, course, stage)
        conditions.evaluate(course, stage, "onSuccess", decided)
    else:
        _leave(course, stage, SUCCEEDED)


def _success_decided(course: Course, stage: StageRun, met: bool) -> None:
    if met:
        _leave(course, stage, SUCCEEDED)
    else:
        _engage(course, stage, stage.conditions["onSuccess"].declaration.get("result", "FAIL"))


def _fail(course: Course, stage: StageRun) -> None:
    declared = stage.declaration.get("onFailure") or {}
    if course.execution.kind == ROLLBACK:
        _leave(course, stage, FAILED)
    elif conditions.condition_of(stage, "onFailure"):
        decided = partial(_failure_decided, course, stage)
        conditions.evaluate(course, stage, "onFailure", decided)
    else:
        _engage(course, stage, declared.get("result", "FAIL"))


def _failure_decided(course: Course, stage: StageRun, met: bool) -> None:
    """A failure condition that is met leaves it at the failure; else its result comes."""
    declared = stage.declaration["onFailure"]
    result = stage.conditions["onFailure"].declaration.get("result") or declared.get("result")
    _engage(course, stage, "FAIL" if met or not result else result)


def _engage(course: Course, stage: StageRun, result: str) -> None:
    if result == "RETRY" and not stage.automatic_retries:
        stage.automatic_retries += 1
        stage.latest_retry = "AutomatedStageRetry"
        retry = (stage.declaration.get("onFailure") or {}).get("retryConfiguration") or {}
        mode = retry.get("retryMode", "FAILED_ACTIONS")
        course.in_stage(stage, durations.RETRY, partial(again, course, stage, mode))
    elif result == "SKIP":
        _leave(course, stage, SKIPPED)
    else:
        stage.roll_back = result == "ROLLBACK"
        _leave(course, stage, FAILED)


def _leave(course: Course, stage: StageRun, status: str) -> None:
    stage.status = status
    course.execution.updated = course.now
    tell_stage(course, stage)
    stage.when_left()
