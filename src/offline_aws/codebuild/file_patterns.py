"""Find the files that a buildspec's patterns mean, inside the scratch directory only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def matching_files(base: Path, pattern: str, inside: Path) -> list[Path]:
    """Return the files below ``base`` that match, sorted; none that lie outside of ``inside``.

    ``*`` stays within a directory, ``**`` goes through all of them. An absolute pattern is taken
    as it is, if it begins inside.
    """
    if pattern.endswith("**"):
        pattern += "/*"
    start = str(inside) + "/"
    if pattern.startswith(start):
        base, pattern = inside, pattern.removeprefix(start)
    found = [path for path in _glob(base, pattern) if path.is_file() or path.is_symlink()]
    return sorted(path for path in found if inside in path.resolve().parents)


def base_directories(source: Path, pattern: str, inside: Path) -> list[Path]:
    """Return the directories inside that a ``base-directory`` means, sorted."""
    if pattern in (".", "./"):
        return [source]
    start = str(inside) + "/"
    found = (
        _glob(inside, pattern.removeprefix(start))
        if pattern.startswith(start)
        else _glob(source, pattern)
    )
    return sorted(path for path in found if path.is_dir() and inside in path.resolve().parents)


def excluded(base: Path, patterns: Iterable[str]) -> set[Path]:
    """Return everything below ``base`` that matches one of the patterns."""
    return {path for pattern in patterns for path in _glob(base, pattern)}


def _glob(base: Path, pattern: str) -> list[Path]:
    """Return what matches; nothing does when the pattern is none that can be looked for."""
    if ".." in Path(pattern).parts:
        return []
    try:
        return list(base.glob(pattern))
    except (ValueError, NotImplementedError):  # empty, ** inside a name, or absolute
        return []
