"""An OCI image: layers, a configuration and a manifest, each known by its digest.

The documents are those of the OCI image specification 1.1, and so is the folder they are saved in.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devops_workbook.images.layer import File, Layer, digest

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_CREATED = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Image:
    """A built image. ``settings`` are what a container starts with, ``history`` how it was made."""

    layers: tuple[Layer, ...]
    settings: dict[str, Any]
    history: tuple[dict[str, Any], ...] = ()

    @property
    def config(self) -> bytes:
        """The configuration, as a registry keeps it."""
        return _json(
            {
                "architecture": "amd64",
                "os": "linux",
                "created": _CREATED,
                "config": self.settings,
                "rootfs": {"type": "layers", "diff_ids": [each.diff_id for each in self.layers]},
                "history": [{"created": _CREATED, **each} for each in self.history],
            }
        )

    @property
    def manifest(self) -> bytes:
        """The manifest: which configuration and which layers."""
        return _json(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": descriptor(self.config, CONFIG),
                "layers": [descriptor(each.data, LAYER) for each in self.layers],
            }
        )

    @property
    def digest(self) -> str:
        """The image's name by its content: the digest of the manifest."""
        return digest(self.manifest)

    @property
    def size(self) -> int:
        """The bytes that a registry keeps of it."""
        return len(self.config) + sum(len(each.data) for each in self.layers)

    def save(self, folder: Path | str, tag: str = "latest") -> Path:
        """Write an OCI image layout into a folder, for any tool that reads one; return it."""
        root = Path(folder)
        blobs = root / "blobs" / "sha256"
        blobs.mkdir(parents=True, exist_ok=True)
        for data in (self.manifest, self.config, *(each.data for each in self.layers)):
            (blobs / digest(data).partition(":")[2]).write_bytes(data)
        entry = descriptor(self.manifest, MANIFEST)
        entry["annotations"] = {"org.opencontainers.image.ref.name": tag}
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}
        (root / "index.json").write_bytes(_json(index))
        (root / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
        return root


def descriptor(data: bytes, media_type: str) -> dict[str, Any]:
    """Return what refers to some bytes: their kind, digest and size."""
    return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


def files_in(layer: Layer) -> dict[str, File]:
    """Return the files and folders of one layer by path, whiteouts among them."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(layer.data))) as archive:
        found = {}
        for member in archive:
            stream = archive.extractfile(member)
            data = stream.read() if stream else None
            found[member.name] = File(data, member.mode, member.uid, member.gid)
        return found


def _json(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
