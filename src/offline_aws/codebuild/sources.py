"""Where a build's source and buildspec come from: offline S3, or the project itself."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from offline_aws.codebuild.phase_error import PhaseError
from offline_aws.codebuild.shell import ShellSession
from offline_aws.codebuild.store import Build, Shape

_DEFAULT_BUILDSPEC = "buildspec.yml"
_S3_ARN = "arn:aws:s3:::"

#: Source types that a build can be started with.
SIMULATED = ("S3", "NO_SOURCE")


def download_sources(build: Build, session: ShellSession, region: str) -> dict[str, str]:
    """Put the sources into the scratch directory; return their directories' variables.

    Raises ``PhaseError`` for a source that cannot be had.
    """
    settings = build.settings
    _download(settings["source"], build.source_version, session.source, region)
    versions = {
        each["sourceIdentifier"]: each["sourceVersion"]
        for each in settings.get("secondarySourceVersions", ())
    }
    variables = {"CODEBUILD_SRC_DIR": str(session.source)}
    for source in settings.get("secondarySources", ()):
        identifier = source["sourceIdentifier"]
        folder = session.scratch / f"src_{identifier}"
        folder.mkdir()
        _download(source, versions.get(identifier, ""), folder, region)
        variables[f"CODEBUILD_SRC_DIR_{identifier}"] = str(folder)
    return variables


def buildspec_text(source: Shape, session: ShellSession, region: str) -> str:
    """Return the text of the buildspec: written in the project, in the source, or in S3."""
    given = source.get("buildspec") or _DEFAULT_BUILDSPEC
    if "\n" in given or given.lstrip().startswith(("{", "version:")):
        return str(given)
    if given.startswith(_S3_ARN):
        bucket, _, key = given.removeprefix(_S3_ARN).partition("/")
        data = _object(bucket, key, "", region)
    else:
        path = session.source / given
        if not path.is_file():
            shown = session.shown(str(path))
            raise PhaseError("YAML_FILE_ERROR", f"stat {shown}: no such file or directory")
        data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PhaseError("YAML_FILE_ERROR", f"{given} is not text in UTF-8") from error


def _download(source: Shape, version: str, folder: Path, region: str) -> None:
    if source["type"] == "NO_SOURCE":
        return
    bucket, _, key = source["location"].removeprefix(_S3_ARN).partition("/")
    if not key or key.endswith("/"):
        _download_folder(bucket, key, folder, region)
        return
    data = _object(bucket, key, version, region)
    try:
        unpack(data, folder)
    except zipfile.BadZipFile as error:
        raise PhaseError("CLIENT_ERROR", "zip: not a valid zip file for primary source") from error


def _object(bucket: str, key: str, version: str, region: str) -> bytes:
    wanted = {"VersionId": version} if version else {}
    client = boto3.client("s3", region_name=region)
    try:
        data: bytes = client.get_object(Bucket=bucket, Key=key, **wanted)["Body"].read()
    except ClientError as error:
        raise _no_source(error) from error
    return data


def _no_source(error: ClientError) -> PhaseError:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    return PhaseError("CLIENT_ERROR", f"{code}: {message} for primary source")


def unpack(data: bytes, folder: Path) -> None:
    """Unpack a zip file with the modes and links that are in it."""
    links: list[tuple[Path, bytes]] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            path = Path(archive.extract(member, folder))
            mode = member.external_attr >> 16
            if stat.S_ISLNK(mode):
                links.append((path, archive.read(member)))
            # Zip files made on Windows have no mode.
            elif mode and not member.is_dir():
                path.chmod(mode & 0o777 | 0o600)
    # Last, so that nothing is unpacked through a link to somewhere else.
    for path, target in links:
        path.unlink(missing_ok=True)
        path.symlink_to(target.decode("utf-8"))


def _download_folder(bucket: str, prefix: str, folder: Path, region: str) -> None:
    client = boto3.client("s3", region_name=region)
    try:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = [each["Key"] for found in pages for each in found.get("Contents", ())]
    except ClientError as error:
        raise _no_source(error) from error
    for key in keys:
        path = (folder / key.removeprefix(prefix)).resolve()
        if key.endswith("/") or folder not in path.parents:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_object(bucket, key, "", region))
