"""Install: the files of a bundle are copied to where the AppSpec says, with their modes.

What the last successful deployment of the group has installed is removed first. A file that is
there all the same is dealt with as ``fileExistsBehavior`` says.
"""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Iterator
from pathlib import Path

from offline_aws.codedeploy.server_spec import Permission, ServerSpec


class InstallError(Exception):
    """Why files could not be installed, in one sentence."""


def install(
    spec: ServerSpec, bundle: Path, root: Path, before: set[Path], file_exists: str
) -> set[Path]:
    """Install a bundle on the file system at ``root``; return the files that were installed.

    ``before`` are those that the last successful deployment installed. Raises ``InstallError``.
    """
    copies = [
        each for source, target in spec.files for each in _copies(bundle, root, source, target)
    ]
    for path in before:
        path.unlink(missing_ok=True)
    installed: set[Path] = set()
    for source, target in copies:
        if target.exists() and target not in installed:
            if file_exists == "DISALLOW":
                shown = "/" + target.relative_to(root).as_posix()
                raise InstallError(
                    "The deployment failed because a specified file already exists at this "
                    f"location: {shown}"
                )
            if file_exists == "RETAIN":
                continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        except OSError as error:
            raise InstallError(f"The file {source.name} cannot be copied: {error}") from error
        installed.add(target)
    for permission in spec.permissions:
        _permit(permission, root)
    return installed


def inside(root: Path, path: str) -> Path:
    """Return where a path of an instance is. Raises ``InstallError`` for one that leads out."""
    found = (root / path.lstrip("/")).resolve()
    if not found.is_relative_to(root.resolve()):
        raise InstallError(f"The path {path} leads out of the instance")
    return found


def _copies(bundle: Path, root: Path, source: str, target: str) -> Iterator[tuple[Path, Path]]:
    """Yield which file goes where."""
    given = (bundle / source.strip("/")).resolve()
    if not given.is_relative_to(bundle.resolve()) or not given.exists():
        raise InstallError(f"No such file or directory - {source}")
    folder = inside(root, target)
    if given.is_file():
        yield given, folder / given.name
        return
    for each in sorted(given.rglob("*")):
        if each.is_file():
            yield each, inside(root, f"{target}/{each.relative_to(given).as_posix()}")


def _permit(permission: Permission, root: Path) -> None:
    path = inside(root, permission.path)
    if not path.exists() or permission.mode is None:
        return
    if path.is_file():
        path.chmod(permission.mode)
        return
    if "directory" in permission.kinds and permission.pattern == "**":
        path.chmod(permission.mode | 0o700)
    for each in path.rglob("*"):
        kind = "directory" if each.is_dir() else "file"
        named = permission.pattern == "**" or fnmatch.fnmatch(each.name, permission.pattern)
        excepted = any(fnmatch.fnmatch(each.name, given) for given in permission.excepted)
        if kind in permission.kinds and named and not excepted:
            # The learner stays able to look at it and to remove it.
            each.chmod(permission.mode | (0o700 if each.is_dir() else 0o600))
