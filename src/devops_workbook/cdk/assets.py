"""Publish the assets of a stack: files and folders, in the bucket that bootstrapping has made."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.cdk.assembly import StackArtifact
from devops_workbook.cdk.clients import client
from devops_workbook.cdk.errors import CdkError

Shape = dict[str, Any]

# What may stand in a zip file at the earliest, so that the same files make the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


@dataclass(frozen=True)
class Published:
    """How many files were uploaded, and how many were there already."""

    uploaded: int
    there: int

    def __str__(self) -> str:
        there = f", {self.there} there already" if self.there else ""
        return f"{self.uploaded} asset{'' if self.uploaded == 1 else 's'} published{there}"


def publish(stack: StackArtifact) -> Published:
    """Upload each file asset of a stack that is not in its bucket. Raises ``CdkError``."""
    files = [each for manifest in stack.manifests for each in _files(manifest)]
    uploaded = 0
    for asset in files:
        for destination in asset["destinations"].values():
            uploaded += _publish(asset["from"], destination)
    return Published(uploaded, sum(len(each["destinations"]) for each in files) - uploaded)


def refuse_images(stack: StackArtifact) -> None:
    """Raise ``CdkError`` where a stack has an image that Docker would have to build."""
    for path in stack.manifests:
        for image in json.loads(path.read_text(encoding="utf-8")).get("dockerImages", {}).values():
            name = image.get("displayName") or image["source"].get("directory", "an image")
            raise CdkError(
                f"{stack.name} builds an image ({name}), and there is no Docker here. Name an "
                "image that exists: `ecs.ContainerImage.from_registry(…)` or "
                "`from_ecr_repository(…)`."
            )


def template_url(stack: StackArtifact) -> str:
    """Return where the template of a stack lies once its assets are published; "" if nowhere."""
    url = resolved(stack.properties.get("stackTemplateAssetObjectUrl", ""))
    bucket, _, key = url.removeprefix("s3://").partition("/")
    region = client("s3").meta.region_name
    return f"https://{bucket}.s3.{region}.amazonaws.com/{key}" if key else ""


def resolved(text: str) -> str:
    """Return a text of the assembly with this account and region in the place of its markers."""
    if "${AWS::" not in text:
        return text
    sts = client("sts")
    values = {
        "AccountId": sts.get_caller_identity()["Account"],
        "Region": sts.meta.region_name,
        "Partition": "aws",
    }
    for name, value in values.items():
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def _files(manifest: Path) -> list[Shape]:
    found: list[Shape] = []
    for asset in json.loads(manifest.read_text(encoding="utf-8")).get("files", {}).values():
        source = asset["source"]
        if "executable" in source:
            name = asset.get("displayName", source["executable"][0])
            raise CdkError(f"The asset {name} is built by a command, which is not run here.")
        path = manifest.parent / source["path"]
        found.append({**asset, "from": (path, source.get("packaging", "file"))})
    return found


def _publish(source: tuple[Path, str], destination: Shape) -> bool:
    bucket, key = resolved(destination["bucketName"]), resolved(destination["objectKey"])
    s3 = client("s3")
    if _exists(s3, bucket, key):
        return False
    path, packaging = source
    body = _zipped(path) if packaging == "zip" else path.read_bytes()
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    except ClientError as error:
        reason = error.response["Error"]["Message"]
        raise CdkError(
            f"{path.name} cannot be published to the bucket {bucket}: {reason}. Run `bootstrap()`."
        ) from None
    return True


def _exists(client: Any, bucket: str, key: str) -> bool:
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def _zipped(folder: Path) -> bytes:
    """Return a folder as the bytes of a zip file, the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
                entry.external_attr = _READABLE
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
