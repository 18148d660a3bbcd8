"""Layers: a tar file in which the same files always are the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

WHITEOUT = ".wh."
#: The time of every file: 1970, as SOURCE_DATE_EPOCH=0 asks for.
EPOCH = 0


@dataclass(frozen=True)
class File:
    """A file or, with ``data`` None, a folder, with its owner's numbers."""

    data: bytes | None
    mode: int = 0o644
    uid: int = 0
    gid: int = 0


FOLDER = File(None, 0o755)


@dataclass(frozen=True)
class Layer:
    """A compressed tar file. ``diff_id`` is the digest of it uncompressed."""

    data: bytes
    diff_id: str
    files: int

    @property
    def digest(self) -> str:
        """The digest of the compressed bytes, by which registries know the layer."""
        return digest(self.data)


def digest(data: bytes) -> str:
    """Return the name that a registry has for these bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def make_layer(files: Mapping[str, File], removed: Iterable[str] = ()) -> Layer:
    """Return a layer of files by path, and of the paths that it removes from those below.

    Nothing in it depends on when, where or by whom it was made: times, names of owners and the
    order are fixed.
    """
    buffer = io.BytesIO()
    entries = {**files, **{_whiteout(path): File(b"") for path in removed}}
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(entries):
            archive.addfile(*_member(path, entries[path]))
    data = buffer.getvalue()
    whole = gzip.compress(data, compresslevel=6, mtime=EPOCH)
    return Layer(whole, digest(data), sum(each.data is not None for each in entries.values()))


def _member(path: str, file: File) -> tuple[tarfile.TarInfo, io.BytesIO | None]:
    member = tarfile.TarInfo(path)
    member.mtime, member.mode, member.uid, member.gid = EPOCH, file.mode, file.uid, file.gid
    if file.data is None:
        member.type = tarfile.DIRTYPE
        return member, None
    member.size = len(file.data)
    return member, io.BytesIO(file.data)


def _whiteout(path: str) -> str:
    place = PurePosixPath(path)
    return str(place.with_name(WHITEOUT + place.name))


def with_parents(files: Mapping[str, File], known: Mapping[str, File]) -> dict[str, File]:
    """Return files with the folders that they are in and that are not known yet."""
    found = dict(files)
    for path in files:
        for parent in PurePosixPath(path).parents:
            name = str(parent)
            if name != "." and name not in known:
                found.setdefault(name, FOLDER)
    return found
