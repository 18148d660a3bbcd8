"""Pipelines: their declarations, version by version."""

from __future__ import annotations

from offline_aws.codepipeline import declarations, lifecycle, structure, tagging
from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.paging import page
from offline_aws.codepipeline.store import Pipeline, Pipelines, Shape, arn_of, find_pipeline
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_LIMIT = 1000


@codepipeline_operation("CreatePipeline")
def create_pipeline(call: Call, parameters: Shape) -> Shape:
    """Declare a pipeline, which then runs for the first time."""
    given, pipelines = parameters["pipeline"], call.state(Pipelines)
    name = given["name"]
    if name in pipelines.by_name:
        raise AwsError(
            "PipelineNameInUseException",
            f"A pipeline with the name '{name}' already exists in account '{call.account}'",
        )
    if len(pipelines.by_name) >= _LIMIT:
        raise AwsError(
            "LimitExceededException",
            f"The number of pipelines exceeds the limit of {_LIMIT} for the account.",
        )
    declaration = _declaration(call, given, None, "CreatePipeline")
    tags = tagging.tagged({}, parameters.get("tags", []), arn_of(call, name))
    now = call.clock.now()
    pipeline = Pipeline({1: declaration}, created=now, updated=now, tags=tags)
    pipelines.by_name[name] = pipeline
    lifecycle.created(call, pipeline)
    answer = {"pipeline": declarations.with_secrets_hidden(call, declaration)}
    return {**answer, "tags": tagging.shown(tags)} if tags else answer


@codepipeline_operation("UpdatePipeline")
def update_pipeline(call: Call, parameters: Shape) -> Shape:
    """Declare the next version of a pipeline."""
    given = parameters["pipeline"]
    pipeline = find_pipeline(call, given["name"])
    declaration = _declaration(call, given, pipeline, "UpdatePipeline")
    pipeline.versions[declaration["version"]] = declaration
    pipeline.updated = call.clock.now()
    lifecycle.updated(call, pipeline)
    return {"pipeline": declarations.with_secrets_hidden(call, declaration)}


@codepipeline_operation("GetPipeline")
def get_pipeline(call: Call, parameters: Shape) -> Shape:
    """Return a version of a pipeline's declaration, the newest unless another is asked for."""
    pipeline = find_pipeline(call, parameters["name"])
    version = parameters.get("version", max(pipeline.versions))
    if version not in pipeline.versions:
        raise AwsError(
            "PipelineVersionNotFoundException",
            f"Pipeline '{pipeline.name}' does not have a version '{version}'",
        )
    return {
        "pipeline": declarations.with_secrets_hidden(call, pipeline.versions[version]),
        "metadata": {
            "pipelineArn": arn_of(call, pipeline.name),
            "created": pipeline.created,
            "updated": pipeline.updated,
        },
    }


@codepipeline_operation("DeletePipeline")
def delete_pipeline(call: Call, parameters: Shape) -> Shape:
    """Delete a pipeline, if there is one."""
    pipeline = call.state(Pipelines).by_name.pop(parameters["name"], None)
    if pipeline is not None:
        lifecycle.deleted(call, pipeline)
    return {}


@codepipeline_operation("ListPipelines")
def list_pipelines(call: Call, parameters: Shape) -> Shape:
    """Return the pipelines in the order of their names."""
    by_name = call.state(Pipelines).by_name
    summaries = [_summary(by_name[name]) for name in sorted(by_name)]
    return page("pipelines", summaries, parameters, _LIMIT)


def _declaration(call: Call, given: Shape, before: Pipeline | None, operation: str) -> Shape:
    """Return the declaration to keep. Raises what CreatePipeline raises."""
    old = before.declaration if before else None
    version = old["version"] + 1 if old else 1
    whole = declarations.with_secrets_of(call, declarations.completed(given, version), old)
    structure.check(call, whole, operation)
    return whole


def _summary(pipeline: Pipeline) -> Shape:
    declaration = pipeline.declaration
    kept = {
        name: declaration[name] for name in ("name", "version", "pipelineType", "executionMode")
    }
    return {**kept, "created": pipeline.created, "updated": pipeline.updated}
