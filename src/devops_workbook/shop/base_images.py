"""The shop's own base images, made offline from the list in ``data/shop/images/bases.json``."""

from __future__ import annotations

import json
from functools import cache
from types import MappingProxyType
from typing import Any

from devops_workbook.images import File, Image, make_layer
from devops_workbook.paths import DATA

_SYSTEM = {
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
    "etc/passwd": (
        "root:x:0:0:root:/root:/bin/sh\napp:x:10001:10001:app:/nonexistent:/usr/sbin/nologin\n"
    ),
    "etc/group": "root:x:0:\napp:x:10001:\n",
}


@cache
def shop_bases() -> MappingProxyType[str, Image]:
    """Return the base images by name and tag; ``latest`` is the one that somebody tagged so."""
    known = json.loads((DATA / "shop" / "images" / "bases.json").read_text(encoding="utf-8"))
    made = {
        f"{name}:{date}": _image(described, known["packages"][date])
        for name, described in known["images"].items()
        for date in known["packages"]
    }
    latest = {f"{name}:latest": made[f"{name}:{known['latest']}"] for name in known["images"]}
    return MappingProxyType({**made, **latest})


def _image(described: dict[str, Any], versions: dict[str, tuple[str, str]]) -> Image:
    paragraphs = [
        f"Package: {package}\nStatus: install ok installed\nArchitecture: amd64\n"
        f"Source: {source}\nVersion: {version}\n"
        for package in described["packages"]
        for source, version in [versions[package]]
    ]
    texts = {**_SYSTEM, **described["files"], "var/lib/dpkg/status": "\n".join(paragraphs)}
    files = {path: File(text.encode()) for path, text in texts.items()}
    history = ({"created_by": "data/shop/images/bases.json"},)
    return Image((make_layer(files),), described["settings"], history)
