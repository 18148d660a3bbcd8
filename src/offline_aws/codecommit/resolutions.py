"""How the conflicts of a merge are resolved: by a strategy, or one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from offline_aws.codecommit import checks, gitobjects
from offline_aws.codecommit.changes import FILE_LIMIT, keep_empty_folders, mode_number
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.gitobjects import Entry, Files
from offline_aws.codecommit.lines import merged_text
from offline_aws.codecommit.merging import FILE_LEVEL, LINE_LEVEL, Conflict, Merge

NONE, AUTOMERGE = "NONE", "AUTOMERGE"
_SIDES = {"ACCEPT_SOURCE": "source", "ACCEPT_DESTINATION": "destination"}
_KEPT = {"KEEP_BASE": "base", "KEEP_SOURCE": "source", "KEEP_DESTINATION": "destination"}
_NEW = "USE_NEW_CONTENT"


class Resolution:
    """What a call says of conflicts: the level of detail, the strategy, and single answers."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.detail = checks.one_of(
            parameters.get("conflictDetailLevel") or FILE_LEVEL,
            (FILE_LEVEL, LINE_LEVEL),
            "InvalidConflictDetailLevelException",
        )
        self.strategy = checks.one_of(
            parameters.get("conflictResolutionStrategy") or NONE,
            (NONE, AUTOMERGE, *_SIDES),
            "InvalidConflictResolutionStrategyException",
        )
        self._keep_folders = bool(parameters.get("keepEmptyFolders"))
        given = parameters.get("conflictResolution") or {}
        if given and self.strategy != AUTOMERGE:
            raise refusal("InvalidConflictResolutionException")
        self._contents = _by_path(given.get("replaceContents"))
        self._deletes = _by_path(given.get("deleteFiles"))
        self._modes = _by_path(given.get("setFileModes"))
        if {*self._contents} & {*self._deletes}:
            raise refusal("MultipleConflictResolutionEntriesException")

    def conflicts(self, merge: Merge) -> dict[str, Conflict]:
        """Return the conflicts that the strategy leaves."""
        return {} if self.strategy in _SIDES else merge.conflicts

    def files(self, merge: Merge) -> Files:
        """Return every file of the merge commit.

        Raises ``ManualMergeRequiredException`` when a conflict is not resolved.
        """
        files, left = dict(merge.merged), dict(merge.conflicts)
        if self.strategy in _SIDES:
            for conflict in left.values():
                files.update(_accepted(merge, conflict, _SIDES[self.strategy]))
            left = {}
        self._resolve_one_by_one(merge, files, left)
        if left:
            raise refusal("ManualMergeRequiredException", *left)
        if self._keep_folders:
            keep_empty_folders(merge.git, merge.sides["destination"], files)
        return files

    def _resolve_one_by_one(self, merge: Merge, files: Files, left: dict[str, Conflict]) -> None:
        for path, entry in self._contents.items():
            if path not in left:
                raise refusal("InvalidConflictResolutionException", path)
            files.update(_replaced(merge, left.pop(path), entry))
        for path in self._deletes:
            if path not in left and path not in files:
                raise refusal("InvalidConflictResolutionException", path)
            left.pop(path, None)
            files.pop(path, None)
        for path, entry in self._modes.items():
            mode = entry.get("fileMode")
            if not mode:
                raise refusal("FileModeRequiredException", path)
            conflict = left.get(path)
            if conflict and conflict.merged and conflict.number == conflict.mode:
                files[path] = left.pop(path).merged or conflict.merged
            if path not in files:
                raise refusal("InvalidConflictResolutionException", path)
            files[path] = Entry(mode_number(mode), files[path].sha)


def _by_path(entries: list[dict[str, Any]] | None) -> dict[str, dict[str, Any]]:
    paths = [checks.path(each.get("filePath")) for each in entries or []]
    for path, count in Counter(paths).items():
        if count > 1:
            raise refusal("MultipleConflictResolutionEntriesException", path)
    return dict(zip(paths, entries or [], strict=True))


def _accepted(merge: Merge, conflict: Conflict, side: str) -> Files:
    """Return what a side has in a conflict, with the lines merged that are not in conflict."""
    merged = conflict.merged
    if merged is None or conflict.object_type:
        return merge.below(side, conflict.path)
    mode, sha = merged.mode, merged.sha
    theirs = merge.sides[side][conflict.path]
    if conflict.mode:
        mode = theirs.mode
    if conflict.hunks:
        text = merged_text(conflict.hunks, of_destination=side == "destination")
        sha = gitobjects.write_blob(merge.git, text)
    elif conflict.content:
        sha = theirs.sha
    return {conflict.path: Entry(mode, sha)}


def _replaced(merge: Merge, conflict: Conflict, entry: dict[str, Any]) -> Files:
    """Return the files that an entry of ``replaceContents`` puts in place of a conflict."""
    kind = entry.get("replacementType")
    if not kind:
        raise refusal("ReplacementTypeRequiredException")
    checks.one_of(kind, (_NEW, *_KEPT), "InvalidReplacementTypeException")
    mode = mode_number(entry["fileMode"]) if entry.get("fileMode") else None
    content = entry.get("content")
    if kind != _NEW:
        if content is not None:
            raise refusal("InvalidReplacementContentException", conflict.path)
        kept = merge.below(_KEPT[kind], conflict.path)
        return {path: Entry(mode or each.mode, each.sha) for path, each in kept.items()}
    if content is None:
        raise refusal("ReplacementContentRequiredException", conflict.path)
    if len(content) > FILE_LIMIT:
        raise refusal("FileContentSizeLimitExceededException", conflict.path)
    of = conflict.destination or conflict.source
    number = mode or (of.mode if of else mode_number("NORMAL"))
    return {conflict.path: Entry(number, gitobjects.write_blob(merge.git, content))}
