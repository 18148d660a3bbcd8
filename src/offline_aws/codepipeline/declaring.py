"""Pipelines as they were declared, unchecked: until their own module is there."""

from __future__ import annotations

import copy

from offline_aws.codepipeline import lifecycle
from offline_aws.codepipeline.store import Pipeline, Pipelines, Shape
from offline_aws.operations import Call, operation


@operation("codepipeline", "CreatePipeline")
def create_pipeline(call: Call, parameters: Shape) -> Shape:
    """Declare a pipeline and run it for the first time."""
    declaration = copy.deepcopy(parameters["pipeline"]) | {"version": 1}
    now = call.clock.now()
    pipeline = Pipeline({1: declaration}, created=now, updated=now)
    call.state(Pipelines).by_name[pipeline.name] = pipeline
    lifecycle.created(call, pipeline)
    return {"pipeline": declaration}
