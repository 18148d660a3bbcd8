"""Which commits of a CodeCommit repository each deployment brought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from devops_workbook.dora.codecommit import Repository
from devops_workbook.dora.commit_walk import MOST_AT_FIRST, Walk
from devops_workbook.dora.eventbridge_changes import Change
from devops_workbook.dora.eventbridge_deployments import Deployment
from devops_workbook.dora.notes import counted

#: The id of a commit, and of the deployment that brought it.
Pair = tuple[str, str | None]


@dataclass(frozen=True)
class Brought:
    """The changes of a source, the first lines of their messages by id, and notes."""

    changes: list[Change]
    first_lines: dict[str, str]
    notes: list[str]


def find_commits(
    client: Any,
    place: tuple[str, str],
    revisions: Iterable[str],
    deployments: Sequence[Deployment],
) -> Brought:
    """Return every commit that each deployment brought, and those that none did.

    ``place`` is the repository and the branch, ``revisions`` what the pipeline took from it.
    The deployments, in the order in which they finished, have their revisions as versions; one
    brings what its revision reaches and no successful one before it did. What the branch or one
    of the revisions reaches and no deployment brought is not deployed yet. Merges are left out.

    Raises botocore's ``ClientError``.
    """
    name, branch = place
    repository = Repository(client, name)
    revisions = list(revisions)
    repository.read(revisions)  # in batches; the commits between them have to be asked one by one
    walk = Walk(repository)
    pairs = list(_deployed(walk, deployments))
    head = repository.head(branch)
    pairs += _waiting(walk, [head, *revisions] if head else revisions, {one for one, _ in pairs})
    return _brought(walk, pairs)


def _deployed(walk: Walk, deployments: Sequence[Deployment]) -> Iterator[Pair]:
    joined_later = False
    for deployment in deployments:
        succeeded = deployment.status == "succeeded"
        if deployment.version is None:
            joined_later |= succeeded
            continue
        new = walk.new(deployment.version)
        # Of a source that the pipeline got later, nobody can say what had been deployed before.
        brought = new[:1] if joined_later and not walk.has_begun else new
        for one in reversed(brought):
            yield one, deployment.deployment_id
        if succeeded:
            walk.take(new)


def _waiting(walk: Walk, revisions: Iterable[str], deployed: set[str]) -> Iterator[Pair]:
    seen = set(deployed)
    for revision in revisions:
        if revision not in seen:
            new = [one for one in walk.new(revision) if one not in seen]
            seen.update(new)
            yield from ((one, None) for one in reversed(new))


def _brought(walk: Walk, pairs: Sequence[Pair]) -> Brought:
    repository = walk.repository
    commits = {one: commit for one, _ in pairs if (commit := repository.commit(one)) is not None}
    work = {one: commit for one, commit in commits.items() if not commit.is_merge}
    notes = []
    if merges := len(commits) - len(work):
        notes.append(f"{counted(merges, 'merge commit')} left out: merges only join changes")
    if repository.missing:
        missing = counted(repository.missing, "commit")
        notes.append(f"{missing} left out: not in the repository {repository.name}")
    if walk.cut_off:
        notes.append(
            f"commits of {repository.name} left out: older than the last {MOST_AT_FIRST:,} of the"
            " first revision"
        )
    return Brought(
        [Change(one, deployed, work[one].written_at) for one, deployed in pairs if one in work],
        {one: commit.first_line for one, commit in work.items()},
        notes,
    )
