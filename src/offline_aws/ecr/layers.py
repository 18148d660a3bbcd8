"""Layers: uploaded in parts, checked by their digest, and downloaded."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from offline_aws import clients
from offline_aws.ecr.checks import Shape, ecr_operation, invalid
from offline_aws.ecr.identifiers import is_digest
from offline_aws.ecr.store import Layer, Repository, Upload, repository_of, whose
from offline_aws.errors import AwsError
from offline_aws.operations import Call

#: What ECR proposes as the size of a part.
PART = 10 * 1024 * 1024
#: The least size of a part that is not the last.
LEAST_PART = 5 * 1024 * 1024
# Layers are downloaded from a bucket that is ECR's own: no list of the account's has it.
_ACCOUNT_OF_LAYERS = "754726478943"


@ecr_operation("InitiateLayerUpload")
def initiate_layer_upload(call: Call, parameters: Shape) -> Shape:
    """Begin the upload of a layer."""
    return {"uploadId": repository_of(call, parameters).new_upload().id, "partSize": PART}


@ecr_operation("UploadLayerPart")
def upload_layer_part(call: Call, parameters: Shape) -> Shape:
    """Take the next part of a layer, which begins where the last one ended."""
    repository = repository_of(call, parameters)
    upload = upload_of(repository, parameters["uploadId"])
    part: bytes = parameters["layerPartBlob"]
    first, last = parameters["partFirstByte"], parameters["partLastByte"]
    if first != len(upload.data) or last != first + len(part) - 1:
        text = (
            f"Invalid layer part upload for upload with id '{upload.id}' in {repository.where}. "
            f"First byte: {first}, last byte: {last}, size: {len(part)}, expected first byte: "
            f"{len(upload.data)}"
        )
        raise AwsError(
            "InvalidLayerPartException",
            text,
            **whose(repository),
            uploadId=upload.id,
            lastValidByteReceived=len(upload.data) - 1,
        )
    upload.add(part)
    received = len(upload.data) - 1
    return {**whose(repository), "uploadId": upload.id, "lastByteReceived": received}


@ecr_operation("CompleteLayerUpload")
def complete_layer_upload(call: Call, parameters: Shape) -> Shape:
    """Make a layer of the parts, if they have the digest that the caller says."""
    repository = repository_of(call, parameters)
    upload = upload_of(repository, parameters["uploadId"])
    if not upload.parts:
        text = f"Upload with id '{upload.id}' does not contain any layer parts"
        raise AwsError("EmptyUploadException", text)
    if any(size < LEAST_PART for size in upload.parts[:-1]):
        raise AwsError("LayerPartTooSmallException", "Layer parts must be at least 5 MiB in size.")
    digest = finish(repository, upload, parameters["layerDigests"])
    return {**whose(repository), "uploadId": upload.id, "layerDigest": digest}


def upload_of(repository: Repository, upload_id: str) -> Upload:
    """Return an upload that is under way. Raises UploadNotFoundException."""
    if upload_id not in repository.uploads:
        text = (
            f"Upload with id '{upload_id}' could not be found for the repository with name "
            f"'{repository.name}' in the registry with id '{repository.registry}'"
        )
        raise AwsError("UploadNotFoundException", text)
    return repository.uploads[upload_id]


def finish(repository: Repository, upload: Upload, digests: list[str]) -> str:
    """End an upload; return the digest of its layer, which has to be one of those given.

    Raises InvalidLayerException and LayerAlreadyExistsException.
    """
    data = bytes(upload.data)
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if digest not in [each.lower() for each in digests]:
        text = f"Calculated digest '{digest}' does not match the layer digests {digests}"
        raise AwsError("InvalidLayerException", text)
    del repository.uploads[upload.id]
    if digest in repository.layers:
        text = (
            f"Layer with digest '{digest}' already exists in the repository with name "
            f"'{repository.name}' in the registry with id '{repository.registry}'"
        )
        raise AwsError("LayerAlreadyExistsException", text)
    repository.layers[digest] = Layer(data)
    return digest


@ecr_operation("BatchCheckLayerAvailability")
def batch_check_layer_availability(call: Call, parameters: Shape) -> Shape:
    """Return which layers need not be uploaded."""
    repository = repository_of(call, parameters)
    layers, failures = [], []
    for digest in parameters["layerDigests"]:
        if not is_digest(digest):
            text = f"Invalid layer digest '{digest}'"
            failures.append(_failure(digest, "InvalidLayerDigest", text))
        elif digest not in repository.layers:
            layers.append({"layerDigest": digest, "layerAvailability": "UNAVAILABLE"})
        else:
            layer = repository.layers[digest]
            state = "ARCHIVED" if _is_archived(repository, digest) else "AVAILABLE"
            layers.append(
                {
                    "layerDigest": digest,
                    "layerAvailability": state,
                    "layerSize": len(layer.data),
                    "mediaType": layer.media_type,
                }
            )
    return {"layers": layers, "failures": failures}


def _failure(digest: str, code: str, reason: str) -> Shape:
    return {"layerDigest": digest, "failureCode": code, "failureReason": reason}


def _is_archived(repository: Repository, digest: str) -> bool:
    """Return whether a layer is in images that are archived, and in those alone."""
    states = {image.status for image in repository.images.values() if digest in image.blobs}
    return states == {"ARCHIVED"}


@ecr_operation("GetDownloadUrlForLayer")
def get_download_url_for_layer(call: Call, parameters: Shape) -> Shape:
    """Return an address of a layer, presigned and good for an hour in this process."""
    repository, digest = repository_of(call, parameters), parameters["layerDigest"]
    if not is_digest(digest):
        raise invalid("layerDigest", "must satisfy the form of a digest")
    if digest not in repository.layers:
        text = f"Layer with digest '{digest}' could not be found in {repository.where}"
        raise AwsError("LayersNotFoundException", text)
    in_images = {blob for image in repository.images.values() for blob in image.blobs}
    if digest not in in_images or _is_archived(repository, digest):
        text = f"Layer with digest '{digest}' is not accessible in {repository.where}"
        raise AwsError("LayerInaccessibleException", text)
    s3 = clients.client("s3", call.region, _ACCOUNT_OF_LAYERS)
    bucket = f"prod-{call.region}-starport-layer-bucket"
    key = f"{repository.registry}-{repository.name}/{digest.partition(':')[2]}"
    _make_bucket(s3, bucket, call.region)
    s3.put_object(Bucket=bucket, Key=key, Body=repository.layers[digest].data)
    address = {"Bucket": bucket, "Key": key}
    url = s3.generate_presigned_url("get_object", Params=address, ExpiresIn=3600)
    return {"downloadUrl": url, "layerDigest": digest}


def _make_bucket(s3: Any, bucket: str, region: str) -> None:
    where = {} if region == "us-east-1" else {"LocationConstraint": region}
    configuration = {"CreateBucketConfiguration": where} if where else {}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=bucket, **configuration)
