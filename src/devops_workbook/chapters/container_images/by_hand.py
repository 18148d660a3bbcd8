"""An image made by hand: a layer, a configuration, a manifest."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.container_images.account import chapter, client_of
from devops_workbook.checks import call, describe, require
from devops_workbook.exercise import NotYet
from devops_workbook.images import digest
from devops_workbook.images.oci import CONFIG, LAYER, MANIFEST
from devops_workbook.lab import Lab

REPOSITORY = "by-hand"


def tar_of(files: dict[str, bytes]) -> bytes:
    """Return a tar file with these files, the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def as_bytes(document: object) -> bytes:
    """Return a document as the bytes that are pushed, and whose digest is its name."""
    return json.dumps(document, sort_keys=True).encode()


@chapter.exercise(
    "by-hand",
    title="An image from tar and JSON",
    minutes=5,
    answer="image_of",
    hints=(
        "A descriptor is {'mediaType': …, 'digest': digest(data), 'size': len(data)}, of the bytes "
        "that are pushed.",
        "diff_ids names the layer before it is compressed, the manifest names it after.",
        "The configuration is pushed as as_bytes(config): its digest is of those bytes.",
    ),
)
def check_by_hand(lab: Lab, answer: Any) -> str:
    """The documents fit each other, and ECR takes them."""
    tar = tar_of({"app/main.py": b"print('hello')\n"})
    blob = gzip.compress(tar, mtime=0)
    found = call(answer, tar, blob, what="image_of")
    pair = isinstance(found, (tuple, list)) and len(found) == 2
    fits = pair and all(isinstance(each, dict) for each in found)
    require(fits, f"It should return (config, manifest), two dicts. Found {describe(found)}.")
    config, manifest = found
    _check_config(config, tar, blob)
    _check_manifest(manifest, as_bytes(config), blob)
    return f"ECR took it: {_pushed(manifest, as_bytes(config), blob)[:19]}…"


def _check_config(config: dict[str, Any], tar: bytes, blob: bytes) -> None:
    kind = {name: config.get(name) for name in ("architecture", "os")}
    require(
        kind == {"architecture": "amd64", "os": "linux"},
        f"A runtime takes an image for its own processor and system. The config says {kind}.",
    )
    rootfs = _part(config, "rootfs", "config")
    require(
        rootfs.get("type") == "layers",
        f"config['rootfs']['type'] should be 'layers'. Found {describe(rootfs.get('type'))}.",
    )
    ids = rootfs.get("diff_ids")
    ids = list(ids) if isinstance(ids, tuple) else ids
    require(
        ids != [digest(blob)],
        "diff_ids names the compressed layer. Whoever unpacks it compares what comes out: the "
        "digest is of the tar file.",
    )
    require(
        ids == [digest(tar)],
        f"config['rootfs']['diff_ids'] should be a list with the digest of the tar file. Found "
        f"{describe(ids)}.",
    )
    settings = _part(config, "config", "config")
    require(
        _words(settings.get("Cmd")) or _words(settings.get("Entrypoint")),
        "config['config']['Cmd'] should say what a container starts with, as a list of words.",
    )


def _part(whole: dict[str, Any], name: str, what: str) -> dict[str, Any]:
    part = whole.get(name) or {}
    require(isinstance(part, dict), f"{what}[{name!r}] should be a dict. Found {describe(part)}.")
    return part


def _words(found: object) -> bool:
    return isinstance(found, (list, tuple)) and bool(found)


def _check_manifest(manifest: dict[str, Any], config: bytes, blob: bytes) -> None:
    require(
        manifest.get("schemaVersion") == 2 and manifest.get("mediaType") == MANIFEST,
        "The manifest needs schemaVersion 2 and its mediaType.",
    )
    layers = manifest.get("layers")
    listed: list[Any] = list(layers) if isinstance(layers, (list, tuple)) else []
    described = listed[0] if len(listed) == 1 and isinstance(listed[0], dict) else {}
    parts = (
        ("config", _part(manifest, "config", "manifest"), config, CONFIG),
        ("layers[0]", described, blob, LAYER),
    )
    for name, part, data, kind in parts:
        expected = {"mediaType": kind, "digest": digest(data), "size": len(data)}
        wrong = [key for key, value in expected.items() if part.get(key) != value]
        require(
            not wrong,
            f"manifest {name}: {', '.join(wrong)} should be of the {len(data)} bytes that are "
            f"pushed. Found {describe({key: part.get(key) for key in wrong})}.",
        )


def _pushed(manifest: dict[str, Any], config: bytes, blob: bytes) -> str:
    ecr = client_of("ecr")
    try:
        ecr.create_repository(repositoryName=REPOSITORY)
    except ecr.exceptions.RepositoryAlreadyExistsException:
        ecr.delete_repository(repositoryName=REPOSITORY, force=True)
        ecr.create_repository(repositoryName=REPOSITORY)
    try:
        for data in (config, blob):
            where = {"repositoryName": REPOSITORY}
            begun = ecr.initiate_layer_upload(**where)["uploadId"]
            ecr.upload_layer_part(
                **where,
                uploadId=begun,
                partFirstByte=0,
                partLastByte=len(data) - 1,
                layerPartBlob=data,
            )
            ecr.complete_layer_upload(**where, uploadId=begun, layerDigests=[digest(data)])
        made = ecr.put_image(
            repositoryName=REPOSITORY, imageManifest=as_bytes(manifest).decode(), imageTag="1"
        )
    except ClientError as error:
        raise NotYet(f"ECR refused it: {error.response['Error']['Message']}") from None
    return str(made["image"]["imageId"]["imageDigest"])
