"""The repositories of an account and region, each a bare git repository in a folder."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dulwich.refs import HEADREF, Ref
from dulwich.repo import Repo

from offline_aws.codecommit import checks
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.reference_events import notice
from offline_aws.codecommit.references import FIRST_BRANCH, HEADS, TAGS, References
from offline_aws.operations import Call

# Any fixed value: ids made in the same order are the same in every run.
_NAMESPACE = uuid.UUID("c0dec033-17c0-4dec-8033-170000000000")


class Ids:
    """Identifiers that look random and are the same in every run."""

    def __init__(self) -> None:
        self._counters: dict[str, Iterator[int]] = {}

    def number(self, kind: str) -> int:
        """Return the next number of a kind, from 1."""
        return next(self._counters.setdefault(kind, itertools.count(1)))

    def uuid(self, call: Call, kind: str) -> str:
        """Return the next UUID of a kind in the caller's account and region."""
        text = f"{call.account}/{call.region}/{kind}/{self.number(kind)}"
        return str(uuid.uuid5(_NAMESPACE, text))

    def digest(self, call: Call, kind: str) -> str:
        """Return the next id of a kind that AWS gives as 64 hexadecimal digits."""
        return hashlib.sha256(self.uuid(call, kind).encode()).hexdigest()


@dataclass
class Repository:
    """A repository: its git objects in a folder, and what AWS keeps beside them."""

    name: str
    repository_id: str
    account: str
    region: str
    #: The call that made it: what git pushes to the folder is its caller's doing.
    owner: Call
    folder: Path
    references: References
    ids: Ids
    created: datetime
    modified: datetime
    description: str | None = None
    kms_key: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    triggers: list[dict[str, Any]] = field(default_factory=list)
    triggers_id: str | None = None
    #: The commit that a source and a destination commit were merged in, by their ids.
    merges: dict[tuple[str, str], str] = field(default_factory=dict)
    #: Called when a branch or a tag has changed.
    watchers: list[Callable[[Call], None]] = field(default_factory=list)
    #: The branches and tags of which the account has been told.
    noticed: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The ARN, which changes with the name."""
        return f"arn:aws:codecommit:{self.region}:{self.account}:{self.name}"

    @property
    def git(self) -> Repo:
        """Its git objects."""
        return self.references.git

    @property
    def branches(self) -> dict[str, str]:
        """The commit id at the tip of each branch, by name, in the order of names."""
        tips = self.references.tips.items()
        return {name.removeprefix(HEADS): tip for name, tip in tips if name.startswith(HEADS)}

    @property
    def tag_names(self) -> set[str]:
        """The names of the git tags."""
        tips = self.references.tips
        return {name.removeprefix(TAGS) for name in tips if name.startswith(TAGS)}

    @property
    def default_branch(self) -> str | None:
        """The branch that git's HEAD names; the first that was made, if HEAD names none."""
        tips, head = self.references.look()
        if head in tips:
            return head.removeprefix(HEADS)
        branches = (name.removeprefix(HEADS) for name in tips if name.startswith(HEADS))
        first = next(branches, None)
        if first:
            self.default_branch = first
        return first

    @default_branch.setter
    def default_branch(self, name: str | None) -> None:
        self.git.refs.set_symbolic_ref(HEADREF, Ref((HEADS + (name or FIRST_BRANCH)).encode()))

    def look(self) -> None:
        """Notice what git has pushed to the folder."""
        notice(self.owner, self)

    def rename(self, name: str) -> None:
        """Rename the repository, and its folder with it."""
        folder = self.folder.with_name(f"{name}.git")
        self.name, self.folder, self.references = name, folder, self.references.move(folder)


class Repositories:
    """Every repository of an account and region, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, Repository] = {}
        self.ids = Ids()
        self._watching = False

    def create(self, call: Call, name: str) -> Repository:
        """Return a new, empty repository."""
        if name in self.by_name:
            raise refusal("RepositoryNameExistsException", name)
        if not self._watching:
            self._watching = True
            call.clock.before_moving(self.look)
        folder = call.folder / "codecommit" / call.account / call.region / f"{name}.git"
        now = call.clock.now()
        repository = Repository(
            name=name,
            repository_id=self.ids.uuid(call, "repository"),
            account=call.account,
            region=call.region,
            owner=call,
            folder=folder,
            references=References(folder, made=False),
            ids=self.ids,
            created=now,
            modified=now,
        )
        self.by_name[name] = repository
        if call.folder_is_shown:
            repository.references.make()
        return repository

    def write_out(self) -> None:
        """Make every repository on disk, for somebody who is shown the folder."""
        for repository in tuple(self.by_name.values()):
            repository.references.make()

    def get(self, name: str | None) -> Repository:
        """Return a repository by its name."""
        known = self.by_name.get(checks.repository_name(name))
        if known is None:
            raise refusal("RepositoryDoesNotExistException", str(name))
        return known

    def remove(self, name: str) -> Repository | None:
        """Remove a repository with its folder; return it, or None if there was none."""
        repository = self.by_name.pop(name, None)
        if repository:
            repository.references.close()
            if repository.folder.exists():
                shutil.rmtree(repository.folder)
        return repository

    def look(self) -> None:
        """Notice what git has pushed to any of them."""
        for repository in tuple(self.by_name.values()):
            repository.look()

    def close(self) -> None:
        """Close the files that git holds open, and forget the repositories."""
        for repository in self.by_name.values():
            repository.references.close()
        self.by_name.clear()


def repository_of(call: Call, parameters: dict[str, Any]) -> Repository:
    """Return the repository that a call's ``repositoryName`` names, as it is now."""
    repository = call.state(Repositories).get(parameters.get("repositoryName"))
    repository.look()
    return repository
