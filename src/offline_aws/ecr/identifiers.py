"""Which image an ``imageId`` names: by tag, by digest or by both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offline_aws.ecr.checks import Shape, invalid
from offline_aws.ecr.store import Image, Repository
from offline_aws.errors import AwsError

#: ECR's own, in its failures too.
DIGEST = r"[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+"
_DIGEST = re.compile(r"[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+")


def is_digest(text: str) -> bool:
    """Return whether a text has the form of a digest."""
    return _DIGEST.fullmatch(text) is not None


def find(repository: Repository, image_id: Shape) -> Image | None:
    """Return the image of an id; where it has tag and digest both have to fit."""
    tag, digest = image_id.get("imageTag"), image_id.get("imageDigest")
    image = repository.images.get(digest) if digest else repository.tagged(tag or "")
    if image and tag and tag not in image.tags:
        return None
    return image


def image_of(repository: Repository, image_id: Shape) -> Image:
    """Return the image of an id. Raises ImageNotFoundException."""
    tag, digest = image_id.get("imageTag"), image_id.get("imageDigest")
    if not tag and not digest:
        raise invalid("imageId", "both tag and digest cannot be null")
    image = find(repository, image_id)
    if image is None:
        named = f"{{imageDigest:'{digest or 'null'}', imageTag:'{tag or 'null'}'}}"
        text = (
            f"The image with imageId {named} does not exist within the repository with name "
            f"'{repository.name}' in the registry with id '{repository.registry}'"
        )
        raise AwsError("ImageNotFoundException", text)
    return image


def failure(repository: Repository, image_id: Shape) -> Shape | None:
    """Return why no image fits an id of a batch, None where one does."""
    tag, digest = image_id.get("imageTag"), image_id.get("imageDigest")
    if not tag and not digest:
        text = "Invalid request parameters: both tag and digest cannot be null"
        return failed(image_id, "MissingDigestAndTag", text)
    if digest and not is_digest(digest):
        text = f"Invalid request parameters: image digest should satisfy the regex '{DIGEST}'"
        return failed(image_id, "InvalidImageDigest", text)
    if find(repository, image_id) is not None:
        return None
    if digest and tag and digest in repository.images and repository.tagged(tag):
        text = f"Requested image with tag [{tag}] does not match the digest [{digest}]"
        return failed(image_id, "ImageTagDoesNotMatchDigest", text)
    return failed(image_id, "ImageNotFound", "Requested image not found")


def failed(image_id: Shape, code: str, reason: str) -> Shape:
    """Return a failure of a batch."""
    return {"imageId": image_id, "failureCode": code, "failureReason": reason}


def ids_of(image: Image) -> list[Shape]:
    """Return the ids of an image: one for each tag, or one without."""
    return [{"imageDigest": image.digest, "imageTag": tag} for tag in image.tags] or [
        {"imageDigest": image.digest}
    ]


def has_tag_status(tags: Sequence[str], wanted: str) -> bool:
    """Return whether an image with these tags is TAGGED, UNTAGGED or ANY, as a filter asks."""
    return wanted == "ANY" or bool(tags) == (wanted == "TAGGED")
