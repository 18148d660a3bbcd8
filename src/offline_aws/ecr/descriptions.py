"""What images there are: lists, descriptions and referrers, in pages."""

from __future__ import annotations

from offline_aws.ecr.checks import Shape, ecr_operation, invalid
from offline_aws.ecr.identifiers import has_tag_status, ids_of, image_of
from offline_aws.ecr.store import ACTIVE, Image, Repository, repository_of, whose
from offline_aws.operations import Call
from offline_aws.page_tokens import page_of

#: The most on a page, and how many there are where nobody says (API reference).
_MOST, _USUAL = 1000, 100
_MOST_REFERRERS = 50


@ecr_operation("ListImages")
def list_images(call: Call, parameters: Shape) -> Shape:
    """Return the ids of images: one for each tag, one for an image without."""
    found = [each for image in _wanted(call, parameters) for each in ids_of(image)]
    return pages(parameters, "imageIds", found)


@ecr_operation("DescribeImages")
def describe_images(call: Call, parameters: Shape) -> Shape:
    """Return images: those with the ids, or all that the filter lets through."""
    repository = repository_of(call, parameters)
    if ids := parameters.get("imageIds"):
        images = {image.digest: image for image in (image_of(repository, each) for each in ids)}
        return {"imageDetails": [_described(repository, each) for each in images.values()]}
    found = [_described(repository, image) for image in _wanted(call, parameters)]
    return pages(parameters, "imageDetails", found)


def _wanted(call: Call, parameters: Shape) -> list[Image]:
    """Return the images that a filter lets through; without one, those that are active."""
    wanted = parameters.get("filter") or {}
    tags, status = wanted.get("tagStatus", "ANY"), wanted.get("imageStatus", ACTIVE)
    return [
        image
        for image in repository_of(call, parameters).images.values()
        if has_tag_status(image.tags, tags) and status in ("ANY", image.status)
    ]


def pages(parameters: Shape, key: str, items: list[Shape], most: int = _MOST) -> Shape:
    """Return the page of a list that the parameters ask for."""
    token, size = parameters.get("nextToken") or "", parameters.get("maxResults") or _USUAL
    wrong = invalid("nextToken", "must be a token that an earlier call returned")
    return page_of("ecr", key, items, token, min(size, most), wrong)


def _described(repository: Repository, image: Image) -> Shape:
    optional = {
        "imageTags": list(image.tags),
        "lastRecordedPullTime": image.pulled_at,
        "lastArchivedAt": image.archived_at,
        "lastActivatedAt": image.activated_at,
        "subjectManifestDigest": image.subject,
        "artifactMediaType": _artifact_type(image),
    }
    scan = image.scan.summary() if image.scan else {}
    return {
        **whose(repository),
        "imageDigest": image.digest,
        "imageSizeInBytes": image.size,
        "imagePushedAt": image.pushed_at,
        "imageManifestMediaType": image.media_type,
        "imageStatus": image.status,
        **{name: value for name, value in optional.items() if value},
        **scan,
    }


def _artifact_type(image: Image) -> str:
    config = image.document.get("config") or {}
    found = image.document.get("artifactType") or config.get("mediaType", "")
    return found if isinstance(found, str) else ""


@ecr_operation("ListImageReferrers")
def list_image_referrers(call: Call, parameters: Shape) -> Shape:
    """Return the artifacts that have an image as their subject, signatures for example."""
    repository = repository_of(call, parameters)
    wanted = parameters.get("filter") or {}
    kinds, status = wanted.get("artifactTypes"), wanted.get("artifactStatus", ACTIVE)
    found = [
        _referrer(image)
        for image in repository.images.values()
        if image.subject == parameters["subjectId"]["imageDigest"]
        and status in ("ANY", image.status)
        and (not kinds or _artifact_type(image) in kinds)
    ]
    return pages(parameters, "referrers", found, _MOST_REFERRERS)


def _referrer(image: Image) -> Shape:
    kind, notes = _artifact_type(image), image.document.get("annotations")
    return {
        "digest": image.digest,
        "mediaType": image.media_type,
        "size": len(image.manifest.encode()),
        "artifactStatus": image.status,
        **({"artifactType": kind} if kind else {}),
        **(
            {"annotations": {str(k): str(v) for k, v in notes.items()}}
            if isinstance(notes, dict)
            else {}
        ),
    }
