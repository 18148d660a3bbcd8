"""A build's source in offline S3: a zip file, or all that is in a folder."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codebuild.phase_error import PhaseError

#: What the ARN of a bucket, or of what is in it, begins with.
ARN = "arn:aws:s3:::"


def bucket_and_key(location: str) -> tuple[str, str]:
    """Return the two halves of ``bucket/key`` or of the ARN of an object."""
    bucket, _, key = location.removeprefix(ARN).partition("/")
    return bucket, key


def download_from_s3(location: str, version: str, folder: Path, region: str) -> None:
    """Put a source into a folder. Raises ``PhaseError``.

    ``version`` is the object's, or the object's own ARN in a build of a pipeline.
    """
    bucket, key = bucket_and_key(location)
    if version.startswith(ARN):
        version = ""
    if not key or key.endswith("/"):
        _download_folder(bucket, key, folder, region)
        return
    try:
        unpack(read_object(bucket, key, version, region), folder)
    except zipfile.BadZipFile as error:
        raise PhaseError("CLIENT_ERROR", "zip: not a valid zip file") from error


def read_object(bucket: str, key: str, version: str, region: str) -> bytes:
    """Return an object's bytes. Raises ``PhaseError`` in the words of S3."""
    wanted = {"VersionId": version} if version else {}
    client = clients.client("s3", region)
    try:
        data: bytes = client.get_object(Bucket=bucket, Key=key, **wanted)["Body"].read()
    except ClientError as error:
        raise _no_source(error) from error
    return data


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


def _no_source(error: ClientError) -> PhaseError:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    return PhaseError("CLIENT_ERROR", f"{code}: {message}")


def _download_folder(bucket: str, prefix: str, folder: Path, region: str) -> None:
    client = clients.client("s3", region)
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
        path.write_bytes(read_object(bucket, key, "", region))
