"""Build ECRBuildAndPublish: ``docker build`` and ``docker push``, without a buildspec.

``DockerFilePath`` is the folder of the Dockerfile, and the build context too. Who builds is what
``offline_aws.image_builds`` says. There is no output artifact: the digest of the image and the name
of its repository are output variables. The log is in CloudWatch Logs, as that of Commands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import durations
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers import input_files
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.codepipeline.providers.action_log import ActionLog
from offline_aws.codepipeline.providers.image_push import push
from offline_aws.image_builds import BuildRequest, BuiltImage, ImageBuildError

_DOCKERFILE = "Dockerfile"
#: From the reference grammar of OCI's distribution specification.
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)


@provides("Build", "ECRBuildAndPublish")
class EcrBuildAndPublish:
    """Build the image of the input artifact, and put it under each tag."""

    @reported("AmazonECR")
    def start(self, job: Job) -> Status:
        """Look whether the repository is there; the build takes its time."""
        _check_registry(job)
        _repository(job)
        log = ActionLog(job)
        log.write("[Container] Entering phase BUILD")
        return _status("InProgress", log)

    @reported("AmazonECR")
    def poll(self, job: Job) -> Status:
        """Return how the build stands; when its time has come, build and push."""
        log = ActionLog(job)
        if job.started and (job.now - job.started).total_seconds() < durations.BUILD_IMAGE:
            return _status("InProgress", log)
        try:
            digest = _build_and_push(job, log)
        except (ActionError, ClientError) as error:
            message = _said(error)
            log.write(f"ERROR: {message}", "[Container] Phase complete: BUILD State: FAILED")
            raise
        log.write("[Container] Phase complete: BUILD State: SUCCEEDED")
        name = job.configuration["ECRRepositoryName"]
        found = {"ECRImageDigestId": digest, "ECRRepositoryName": name}
        return _status("Succeeded", log, found)


def _status(state: str, log: ActionLog, variables: Mapping[str, str] | None = None) -> Status:
    return Status(
        state, external_id=log.arn, log_stream_arn=log.arn, variables=dict(variables or {})
    )


def _build_and_push(job: Job, log: ActionLog) -> str:
    """Return the digest of the image. Raises ``ActionError`` and ``ClientError``."""
    uri = _repository(job)
    tags = _tags(job, uri)
    folder = job.configuration.get("DockerFilePath") or "."
    log.write(f"[Container] Running command docker build -t {uri}:{tags[0]} {folder}")
    image = _built(job, folder)
    log.write(*image.log)
    digest = push(job, image, tags)
    for tag in tags:
        log.write(
            f"[Container] Running command docker push {uri}:{tag}",
            f"{tag}: digest: {digest} size: {len(image.manifest)}",
        )
    return digest


def _built(job: Job, folder: str) -> BuiltImage:
    request = _request(job, folder)
    try:
        return job.image_builds.build(request)
    except ImageBuildError as error:
        raise ActionError("JobFailed", str(error)) from error


def _request(job: Job, folder: str) -> BuildRequest:
    """Return what is built: a folder of the artifact, in Docker's words where there is none."""
    artifact = input_files.only(job)
    every = {
        posixpath.normpath(path): (data, mode)
        for path, data, mode in input_files.files_with_modes(artifact, job.region)
    }
    root = posixpath.normpath(folder).lstrip("/")
    if root in every:
        raise _no_build(f"unable to prepare context: context must be a directory: {folder}")
    start = "" if root in ("", ".") else f"{root}/"
    found = {path[len(start) :]: each for path, each in every.items() if path.startswith(start)}
    if not found:
        raise _no_build(f'unable to prepare context: path "{folder}" not found')
    if _DOCKERFILE not in found:
        raise _no_build(f"failed to read dockerfile: open {start}{_DOCKERFILE}: no such file")
    return BuildRequest(
        found[_DOCKERFILE][0].decode(errors="replace"),
        {path: data for path, (data, _) in found.items()},
        frozenset(path for path, (_, mode) in found.items() if mode & 0o100),
    )


def _no_build(message: str) -> ActionError:
    return ActionError(
        "JobFailed",
        f"{message}. DockerFilePath names the folder that the Dockerfile is in, from the root of "
        "the source; without it that is the root.",
    )


def _check_registry(job: Job) -> None:
    kind = job.configuration.get("RegistryType") or "private"
    if kind == "public":
        raise ActionError("ConfigurationError", "A public registry is not simulated offline.")
    if kind != "private":
        raise ActionError(
            "ConfigurationError",
            f"RegistryType is private or public, and not '{kind}'.",
        )


def _repository(job: Job) -> str:
    """Return the address of the repository. Raises ``ClientError`` where there is none."""
    name = job.configuration["ECRRepositoryName"]
    client: Any = clients.client("ecr", job.region)
    found = client.describe_repositories(repositoryNames=[name])["repositories"][0]
    return str(found["repositoryUri"])


def _tags(job: Job, uri: str) -> list[str]:
    """Return the tags of the image. Raises ``ActionError`` for one that Docker refuses."""
    named = (tag.strip() for tag in job.configuration.get("ImageTags", "").split(","))
    tags = list(dict.fromkeys(tag for tag in named if tag)) or ["latest"]
    for tag in tags:
        if not _TAG.fullmatch(tag):
            text = f'invalid argument "{uri}:{tag}" for "-t, --tag" flag: invalid reference format'
            raise ActionError("JobFailed", text)
    return tags


def _said(error: ActionError | ClientError) -> str:
    return error.response["Error"]["Message"] if isinstance(error, ClientError) else str(error)
