"""What is in an image: its files after all layers, and the packages that they say are installed."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.parser import HeaderParser
from pathlib import PurePosixPath

from offline_aws.ecr.advisories import DEBIAN, MAVEN, NPM, PYPI, Package

_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"
_GZIP = b"\x1f\x8b"
_JAR = re.compile(r"(?P<name>[A-Za-z][\w.\-]*?)-(?P<version>\d[\w.]*)\.jar")
_PYTHON = re.compile(r".*/(?:dist|site)-packages/[^/]+\.dist-info/METADATA")
_NODE = re.compile(r".*/?node_modules/(?:@[^/]+/)?[^/]+/package\.json")
_DPKG = ("var/lib/dpkg/status", "var/lib/dpkg/status.d/")
_OS = ("etc/os-release", "usr/lib/os-release")


class UnreadableLayerError(Exception):
    """A layer that is no tar file."""


def files_of(layers: Iterator[bytes]) -> dict[str, bytes]:
    """Return the files of an image by path, as its layers leave them.

    A whiteout in a layer removes what the layers below have (OCI image specification, "Whiteouts").
    Links are left out. Raises ``UnreadableLayerError``.
    """
    found: dict[str, bytes] = {}
    for layer in layers:
        added = _read(layer)
        for path in added:
            _remove(found, path)
        found |= {p: data for p, data in added.items() if not _base(p).startswith(_WHITEOUT)}
    return found


def _remove(found: dict[str, bytes], path: str) -> None:
    folder, _, name = path.rpartition("/")
    inside = f"{folder}/" if folder else ""
    if name == _OPAQUE:
        gone = inside
    elif name.startswith(_WHITEOUT):
        gone = f"{inside}{name.removeprefix(_WHITEOUT)}"
    else:
        return
    for each in [p for p in found if p == gone or p.startswith(gone.rstrip("/") + "/")]:
        del found[each]


def _read(layer: bytes) -> dict[str, bytes]:
    try:
        data = gzip.decompress(layer) if layer.startswith(_GZIP) else layer
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {
                member.name.removeprefix("./").lstrip("/"): _data(archive, member)
                for member in archive
                if member.isfile()
            }
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise UnreadableLayerError(str(error)) from error


def _data(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return stream.read() if stream else b""


def _base(path: str) -> str:
    return PurePosixPath(path).name


def operating_system(found: Mapping[str, bytes]) -> str:
    """Return what os-release calls the system, such as "debian 12"; "" where there is none."""
    for path in _OS:
        if path in found:
            lines = found[path].decode("utf-8", "replace").splitlines()
            said = dict(line.partition("=")[::2] for line in lines if "=" in line)
            parts = (said.get("ID", ""), said.get("VERSION_ID", ""))
            return " ".join(part.strip("\"'") for part in parts).strip()
    return ""


def packages_of(found: Mapping[str, bytes]) -> list[Package]:
    """Return the packages that an image has, by the databases that it carries along.

    Those of dpkg, the metadata of Python's packages, the package.json of Node's, and the names of
    jar files, also of those within a jar.
    """
    packages: list[Package] = []
    for path, data in found.items():
        if path == _DPKG[0] or path.startswith(_DPKG[1]):
            packages += _of_dpkg(path, data)
        elif _PYTHON.fullmatch(path):
            packages += _of_python(path, data)
        elif _NODE.fullmatch(path):
            packages += _of_node(path, data)
        elif path.endswith(".jar"):
            packages += _of_java(path, data)
    return sorted(set(packages), key=lambda each: (each.ecosystem, each.name, each.path))


def _of_dpkg(path: str, data: bytes) -> Iterator[Package]:
    for paragraph in data.decode("utf-8", "replace").split("\n\n"):
        said = HeaderParser().parsestr(paragraph)
        if said["Package"] and said["Version"] and "installed" in (said["Status"] or "installed"):
            # A version in brackets is the source package's own, where the two differ.
            name, _, version = (said["Source"] or said["Package"]).partition(" ")
            yield Package(DEBIAN, name, version.strip("()") or said["Version"], path)


def _of_python(path: str, data: bytes) -> Iterator[Package]:
    said = HeaderParser().parsestr(data.decode("utf-8", "replace"))
    if said["Name"] and said["Version"]:
        name = re.sub(r"[-_.]+", "-", said["Name"]).lower()
        yield Package(PYPI, name, said["Version"], path)


def _of_node(path: str, data: bytes) -> Iterator[Package]:
    try:
        said = json.loads(data)
    except ValueError:
        return
    if isinstance(said, dict) and isinstance(said.get("name"), str):
        yield Package(NPM, said["name"], str(said.get("version", "")), path)


def _of_java(path: str, data: bytes) -> Iterator[Package]:
    names = [_base(path)]
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        names += [_base(each) for each in archive.namelist() if each.endswith(".jar")]
    for name in names:
        if match := _JAR.fullmatch(name):
            yield Package(MAVEN, match["name"], match["version"], path)
