"""What if an operation were quicker: each trace run again with its work made shorter.

Each span keeps its order: it waits for all siblings that had ended when it started, and starts as
long after the last of them as it did; its parent ends as long after its last child as it did. What
ran beside the shortened work may then be what everything waits for, so less is saved than the work
took on the critical path.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from devops_workbook.tracing.chains import Chains
from devops_workbook.tracing.forest import Forest

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Retiming:
    """The requests of a forest, to be run again with some spans' own work scaled."""

    def __init__(self, forest: Forest, chains: Chains) -> None:
        self._forest = forest
        self._before, self._previous = chains.before, chains.previous
        waited = forest.waited
        self._above = np.where(waited, forest.parent, -1)
        start, end = forest.start, forest.end
        before = self._before
        # The parent's own work before each span, and after its last child.
        begun = np.where(before >= 0, end[before], start[self._above])
        self._gap = np.where(waited, start - begun, 0).astype(float)
        last = start.copy()
        np.maximum.at(last, self._above[waited], end[waited])
        self._tail = (end - last).astype(float)
        self._steps = _steps(self._above, chains.previous, forest)

    def saved(self, spans: Flags, factor: float) -> Floats:
        """Return the seconds that each request is shorter, its spans' own work scaled by factor.

        ``spans`` says which spans' work is scaled. In the order of ``forest.roots``.
        """
        scale = np.where(spans, factor, 1.0)
        above, before, previous = self._above, self._before, self._previous
        gap = self._gap * np.where(above >= 0, scale[above], 1.0)
        tail = self._tail * scale
        lasts = np.zeros(len(above))  # the time from each span's start to its children's last end
        ends = np.zeros(len(above))  # from the parent's start to the end
        reached = np.zeros(len(above))  # to the last end of it and of all that had ended before
        for rows in self._steps:
            took = lasts[rows] + tail[rows]
            ends[rows] = gap[rows] + np.where(before[rows] >= 0, reached[before[rows]], 0) + took
            earlier = np.where(previous[rows] >= 0, reached[previous[rows]], 0)
            reached[rows] = np.maximum(ends[rows], earlier)
            with_parent = rows[above[rows] >= 0]
            np.maximum.at(lasts, above[with_parent], ends[with_parent])
        roots = self._forest.roots
        now = self._forest.end[roots] - self._forest.start[roots]
        return np.maximum(now - ends[roots], 0.0) / 1e9


def _steps(above: Ints, previous: Ints, forest: Forest) -> list[Ints]:
    """Return rows in steps: the rows of one need only what those of earlier ones gave.

    A span needs its children, and the siblings that ended before it did.
    """
    step = [0] * (len(above) + 1)  # the last one is for those without a parent
    # The one that ended before it started is among those that ended before it did.
    parents, siblings = above.tolist(), previous.tolist()
    for row in np.lexsort((forest.start, forest.end, -forest.depth)).tolist():
        if siblings[row] >= 0:
            step[row] = max(step[row], step[siblings[row]] + 1)
        step[parents[row]] = max(step[parents[row]], step[row] + 1)
    numbers = np.array(step[:-1])
    by_step = np.argsort(numbers, kind="stable")
    return np.split(by_step, np.flatnonzero(np.diff(numbers[by_step])) + 1)
