"""Push small images to offline ECR, by the calls that a client makes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

import boto3

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def layer(files: Mapping[str, bytes]) -> bytes:
    """Return a layer with files, the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0)


def upload(repository: str, data: bytes, media_type: str = OCI_LAYER) -> dict[str, Any]:
    """Upload a blob if it is not there; return its descriptor."""
    ecr, name = boto3.client("ecr"), digest(data)
    (found,) = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[name])[
        "layers"
    ]
    if found["layerAvailability"] == "UNAVAILABLE":
        upload_id = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
        ecr.upload_layer_part(
            repositoryName=repository,
            uploadId=upload_id,
            partFirstByte=0,
            partLastByte=len(data) - 1,
            layerPartBlob=data,
        )
        ecr.complete_layer_upload(
            repositoryName=repository, uploadId=upload_id, layerDigests=[name]
        )
    return {"mediaType": media_type, "digest": name, "size": len(data)}


def push(
    repository: str, tag: str = "", layers: Sequence[bytes] = (), build: int = 0, **more: Any
) -> str:
    """Push an image, another one for each ``build``; return its digest."""
    config = json.dumps({"architecture": "amd64", "os": "linux", "build": build}).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": upload(repository, config, OCI_CONFIG),
        "layers": [upload(repository, each) for each in layers],
        **more,
    }
    return put(repository, manifest, tag)


def put(repository: str, manifest: Mapping[str, Any], tag: str = "") -> str:
    """Put a manifest; return its digest."""
    named = {"imageTag": tag} if tag else {}
    answer = boto3.client("ecr").put_image(
        repositoryName=repository, imageManifest=json.dumps(manifest), **named
    )
    return answer["image"]["imageId"]["imageDigest"]


def index(repository: str, *digests: str, tag: str = "") -> str:
    """Push a manifest list of images; return its digest."""
    described = [{"mediaType": OCI_MANIFEST, "digest": each, "size": 1} for each in digests]
    manifest = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": described}
    return put(repository, manifest, tag)
