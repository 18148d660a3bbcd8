"""Push an image, under a name that stays."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.container_images.account import chapter, client_of
from devops_workbook.chapters.container_images.storefront_image import ready_image
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

REPOSITORY, TAG = "storefront", "2.0.0"


@chapter.exercise(
    "push",
    title="Push it, and name what you mean",
    minutes=4,
    answer="reference",
    hints=(
        "create_repository takes imageTagMutability and imageScanningConfiguration={'scanOnPush': "
        "True}; for a repository that is there, put_image_tag_mutability and "
        "put_image_scanning_configuration.",
        "push(ecr, 'storefront', image, '2.0.0') returns what it did, the digest included.",
        "The reference is repositoryUri, an @, and the digest.",
    ),
)
def check_push(lab: Lab, answer: Any) -> str:
    """The repository keeps its tags and scans, the image is there, the reference is its digest."""
    ecr = client_of("ecr")
    try:
        (found,) = ecr.describe_repositories(repositoryNames=[REPOSITORY])["repositories"]
    except ecr.exceptions.RepositoryNotFoundException:
        raise NotYet(f"There is no repository {REPOSITORY}.") from None
    require(
        found["imageTagMutability"] == "IMMUTABLE",
        f"Its imageTagMutability is {found['imageTagMutability']}: anybody can put another image "
        f"under {TAG} tomorrow.",
    )
    require(
        found["imageScanningConfiguration"]["scanOnPush"],
        "It does not scan on push.",
    )
    try:
        (image,) = ecr.describe_images(repositoryName=REPOSITORY, imageIds=[{"imageTag": TAG}])[
            "imageDetails"
        ]
    except ecr.exceptions.ImageNotFoundException:
        raise NotYet(f"The repository has no image with the tag {TAG}.") from None
    require(
        image["imageDigest"] == ready_image().digest,
        f"{TAG} is another image than ready_image().",
    )
    require(isinstance(answer, str), f"`reference` should be a text. Found {describe(answer)}.")
    require(
        "@" in answer,
        f"{answer} names the image by a tag. A deployment that says a digest gets these bytes or "
        "none.",
    )
    expected = f"{found['repositoryUri']}@{image['imageDigest']}"
    require(answer == expected, f"`reference` should be of {REPOSITORY} and of {TAG}'s digest.")
    return f"{TAG} stays what it is, and {answer.rpartition('/')[2][:30]}… says which bytes."
