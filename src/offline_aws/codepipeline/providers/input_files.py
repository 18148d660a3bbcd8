"""The files in the artifacts that an action is given."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator

from botocore.exceptions import ClientError

from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Artifact, Job
from offline_aws.codepipeline.providers.action_errors import ActionError


def content(artifact: Artifact, region: str) -> bytes:
    """Return an input artifact's bytes. Raises ``ActionError`` where there is none."""
    try:
        return artifacts.read(artifact, region)
    except ClientError as error:
        raise ActionError(
            "PermissionError",
            f"Unable to access the artifact with Amazon S3 object key '{artifact.key}' located in "
            f"the Amazon S3 artifact bucket '{artifact.bucket}'. The provided role does not have "
            "sufficient permissions.",
        ) from error


def files(artifact: Artifact, region: str) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each file of an artifact. Raises ``ActionError``."""
    for path, data, _ in files_with_modes(artifact, region):
        yield path, data


def files_with_modes(artifact: Artifact, region: str) -> Iterator[tuple[str, bytes, int]]:
    """Yield path, content and mode of each file of an artifact. Raises ``ActionError``."""
    with _archive(artifact, region) as archive:
        for member in archive.infolist():
            mode = member.external_attr >> 16
            if not member.is_dir() and not stat.S_ISLNK(mode):
                yield member.filename, archive.read(member), mode


def file(artifact: Artifact, name: str, region: str) -> bytes | None:
    """Return one file of an artifact, or None if it has no such file. Raises ``ActionError``."""
    with _archive(artifact, region) as archive:
        return archive.read(name) if name in archive.namelist() else None


def named_file(job: Job, place: str) -> bytes:
    """Return the file that ``Artifact::path/in/it`` names. Raises ``ActionError``."""
    name, separator, path = place.partition("::")
    if not separator or name not in job.inputs:
        raise ActionError(
            "ConfigurationError",
            f"{place} is not the name of an input artifact and of a file in it, as in "
            f"Artifact::file. The action's input artifacts: {', '.join(job.inputs) or 'none'}.",
        )
    found = file(job.inputs[name], path, job.region)
    if found is None:
        raise ActionError(
            "ConfigurationError", f"File [{path}] does not exist in artifact [{name}]"
        )
    return found


def only(job: Job) -> Artifact:
    """Return the one input artifact of an action. Raises ``ActionError``."""
    for artifact in job.inputs.values():
        return artifact
    raise ActionError("ConfigurationError", f"The action {job.action} has no input artifact.")


def _archive(artifact: Artifact, region: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content(artifact, region)))
    except zipfile.BadZipFile as error:
        raise ActionError(
            "ConfigurationError",
            f"The artifact {artifact.name} is not a zip file: bucket: {artifact.bucket} "
            f"key: {artifact.key}",
        ) from error
