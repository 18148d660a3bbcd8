"""The branches and tags of a repository on disk, where git may change them at any time."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from dulwich.refs import HEADREF, Ref
from dulwich.repo import Repo

HEADS, TAGS = "refs/heads/", "refs/tags/"


@dataclass
class References:
    """What the branches and tags of a git repository are at; read again when they have changed."""

    git: Repo
    _head: str = ""
    _tips: dict[str, str] = field(default_factory=dict)
    _marks: list[tuple[str, int, int, int]] | None = None

    @property
    def tips(self) -> dict[str, str]:
        """The object id of each branch and tag by its full name, in the order of names.

        The same dict as before as long as nothing has changed.
        """
        self._refresh()
        return self._tips

    @property
    def head(self) -> str:
        """The full name of the reference that HEAD names, there or not."""
        self._refresh()
        return self._head

    def _refresh(self) -> None:
        marks = _marks(Path(self.git.path))
        if marks is None or marks != self._marks:
            # The marks are older than what is read here: a change in between is seen next time.
            self._marks = marks
            self._head = self.git.refs.follow(HEADREF)[0][-1].decode()
            tips = {
                prefix + name.decode(errors="replace"): tip.decode()
                for prefix in (HEADS, TAGS)
                for name, tip in self.git.refs.as_dict(Ref(prefix.encode())).items()
            }
            self._tips = dict(sorted(tips.items()))


def _marks(folder: Path) -> list[tuple[str, int, int, int]] | None:
    """Return what tells each file of references from one that replaces it.

    git writes a new file and renames it, so that its number differs even at the same time. None is
    returned where a file went away during the look.
    """
    try:
        with os.scandir(folder) as entries:
            found = [_mark(each) for each in entries if each.name in ("HEAD", "packed-refs")]
        left = [f"{folder}/refs/heads", f"{folder}/refs/tags"]
        while left:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    if entry.is_dir():
                        left.append(entry.path)
                    else:
                        found.append(_mark(entry))
    except FileNotFoundError:
        return None
    return sorted(found)


def _mark(entry: os.DirEntry[str]) -> tuple[str, int, int, int]:
    info = entry.stat()
    return entry.path, info.st_mtime_ns, info.st_ino, info.st_size
