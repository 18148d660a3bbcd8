"""The end of an action: what is noted of it, and who is told."""

from __future__ import annotations

from offline_aws.codepipeline.execution import (
    ABANDONED,
    FAILED,
    IN_PROGRESS,
    SUCCEEDED,
    ActionRun,
)
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.notifications import tell_action
from offline_aws.codepipeline.provider import Status, failed
from offline_aws.codepipeline.variables import LARGEST_OUTPUT


def end(course: Course, run: ActionRun, status: Status) -> None:
    """End an action as a provider, an approver or a job worker says; again does nothing."""
    if run.status != IN_PROGRESS:
        return
    size = sum(len(name) + len(value) for name, value in status.variables.items())
    if size > LARGEST_OUTPUT:
        status = failed("JobFailed", f"The output variables exceed {LARGEST_OUTPUT} bytes")
    run.take(status, course.now)
    run.status = SUCCEEDED if status.state == SUCCEEDED else FAILED
    if not run.for_rule:
        if run.status == SUCCEEDED:
            _hand_on(course, run)
        course.execution.updated = course.now
        tell_action(course, run)
    run.when_ended()


def abandon(course: Course, run: ActionRun) -> None:
    """Take no more notice of an action; what it began goes on."""
    run.status, run.updated = ABANDONED, course.now
    if not run.for_rule:
        tell_action(course, run)


def _hand_on(course: Course, run: ActionRun) -> None:
    """Let later actions have what came of this one."""
    execution = course.execution
    execution.artifacts.update(run.outputs)
    namespace = run.declaration.get("namespace")
    if namespace:
        execution.namespaces[namespace] = run.variables
    if run.revision and run.key[0] == "Source":
        execution.revisions[run.name] = run.revision
