"""Push an image to ECR as ``docker push`` does: what is missing first, then the manifest."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from offline_aws import clients
from offline_aws.codepipeline.provider import Job
from offline_aws.image_builds import BuiltImage


def push(job: Job, image: BuiltImage, tags: list[str]) -> str:
    """Put an image under each tag; return its digest. Raises ``ClientError``.

    One that is there already under a tag stays as it is.
    """
    client: Any = clients.client("ecr", job.region)
    name = {"repositoryName": job.configuration["ECRRepositoryName"]}
    answer = client.batch_check_layer_availability(**name, layerDigests=[*image.blobs])
    there = {each["layerDigest"] for each in answer["layers"] if each.get("layerSize")}
    for digest in [each for each in image.blobs if each not in there]:
        _upload(client, name, digest, image.blobs[digest])
    what = {
        "imageManifest": image.manifest.decode(),
        "imageManifestMediaType": image.media_type,
    }
    for tag in tags:
        with suppress(client.exceptions.ImageAlreadyExistsException):
            client.put_image(**name, **what, imageTag=tag)
    return f"sha256:{hashlib.sha256(image.manifest).hexdigest()}"


def _upload(client: Any, name: dict[str, str], digest: str, data: bytes) -> None:
    begun = client.initiate_layer_upload(**name)
    upload, size = {**name, "uploadId": begun["uploadId"]}, begun["partSize"]
    for first in range(0, len(data), size):
        part = data[first : first + size]
        client.upload_layer_part(
            **upload,
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )
    client.complete_layer_upload(**upload, layerDigests=[digest])
