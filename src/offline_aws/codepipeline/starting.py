"""Start an execution: by hand, or for a change of a source."""

from __future__ import annotations

from offline_aws.codepipeline import scheduler
from offline_aws.codepipeline.checks import codepipeline_operation, invalid
from offline_aws.codepipeline.execution import Execution, key_of
from offline_aws.codepipeline.line import Course, Line, line_of
from offline_aws.codepipeline.store import Pipelines, Shape
from offline_aws.errors import AwsError
from offline_aws.event_bus import delivering_rule
from offline_aws.operations import Call

# AWS's quotas of executions that run or wait at the same time.
_MOST = {"QUEUED": 50, "PARALLEL": 50}
_REVISION_TYPES = {
    "CodeCommit": ("COMMIT_ID",),
    "CodeStarSourceConnection": ("COMMIT_ID",),
    "S3": ("S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY"),
    "ECR": ("IMAGE_DIGEST",),
}
Overrides = dict[str, dict[str, str]]


@codepipeline_operation("StartPipelineExecution")
def start_pipeline_execution(call: Call, parameters: Shape) -> Shape:
    """Start a pipeline; the same token starts it once."""
    line = line_of(call, parameters["name"])
    token = parameters.get("clientRequestToken", "")
    if token in line.tokens:
        return {"pipelineExecutionId": line.tokens[token]}
    variables = _variables(line, parameters.get("variables") or [])
    overrides = _overrides(line, parameters.get("sourceRevisions") or [])
    rule = delivering_rule()
    trigger = ("CloudWatchEvent", rule) if rule else ("StartPipelineExecution", call.caller)
    execution = begin(call, line, *trigger, variables=variables, overrides=overrides)
    if token:
        line.tokens[token] = execution.id
    return {"pipelineExecutionId": execution.id}


def begin(
    call: Call,
    line: Line,
    trigger: str,
    detail: str,
    *,
    variables: dict[str, str] | None = None,
    overrides: Overrides | None = None,
) -> Execution:
    """Begin an execution by the current declaration.

    Raises ``ConcurrentPipelineExecutionsLimitExceededException``.
    """
    _check_room(line)
    declaration, now = line.pipeline.declaration, call.clock.now()
    execution = Execution(
        id=call.state(Pipelines).new_id(call),
        number=len(line.executions) + 1,
        version=line.version,
        declaration=declaration,
        started=now,
        updated=now,
        trigger=trigger,
        trigger_detail=detail,
        variables=_defaults(line) | (variables or {}),
        overrides=overrides or {},
    )
    scheduler.launch(Course(call, line, execution), declaration["stages"][0])
    return execution


def _check_room(line: Line) -> None:
    mode = line.pipeline.declaration.get("executionMode", "SUPERSEDED")
    active = sum(each.active for each in line.executions.values())
    if active >= _MOST.get(mode, active + 1):
        raise AwsError(
            "ConcurrentPipelineExecutionsLimitExceededException",
            f"The pipeline {line.pipeline.name} has reached the limit of {_MOST[mode]} concurrent "
            f"executions in {mode} mode",
        )


def _defaults(line: Line) -> dict[str, str]:
    declared = line.pipeline.declaration.get("variables") or []
    return {each["name"]: each["defaultValue"] for each in declared if each.get("defaultValue")}


def _variables(line: Line, given: list[Shape]) -> dict[str, str]:
    """Return the values of the pipeline's variables that a request gives, all there."""
    declared = [each["name"] for each in line.pipeline.declaration.get("variables") or []]
    values = {each["name"]: each["value"] for each in given}
    unknown = [name for name in values if name not in declared]
    if unknown:
        raise invalid(f"Pipeline {line.pipeline.name} has no variables named {unknown}")
    missing = [name for name in declared if name not in _defaults(line) | values]
    if missing:
        raise invalid(f"The pipeline variables {missing} have no default value and none was given")
    return values


def _overrides(line: Line, given: list[Shape]) -> Overrides:
    """Return the source revisions that a request gives, by action and by type."""
    sources = {a["name"]: a for a in line.pipeline.declaration["stages"][0]["actions"]}
    found: Overrides = {}
    for each in given:
        name, kind = each["actionName"], each["revisionType"]
        if name not in sources:
            raise invalid(f"Pipeline {line.pipeline.name} has no source action named '{name}'")
        provider = key_of(sources[name])[2]
        if kind not in _REVISION_TYPES.get(provider, ()):
            raise invalid(f"Revision type {kind} is not supported for source provider {provider}")
        found.setdefault(name, {})[kind] = each["revisionValue"]
    return found
