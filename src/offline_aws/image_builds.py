"""Who builds container images offline, where there is no Docker.

A service that builds an image from a Dockerfile asks here. A lab says who does it::

    aws.image_builds.provide(lambda request: BuiltImage(manifest, blobs, media_type))

Nobody does it by default, and a build fails then with a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_NOBODY = (
    "Docker builds cannot run offline: there is no Docker engine here. Say with "
    "aws.image_builds.provide(builder) who builds images in its place."
)


class ImageBuildError(Exception):
    """An image cannot be built. The message is what the action or build fails with."""


@dataclass(frozen=True)
class BuildRequest:
    """What ``docker build`` is given: the text of the Dockerfile, and the build context.

    ``files`` are all files of the context, ``.dockerignore`` and the Dockerfile too, by paths
    relative to it and with ``/``; ``executable`` are the paths of those that may be run.
    """

    dockerfile: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    executable: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BuiltImage:
    """An image as a registry takes it. ``blobs`` are its configuration and layers by digest.

    ``log`` is what the build says of its steps, a line each.
    """

    manifest: bytes
    blobs: Mapping[str, bytes]
    media_type: str
    log: tuple[str, ...] = ()


#: Builds an image, or returns None for what it does not build. Raises ``ImageBuildError``.
Builder = Callable[[BuildRequest], BuiltImage | None]


class ImageBuilds:
    """The builders of one environment; empty again after a reset."""

    def __init__(self) -> None:
        self._builders: list[Builder] = []

    def provide(self, builder: Builder) -> None:
        """Ask a builder for images from now on, before those before it."""
        self._builders.insert(0, builder)

    def build(self, request: BuildRequest) -> BuiltImage:
        """Return the image of the first builder that builds it. Raises ``ImageBuildError``."""
        for builder in tuple(self._builders):
            if (image := builder(request)) is not None:
                return image
        raise ImageBuildError(_NOBODY)
