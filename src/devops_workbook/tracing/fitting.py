"""Make what is waited for lie within what waits for it, and count what had to be moved.

Clocks of two computers differ, a child may outlive its parent, and X-Ray reports the start of a
Lambda environment as a part of the invocation that it precedes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MISSING = np.iinfo(np.int64).min
UNFINISHED = "in progress; taken to end with what it last waited for"
SKEWED = "another clock than the parent's; moved, with what it caused, to lie within it"
MOVED_UP = "before the parent began; taken as caused by what the parent itself is part of"
LATE = "after the parent had ended; taken as not waited for"
CLIPPED = "partly outside of the parent; only the time within it counts"


@dataclass(frozen=True, eq=False)
class Fitted:
    """Parents, times in nanoseconds and who was waited for, and how many spans were adjusted."""

    parent: Ints
    start: Ints
    end: Ints
    waited: Flags
    counts: Mapping[str, int] = field(default_factory=dict)


def fit(given: Fitted, order: Ints, own_clock: Flags, trace: Ints) -> Fitted:
    """Return parents and times in which every span that is waited for lies within its parent.

    ``order`` has parents before children; ``own_clock`` says which spans may have been recorded
    by another computer than their parent. Such a span that does not fit is moved into the middle
    of its parent, or to its start if it is longer, and all that it caused with it, as Jaeger's
    clock skew adjuster does. What still does not fit is cut off.
    """
    end, unfinished = _finished(given, order)
    parent, start = given.parent, given.start
    inside = (start >= start[parent]) & (end <= end[parent])
    wrong = given.waited & ~inside
    if not wrong.any():
        return Fitted(parent, start, end, given.waited, {UNFINISHED: unfinished})
    affected = np.zeros(trace.max() + 1, dtype=bool)
    affected[trace[wrong]] = True
    rows = order[affected[trace[order]]]
    walk = _Walk(rows, parent, start, end, given.waited, own_clock)
    parent, start, end, waited = parent.copy(), start.copy(), end.copy(), given.waited.copy()
    parent[rows], waited[rows] = walk.parent, walk.waited
    start[rows], end[rows] = walk.start, walk.end
    counts = {UNFINISHED: unfinished, **walk.counts}
    return Fitted(parent, start, end, waited, counts)


def _finished(given: Fitted, order: Ints) -> tuple[Ints, int]:
    """Return the ends; that of a span in progress is the last of what it waited for."""
    unfinished = given.end == _MISSING
    count = int(unfinished.sum())
    end = np.where(unfinished, given.start, given.end)
    if count:
        for row in order[::-1].tolist():
            above = given.parent[row]
            if given.waited[row] and unfinished[above]:
                end[above] = max(end[above], end[row])
    return end, count


class _Walk:
    """One pass over the rows of the traces that need it, parents before children."""

    def __init__(
        self, rows: Ints, parent: Ints, start: Ints, end: Ints, waited: Flags, own_clock: Flags
    ) -> None:
        # Lists, because elements of arrays are slow one by one; places in rows, not row numbers.
        place = np.full(len(parent) + 1, -1)
        place[rows] = np.arange(len(rows))
        above: list[int] = place[parent[rows]].tolist()
        starts: list[int] = start[rows].tolist()
        ends: list[int] = end[rows].tolist()
        waits: list[bool] = waited[rows].tolist()
        clocks: list[bool] = own_clock[rows].tolist()
        shifts = [0] * len(rows)
        skewed = moved = late = clipped = 0
        for i, p in enumerate(above):
            if p < 0:
                continue
            s, e = starts[i], ends[i]
            if not clocks[i]:
                shifts[i] = shift = shifts[p]
            elif waits[i] and not starts[p] <= s <= e <= ends[p]:
                room = ends[p] - starts[p] - (e - s)
                shifts[i] = shift = starts[p] - s + max(room, 0) // 2
                skewed += 1
            else:
                shift = 0
            s, e = s + shift, e + shift
            if waits[i]:
                if s < starts[p] and e <= starts[p]:
                    moved += 1
                    while p >= 0 and e <= starts[p]:
                        p = above[p] if waits[p] else -1
                    above[i], waits[i] = (p, True) if p >= 0 else (above[i], False)
                elif e > ends[p] and s >= ends[p]:
                    late += 1
                    waits[i] = False
                if waits[i] and (s < starts[p] or e > ends[p]):
                    clipped += 1
                    s, e = max(s, starts[p]), min(e, ends[p])
            starts[i], ends[i] = s, e
        self.parent = np.append(rows, -1)[np.array(above, dtype=np.int64)]
        self.start, self.end = np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
        self.waited = np.array(waits, dtype=bool)
        self.counts = {SKEWED: skewed, MOVED_UP: moved, LATE: late, CLIPPED: clipped}
