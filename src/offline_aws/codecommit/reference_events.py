"""What CodeCommit tells EventBridge of branches and tags.

The fields of each event are those of "Monitoring CodeCommit events in Amazon EventBridge", in the
CodeCommit user guide.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from dulwich.objects import ObjectID, Tag

from offline_aws.codecommit.references import HEADS, TAGS
from offline_aws.operations import Call

if TYPE_CHECKING:
    from offline_aws.codecommit.store import Repository

_lock = Lock()


def notice(call: Call, repository: Repository, **merged: str) -> None:
    """Tell the account of each branch and tag that has changed since the last look, once.

    ``call`` is of whoever changed them; ``merged`` is added to the events where a merge did.
    """
    found = repository.references.tips
    if found is repository.noticed:
        return
    # Another thread may look at the same time. Not held below: the listeners make calls.
    with _lock:
        before, repository.noticed = repository.noticed, found
    changed = sorted(name for name in {*before, *found} if before.get(name) != found.get(name))
    for name in changed:
        change = _change(before.get(name), found.get(name), repository)
        _send(call, repository, {**change, **_reference(name), **merged})
    if changed:
        repository.modified = call.clock.now()
        for watch in repository.watchers:
            watch(call)


def tell_of_unreferenced_merge(call: Call, repository: Repository, **merged: str) -> None:
    """Tell the account of a merge commit that no branch has."""
    _send(call, repository, {"event": "unreferencedMergeCommitCreated", **merged})


def _send(call: Call, repository: Repository, detail: dict[str, str]) -> None:
    whose = {"repositoryName": repository.name, "repositoryId": repository.repository_id}
    call.send_event(
        "aws.codecommit",
        "CodeCommit Repository State Change",
        {**detail, **whose, "callerUserArn": call.caller},
        repository.arn,
    )


def _change(old: str | None, new: str | None, repository: Repository) -> dict[str, str]:
    """Return the kind of a change, and the commits before and after it."""
    event = "referenceUpdated" if old and new else "referenceCreated" if new else "referenceDeleted"
    commits = {"commitId": new, "oldCommitId": old}
    return {
        "event": event,
        **{field: _peeled(repository, tip) for field, tip in commits.items() if tip},
    }


def _peeled(repository: Repository, tip: str) -> str:
    """Return the commit that an annotated tag is of; any other id as it is."""
    try:
        found: Any = repository.git.object_store[ObjectID(tip.encode())]
    except KeyError:  # deleted and pruned
        return tip
    return _peeled(repository, found.object[1].decode()) if isinstance(found, Tag) else tip


def _reference(name: str) -> dict[str, str]:
    prefix, kind = (HEADS, "branch") if name.startswith(HEADS) else (TAGS, "tag")
    return {
        "referenceType": kind,
        "referenceName": name.removeprefix(prefix),
        "referenceFullName": name,
    }
