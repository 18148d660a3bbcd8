"""Images: pushed, fetched, deleted."""

from __future__ import annotations

from offline_aws.ecr import events
from offline_aws.ecr.checks import Shape, ecr_operation
from offline_aws.ecr.durations import BETWEEN_RECORDED_PULLS
from offline_aws.ecr.identifiers import failed, failure, find, ids_of
from offline_aws.ecr.manifests import digest_of, media_type, parsed, require_parts, size_of
from offline_aws.ecr.mutability import require_movable
from offline_aws.ecr.replication import replicate
from offline_aws.ecr.scans import scan_after_push
from offline_aws.ecr.store import ACTIVE, Image, Repository, repository_of, whose
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@ecr_operation("PutImage")
def put_image(call: Call, parameters: Shape) -> Shape:
    """Put a manifest whose layers are there, and its tag, into the repository."""
    repository, text = repository_of(call, parameters), parameters["imageManifest"]
    document = parsed(text)
    kind = media_type(document, parameters.get("imageManifestMediaType", ""))
    digest, tag = digest_of(text), parameters.get("imageTag", "")
    if parameters.get("imageDigest", digest) != digest:
        message = (
            f"Image digest '{parameters['imageDigest']}' does not match the digest '{digest}' "
            "calculated of the manifest"
        )
        raise AwsError("ImageDigestDoesNotMatchException", message)
    require_parts(repository, document)
    _require_new(repository, digest, tag)
    holder = repository.tagged(tag) if tag else None
    if holder is not None:
        require_movable(repository, tag)
        holder.tags.remove(tag)
    image = repository.images.get(digest)
    if image is None:
        size, number = size_of(repository, document), repository.next_number()
        image = Image(digest, text, kind, size, call.clock.now(), number)
        repository.images[digest] = image
        scan_after_push(call, repository, image)
    elif image.status != ACTIVE:  # to push it again restores it
        image.status, image.activated_at = ACTIVE, call.clock.now()
    if tag:
        image.tags.append(tag)
    replicate(call, repository, image)
    events.image_action(call, repository, "PUSH", digest, tag)
    return {"image": _fetched(repository, image, tag)}


def _require_new(repository: Repository, digest: str, tag: str) -> None:
    """Raise ImageAlreadyExistsException for what is there already and would not change."""
    image = repository.images.get(digest)
    if image is None or image.status != ACTIVE or (tag and tag not in image.tags):
        return
    text = (
        f"Image with digest '{digest}' and tag '{tag or 'null'}' already exists in the repository "
        f"with name '{repository.name}' in registry with id '{repository.registry}'"
    )
    raise AwsError("ImageAlreadyExistsException", text)


@ecr_operation("BatchGetImage")
def batch_get_image(call: Call, parameters: Shape) -> Shape:
    """Return manifests, which counts as a pull of their images."""
    repository, images, failures = repository_of(call, parameters), [], []
    accepted = parameters.get("acceptedMediaTypes")
    for image_id in parameters["imageIds"]:
        absent = failure(repository, image_id)
        image = None if absent else find(repository, image_id)
        if image is None:
            failures.append(absent)
        elif image.status != ACTIVE:
            text = f"Requested image is not accessible: its status is {image.status}"
            failures.append(failed(image_id, "ImageInaccessible", text))
        elif accepted and image.media_type not in accepted:
            failures.append(failed(image_id, "ImageNotFound", "Requested image not found"))
        else:
            record_pull(call, image)
            tag = image_id.get("imageTag") or (image.tags[-1] if image.tags else "")
            images.append(_fetched(repository, image, tag))
    return {"images": images, "failures": failures}


def record_pull(call: Call, image: Image) -> None:
    """Note that an image is pulled; ECR writes the time anew once in a day."""
    now = call.clock.now()
    if image.pulled_at is None or now - image.pulled_at >= BETWEEN_RECORDED_PULLS:
        image.pulled_at = now


def _fetched(repository: Repository, image: Image, tag: str) -> Shape:
    return {
        **whose(repository),
        "imageId": {"imageDigest": image.digest, **({"imageTag": tag} if tag else {})},
        "imageManifest": image.manifest,
        "imageManifestMediaType": image.media_type,
    }


@ecr_operation("BatchDeleteImage")
def batch_delete_image(call: Call, parameters: Shape) -> Shape:
    """Delete images by digest, and tags by tag; an image goes with its last tag."""
    repository = repository_of(call, parameters)
    deleted: list[Shape] = []
    failures: list[Shape] = []
    for image_id in parameters["imageIds"]:
        absent = failure(repository, image_id)
        image = None if absent else find(repository, image_id)
        if image is None:
            failures += [absent] if absent else []
        elif blocked := _kept_by_list(repository, image, image_id):
            failures.append(blocked)
        else:
            deleted += _delete(call, repository, image, image_id)
    return {"imageIds": deleted, "failures": failures}


def _kept_by_list(repository: Repository, image: Image, image_id: Shape) -> Shape | None:
    """Return the failure of deleting an image that a manifest list still has."""
    lists = [each.digest for each in repository.lists_of(image.digest)]
    only_a_tag = "imageDigest" not in image_id
    if not lists or only_a_tag:
        return None
    text = f"Requested image referenced by manifest list: [{', '.join(lists)}]"
    return failed(image_id, "ImageReferencedByManifestList", text)


def _delete(call: Call, repository: Repository, image: Image, image_id: Shape) -> list[Shape]:
    tag = image_id.get("imageTag", "")
    kept = (
        tag
        and "imageDigest" not in image_id
        and (len(image.tags) > 1 or repository.lists_of(image.digest))
    )
    gone = [{"imageDigest": image.digest, "imageTag": tag}] if kept else ids_of(image)
    if kept:
        image.tags.remove(tag)
    else:
        repository.remove(image)
    for each in gone:
        events.image_action(call, repository, "DELETE", image.digest, each.get("imageTag", ""))
    return gone
