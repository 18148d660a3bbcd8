"""The settings of one build: its project's, overridden by the start; what is refused."""

from __future__ import annotations

import copy
from functools import partial

from offline_aws.codebuild.checks import invalid, not_simulated
from offline_aws.codebuild.projects import (
    ARTIFACT_NAME,
    IDENTIFIER,
    check_settings,
    variables_with_types,
    with_artifact_defaults,
)
from offline_aws.codebuild.sources import SIMULATED
from offline_aws.codebuild.store import Shape
from offline_aws.operations import Call

#: Where each override of StartBuild goes.
_OVERRIDES: dict[str, tuple[str, ...]] = {
    "sourceTypeOverride": ("source", "type"),
    "sourceLocationOverride": ("source", "location"),
    "sourceAuthOverride": ("source", "auth"),
    "gitCloneDepthOverride": ("source", "gitCloneDepth"),
    "gitSubmodulesConfigOverride": ("source", "gitSubmodulesConfig"),
    "buildspecOverride": ("source", "buildspec"),
    "insecureSslOverride": ("source", "insecureSsl"),
    "reportBuildStatusOverride": ("source", "reportBuildStatus"),
    "buildStatusConfigOverride": ("source", "buildStatusConfig"),
    "environmentTypeOverride": ("environment", "type"),
    "imageOverride": ("environment", "image"),
    "computeTypeOverride": ("environment", "computeType"),
    "certificateOverride": ("environment", "certificate"),
    "privilegedModeOverride": ("environment", "privilegedMode"),
    "registryCredentialOverride": ("environment", "registryCredential"),
    "imagePullCredentialsTypeOverride": ("environment", "imagePullCredentialsType"),
    "fleetOverride": ("environment", "fleet"),
    "hostKernelOverride": ("environment", "hostKernel"),
    "secondarySourcesOverride": ("secondarySources",),
    "secondarySourcesVersionOverride": ("secondarySourceVersions",),
    "artifactsOverride": ("artifacts",),
    "secondaryArtifactsOverride": ("secondaryArtifacts",),
    "cacheOverride": ("cache",),
    "serviceRoleOverride": ("serviceRole",),
    "timeoutInMinutesOverride": ("timeoutInMinutes",),
    "queuedTimeoutInMinutesOverride": ("queuedTimeoutInMinutes",),
    "encryptionKeyOverride": ("encryptionKey",),
    "logsConfigOverride": ("logsConfig",),
    "autoRetryLimitOverride": ("autoRetryLimit",),
}


_refusal = partial(not_simulated, "StartBuild")


def overridden(call: Call, project: Shape, request: Shape, from_pipeline: bool) -> Shape:
    """Return a project's settings as one build has them.

    A pipeline's sources and artifacts are identified by its artifacts' names.

    Raises InvalidInputException when the overrides contradict the rest.
    """
    artifacts: Shape = request.get("artifactsOverride") or project["artifacts"]
    if artifacts["type"] == "CODEPIPELINE":
        raise invalid("ArtifactsOverride must be set when using artifacts type CodePipelines")
    settings = copy.deepcopy(project)
    for name, path in _OVERRIDES.items():
        if name in request:
            where = settings if len(path) == 1 else settings[path[0]]
            where[path[-1]] = copy.deepcopy(request[name])
    if settings["source"]["type"] == "NO_SOURCE":
        settings["source"].pop("location", None)
    name = settings["name"]
    settings["artifacts"] = with_artifact_defaults(settings["artifacts"], name)
    for i, second in enumerate(settings.get("secondaryArtifacts", ())):
        settings["secondaryArtifacts"][i] = with_artifact_defaults(second, name)
    _merge_variables(settings["environment"], request)
    check_settings(call, settings, ARTIFACT_NAME if from_pipeline else IDENTIFIER)
    return settings


def _merge_variables(environment: Shape, request: Shape) -> None:
    given = {"environmentVariables": request.get("environmentVariablesOverride", ())}
    merged = {each["name"]: each for each in environment["environmentVariables"]}
    merged.update({each["name"]: each for each in variables_with_types(given)})
    environment["environmentVariables"] = list(merged.values())


def refuse_what_is_absent(settings: Shape, request: Shape) -> None:
    """Refuse a build by name that asks for what this simulation has not."""
    for source in (settings["source"], *settings.get("secondarySources", ())):
        if source["type"] not in SIMULATED:
            known = ", ".join(SIMULATED)
            raise _refusal(f"the source type {source['type']} (there are: {known})")
    environment = settings["environment"]
    if environment["type"].startswith(("WINDOWS", "MAC")) or "LAMBDA" in environment["type"]:
        raise _refusal(f"the environment type {environment['type']}")
    modes = set(settings["cache"].get("modes", ())) - {"LOCAL_CUSTOM_CACHE"}
    if settings["cache"]["type"] == "LOCAL" and modes:
        raise _refusal(f"the cache mode {min(modes)}")
    if settings.get("logsConfig", {}).get("s3Logs", {}).get("status") == "ENABLED":
        raise _refusal("build logs in S3")
    if settings.get("autoRetryLimit"):
        raise _refusal("an autoRetryLimit")
    if environment.get("fleet"):
        raise _refusal("a fleet")
    if request.get("debugSessionEnabled"):
        raise _refusal("a debug session")
