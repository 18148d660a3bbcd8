"""Container images, built offline from a Dockerfile: layers, configuration, manifest.

::

    context = Context.of("orders-spring")
    made = build(dockerfile, context, bases=shop_bases(), commands=COMMANDS)
    made.image.save("image")            # an OCI image layout, for skopeo, podman or docker
    push(boto3.client("ecr"), "orders", made.image, "1.42.0")

FROM, COPY, ADD of files, ENV, WORKDIR, USER, EXPOSE, ENTRYPOINT, CMD, LABEL, ARG, HEALTHCHECK,
VOLUME, STOPSIGNAL and SHELL do what they do in Docker, in several stages. RUN is shown and not
executed. The same files give the same digest, with one version of zlib.
"""

from __future__ import annotations

from devops_workbook.images.build import Build, Cache, Step, build
from devops_workbook.images.commands import Command, Running
from devops_workbook.images.context import Context
from devops_workbook.images.dockerfile import DockerfileError, Instruction, read_dockerfile
from devops_workbook.images.layer import File, Layer, digest, make_layer
from devops_workbook.images.lint import Remark, lint
from devops_workbook.images.oci import Image, files_in
from devops_workbook.images.push import Pushed, push, upload

__all__ = [
    "Build",
    "Cache",
    "Command",
    "Context",
    "DockerfileError",
    "File",
    "Image",
    "Instruction",
    "Layer",
    "Pushed",
    "Remark",
    "Running",
    "Step",
    "build",
    "digest",
    "files_in",
    "lint",
    "make_layer",
    "push",
    "read_dockerfile",
    "upload",
]
