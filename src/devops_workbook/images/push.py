"""Push an image to ECR by the calls that every client makes, and say what had to be sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from devops_workbook.images.layer import digest
from devops_workbook.images.oci import MANIFEST, Image


@dataclass(frozen=True)
class Pushed:
    """What a push did. ``sent`` and ``there`` are bytes: what went out, and what was there."""

    digest: str
    sent: int
    there: int
    layers_sent: int
    layers_there: int


def push(ecr: Any, repository: str, image: Image, tag: str = "") -> Pushed:
    """Push an image into a repository; layers that are there are not sent again.

    Raises botocore's ``ClientError``, for a tag that is immutable for example. An image that is
    there already, with the tag, stays as it is.
    """
    done = upload(ecr, repository, image)
    with suppress(ecr.exceptions.ImageAlreadyExistsException):
        ecr.put_image(
            repositoryName=repository,
            imageManifest=image.manifest.decode(),
            imageManifestMediaType=MANIFEST,
            **({"imageTag": tag} if tag else {}),
        )
    return done


def upload(ecr: Any, repository: str, image: Image) -> Pushed:
    """Upload what an image consists of and the repository has not; the image is not put yet."""
    blobs = {digest(data): data for data in (image.config, *(each.data for each in image.layers))}
    answer = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[*blobs])
    there = {each["layerDigest"] for each in answer["layers"] if each.get("layerSize")}
    for name in [each for each in blobs if each not in there]:
        _upload(ecr, repository, name, blobs[name])
    layers = {each.digest for each in image.layers}
    return Pushed(
        image.digest,
        sent=sum(len(blobs[name]) for name in blobs.keys() - there),
        there=sum(len(blobs[name]) for name in blobs.keys() & there),
        layers_sent=len(layers - there),
        layers_there=len(layers & there),
    )


def _upload(ecr: Any, repository: str, name: str, data: bytes) -> None:
    begun = ecr.initiate_layer_upload(repositoryName=repository)
    upload, size = {"repositoryName": repository, "uploadId": begun["uploadId"]}, begun["partSize"]
    for first in range(0, len(data), size):
        part = data[first : first + size]
        ecr.upload_layer_part(
            **upload,
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )
    ecr.complete_layer_upload(**upload, layerDigests=[name])
