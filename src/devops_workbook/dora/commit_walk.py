"""The commits that are new in a revision, walking from it to those that are known already."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from devops_workbook.dora.codecommit import Repository

#: How many commits are walked while nothing is known: what was new in the first revision of a
#: log nobody can say, and each commit of a straight history is a question of its own.
MOST_AT_FIRST = 250
# A commit can look this much older than its parents, in seconds: clocks go wrong.
_CLOCKS_DIFFER = 24 * 3600

#: Ids of commits, the newest first.
_Heap = list[tuple[int, str]]


class Walk:
    """A walk over one repository, revision by revision.

    ``has_begun`` says whether anything was taken, ``cut_off`` whether older commits were left out.
    Known are the commits taken, and their ancestors as far down as it was needed to look: as in
    git's own walk (``git rev-list new --not known``), by the time of the commit.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.cut_off = False
        self.has_begun = False
        self._known: set[str] = set()
        self._edge: _Heap = []  # the known ones whose parents were not looked at

    def take(self, ids: Iterable[str]) -> None:
        """Take commits that ``new`` found for known."""
        self.has_begun = True
        self._known.update(ids)

    def new(self, revision: str) -> list[str]:
        """Return the commits reachable from a revision and not known, the newest first."""
        found: dict[str, None] = {}
        waiting: _Heap = []
        self._push(waiting, [revision])
        while waiting:
            if not self._known and len(found) == MOST_AT_FIRST:
                self._cut([pair for pair in waiting if pair[1] not in found])
                break
            age, one = heappop(waiting)
            self._look_down(age + _CLOCKS_DIFFER)
            if one in found or one in self._known:
                continue
            found[one] = None
            self._push(waiting, self._parents(one))
        return [one for one in found if one not in self._known]

    def _look_down(self, age: int) -> None:
        """Learn of the ancestors of what is known, down to this age."""
        while self._edge and self._edge[0][0] <= age:
            _, one = heappop(self._edge)
            unknown = [each for each in self._parents(one) if each not in self._known]
            self._known.update(unknown)
            self._push(self._edge, unknown)

    def _cut(self, left: _Heap) -> None:
        """Take what was not walked for known, so that no later revision brings it."""
        self.cut_off = True
        self._known.update(one for _, one in left)
        self._edge = sorted(left)

    def _parents(self, commit_id: str) -> tuple[str, ...]:
        commit = self.repository.commit(commit_id)
        return commit.parents if commit is not None else ()

    def _push(self, heap: _Heap, ids: Iterable[str]) -> None:
        """Put the commits that are there where the newest comes first."""
        ids = list(ids)
        self.repository.read(ids)
        for one in ids:
            commit = self.repository.commit(one)
            if commit is not None:
                heappush(heap, (-commit.committed_at, one))
