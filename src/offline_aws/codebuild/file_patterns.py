"""Find the files that a buildspec's patterns mean, inside the scratch directory only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def matching_files(base: Path, pattern: str, inside: Path) -> list[Path]:
    """Return the files below ``base`` that match, sorted; none that lie outside of ``inside``.

    ``*`` stays within a directory, ``**`` goes through all of them. An absolute pattern is taken
    as it is.
    """
    start, relative = (
        (Path("/"), pattern.lstrip("/")) if pattern.startswith("/") else (base, pattern)
    )
    if relative.endswith("**"):
        relative += "/*"
    try:
        found = [path for path in start.glob(relative) if path.is_file() or path.is_symlink()]
    except ValueError:  # an empty pattern, or ** inside a name
        return []
    return sorted(path for path in found if inside in path.resolve().parents)


def base_directories(source: Path, pattern: str) -> list[Path]:
    """Return the directories that a ``base-directory`` means, sorted."""
    if pattern in (".", "./"):
        return [source]
    if pattern.startswith("/"):
        return [Path(pattern)] if Path(pattern).is_dir() else []
    return sorted(path for path in source.glob(pattern) if path.is_dir())


def excluded(base: Path, patterns: Iterable[str]) -> set[Path]:
    """Return everything below ``base`` that matches one of the patterns."""
    return {path for pattern in patterns for path in base.glob(pattern)}
