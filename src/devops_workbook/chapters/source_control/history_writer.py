"""Write commits, merges, branches and tags with given dates into a bare git repository.

What a learner does in a chapter carries the lab's time. What happened before the lab opened is
written here, straight into git, as a push would bring it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from dulwich.graph import find_merge_base
from dulwich.index import commit_tree
from dulwich.objects import Blob, Commit, ObjectID, Tag
from dulwich.refs import Ref
from dulwich.repo import MemoryRepo, Repo

Files = dict[str, str]
_FILE = 0o100644


class HistoryWriter:
    """A history that is being written, branch by branch, and pushed when it is done.

    Times are aware datetimes. Authors are written ``Name <address>``.
    """

    def __init__(self) -> None:
        # In memory, because a file for each object would take most of the time.
        self._git = MemoryRepo()
        self._files: dict[ObjectID, Files] = {}

    def commit(
        self,
        branch: str,
        when: datetime,
        author: str,
        message: str,
        changes: Mapping[str, str | None],
    ) -> str:
        """Commit files to a branch, which the first commit makes; None deletes a file."""
        tip = self._tips.get(branch)
        files = {**self._files[tip], **changes} if tip else changes
        kept = {path: text for path, text in files.items() if text is not None}
        return self._write(branch, kept, [tip] if tip else [], when, author, message)

    def branch(self, name: str, start: str) -> None:
        """Make a branch where another one is."""
        self._git.refs[_head(name)] = self._tips[start]

    def remove_branch(self, name: str) -> None:
        """Remove a branch; its commits stay where a merge has them."""
        del self._git.refs[_head(name)]

    def merge(self, into: str, source: str, when: datetime, author: str, message: str) -> str:
        """Merge a branch into another with a merge commit.

        The two sides must not have changed the same file, and the source must not have lost one.
        """
        ours, theirs = self._tips[into], self._tips[source]
        (base,) = find_merge_base(self._git, [ours, theirs])
        before, after = self._files[base], self._files[theirs]
        changed = {path: text for path, text in after.items() if before.get(path) != text}
        return self._write(into, self._files[ours] | changed, [ours, theirs], when, author, message)

    def tag(self, name: str, branch: str, when: datetime, author: str) -> None:
        """Put an annotated tag on the tip of a branch."""
        tag = Tag()
        tag.name, tag.tagger, tag.message = name.encode(), author.encode(), f"{name}\n".encode()
        tag.object = (Commit, self._tips[branch])
        tag.tag_time, tag.tag_timezone = int(when.timestamp()), 0
        self._git.object_store.add_object(tag)
        self._git.refs[Ref(b"refs/tags/" + name.encode())] = tag.id

    def push(self, folder: Path) -> None:
        """Bring everything into the bare repository in a folder."""
        store = self._git.object_store
        with Repo(str(folder)) as bare:
            bare.object_store.add_objects([(store[sha], None) for sha in sorted(store)])
            for name, sha in self._git.refs.as_dict(Ref(b"refs")).items():
                bare.refs[Ref(b"refs/" + name)] = sha

    @property
    def _tips(self) -> dict[str, ObjectID]:
        tips = self._git.refs.as_dict(Ref(b"refs/heads"))
        return {name.decode(): tip for name, tip in tips.items()}

    def _write(
        self,
        branch: str,
        files: Files,
        parents: list[ObjectID],
        when: datetime,
        author: str,
        message: str,
    ) -> str:
        store = self._git.object_store
        blobs = {path: Blob.from_string(text.encode()) for path, text in files.items()}
        for blob in blobs.values():
            store.add_object(blob)
        commit = Commit()
        commit.tree = commit_tree(
            store, [(path.encode(), blob.id, _FILE) for path, blob in blobs.items()]
        )
        commit.parents = parents
        commit.author = commit.committer = author.encode()
        commit.author_time = commit.commit_time = int(when.timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.message = f"{message}\n".encode()
        store.add_object(commit)
        self._files[commit.id] = files
        self._git.refs[_head(branch)] = commit.id
        return commit.id.decode()


def _head(branch: str) -> Ref:
    return Ref(b"refs/heads/" + branch.encode())
