"""The commits of a CodeCommit repository, each asked for once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

#: The most that BatchGetCommits takes.
_IN_A_BATCH = 100


class Commit(NamedTuple):
    """A commit: its parents, when it was written and committed, its message's first line.

    ``written_at`` is aware (UTC), ``committed_at`` in seconds since 1970.
    """

    parents: tuple[str, ...]
    written_at: datetime
    committed_at: int
    first_line: str

    @property
    def is_merge(self) -> bool:
        """Whether it joins the work of several parents."""
        return len(self.parents) > 1


class Repository:
    """A repository, read by any boto3 CodeCommit client. Raises botocore's ``ClientError``."""

    def __init__(self, client: Any, name: str) -> None:
        self.name = name
        self._client = client
        self._commits: dict[str, Commit | None] = {}

    @property
    def missing(self) -> int:
        """How many commits were asked for and are not there."""
        return sum(commit is None for commit in self._commits.values())

    def read(self, ids: Iterable[str]) -> None:
        """Ask for the commits that are not known yet, as many as possible at a time."""
        wanted = [one for one in dict.fromkeys(ids) if one not in self._commits]
        for begin in range(0, len(wanted), _IN_A_BATCH):
            batch = wanted[begin : begin + _IN_A_BATCH]
            answer = self._client.batch_get_commits(repositoryName=self.name, commitIds=batch)
            self._commits.update(dict.fromkeys(batch))
            self._commits.update((one["commitId"], _commit(one)) for one in answer["commits"])

    def commit(self, commit_id: str) -> Commit | None:
        """Return a commit, or None if the repository does not have it."""
        self.read([commit_id])
        return self._commits[commit_id]

    def head(self, branch: str) -> str | None:
        """Return the id of the commit at the tip of a branch, None if it is gone."""
        try:
            answer = self._client.get_branch(repositoryName=self.name, branchName=branch)
        except ClientError as error:
            if error.response["Error"]["Code"] == "BranchDoesNotExistException":
                return None
            raise
        return str(answer["branch"]["commitId"])


def _commit(described: Mapping[str, Any]) -> Commit:
    return Commit(
        parents=tuple(described.get("parents", ())),
        written_at=datetime.fromtimestamp(_seconds(described["author"]), UTC),
        committed_at=_seconds(described["committer"]),
        first_line=described.get("message", "").strip().partition("\n")[0].strip(),
    )


def _seconds(person: Mapping[str, str]) -> int:
    """Return the seconds of a date such as ``1767603600 +0100``, whose offset is for people."""
    return int(person["date"].split()[0])
