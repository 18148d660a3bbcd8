"""The shop's image builds: an offline AWS builds with ``devops_workbook.images``.

::

    provide(lab.aws)      # from now on ECRBuildAndPublish builds, on the shop's base images
    files = {**shop_files("orders"), **image_files("orders")}     # with Dockerfile, to commit
"""

from __future__ import annotations

from devops_workbook.images import Build, Cache, Context, DockerfileError, File, build, digest
from devops_workbook.images.oci import MANIFEST
from devops_workbook.paths import DATA
from devops_workbook.shop.base_images import shop_bases
from devops_workbook.shop.build_commands import COMMANDS
from offline_aws import OfflineAWS
from offline_aws.image_builds import BuildRequest, BuiltImage, ImageBuildError

_IMAGES = DATA / "shop" / "images"


def provide(aws: OfflineAWS) -> None:
    """Let an offline AWS build images, with one cache of layers until its reset.

    A Dockerfile that cannot be built fails the action with what is wrong in it.
    """
    cache = Cache()
    aws.image_builds.provide(lambda request: built(request, cache))


def image_files(service: str) -> dict[str, str]:
    """Return what a service's image needs beside its code, by path in the shop's repository.

    ``service`` is ``orders``; the texts are its Dockerfile and ``.dockerignore``.
    """
    return {
        f"{service}/{name}": (_IMAGES / service / name).read_text(encoding="utf-8")
        for name in (".dockerignore", "Dockerfile")
    }


def built(request: BuildRequest, cache: Cache) -> BuiltImage:
    """Return the image of a request. Raises ``ImageBuildError`` with what is wrong in it."""
    files = {
        path: File(data, 0o755 if path in request.executable else 0o644)
        for path, data in request.files.items()
    }
    try:
        made = build(
            request.dockerfile,
            Context(files),
            bases=shop_bases(),
            commands=COMMANDS,
            cache=cache,
        )
    except DockerfileError as error:
        raise ImageBuildError(str(error)) from error
    image = made.image
    parts = (image.config, *(each.data for each in image.layers))
    blobs = {digest(data): data for data in parts}
    return BuiltImage(image.manifest, blobs, MANIFEST, _log(made))


def _log(made: Build) -> tuple[str, ...]:
    """Return a line for each step, as a plain progress of ``docker build`` has it."""
    count, lines = len(made.steps), list[str]()
    for step in made.steps:
        stage = f"stage-{step.stage}" if step.stage.isdecimal() else step.stage
        what = "CACHED" if step.cached else step.note or "DONE"
        lines.append(f"#{step.number} [{stage} {step.number}/{count}] {step.shown}")
        lines.append(f"#{step.number} {what}")
    return tuple(lines)
