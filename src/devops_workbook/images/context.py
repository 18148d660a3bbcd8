"""The build context: the files that COPY and ADD can take, without what .dockerignore names."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from pathlib import Path

from devops_workbook.images.layer import File

IGNORE_FILE = ".dockerignore"


class Context:
    """Files by their path, relative and with ``/``."""

    def __init__(self, files: Mapping[str, bytes | File]) -> None:
        every = {
            path: each if isinstance(each, File) else File(each) for path, each in files.items()
        }
        ignore = every.get(IGNORE_FILE, File(b"")).data or b""
        self.ignored = tuple(sorted(path for path in every if is_ignored(path, ignore.decode())))
        self.files = {path: every[path] for path in sorted(every) if path not in self.ignored}

    @classmethod
    def of(cls, folder: Path | str) -> Context:
        """Return the context of a folder on disk."""
        root = Path(folder)
        return cls(
            {
                path.relative_to(root).as_posix(): File(path.read_bytes(), _mode(path))
                for path in sorted(root.rglob("*"))
                if path.is_file()
            }
        )

    @property
    def size(self) -> int:
        """The bytes that are sent to whoever builds."""
        return sum(len(each.data or b"") for each in self.files.values())


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644


def is_ignored(path: str, ignore: str) -> bool:
    """Return whether a .dockerignore leaves a path out; the last line that fits counts."""
    out = False
    for line in ignore.splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#"):
            keeps = pattern.startswith("!")
            if _pattern(pattern.removeprefix("!")).match(path):
                out = not keeps
    return out


def _pattern(pattern: str) -> re.Pattern[str]:
    """Return what matches a pattern, and everything below a folder that it matches."""
    text = ""
    for part in re.split(r"(\*\*/?|\*|\?)", pattern.strip("/")):
        known = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
        text += known.get(part, re.escape(part))
    return re.compile(rf"{text}(?:/.*)?\Z")
