"""What GitHub and Bitbucket hold, offline, where neither can be reached.

A service that builds from somebody else's git host asks here. A lab says what is there::

    aws.code_hosts.push("https://github.com/shop/orders", "main", {"apprunner.yaml": "..."})
    aws.code_hosts.accept(connection_arn)  # the handshake, for which AWS's console has a button
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1


@dataclass(frozen=True)
class Commit:
    """One commit: its id, 40 hexadecimal digits, and its files by path."""

    id: str
    files: Mapping[str, str] = field(default_factory=dict)


class CodeHosts:
    """The repositories outside of AWS of one environment; empty again after a reset."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], Commit] = {}
        self._accepted: set[str] = set()

    def push(self, repository: str, branch: str, files: Mapping[str, str]) -> str:
        """Make a commit with these files, and no others, the newest of a branch; return its id."""
        place = (_place(repository), branch)
        before = self._newest[place].id if place in self._newest else ""
        text = "\0".join([before, *place, *(f"{path}\0{files[path]}" for path in sorted(files))])
        commit = Commit(sha1(text.encode(), usedforsecurity=False).hexdigest(), dict(files))
        self._newest[place] = commit
        return commit.id

    def newest(self, repository: str, branch: str) -> Commit | None:
        """Return the newest commit of a branch, None where there is no such branch."""
        return self._newest.get((_place(repository), branch))

    def accept(self, connection_arn: str) -> None:
        """Finish the handshake of a connection: from now on it is available."""
        self._accepted.add(connection_arn)

    def accepts(self, connection_arn: str) -> bool:
        """Return whether the handshake of a connection is finished."""
        return connection_arn in self._accepted


def _place(repository: str) -> str:
    return repository.rstrip("/").removesuffix(".git").lower()
