"""What was pushed before the lab: a year of builds of the orders service.

Every merge to main is built and tagged ``main-…``, and is ``latest`` until the next one; every push
to a pull request is tagged ``pr-<number>``, which the next push of the same one takes away; once in
a week a build of main is tagged as a release.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pandas as pd

from devops_workbook.chapters.container_images.working_folder import small_image
from devops_workbook.images import Image, digest, upload
from devops_workbook.images.oci import MANIFEST
from devops_workbook.lab import REGION, Lab
from offline_aws import clients
from offline_aws.ecr.lifecycle_rules import Candidate

_SEED = 8
_FIRST, _DAYS = datetime(2025, 1, 6, 8, tzinfo=UTC), 364
_FRIDAY = 4


@dataclass(frozen=True)
class Push:
    """A build that was pushed with a tag; the same build can get another tag later."""

    at: datetime
    build: str
    tag: str


@cache
def year_of_pushes() -> tuple[Push, ...]:
    """Return the pushes of the year until the lab begins, in the order of time."""
    return tuple(sorted(_pushes(random.Random(_SEED)), key=lambda each: each.at))  # noqa: S311


def _pushes(dice: random.Random) -> Iterator[Push]:
    request, release = 100, 0
    for number in range(_DAYS):
        day = _FIRST + timedelta(days=number)
        if day.weekday() > _FRIDAY:
            continue
        if dice.random() < 0.7:
            request += 1
            for again in range(dice.choice((1, 2, 2, 3))):
                at = day + timedelta(hours=again, minutes=dice.randint(0, 50))
                yield Push(at, f"{request}-{again}", f"pr-{request}")
            merged, build = day + timedelta(hours=5), f"{dice.getrandbits(28):07x}"
            yield Push(merged, build, f"main-{build}")
            yield Push(merged, build, "latest")
            if day.weekday() == _FRIDAY and day < datetime(2025, 12, 12, tzinfo=UTC):
                yield Push(merged + timedelta(hours=2), build, f"1.{release}.0")
                release += 1


def manifest_of(build: str, image: Image) -> str:
    """Return a manifest of its own for a build: the same layers, another commit noted."""
    document = json.loads(image.manifest)
    document["annotations"] = {"org.opencontainers.image.revision": build}
    return json.dumps(document, separators=(",", ":"), sort_keys=True)


def record(lab: Lab, repository: str, pushes: Iterable[Push], image: Image | None = None) -> None:
    """Put builds into a repository as they were pushed at their times."""
    image = image or small_image()
    upload(clients.client("ecr", REGION), repository, image)
    lab.aws.record_pushes(
        repository,
        [
            {
                "pushedAt": each.at,
                "imageTag": each.tag,
                "imageManifest": manifest_of(each.build, image),
                "imageManifestMediaType": MANIFEST,
            }
            for each in pushes
        ],
    )


def record_year(lab: Lab, repository: str) -> None:
    """Put the year's builds into a repository."""
    record(lab, repository, year_of_pushes())


@cache
def year_of_images() -> tuple[Candidate, ...]:
    """Return the year's images as a lifecycle policy sees them, by the time of their first push."""
    builds: dict[str, tuple[datetime, list[str]]] = {}
    for each in year_of_pushes():
        for _, tags in builds.values():
            if each.tag in tags:
                tags.remove(each.tag)
        builds.setdefault(each.build, (each.at, []))[1].append(each.tag)
    image = small_image()
    return tuple(
        Candidate(digest(manifest_of(build, image).encode()), tuple(tags), at, number)
        for number, (build, (at, tags)) in enumerate(builds.items())
    )


def kind_of(tags: Iterable[str]) -> str:
    """Return what an image is, by its tags: release, main, pull request or untagged."""
    kinds = {"release" if tag[0].isdigit() else tag.partition("-")[0] for tag in tags}
    for kind, shown in (("release", "release"), ("main", "main"), ("pr", "pull request")):
        if kind in kinds:
            return shown
    return "untagged"


def images_in(repository: str) -> pd.DataFrame:
    """Return a row for each image of a repository: ``pushed`` (UTC), ``tags``, ``kind``, ``days``.

    ``days`` is its age at the lab's present time.
    """
    ecr = clients.client("ecr", REGION)
    pages = ecr.get_paginator("describe_images").paginate(repositoryName=repository)
    found = [each for page in pages for each in page["imageDetails"]]
    table = pd.DataFrame(
        {
            "pushed": pd.to_datetime([each["imagePushedAt"] for each in found], utc=True),
            "tags": [tuple(each.get("imageTags", ())) for each in found],
        }
    )
    table["kind"] = [kind_of(tags) for tags in table["tags"]]
    return table
