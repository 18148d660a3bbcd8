"""Manifests: what kind each is, and whether what it refers to is there.

Kinds: "Image Manifest V 2, Schema 2" of Docker, and those of the OCI image specification 1.1.
"""

from __future__ import annotations

import hashlib
import json

from offline_aws.ecr.checks import Shape, invalid
from offline_aws.ecr.store import Repository
from offline_aws.errors import AwsError

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
LISTS = (DOCKER_LIST, OCI_INDEX)


def digest_of(text: str) -> str:
    """Return the digest of a manifest: of its bytes, whatever they say."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def parsed(text: str) -> Shape:
    """Return a manifest as a dict of the parts that are looked at.

    Raises InvalidParameterException for what is no manifest.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise invalid("ImageManifest", "Invalid JSON syntax") from None
    if not isinstance(document, dict) or document.get("schemaVersion") != 2:
        raise invalid("ImageManifest", "Manifest schemaVersion has to be 2")
    parts = [document.get("config"), document.get("subject")]
    for key in ("layers", "manifests"):
        if not isinstance(document.get(key, []), list):
            raise invalid("ImageManifest", f"{key} has to be a list")
        parts += document.get(key, [])
    if not all(part is None or _is_descriptor(part) for part in parts):
        text = "A descriptor needs mediaType, digest and size"
        raise invalid("ImageManifest", text)
    if "manifests" not in document and not document.get("config"):
        raise invalid("ImageManifest", "Manifest has neither config nor manifests")
    return document


def _is_descriptor(part: object) -> bool:
    return isinstance(part, dict) and isinstance(part.get("digest"), str)


def media_type(document: Shape, given: str) -> str:
    """Return the media type of a manifest: what the caller gives, or what is in it."""
    found = given or document.get("mediaType", "")
    if not isinstance(found, str) or not found:
        text = "image manifest mediatype not provided in manifest or parameter"
        raise AwsError("InvalidParameterException", text)
    if document.get("mediaType", found) != found:
        raise invalid("ImageManifestMediaType", "must be the mediaType of the manifest")
    return found


def require_parts(repository: Repository, document: Shape) -> None:
    """Require the layers of an image, or the images of a manifest list, to be there.

    Raises LayersNotFoundException and ReferencedImagesNotFoundException.
    """
    blobs = [each for each in (document.get("config"), *document.get("layers", ())) if each]
    absent = [each["digest"] for each in blobs if each["digest"] not in repository.layers]
    where = (
        f"required for pushing image into repository with name '{repository.name}' in the "
        f"registry with id '{repository.registry}' do not exist"
    )
    if absent:
        text = f"Layers with digests '[{', '.join(absent)}]' {where}"
        raise AwsError("LayersNotFoundException", text)
    images = [each["digest"] for each in document.get("manifests", ())]
    absent = [digest for digest in images if digest not in repository.images]
    if absent:
        text = f"Images with digests '[{', '.join(absent)}]' {where}"
        raise AwsError("ReferencedImagesNotFoundException", text)
    for each in blobs:
        if isinstance(each.get("mediaType"), str):
            repository.layers[each["digest"]].media_type = each["mediaType"]


def size_of(repository: Repository, document: Shape) -> int:
    """Return the bytes of an image's layers and configuration; of a list, the most of its images.

    (ImageDetail in the API reference.)
    """
    if "manifests" in document:
        sizes = [repository.images[each["digest"]].size for each in document["manifests"]]
        return max(sizes, default=0)
    blobs = [each for each in (document.get("config"), *document.get("layers", ())) if each]
    return sum(len(repository.layers[each["digest"]].data) for each in blobs)
