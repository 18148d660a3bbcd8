"""Container images, built offline from a Dockerfile: layers, configuration, manifest.

::

    context = Context.of("orders-spring")
    made = build(dockerfile, context, bases=shop_bases(), commands=COMMANDS)
    made.image.save("image")            # an OCI image layout, for skopeo, podman or docker
    push(boto3.client("ecr"), "orders", made.image, "1.42.0")

**Faithful** (Dockerfile reference, OCI image specification 1.1): FROM with several stages, names,
digests and ARG; COPY and ADD of files with `--from`, `--chown`, `--chmod` and patterns; ENV,
WORKDIR, USER, EXPOSE, ENTRYPOINT, CMD, LABEL, HEALTHCHECK, VOLUME, STOPSIGNAL, SHELL; variables;
`.dockerignore`; layers with whiteouts, configuration, manifest, image layout. The same files give
the same digest.

**Simplified**: RUN is shown and not executed; a caller may name stand-ins, which leave files. A
base is an image that the caller has, none is pulled. The cache looks at everything before an
instruction, stage by stage, and every stage is built. Times are those of 1970. Digests are the
same with the same version of zlib alone.

**Absent**: ADD of addresses and archives, heredocs, ONBUILD, links, secrets and other mounts, more
than one architecture. Where a Docker engine is present, it builds the same Dockerfile.
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
