"""Self time: how long a span was at work itself, and not waiting for what it had called."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.forest import Forest


def self_seconds(spans: pd.DataFrame | Forest) -> pd.Series[float]:
    """Return the seconds of each span in which no child was at work, by its label.

    The duration minus the union of the children, not their sum: two children at the same time
    count once. Children that nobody waited for do not count.
    """
    forest = Forest.of(spans)
    own = (forest.end - forest.start - covered(forest)) / 1e9
    index = spans.index if isinstance(spans, pd.DataFrame) else forest.spans.index
    return pd.Series(own, index=index, name="self_seconds")


def covered(forest: Forest) -> npt.NDArray[np.int64]:
    """Return how many nanoseconds of each span its children cover."""
    rows = np.flatnonzero(forest.waited)
    whole = np.zeros(len(forest), dtype=np.int64)
    if not len(rows):
        return whole
    parent = forest.parent[rows]
    lengths = forest.end - forest.start + 1
    shift = np.cumsum(lengths) - lengths - forest.start  # a stretch of its own for each parent
    starts, ends = forest.start[rows] + shift[parent], forest.end[rows] + shift[parent]
    order = np.argsort(starts, kind="stable")
    starts, ends, parent = starts[order], ends[order], parent[order]
    reached = np.maximum.accumulate(ends)
    begun = starts.copy()
    begun[1:] = np.maximum(starts[1:], reached[:-1])
    np.add.at(whole, parent, np.maximum(ends - begun, 0))
    return whole
