"""Push an image, under a name that stays."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from fnmatch import fnmatch
from typing import Any

from devops_workbook.chapters.container_images.account import chapter, client_of
from devops_workbook.chapters.container_images.storefront_image import ready_image
from devops_workbook.chapters.container_images.working_folder import (
    build_of,
    files_of,
    with_another_line,
)
from devops_workbook.checks import describe, require
from devops_workbook.display import Table
from devops_workbook.exercise import NotYet
from devops_workbook.images import push
from devops_workbook.lab import Lab

REPOSITORY, TAG = "storefront", "2.0.0"
_MEASURED = "measured"


def wire_cost(dockerfiles: Mapping[str, str]) -> Table:
    """Build and push each Dockerfile of orders twice, with a line of code changed in between."""
    ecr, first, rows = client_of("ecr"), files_of("orders-spring"), []
    for name, text in dockerfiles.items():
        with suppress(ecr.exceptions.RepositoryNotFoundException):
            ecr.delete_repository(repositoryName=_MEASURED, force=True)
        ecr.create_repository(repositoryName=_MEASURED)
        builds = (first, with_another_line("orders-spring", first))
        done = [
            push(ecr, _MEASURED, build_of("orders-spring", text, each).image) for each in builds
        ]
        kilobytes = [f"{each.sent / 1000:,.1f}" for each in done]
        rows.append((name, *kilobytes, f"{done[1].there / 1000:,.1f}"))
    ecr.delete_repository(repositoryName=_MEASURED, force=True)
    columns = ("Dockerfile", "kB sent at first", "kB sent then", "kB that were there")
    return Table("Pushed twice, with one line changed", columns, rows)


def _registry_scans(ecr: Any) -> bool:
    """Return whether the registry itself scans what is pushed to the repository."""
    rules = ecr.get_registry_scanning_configuration()["scanningConfiguration"].get("rules", ())
    return any(
        fnmatch(REPOSITORY, each["filter"])
        for rule in rules
        if rule["scanFrequency"] != "MANUAL"
        for each in rule["repositoryFilters"]
    )


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
        found["imageScanningConfiguration"]["scanOnPush"] or _registry_scans(ecr),
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
        f"{TAG} is another image than ready_image(). A tag that is immutable can be given once: "
        "take it away first, with batch_delete_image.",
    )
    require(isinstance(answer, str), f"`reference` should be a text. Found {describe(answer)}.")
    require(
        "@" in answer,
        f"{answer} names the image by a tag. A deployment that says a digest gets these bytes or "
        "none.",
    )
    expected = f"{found['repositoryUri']}@{image['imageDigest']}"
    # Docker and ECS take a tag beside the digest, and go by the digest.
    named = answer.replace(f":{TAG}@", "@")
    require(named == expected, f"`reference` should be of {REPOSITORY} and of {TAG}'s digest.")
    return f"{TAG} stays what it is, and {answer.rpartition('/')[2][:30]}… says which bytes."
