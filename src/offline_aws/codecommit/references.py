"""The branches and tags of a repository on disk, where git may change them at any time."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from dulwich.refs import HEADREF, Ref
from dulwich.repo import Repo

HEADS, TAGS = "refs/heads/", "refs/tags/"
FIRST_BRANCH = "main"
Marks = list[tuple[str, int, int, int]]
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"


class References:
    """What the branches and tags of a git repository are at; read again when they have changed."""

    def __init__(self, folder: Path, made: bool = True) -> None:
        self._folder = folder
        self._made = made
        self._marks: Marks | None = None
        self._head = HEADS + FIRST_BRANCH
        self._tips: dict[str, str] = {}

    def make(self) -> None:
        """Make the bare repository if it is not there yet, of no more than git and dulwich need.

        Most repositories of a test or a lesson about something else are never looked into, and
        files are what costs most in making one.
        """
        if self._made:
            return
        for name in ("objects/pack", "refs"):
            self._folder.joinpath(name).mkdir(parents=True, exist_ok=True)
        self._folder.joinpath("HEAD").write_text(f"ref: {self._head}\n")
        self._folder.joinpath("config").write_text(_CONFIG)
        self._marks = _marks(self._folder)
        self._made = True

    def move(self, folder: Path) -> References:
        """Move the repository to another folder; return its references there."""
        self.close()
        if self._made:
            self._folder.rename(folder)
        return References(folder, self._made)

    @cached_property
    def git(self) -> Repo:
        """The git objects."""
        self.make()
        return Repo(str(self._folder))

    @property
    def tips(self) -> dict[str, str]:
        """The object id of each branch and tag by its full name, in the order of names.

        The same dict as before as long as nothing has changed.
        """
        return self.look()[0]

    def look(self) -> tuple[dict[str, str], str]:
        """Return the tips, and the full name of the reference that HEAD names, there or not."""
        if not self._made:
            return self._tips, self._head
        marks = _marks(self._folder)
        if marks is None and not self._folder.exists():
            # Somebody has removed the folder, which is no reason for the clock not to move.
            if self._tips:
                self._tips = {}
        elif marks is None or marks != self._marks:
            # The marks are older than what is read here: a change in between is seen next time.
            self._marks = marks
            self._head = self.git.refs.follow(HEADREF)[0][-1].decode()
            tips = {
                prefix + name.decode(errors="replace"): tip.decode()
                for prefix in (HEADS, TAGS)
                for name, tip in self.git.refs.as_dict(Ref(prefix.encode())).items()
            }
            self._tips = dict(sorted(tips.items()))
        return self._tips, self._head

    def close(self) -> None:
        """Close the files that are held open."""
        if "git" in vars(self):
            self.git.close()


def _marks(folder: Path) -> Marks | None:
    """Return what tells each file of references from one that replaces it.

    git writes a new file and renames it, so that its number differs even at the same time. None is
    returned where a file went away during the look.
    """
    found = []
    left = [f"{folder}/refs"]
    try:
        found.append(_mark(f"{folder}/HEAD", os.stat(f"{folder}/HEAD")))
        while left:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    if entry.is_dir():
                        left.append(entry.path)
                    else:
                        found.append(_mark(entry.path, entry.stat()))
        with suppress(FileNotFoundError):
            found.append(_mark("packed-refs", os.stat(f"{folder}/packed-refs")))
    except FileNotFoundError:
        return None
    return sorted(found)


def _mark(path: str, info: os.stat_result) -> tuple[str, int, int, int]:
    return path, info.st_mtime_ns, info.st_ino, info.st_size
