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
from offline_aws.operations import Call

_HEADS = b"refs/heads/"
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
    folder: Path
    git: Repo
    created: datetime
    modified: datetime
    description: str | None = None
    kms_key: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    triggers: list[dict[str, Any]] = field(default_factory=list)
    triggers_id: str | None = None
    #: The commit that a source and a destination commit were merged in, by their ids.
    merges: dict[tuple[str, str], str] = field(default_factory=dict)
    #: Called when a branch has moved.
    watchers: list[Callable[[Call], None]] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """The ARN, which changes with the name."""
        return f"arn:aws:codecommit:{self.region}:{self.account}:{self.name}"

    @property
    def branches(self) -> dict[str, str]:
        """The commit id at the tip of each branch, by name, in the order of names."""
        tips = self.git.refs.as_dict(Ref(_HEADS)).items()
        return dict(sorted((name.decode(), tip.decode()) for name, tip in tips))

    @property
    def default_branch(self) -> str | None:
        """The branch that git's HEAD names; the first that was made, if HEAD names none."""
        chain, tip = self.git.refs.follow(HEADREF)
        if tip:
            return chain[-1].removeprefix(_HEADS).decode()
        first = next(iter(self.branches), None)
        if first:
            self.default_branch = first
        return first

    @default_branch.setter
    def default_branch(self, name: str | None) -> None:
        self.git.refs.set_symbolic_ref(HEADREF, Ref(_HEADS + (name or "main").encode()))

    def rename(self, name: str) -> None:
        """Rename the repository, and its folder with it."""
        self.git.close()
        folder = self.folder.with_name(f"{name}.git")
        self.folder.rename(folder)
        self.name, self.folder, self.git = name, folder, Repo(str(folder))


class Repositories:
    """Every repository of an account and region, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, Repository] = {}
        self.ids = Ids()

    def create(self, call: Call, name: str) -> Repository:
        """Return a new, empty repository."""
        if name in self.by_name:
            raise refusal("RepositoryNameExistsException", name)
        folder = call.folder / "codecommit" / call.account / call.region / f"{name}.git"
        folder.mkdir(parents=True)
        now = call.clock.now()
        repository = Repository(
            name=name,
            repository_id=self.ids.uuid(call, "repository"),
            account=call.account,
            region=call.region,
            folder=folder,
            # Named here, or the machine's own git configuration would name it.
            git=Repo.init_bare(str(folder), default_branch=b"main"),
            created=now,
            modified=now,
        )
        self.by_name[name] = repository
        return repository

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
            repository.git.close()
            shutil.rmtree(repository.folder)
        return repository

    def close(self) -> None:
        """Close the files that git holds open."""
        for repository in self.by_name.values():
            repository.git.close()


def repository_of(call: Call, parameters: dict[str, Any]) -> Repository:
    """Return the repository that a call's ``repositoryName`` names."""
    return call.state(Repositories).get(parameters.get("repositoryName"))
