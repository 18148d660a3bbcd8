"""Unpack a bundle: a zip file or an archive of tar, with the modes and links that are in it."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path


class BundleError(Exception):
    """A bundle that cannot be unpacked, in one sentence."""


def unpack(data: bytes, kind: str, folder: Path) -> None:
    """Unpack a bundle of AWS's type zip, tar or tgz into a new folder. Raises ``BundleError``."""
    folder.mkdir(parents=True)
    try:
        if kind == "zip":
            _unpack_zip(data, folder)
        else:
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
                archive.extractall(folder, filter="data")
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError) as error:
        raise BundleError(
            f"The bundle is not a {kind} file that can be unpacked: {error}"
        ) from error


def _unpack_zip(data: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            mode = member.external_attr >> 16
            if stat.S_ISLNK(mode):
                continue  # a link could lead out of the folder
            path = Path(archive.extract(member, folder))
            # Zip files made on Windows have no mode.
            if mode and not member.is_dir():
                path.chmod(mode & 0o777 | 0o600)
