"""What one commit changes: files put, moved, deleted, and modes set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from dulwich.repo import Repo

from offline_aws.codecommit import checks
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.gitobjects import MODES, SUBMODULE, Entry, Files, read_blob, write_blob

FILE_LIMIT = 6 * 1024 * 1024
_COMMIT_LIMIT = 7 * 1024 * 1024
_ENTRY_LIMIT = 100
_KEEP = ".gitkeep"


@dataclass
class Changes:
    """The files before and after, changed step by step and checked as AWS checks."""

    git: Repo
    before: Files
    after: Files = field(init=False)

    def __post_init__(self) -> None:
        self.after = dict(self.before)

    def apply(self, parameters: dict[str, Any]) -> None:
        """Apply ``putFiles``, ``deleteFiles`` and ``setFileModes`` of CreateCommit."""
        puts = parameters.get("putFiles") or []
        deletes = parameters.get("deleteFiles") or []
        modes = parameters.get("setFileModes") or []
        _check_entries(puts, deletes, modes)
        for each in deletes:
            self.delete(each.get("filePath"))
        contents = [(each, self._content(each)) for each in puts]
        for each in puts:
            if (each.get("sourceFile") or {}).get("isMove"):
                self.delete(each["sourceFile"]["filePath"])
        for each, (content, mode) in contents:
            self.put(each.get("filePath"), content, each.get("fileMode") or mode)
        for each in modes:
            self.set_mode(each.get("filePath"), each.get("fileMode"))

    def put(self, file_path: str | None, content: bytes, mode: str | None = None) -> None:
        """Add or replace a file; without a mode one that is there keeps its own."""
        path = checks.path(file_path)
        if len(content) > FILE_LIMIT:
            raise refusal("FileContentSizeLimitExceededException", path)
        self._check_room(path)
        known = self.after.get(path)
        number = mode_number(mode) if mode else known.mode if known else MODES["NORMAL"]
        self.after[path] = Entry(number, write_blob(self.git, content))

    def delete(self, file_path: str | None) -> Entry:
        """Delete a file, and so the folders that this leaves empty."""
        path = checks.path(file_path)
        removed = self._existing(path)
        del self.after[path]
        return removed

    def set_mode(self, file_path: str | None, mode: str | None) -> None:
        """Set the mode of a file that is there."""
        path = checks.path(file_path)
        if not mode:
            raise refusal("FileModeRequiredException")
        self.after[path] = Entry(mode_number(mode), self._existing(path).sha)

    def summary(self) -> dict[str, list[dict[str, Any]]]:
        """Return the files added, updated and deleted as AWS lists them."""
        before, after = self.before, self.after
        return {
            "filesAdded": [_file(path, after[path]) for path in after if path not in before],
            "filesUpdated": [
                _file(path, after[path])
                for path in after
                if path in before and after[path] != before[path]
            ],
            "filesDeleted": [_file(path, before[path]) for path in before if path not in after],
        }

    def _content(self, put: dict[str, Any]) -> tuple[bytes, str | None]:
        """Return what a put puts, and the mode of the file that it is copied from."""
        source = put.get("sourceFile")
        if source is None and put.get("fileContent") is None:
            raise refusal("SourceFileOrContentRequiredException", str(put.get("filePath")))
        if source is None:
            return bytes(put["fileContent"]), None
        if put.get("fileContent") is not None:
            raise refusal("FileContentAndSourceFileSpecifiedException", str(put.get("filePath")))
        path = checks.path(source.get("filePath"))
        if path.rpartition("/")[2] == _KEEP:
            raise refusal("RestrictedSourceFileException", path)
        entry = self.before.get(path)
        if entry is None or entry.mode == SUBMODULE:
            raise refusal("FileDoesNotExistException", path)
        return read_blob(self.git, entry.sha), entry.mode_name

    def _existing(self, path: str) -> Entry:
        entry = self.after.get(path)
        if entry is None:
            raise refusal("FileDoesNotExistException", path)
        if entry.mode == SUBMODULE:
            raise refusal("FilePathConflictsWithSubmodulePathException", path)
        return entry

    def _check_room(self, path: str) -> None:
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            other = "/".join(parts[:end])
            if other in self.after and self.after[other].mode == SUBMODULE:
                raise refusal("FilePathConflictsWithSubmodulePathException", other)
            if other in self.after and other != path:
                raise refusal("DirectoryNameConflictsWithFileNameException", other)
        if any(other.startswith(f"{path}/") for other in self.after):
            raise refusal("FileNameConflictsWithDirectoryNameException", path)


def keep_empty_folders(git: Repo, before: Files, after: Files) -> None:
    """Put a file named .gitkeep into each folder that the deletions leave empty."""
    deleted = (path for path in before if path not in after and "/" in path)
    folders = {path.rpartition("/")[0] for path in deleted}
    # The deepest first: what it keeps is in the folders above it.
    for folder in sorted(folders, key=lambda folder: -folder.count("/")):
        if not any(path.startswith(f"{folder}/") for path in after):
            after[f"{folder}/{_KEEP}"] = Entry(MODES["NORMAL"], write_blob(git, b""))


def mode_number(mode: str) -> int:
    """Return git's number for AWS's word for a mode."""
    if mode not in MODES:
        raise refusal("InvalidFileModeException", mode)
    return MODES[mode]


def _file(path: str, entry: Entry) -> dict[str, Any]:
    return {"absolutePath": path, "blobId": entry.sha, "fileMode": entry.mode_name}


def _check_entries(
    puts: list[dict[str, Any]], deletes: list[dict[str, Any]], modes: list[dict[str, Any]]
) -> None:
    """Refuse what AWS refuses of the entries together, before it looks at a file."""
    entries = [*puts, *deletes, *modes]
    if not entries:
        raise refusal("FileEntryRequiredException")
    if len(entries) > _ENTRY_LIMIT:
        raise refusal("MaximumFileEntriesExceededException")
    moved = [each["sourceFile"] for each in puts if (each.get("sourceFile") or {}).get("isMove")]
    paths = [checks.path(each.get("filePath")) for each in [*entries, *moved]]
    for path, count in Counter(paths).items():
        if count > 1:
            raise refusal("SamePathRequestException", path)
    put = {checks.path(each.get("filePath")) for each in puts}
    for path in put:
        if any(other.startswith(f"{path}/") for other in put):
            raise refusal("PutFileEntryConflictException", path)
    if sum(len(each.get("fileContent") or b"") for each in puts) > _COMMIT_LIMIT:
        raise refusal("FileContentSizeLimitExceededException")
