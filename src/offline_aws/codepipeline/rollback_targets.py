"""Which execution a stage can be rolled back to, and the execution that does it."""

from __future__ import annotations

from offline_aws.codepipeline.execution import ROLLBACK, STANDARD, SUCCEEDED, Execution
from offline_aws.codepipeline.line import Course, Line


def last_good(line: Line, stage: str) -> Execution | None:
    """Return the newest execution that succeeded in a stage by the current declaration."""
    good = [each for each in line.executions.values() if is_good(line, stage, each)]
    return good[-1] if good else None


def is_good(line: Line, stage: str, target: Execution) -> bool:
    """Return whether a stage can be rolled back to an execution."""
    run = target.stages.get(stage)
    return (
        run is not None
        and run.status == SUCCEEDED
        and target.kind == STANDARD
        and target.version == line.version
    )


def rollback_to(course: Course, target: Execution, trigger: str, detail: str) -> Execution:
    """Return a new execution with the artifacts and the variables of an earlier one."""
    return Execution(
        id=course.new_id(),
        number=len(course.line.executions) + 1,
        version=target.version,
        declaration=target.declaration,
        started=course.now,
        updated=course.now,
        trigger=trigger,
        trigger_detail=detail,
        variables=dict(target.variables),
        artifacts=dict(target.artifacts),
        namespaces=dict(target.namespaces),
        revisions=dict(target.revisions),
        kind=ROLLBACK,
        rollback_target=target.id,
    )
