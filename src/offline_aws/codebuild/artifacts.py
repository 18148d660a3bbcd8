"""Collect a build's artifacts and put them into offline S3."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codebuild.buildspec import Artifact
from offline_aws.codebuild.file_patterns import base_directories, excluded, matching_files
from offline_aws.codebuild.phase_error import PhaseError
from offline_aws.codebuild.s3_source import ARN
from offline_aws.codebuild.shell import ShellSession
from offline_aws.codebuild.store import Shape

Say = Callable[[str], None]


@dataclass(frozen=True)
class Upload:
    """Objects for one bucket, by key, and AWS's BuildArtifacts that describe them."""

    bucket: str
    objects: dict[str, bytes]
    described: Shape


def collect(artifact: Artifact, session: ShellSession, say: Say) -> dict[str, Path]:
    """Return the files of an artifact by their names in it.

    Raises ``PhaseError`` when there are none.
    """
    say(f"Expanding base directory path: {artifact.base_directory}")
    bases = base_directories(session.source, artifact.base_directory, session.scratch)
    if not bases:
        message = f"no matching base directory path found for {artifact.base_directory}"
        raise PhaseError("CLIENT_ERROR", message)
    found: dict[str, Path] = {}
    for base in bases:
        say(f"Expanding file paths for base directory {artifact.base_directory}")
        without = excluded(base, artifact.exclude_paths)
        for pattern in artifact.files:
            say(f"Expanding {pattern}")
            paths = matching_files(base, pattern, session.scratch)
            paths = [path for path in paths if not without.intersection((path, *path.parents))]
            say(f"Found {len(paths)} file(s)" if paths else f"Skipping invalid file path {pattern}")
            for path in paths:
                found.setdefault(_name_of(path, base, artifact), path)
    if not found:
        raise PhaseError("CLIENT_ERROR", "no matching artifact paths found")
    return found


def _name_of(path: Path, base: Path, artifact: Artifact) -> str:
    inside = base in path.parents and not artifact.discard_paths
    return path.relative_to(base).as_posix() if inside else path.name


def described(settings: Shape, key: str) -> Shape:
    """Return AWS's BuildArtifacts of an artifact that goes to a key, before it is there."""
    if settings["type"] != "S3":
        return {"location": ""}
    shape = {
        "location": f"{ARN}{_bucket(settings)}/{key}",
        "overrideArtifactName": settings.get("overrideArtifactName", False),
        "encryptionDisabled": settings.get("encryptionDisabled", False),
    }
    given = ("artifactIdentifier", "bucketOwnerAccess")
    return shape | {name: settings[name] for name in given if name in settings}


def pack(
    files: dict[str, Path], settings: Shape, artifact: Artifact, key: str, when: datetime
) -> Upload:
    """Return what is to be uploaded; the same files and time make the same bytes."""
    shape, bucket = described(settings, key), _bucket(settings)
    if settings.get("packaging") != "ZIP":
        objects = {_join(key, name): path.read_bytes() for name, path in files.items()}
        return Upload(bucket, objects, {**shape, "sha256sum": "", "md5sum": ""})
    data = zipped(files, when, links=artifact.enable_symlinks)
    shape["sha256sum"] = hashlib.sha256(data).hexdigest()
    shape["md5sum"] = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return Upload(bucket, {key: data}, shape)


def _bucket(settings: Shape) -> str:
    return str(settings["location"]).removeprefix(ARN)


def zipped(files: dict[str, Path], when: datetime, links: bool = False) -> bytes:
    """Return a zip file of files by their names in it, with their modes, all of one time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            as_link = links and path.is_symlink()
            mode = stat.S_IFLNK | 0o777 if as_link else path.stat().st_mode
            entry.external_attr = mode << 16
            entry.create_system = 3  # Unix, or the mode is not looked at
            data = str(path.readlink()).encode() if as_link else path.read_bytes()
            archive.writestr(entry, data)
    return buffer.getvalue()


def object_key(settings: Shape, name: str, prefix: str, build_uuid: str) -> str:
    """Return where an artifact goes: prefix, path, build id if asked for, name."""
    namespace = build_uuid if settings.get("namespaceType") == "BUILD_ID" else ""
    return _join(prefix, settings.get("path", ""), namespace, name)


def _join(*parts: str) -> str:
    return "/".join(part.strip("/") for part in parts if part.strip("/"))


def put(upload: Upload, region: str) -> None:
    """Put an artifact into its bucket. Raises ``PhaseError`` when S3 refuses."""
    client = clients.client("s3", region)
    try:
        for key, data in upload.objects.items():
            client.put_object(Bucket=upload.bucket, Key=key, Body=data)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        raise PhaseError("CLIENT_ERROR", f"{code}: {message}") from error
