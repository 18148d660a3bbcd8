"""Which children a span waited for one after the other: the step that a critical path repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from devops_workbook.tracing.forest import Forest

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Chains:
    """For each row of a forest its place in the chain of its parent.

    A parent's chain is found from its end: the child that ended last, then the one that ended
    last before that one started, and so on. An end at the very moment of the start counts as
    before. ``before`` is the row of the sibling that ended last before each row started, -1 for
    none, whether it is in the chain or not, and ``previous`` the sibling that ended last before
    each row ended; ``chosen`` says who is in the chain, ``on_path`` who is on a critical path.
    """

    before: Ints
    previous: Ints
    chosen: Flags
    on_path: Flags

    @classmethod
    def of(cls, forest: Forest) -> Chains:
        """Return the chains of all spans, in n log n time, without recursion."""
        before, previous = np.full((2, len(forest)), -1)
        chosen = np.zeros(len(forest), dtype=bool)
        rows = np.flatnonzero(forest.waited)
        if len(rows):
            rows, places, last = _sorted(forest, rows)
            previous[rows[1:]] = np.where(last[:-1], -1, rows[:-1])
            before[rows] = np.where(places >= 0, rows[places], -1)
            chosen[rows] = _reached(places, last)
        return cls(before, previous, chosen, _on_path(forest, chosen))


def _sorted(forest: Forest, rows: Ints) -> tuple[Ints, Ints, Flags]:
    """Return rows by parent and end, the place of the one before each, who is a parent's last."""
    parent = forest.parent[rows]
    # Each span gets a stretch of its own on one long line, so that one search serves all.
    lengths = forest.end - forest.start + 1
    origin = np.cumsum(lengths) - lengths
    shift = origin[parent] - forest.start[parent]
    starts, ends = forest.start[rows] + shift, forest.end[rows] + shift
    order = np.lexsort((starts, ends))
    rows, parent, starts, ends = rows[order], parent[order], starts[order], ends[order]
    numbers = np.arange(len(rows))
    places = np.minimum(np.searchsorted(ends, starts, side="right") - 1, numbers - 1)
    places = np.where(parent[places] == parent, places, -1)
    places[0] = -1
    last = np.append(parent[1:] != parent[:-1], True)
    return rows, places, last


def _reached(places: Ints, last: Flags) -> list[bool]:
    """Return who is met by going from each parent's last child to the one before, and so on."""
    reached: list[bool] = last.tolist()
    before: list[int] = places.tolist()
    for place in range(len(reached) - 1, -1, -1):
        if reached[place] and before[place] >= 0:
            reached[before[place]] = True
    return reached


def _on_path(forest: Forest, chosen: Flags) -> Flags:
    """Return who is on the critical path of a request: chosen, as is all above it."""
    on = np.zeros(len(forest), dtype=bool)
    on[forest.roots] = True
    depth_first = forest.order[chosen[forest.order]]
    above = forest.parent[depth_first].tolist()
    flags: list[bool] = on.tolist()
    for row, parent in zip(depth_first.tolist(), above, strict=True):
        flags[row] = flags[parent]
    return np.array(flags, dtype=bool)
