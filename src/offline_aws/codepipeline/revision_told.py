"""PutActionRevision: somebody tells of a new revision of a source."""

from __future__ import annotations

from offline_aws.codepipeline.checks import codepipeline_operation, invalid
from offline_aws.codepipeline.line import line_of
from offline_aws.codepipeline.starting import begin
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call


@codepipeline_operation("PutActionRevision")
def put_action_revision(call: Call, parameters: Shape) -> Shape:
    """Start the pipeline, unless the revision is the one that was told of last."""
    line = line_of(call, parameters["pipelineName"])
    where = (parameters["stageName"], parameters["actionName"])
    action = line.action(*where)
    if action["actionTypeId"]["category"] != "Source":
        raise invalid(f"Action '{action['name']}' is not a source action")
    identifier = parameters["actionRevision"]["revisionId"]
    known = {e.revisions[where[1]].id for e in line.executions.values() if where[1] in e.revisions}
    new = identifier not in {*known, line.told.get(where)}
    if new or not line.executions:
        line.told[where] = identifier
        execution = begin(call, line, "PutActionRevision", call.caller)
    else:
        execution = list(line.executions.values())[-1]
    return {"newRevision": new, "pipelineExecutionId": execution.id}
