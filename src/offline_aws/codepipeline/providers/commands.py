"""Compute Commands: shell commands, without a CodeBuild project that anyone has made.

As on AWS, CodeBuild runs them. Here a project is made for the start of the build and deleted at
once, and the build is deleted when it has ended, so that neither is left in the account. The log
is in CloudWatch Logs, ``/aws/codepipeline/<pipeline>``.
"""

from __future__ import annotations

import json
from typing import Any

from offline_aws import clients
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers import input_files
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.codepipeline.providers.codebuild import artifacts_override, first_failure, place
from offline_aws.codepipeline.store import Shape

_SERVICE = "AWSCodeBuild"
_IMAGE = "aws/codebuild/amazonlinux2-x86_64-standard:5.0"


@provides("Compute", "Commands")
class Commands:
    """Run the commands in the directory of the first input artifact."""

    @reported(_SERVICE)
    def start(self, job: Job) -> Status:
        """Start a build that has the commands for its build phase."""
        client = clients.client("codebuild", job.region)
        project = f"codepipeline-{job.action_execution_id}"
        client.create_project(name=project, **_project(job))
        try:
            build = client.start_build(projectName=project, **_request(job))["build"]
        finally:
            client.delete_project(name=project)
        return _status(job, client, build)

    @reported(_SERVICE)
    def poll(self, job: Job) -> Status:
        """Return how the build stands."""
        client = clients.client("codebuild", job.region)
        for build in client.batch_get_builds(ids=[_build_id(job)])["builds"]:
            return _status(job, client, build)
        raise ActionError("JobFailed", "The commands run no more: their build was deleted.")


def _project(job: Job) -> Shape:
    return {
        "source": {"type": "CODEPIPELINE", "buildspec": json.dumps(_buildspec(job))},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": _IMAGE,
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        "serviceRole": f"arn:aws:iam::{job.account}:role/service-role/codepipeline-commands",
        "logsConfig": {
            "cloudWatchLogs": {
                "status": "ENABLED",
                "groupName": _log_group(job),
                "streamName": job.action_execution_id,
            }
        },
    }


def _buildspec(job: Job) -> Shape:
    spec: Shape = {
        "version": 0.2,
        "phases": {"build": {"commands": job.declaration.get("commands") or []}},
    }
    if exported := job.declaration.get("outputVariables"):
        spec["env"] = {"exported-variables": exported}
    for output in job.declaration.get("outputArtifacts") or ():
        spec["artifacts"] = {"files": output.get("files") or ["**/*"]}
    return spec


def _request(job: Job) -> Shape:
    primary = input_files.only(job)
    others = [each for each in job.inputs.values() if each is not primary]
    return {
        "sourceTypeOverride": "S3",
        "sourceLocationOverride": place(primary),
        "secondarySourcesOverride": [
            {"type": "S3", "location": place(each), "sourceIdentifier": each.name}
            for each in others
        ],
        "environmentVariablesOverride": job.declaration.get("environmentVariables") or [],
        **artifacts_override(list(job.outputs.values())),
    }


def _log_group(job: Job) -> str:
    return f"/aws/codepipeline/{job.pipeline}"


def _build_id(job: Job) -> str:
    return f"codepipeline-{job.action_execution_id}:{job.external_id.rpartition('/')[2]}"


def _status(job: Job, client: Any, build: Shape) -> Status:
    stream = f"{job.action_execution_id}/{build['id'].rpartition(':')[2]}"
    log = f"arn:aws:logs:{job.region}:{job.account}:log-group:{_log_group(job)}:log-stream:{stream}"
    state = build["buildStatus"]
    if state == "IN_PROGRESS":
        return Status("InProgress", external_id=log, log_stream_arn=log)
    client.batch_delete_builds(ids=[build["id"]])
    if state == "SUCCEEDED":
        exported = build.get("exportedEnvironmentVariables", ())
        found = {each["name"]: each["value"] for each in exported}
        return Status("Succeeded", external_id=log, log_stream_arn=log, variables=found)
    cause = first_failure(build)
    summary = f"Action failed with status: {state}."
    summary += f" {cause.code}: {cause.message}" if cause else ""
    return Status(
        "Failed",
        summary=summary,
        external_id=log,
        log_stream_arn=log,
        error_code="JobFailed",
        error_message=summary,
    )
