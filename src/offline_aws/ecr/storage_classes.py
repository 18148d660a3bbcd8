"""Storage classes: images in archive cannot be pulled until they are restored."""

from __future__ import annotations

from offline_aws.ecr.checks import Shape, ecr_operation
from offline_aws.ecr.durations import RESTORE
from offline_aws.ecr.identifiers import image_of
from offline_aws.ecr.store import ACTIVATING, ACTIVE, ARCHIVED, Image, repository_of, whose
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@ecr_operation("UpdateImageStorageClass")
def update_image_storage_class(call: Call, parameters: Shape) -> Shape:
    """Archive an image, or begin to restore it."""
    repository = repository_of(call, parameters)
    image, target = image_of(repository, parameters["imageId"]), parameters["targetStorageClass"]
    lists = [each for each in repository.lists_of(image.digest) if each.status == ACTIVE]
    if target == "ARCHIVE" and lists:
        text = (
            f"The image with digest '{image.digest}' is referenced by manifest list: "
            f"[{', '.join(each.digest for each in lists)}]"
        )
        raise AwsError("ImageStorageClassUpdateNotSupportedException", text)
    if (target == "ARCHIVE") != (image.status == ACTIVE):
        text = f"The image with digest '{image.digest}' is {image.status} already"
        raise AwsError("ImageStorageClassUpdateNotSupportedException", text)
    if target == "ARCHIVE":
        archive(call, image)
    else:
        image.status = ACTIVATING
        call.clock.call_later(RESTORE, lambda: _activate(call, image))
    image_id = {"imageDigest": image.digest, **parameters["imageId"]}
    return {**whose(repository), "imageId": image_id, "imageStatus": image.status}


def archive(call: Call, image: Image) -> None:
    """Move an image into the archive."""
    image.status, image.archived_at = ARCHIVED, call.clock.now()


def _activate(call: Call, image: Image) -> None:
    if image.status == ACTIVATING:
        image.status, image.activated_at = ACTIVE, call.clock.now()
