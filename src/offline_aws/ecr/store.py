"""What ECR keeps: the layers and images of repositories, whose settings are moto's."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from offline_aws.ecr.checks import Shape
from offline_aws.errors import AwsError
from offline_aws.moto_seam import RepositorySettings, repository_settings
from offline_aws.operations import Call

ACTIVE, ARCHIVED, ACTIVATING = "ACTIVE", "ARCHIVED", "ACTIVATING"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@dataclass
class Layer:
    """A blob of a repository: a layer, or the configuration of an image."""

    data: bytes
    media_type: str = DOCKER_LAYER


@dataclass
class Upload:
    """A layer that is being uploaded, and the sizes of the parts that came."""

    id: str
    data: bytearray = field(default_factory=bytearray)
    parts: list[int] = field(default_factory=list)

    def add(self, part: bytes) -> None:
        """Add the next part."""
        self.data += part
        self.parts.append(len(part))


@dataclass
class Image:
    """One manifest in a repository, with what has happened to it."""

    digest: str
    manifest: str
    media_type: str
    size: int
    pushed_at: datetime
    #: In the order of the pushes; two images of the same second still have one.
    number: int
    tags: list[str] = field(default_factory=list)
    status: str = ACTIVE
    pulled_at: datetime | None = None
    archived_at: datetime | None = None
    activated_at: datetime | None = None
    scan: Any = None

    @cached_property
    def document(self) -> Shape:
        """The manifest, parsed."""
        parsed: Shape = json.loads(self.manifest)
        return parsed

    @property
    def children(self) -> tuple[str, ...]:
        """The digests of the images that a manifest list has."""
        return tuple(each["digest"] for each in self.document.get("manifests", ()))

    @property
    def subject(self) -> str:
        """The digest of the image that a signature or another artifact is about, "" for none."""
        return str((self.document.get("subject") or {}).get("digest", ""))

    @property
    def blobs(self) -> tuple[str, ...]:
        """The digests of the configuration and the layers."""
        described = [self.document.get("config"), *self.document.get("layers", ())]
        return tuple(each["digest"] for each in described if each)


@dataclass
class Repository:
    """The images, layers and lifecycle policy of one repository."""

    name: str
    registry: str
    settings: RepositorySettings
    images: dict[str, Image] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    policy: Any = None
    preview: Any = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def next_number(self) -> int:
        """Return the number of the next push."""
        return next(self._numbers)

    def new_upload(self) -> Upload:
        """Begin the upload of a layer; its id is the same in every run."""
        name = f"{self.settings.arn}/{self.next_number()}"
        upload = Upload(str(uuid.uuid5(uuid.NAMESPACE_URL, name)))
        self.uploads[upload.id] = upload
        return upload

    def tagged(self, tag: str) -> Image | None:
        """Return the image that has a tag."""
        return next((image for image in self.images.values() if tag in image.tags), None)

    def lists_of(self, digest: str) -> list[Image]:
        """Return the manifest lists that refer to an image."""
        return [image for image in self.images.values() if digest in image.children]

    def remove(self, image: Image) -> None:
        """Remove an image and, as ECR does within a day, what refers to it as its subject."""
        self.images.pop(image.digest, None)
        for each in tuple(self.images.values()):
            if each.subject == image.digest:
                self.remove(each)

    @property
    def where(self) -> str:
        """The repository and registry, as ECR's messages name them."""
        return f"the repository with name '{self.name}' in the registry with id '{self.registry}'"


@dataclass
class Repositories:
    """The repositories of one account and region that something was pushed to or asked of."""

    by_name: dict[str, Repository] = field(default_factory=dict)


def repository_named(call: Call, name: str, registry: str = "") -> Repository:
    """Return a repository of the caller's registry. Raises RepositoryNotFoundException."""
    registry = registry or call.account
    kept = call.state(Repositories).by_name
    settings = repository_settings(call.account, call.region, name)
    if settings is None or registry != call.account:
        kept.pop(name, None) if settings is None else None
        text = (
            f"The repository with name '{name}' does not exist in the registry with id '{registry}'"
        )
        raise AwsError("RepositoryNotFoundException", text)
    repository = kept.setdefault(name, Repository(name, registry, settings))
    repository.settings = settings
    return repository


def repository_of(call: Call, parameters: Shape) -> Repository:
    """Return the repository that a call is about. Raises RepositoryNotFoundException."""
    return repository_named(call, parameters["repositoryName"], parameters.get("registryId", ""))


def whose(repository: Repository) -> Shape:
    """Return the members with which most answers begin."""
    return {"registryId": repository.registry, "repositoryName": repository.name}
