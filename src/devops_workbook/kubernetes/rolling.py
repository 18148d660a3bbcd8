"""The arithmetic of a rolling update, as Kubernetes' deployment controller does it.

After ``pkg/controller/deployment`` of Kubernetes: how many pods there may be too many and too few,
and by how many the ReplicaSets grow and shrink in one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devops_workbook.kubernetes.quantities import share


@dataclass(frozen=True)
class Limits:
    """How far a rolling update may stray from the number of pods that is desired."""

    desired: int
    surge: int
    unavailable: int

    @property
    def most(self) -> int:
        """The most pods that there may be, of all versions."""
        return self.desired + self.surge

    @property
    def least(self) -> int:
        """The fewest pods that have to be available."""
        return self.desired - self.unavailable


@dataclass(frozen=True)
class Size:
    """A ReplicaSet as it stands: how many pods it is to have, and how many are available."""

    desired: int
    available: int


def limits(desired: int, max_surge: object = "25%", max_unavailable: object = "25%") -> Limits:
    """Return numbers for what a strategy says: a surge is rounded up, what is missing down.

    Both could come out as zero, and nothing would ever move: then one pod may be missing.
    """
    surge = share(max_surge, desired, up=True)
    unavailable = min(share(max_unavailable, desired, up=False), desired)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return Limits(desired, surge, unavailable)


def grown(new: Size, old: Sequence[Size], allowed: Limits) -> int:
    """Return the size that the new ReplicaSet may have now."""
    total = new.desired + sum(each.desired for each in old)
    more = min(allowed.most - total, allowed.desired - new.desired)
    return new.desired + max(0, more)


def shrunk(new: Size, old: Sequence[Size], allowed: Limits) -> list[int]:
    """Return the sizes that the old ReplicaSets may have now, the oldest first.

    Pods that are not available go first; they are no loss.
    """
    total = new.desired + sum(each.desired for each in old)
    spare = total - allowed.least - (new.desired - new.available)
    sizes = [each.desired for each in old]
    if spare <= 0:
        return sizes
    for place, each in enumerate(old):
        sick = min(spare, max(0, sizes[place] - each.available))
        sizes[place] -= sick
        spare -= sick
    spare = new.available + sum(each.available for each in old) - allowed.least
    for place, size in enumerate(sizes):
        fewer = min(max(0, spare), size)
        sizes[place] -= fewer
        spare -= fewer
    return sizes


def spread(sizes: Sequence[int], before: int, after: int) -> list[int]:
    """Share out a new total over ReplicaSets in proportion, as a scaled rollout does.

    ``before`` is the total that there could be until now, ``after`` the one from now on; the last
    of the sizes is the new ReplicaSet's. What rounding leaves over goes to the largest.
    """
    total = sum(sizes)
    if total == 0:
        return [*sizes[:-1], after] if sizes else []
    left = after - total
    made = list(sizes)
    order = sorted(range(len(sizes)), key=lambda place: (-sizes[place], -place))
    if left < 0:
        order.reverse()
    for place in order:
        change = round(sizes[place] * after / before) - sizes[place]
        change = max(min(change, left), 0) if left > 0 else min(max(change, left), 0)
        made[place] += change
        left -= change
    largest = max(range(len(sizes)), key=lambda place: (sizes[place], place))
    made[largest] = max(0, made[largest] + left)
    return made
