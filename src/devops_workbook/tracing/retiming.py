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

    def saved(self, scale: Floats) -> Floats:
        """Return the seconds that each request is shorter, the spans' own work scaled.

        ``scale`` has a row for each span and a column for each case that is tried: what its own
        work is multiplied by. The answer has a row for each of ``forest.roots``.
        """
        above, before, previous = self._above, self._before, self._previous
        gap, tail = self._gap[:, np.newaxis], self._tail[:, np.newaxis]
        # Of each span from its start to its children's last end; from the parent's start to its
        # own end; to the last end of it and of all that had ended before. The last row is for -1.
        lasts, ends, reached = np.zeros((3, len(scale) + 1, scale.shape[1]))
        for rows in self._steps:
            parent = above[rows]
            took = lasts[rows] + tail[rows] * scale[rows]
            took += gap[rows] * scale[parent] + reached[before[rows]]
            ends[rows] = took
            reached[rows] = np.maximum(took, reached[previous[rows]])
            # A parent has one child in each step at most, for siblings need each other.
            inner = parent >= 0
            lasts[parent[inner]] = np.maximum(lasts[parent[inner]], took[inner])
        roots = self._forest.roots
        now = self._forest.end[roots] - self._forest.start[roots]
        shorter: Floats = np.maximum(now[:, np.newaxis] - ends[roots], 0.0) / 1e9
        return shorter


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
