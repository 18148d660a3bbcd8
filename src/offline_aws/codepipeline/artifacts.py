"""Artifacts of executions: zip files in the pipeline's artifact store, in offline S3."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from offline_aws import clients
from offline_aws.codepipeline.provider import Artifact

# The time in an archive: the same content is then the same bytes in every run.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read(artifact: Artifact, region: str) -> bytes:
    """Return the bytes of an artifact. Raises ``ClientError``."""
    client = clients.client("s3", region)
    data: bytes = client.get_object(Bucket=artifact.bucket, Key=artifact.key)["Body"].read()
    return data


def write(artifact: Artifact, data: bytes, region: str) -> None:
    """Put the bytes of an artifact into its place. Raises ``ClientError``."""
    client = clients.client("s3", region)
    client.put_object(Bucket=artifact.bucket, Key=artifact.key, Body=data)


def zipped(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """Return a zip file of contents and modes by path, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            content, mode = files[path]
            member = zipfile.ZipInfo(path, _EPOCH)
            member.external_attr = mode << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()
