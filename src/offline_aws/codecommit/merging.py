"""What a merge of two commits would give: merged files, and conflicts as AWS counts them."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from dulwich.objects import Commit
from dulwich.repo import Repo

from offline_aws.codecommit import gitobjects
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.gitobjects import SUBMODULE, Entry, Files
from offline_aws.codecommit.lines import Hunk, is_binary, merge_lines, merged_text

T = TypeVar("T", int, str)
FILE_LEVEL, LINE_LEVEL = "FILE_LEVEL", "LINE_LEVEL"


@dataclass
class Three:
    """A path in the merge base, the source and the destination; None where it is not."""

    path: str
    base: Entry | None
    source: Entry | None
    destination: Entry | None
    #: What the path is on each side ("" for nothing), which may be a folder.
    types: dict[str, str]

    @property
    def sides(self) -> dict[str, Entry]:
        """The entries that there are, by side."""
        every = {"source": self.source, "destination": self.destination, "base": self.base}
        return {side: entry for side, entry in every.items() if entry}

    @property
    def operations(self) -> dict[str, str]:
        """What each side did to the base: A, M or D."""
        found = {}
        for side, entry in (("source", self.source), ("destination", self.destination)):
            if entry != self.base:
                found[side] = "D" if entry is None else "M" if self.base else "A"
        return found


@dataclass
class Conflict(Three):
    """A path in a merge, with what of it is in conflict."""

    content: bool = False
    mode: bool = False
    object_type: bool = False
    hunks: list[Hunk] = field(default_factory=list)
    #: The merged file, apart from what is in conflict; None where the path is merged away.
    merged: Entry | None = None

    @property
    def number(self) -> int:
        """The number of conflicts: of hunks (or the whole content), of mode and of type."""
        hunks = sum(hunk.conflicting for hunk in self.hunks)
        return (hunks or 1) * self.content + self.mode + self.object_type


class Merge:
    """The merge of a source into a destination, at the level of files or of lines.

    Raises ``TipsDivergenceExceededException`` when the two have no commit in common.
    """

    def __init__(self, git: Repo, source: Commit, destination: Commit, detail: str) -> None:
        self.git, self.source, self.destination, self.detail = git, source, destination, detail
        found = gitobjects.merge_base(git, destination.id.decode(), source.id.decode())
        base = gitobjects.commit_of(git, found) if found else None
        if base is None:
            raise refusal("TipsDivergenceExceededException")
        self.base = base

    @property
    def can_fast_forward(self) -> bool:
        """Whether the destination has nothing that the source lacks."""
        return self.base.id == self.destination.id

    @cached_property
    def sides(self) -> dict[str, Files]:
        """Every file of the base, the source and the destination."""
        commits = {"base": self.base, "source": self.source, "destination": self.destination}
        return {side: gitobjects.files_of(self.git, each) for side, each in commits.items()}

    @cached_property
    def _outcome(self) -> tuple[Files, dict[str, Conflict]]:
        merged: Files = {}
        conflicts: dict[str, Conflict] = {}
        paths = {path for files in self.sides.values() for path in files}
        for path in sorted(paths, key=gitobjects.encoded):
            found = self.describe(path)
            if found.number:
                conflicts[path] = found
            elif found.merged:
                merged[path] = found.merged
        self._part_files_from_folders(merged, conflicts)
        return merged, dict(sorted(conflicts.items()))

    @property
    def merged(self) -> Files:
        """The files that merge without a conflict."""
        return self._outcome[0]

    @property
    def conflicts(self) -> dict[str, Conflict]:
        """The conflicts by path."""
        return self._outcome[1]

    def below(self, side: str, path: str) -> Files:
        """Return what a side has at a path and below it."""
        files = self.sides[side].items()
        return {each: entry for each, entry in files if f"{each}/".startswith(f"{path}/")}

    def describe(self, path: str) -> Conflict:
        """Return how a path merges, whether in conflict or not."""
        base, source, destination = (
            self.sides[side].get(path) for side in ("base", "source", "destination")
        )
        found = Conflict(path, base, source, destination, self._types(path))
        if source == destination or destination == base:
            found.merged = source
        elif source == base:
            found.merged = destination
        elif source and destination and found.types["source"] == found.types["destination"]:
            self._merge_file(found, source, destination)
        elif source and destination:
            found.object_type = True
        else:
            found.content = True
        return found

    def _merge_file(self, found: Conflict, source: Entry, destination: Entry) -> None:
        base = found.base or Entry(0, "")
        mode = _chosen(base.mode, source.mode, destination.mode)
        sha = _chosen(base.sha, source.sha, destination.sha)
        found.mode = mode is None
        if sha is None:
            sha = self._merge_content(found, source, destination)
        found.merged = Entry(mode or source.mode, sha)

    def _merge_content(self, found: Conflict, source: Entry, destination: Entry) -> str:
        """Merge two contents by lines, if that is asked for and they have lines."""
        whole = found.types["source"] != "FILE" or self.detail == FILE_LEVEL
        texts = [] if whole else self._texts(found.base, source, destination)
        if not texts or any(map(is_binary, texts)):
            found.content = True
            return source.sha
        found.hunks = merge_lines(*texts)
        found.content = any(hunk.conflicting for hunk in found.hunks)
        return gitobjects.write_blob(self.git, merged_text(found.hunks))

    def _texts(self, *entries: Entry | None) -> list[bytes]:
        return [gitobjects.read_blob(self.git, each.sha) if each else b"" for each in entries]

    def _types(self, path: str) -> dict[str, str]:
        return {side: _type(files, path) for side, files in self.sides.items()}

    def _part_files_from_folders(self, merged: Files, conflicts: dict[str, Conflict]) -> None:
        """Make a conflict of each path that is a file of one side and a folder of the other."""
        folders = {
            "/".join(parts[:end])
            for parts in (path.split("/") for path in (*merged, *conflicts))
            for end in range(1, len(parts))
        }
        for path in sorted(folders & {*merged, *conflicts}):
            if path not in merged and path not in conflicts:
                continue  # below one that was parted before
            found = conflicts.get(path) or self.describe(path)
            found.object_type = True
            for below in [each for each in (*merged, *conflicts) if each.startswith(f"{path}/")]:
                merged.pop(below, None)
                conflicts.pop(below, None)
            merged.pop(path, None)
            conflicts[path] = found


def _chosen(base: T, source: T, destination: T) -> T | None:
    """Return what a three-way merge makes of a value, or None for a conflict."""
    if source in (destination, base):
        return destination
    return source if destination == base else None


def _type(files: Files, path: str) -> str:
    entry = files.get(path)
    if entry is None:
        folder = any(each.startswith(f"{path}/") for each in files)
        return "DIRECTORY" if folder else ""
    if entry.mode == SUBMODULE:
        return "GIT_LINK"
    return "SYMBOLIC_LINK" if stat.S_ISLNK(entry.mode) else "FILE"
