"""Build and Test CodeBuild: a build of a project, of the pipeline's artifacts.

The build is started with its sources and artifacts overridden: the primary input artifact is its
source, the others are secondary sources by their names; one output artifact is its artifact,
several are its secondary artifacts by their names. Batch builds are refused.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Artifact, Job, Status, provides
from offline_aws.codepipeline.providers.action_errors import ActionError, reported, sentence
from offline_aws.codepipeline.providers.codecommit_source import CLONE_URL
from offline_aws.codepipeline.store import Shape


class Failure(NamedTuple):
    """Where and how a build failed."""

    phase: str
    code: str
    message: str


@provides("Build", "CodeBuild")
@provides("Test", "CodeBuild")
class CodeBuild:
    """Start a build, and wait for its end."""

    @reported("AWSCodeBuild")
    def start(self, job: Job) -> Status:
        """Start a build of the project with the input artifacts."""
        if job.configuration.get("BatchEnabled", "").lower() == "true":
            raise ActionError("ConfigurationError", "Batch builds are not simulated offline.")
        request = _request(job)
        client = clients.client("codebuild", job.region)
        try:
            build = client.start_build(**request)["build"]
        except ClientError as error:
            words = f"Error calling startBuild: {sentence('AWSCodeBuild', error)}"
            raise ActionError("JobFailed", words) from error
        return _status(build, job.region)

    @reported("AWSCodeBuild")
    def poll(self, job: Job) -> Status:
        """Return how the build stands."""
        client = clients.client("codebuild", job.region)
        builds = client.batch_get_builds(ids=[job.external_id])["builds"]
        if not builds:
            raise ActionError("JobFailed", f"The build {job.external_id} does not exist any more.")
        return _status(builds[0], job.region)


def _request(job: Job) -> Shape:
    """Return the parameters of StartBuild. Raises ``ActionError``."""
    primary = primary_source(job)
    others = [each for each in job.inputs.values() if each is not primary]
    return {
        "projectName": job.configuration["ProjectName"],
        **_primary(primary, job.region),
        "secondarySourcesOverride": [
            {"type": "S3", "location": place(each), "sourceIdentifier": each.name}
            for each in others
        ],
        **artifacts_override(list(job.outputs.values())),
        "environmentVariablesOverride": variables(job.configuration.get("EnvironmentVariables")),
    }


def primary_source(job: Job) -> Artifact:
    """Return the input artifact that a build runs in. Raises ``ActionError``."""
    name = job.configuration.get("PrimarySource", "")
    if not name and len(job.inputs) == 1:
        return next(iter(job.inputs.values()))
    if name not in job.inputs:
        found = ", ".join(job.inputs)
        raise ActionError(
            "ConfigurationError",
            f"PrimarySource must name one of the action's input artifacts ({found}). "
            f"Found: {name or 'nothing'}.",
        )
    return job.inputs[name]


def variables(text: str | None) -> list[dict[str, str]]:
    """Return the variables of an EnvironmentVariables setting. Raises ``ActionError``."""
    try:
        found: Any = json.loads(text or "[]")
    except ValueError as error:
        raise ActionError(
            "ConfigurationError", f"EnvironmentVariables is not JSON: {error}"
        ) from error
    if not isinstance(found, list) or not all(_is_variable(each) for each in found):
        raise ActionError(
            "ConfigurationError",
            "EnvironmentVariables must be a JSON array of objects with name, value and, where it "
            "is not PLAINTEXT, type.",
        )
    return found


def _is_variable(each: object) -> bool:
    return (
        isinstance(each, dict)
        and {"name", "value"} <= each.keys() <= {"name", "value", "type"}
        and all(isinstance(value, str) for value in each.values())
    )


def _primary(artifact: Artifact, region: str) -> Shape:
    reference = _reference(artifact, region)
    if reference:
        return {
            "sourceTypeOverride": "CODECOMMIT",
            "sourceLocationOverride": reference[CLONE_URL],
            "sourceVersion": reference["CommitId"],
        }
    return {"sourceTypeOverride": "S3", "sourceLocationOverride": place(artifact)}


def _reference(artifact: Artifact, region: str) -> dict[str, str]:
    """Return where to clone from, if that is what the artifact says."""
    try:
        found: Any = json.loads(artifacts.read(artifact, region))
    except (ClientError, ValueError):
        return {}
    return found if isinstance(found, dict) and CLONE_URL in found else {}


def artifacts_override(outputs: list[Artifact]) -> Shape:
    """Return the part of StartBuild's parameters that says where the output artifacts go."""
    if len(outputs) == 1:
        return {"artifactsOverride": _target(outputs[0]), "secondaryArtifactsOverride": []}
    return {
        "artifactsOverride": {"type": "NO_ARTIFACTS"},
        "secondaryArtifactsOverride": [
            {**_target(each), "artifactIdentifier": each.name} for each in outputs
        ],
    }


def _target(artifact: Artifact) -> Shape:
    path, _, name = artifact.key.rpartition("/")
    return {
        "type": "S3",
        "location": artifact.bucket,
        "path": path,
        "name": name,
        "namespaceType": "NONE",
        "packaging": "ZIP",
        "overrideArtifactName": False,
    }


def place(artifact: Artifact) -> str:
    """Return where an artifact is, as a source of CodeBuild has it."""
    return f"{artifact.bucket}/{artifact.key}"


def _status(build: Shape, region: str) -> Status:
    identifier, state = build["id"], build["buildStatus"]
    where = {
        "external_id": identifier,
        "external_url": f"https://console.aws.amazon.com/codebuild/home?region={region}"
        f"#/builds/{identifier}/view/new",
    }
    if state == "IN_PROGRESS":
        return Status("InProgress", **where)
    exported = build.get("exportedEnvironmentVariables", ())
    found = {each["name"]: each["value"] for each in exported}
    if state == "SUCCEEDED":
        return Status("Succeeded", variables=found, **where)
    summary = f"Build terminated with state: {state}"
    if cause := first_failure(build):
        summary += f". Phase: {cause.phase}, Code: {cause.code}, Message: {cause.message}"
    return Status(
        "Failed",
        summary=summary,
        error_code="JobFailed",
        error_message=summary,
        variables=found,
        **where,
    )


def first_failure(build: Shape) -> Failure | None:
    """Return what the first phase that failed says of it, or None."""
    for phase in build["phases"]:
        for context in phase.get("contexts", ()):
            if context.get("statusCode") and phase.get("phaseStatus") != "SUCCEEDED":
                return Failure(phase["phaseType"], context["statusCode"], context["message"])
    return None
