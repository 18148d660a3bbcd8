"""Who started a build: a user, a role, or a pipeline of CodePipeline.

A pipeline starts a build with its input artifact for a source: an object in S3 whose key is
``<pipeline>/<artifact>/<id>``, each of the names cut short. Which pipeline that is, and which
revision it builds, CodePipeline itself is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codebuild.s3_source import bucket_and_key
from offline_aws.codebuild.store import Shape
from offline_aws.operations import Call

# As CodePipeline cuts it in the keys of its artifacts.
_LONGEST_NAME = 20
_A_FEW = 10
_KEY = re.compile(r"[^/]+/[^/]+/[^/]+")
_USER = re.compile(r"arn:aws:iam::\d+:user/(?:.+/)?(?P<name>[^/]+)")
_ROLE = re.compile(r"arn:aws:sts::\d+:assumed-role/(?P<name>.+)")


@dataclass(frozen=True)
class Starter:
    """AWS's ``initiator``. Of a pipeline, the source revision too, where it has one."""

    initiator: str
    is_pipeline: bool = False
    revision: str = ""


def started_by(call: Call, request: Shape) -> Starter:
    """Return who starts a build by a request."""
    known = _USER.fullmatch(call.caller) or _ROLE.fullmatch(call.caller)
    return _pipeline(call, request) or Starter(known["name"] if known else "offline")


def _pipeline(call: Call, request: Shape) -> Starter | None:
    if request.get("sourceTypeOverride") != "S3" or "artifactsOverride" not in request:
        return None
    bucket, key = bucket_and_key(request.get("sourceLocationOverride", ""))
    if not _KEY.fullmatch(key):
        return None
    client = clients.client("codepipeline", call.region)
    names = _names(client, key.partition("/")[0])
    for name in names:
        found = _revision(client, name, {"bucket": bucket, "key": key})
        if found is not None:
            return Starter(f"codepipeline/{name}", True, found)
    return Starter(f"codepipeline/{names[0]}", True) if names else None


def _names(client: Any, beginning: str) -> list[str]:
    """Return the pipelines whose artifacts have keys with this beginning."""
    pages = client.get_paginator("list_pipelines").paginate()
    names = [pipeline["name"] for page in pages for pipeline in page["pipelines"]]
    return [name for name in names if name[:_LONGEST_NAME] == beginning]


def _revision(client: Any, pipeline: str, location: Shape) -> str | None:
    """Return the source revision that a pipeline stored at a place in S3.

    It is empty for what is not a source, and None if the pipeline stored nothing there.
    """
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, PaginationConfig={"PageSize": _A_FEW}
    )
    try:
        # The newest come first, and a pipeline builds what it has just stored.
        for action in (each for page in pages for each in page["actionExecutionDetails"]):
            for each in action.get("output", {}).get("outputArtifacts", ()):
                if each.get("s3location") == location:
                    return _revision_of(
                        client, pipeline, action["pipelineExecutionId"], each["name"]
                    )
    except ClientError:
        return None
    return None


def _revision_of(client: Any, pipeline: str, identifier: str, artifact: str) -> str:
    execution = client.get_pipeline_execution(
        pipelineName=pipeline, pipelineExecutionId=identifier
    )["pipelineExecution"]
    revisions = {
        each["name"]: each["revisionId"] for each in execution.get("artifactRevisions", ())
    }
    return str(revisions.get(artifact, ""))
