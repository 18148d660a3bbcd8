"""Files, commits and references in a repository's git objects."""

from __future__ import annotations

import stat
from datetime import datetime
from typing import Any, NamedTuple

from dulwich.index import commit_tree
from dulwich.objects import Blob, Commit, ObjectID, Tag, Tree
from dulwich.refs import Ref, check_ref_format
from dulwich.repo import Repo

from offline_aws.codecommit import checks
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.reference_events import notice
from offline_aws.codecommit.store import Repository
from offline_aws.operations import Call

MODES = {"NORMAL": 0o100644, "EXECUTABLE": 0o100755, "SYMLINK": 0o120000}
MODE_NAMES = {mode: name for name, mode in MODES.items()}
SUBMODULE = 0o160000


class Entry(NamedTuple):
    """A file, symbolic link or submodule: its mode, and its blob (or commit) id."""

    mode: int
    sha: str

    @property
    def mode_name(self) -> str:
        """AWS's word for the mode."""
        # Old repositories hold files of other permissions, which git reads as these two.
        if self.mode in MODE_NAMES:
            return MODE_NAMES[self.mode]
        return "EXECUTABLE" if self.mode & 0o100 else "NORMAL"


#: Every file of a commit by its path.
Files = dict[str, Entry]


class Author(NamedTuple):
    """Who a commit names as author and as committer."""

    name: str
    email: str


def object_of(git: Repo, sha: str) -> Any:
    """Return the object of a full id, or None."""
    if not checks.COMMIT_ID.fullmatch(sha):
        return None
    try:
        return git.object_store[ObjectID(sha.encode())]
    except KeyError:
        return None


def commit_of(git: Repo, sha: str) -> Commit | None:
    """Return the commit of a full id, or None if it is not there or not a commit."""
    found = object_of(git, sha)
    return found if isinstance(found, Commit) else None


def read_blob(git: Repo, sha: str) -> bytes:
    """Return the content of a blob that is known to be there."""
    found = git.object_store[ObjectID(sha.encode())]
    if not isinstance(found, Blob):
        raise TypeError(f"{sha} is a {found.type_name.decode()}, not a blob")
    return found.data


def write_blob(git: Repo, content: bytes) -> str:
    """Keep a content and return its blob id."""
    blob = Blob.from_string(content)
    git.object_store.add_object(blob)
    return blob.id.decode()


def files_of(git: Repo, commit: Commit | None) -> Files:
    """Return every file of a commit, in git's order; none for no commit."""
    if commit is None:
        return {}
    found = git.object_store.iter_tree_contents(commit.tree)
    return {text(each.path): Entry(each.mode or 0, str(each.sha, "ascii")) for each in found}


def tree_at(git: Repo, commit: Commit, folder: str) -> Tree | None:
    """Return the tree of a folder in a commit ('' for the root), or None."""
    found = git.object_store[commit.tree]
    for name in folder.split("/") if folder else []:
        if not isinstance(found, Tree) or encoded(name) not in found:
            return None
        mode, sha = found[encoded(name)]
        if not stat.S_ISDIR(mode):
            return None
        found = git.object_store[sha]
    return found if isinstance(found, Tree) else None


def write_commit(
    git: Repo, files: Files, parents: list[str], author: Author, message: str, now: datetime
) -> Commit:
    """Keep a commit of these files and return it; no branch moves."""
    commit = Commit()
    commit.tree = commit_tree(
        git.object_store,
        [(encoded(path), ObjectID(sha.encode()), mode) for path, (mode, sha) in files.items()],
    )
    commit.parents = [ObjectID(parent.encode()) for parent in parents]
    commit.author = commit.committer = f"{author.name} <{author.email}>".encode()
    commit.author_time = commit.commit_time = int(now.timestamp())
    commit.author_timezone = commit.commit_timezone = 0
    commit.message = message.encode()
    git.object_store.add_object(commit)
    return commit


def move_branch(
    call: Call, repository: Repository, branch: str, old: str | None, new: str, **merged: str
) -> None:
    """Move a branch from one commit to another, or make it (``old`` None).

    ``merged`` is what the event tells of a merge. Raises
    ``ConcurrentReferenceUpdateException`` when it is not at ``old`` any more.
    """
    name = Ref(b"refs/heads/" + branch.encode())
    refs, target = repository.git.refs, ObjectID(new.encode())
    if old is None:
        moved = refs.add_if_new(name, target)
    else:
        moved = refs.set_if_equals(name, ObjectID(old.encode()), target)
    if not moved:
        raise refusal("ConcurrentReferenceUpdateException")
    notice(call, repository, **merged)


def merge_base(git: Repo, one: str, other: str) -> str | None:
    """Return the newest commit that two commits have in common, or None.

    dulwich's own search goes by the times of commits, and here many have the same: while the clock
    stands still.
    """
    common = _ancestors(git, one) & _ancestors(git, other)
    commits = [commit for commit in (commit_of(git, sha) for sha in common) if commit]
    # Every descendant on the way to a common commit is common too, so a child is enough.
    older = {parent for commit in commits for parent in commit.parents}
    bases = [commit for commit in commits if commit.id not in older]
    newest = max(bases, key=lambda commit: (commit.commit_time, commit.id), default=None)
    return newest.id.decode() if newest else None


def _ancestors(git: Repo, sha: str) -> set[str]:
    """Return the ids of a commit and of all that it comes from."""
    found: set[str] = set()
    left = [sha]
    while left:
        each = left.pop()
        commit = None if each in found else commit_of(git, each)
        if commit:
            found.add(each)
            left += [parent.decode() for parent in commit.parents]
    return found


def resolve(
    repository: Repository, specifier: str | None, required: str = "CommitRequiredException"
) -> Commit:
    """Return the commit of a branch, tag, HEAD, full reference or full commit id.

    Raises ``required`` when nothing is specified, ``CommitDoesNotExistException`` when there is
    no such commit.
    """
    if not specifier:
        raise refusal(required)
    git = repository.git
    # HEAD follows the default branch, which a first push may have to settle.
    _ = repository.default_branch
    for name in (specifier, f"refs/heads/{specifier}", f"refs/tags/{specifier}"):
        reference = Ref(name.encode())
        known = name == "HEAD" or (name.startswith("refs/") and check_ref_format(reference))
        _, sha = git.refs.follow(reference) if known else ([], None)
        if sha:
            return _peeled(git, sha.decode(), specifier)
    return _peeled(git, specifier.lower(), specifier)


def head_or(repository: Repository, specifier: str | None) -> Commit:
    """Return the commit of a specifier, or of the default branch without one."""
    return resolve(repository, specifier or "HEAD")


def text(path: bytes | None) -> str:
    """Return git's bytes as text; what is not UTF-8 survives the way back."""
    return (path or b"").decode(errors="surrogateescape")


def encoded(path: str) -> bytes:
    """Return text as git's bytes."""
    return path.encode(errors="surrogateescape")


def _peeled(git: Repo, sha: str, specifier: str) -> Commit:
    found = object_of(git, sha)
    while isinstance(found, Tag):
        found = object_of(git, found.object[1].decode())
    if not isinstance(found, Commit):
        raise refusal("CommitDoesNotExistException", specifier)
    return found
