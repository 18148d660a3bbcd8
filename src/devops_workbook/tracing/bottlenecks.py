"""Bottlenecks: which operations requests wait for, and what would be won if they were quicker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from devops_workbook.tracing.chains import Chains
from devops_workbook.tracing.critical_path import own_time_on_path
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.groups import Groups
from devops_workbook.tracing.retiming import Retiming
from devops_workbook.tracing.self_time import covered

OPERATION = ("service", "operation")
_RUN_AGAIN = 20  # operations for which every trace is run again
_NANO = 1e9
_NUMBERS = 8_000_000  # that are held at once, to bound the memory


def bottlenecks(
    spans: pd.DataFrame | Forest, by: Sequence[str] = OPERATION, *, top: int = _RUN_AGAIN
) -> pd.DataFrame:
    """Return a row for each operation, the one that requests waited for longest first.

    Columns, after those of ``by``:

    - ``calls``, ``requests`` (in how many traces), ``p50`` and ``p95`` of the duration in seconds
    - ``total_seconds``, ``self_seconds``: all durations, all self times
    - ``path_seconds``: its own time on the critical paths; ``path_share``: of all requests' time
    - ``impact``: latency times rate, calls in a second times their mean duration, which is how
      many of them were under way at a time on average
    - ``saved_if_zero``, ``saved_if_half``: seconds that the requests together would be shorter,
      were its own work to take no time or half of it. NaN below the first ``top`` operations:
      each takes a run of its traces. Never more than ``path_seconds``, and less where something
      else would then be waited for.
    """
    forest = Forest.of(spans)
    chains = Chains.of(forest)
    real = ~forest.inferred
    groups = Groups.by(forest.spans, by)
    own = np.where(real, forest.end - forest.start - covered(forest), 0)
    on_path = own_time_on_path(forest, chains)
    seconds = np.where(real, forest.seconds, 0.0)
    p50, p95 = groups.quantiles(forest.seconds, (0.5, 0.95))
    table = groups.keys.assign(
        calls=groups.count(real),
        requests=groups.distinct(forest.trace),
        p50=p50,
        p95=p95,
        total_seconds=groups.sum(seconds),
        self_seconds=groups.sum(own / _NANO),
        path_seconds=groups.sum(on_path / _NANO),
    )
    waited = (forest.end[forest.roots] - forest.start[forest.roots]).sum() / _NANO
    table["path_share"] = table["path_seconds"] / (waited or np.nan)
    window = (forest.end.max() - forest.start.min()) / _NANO
    table["impact"] = table["total_seconds"] / (window or np.nan)
    order = np.lexsort((-table["self_seconds"], -table["path_seconds"]))
    table = table.iloc[order[table["calls"].to_numpy()[order] > 0]]
    zero, half = _saved(forest, chains, groups, table.index[:top])
    table["saved_if_zero"], table["saved_if_half"] = zero, half
    return table.reset_index(drop=True)


def _saved(
    forest: Forest, chains: Chains, groups: Groups, first: pd.Index
) -> tuple[pd.Series[float], pd.Series[float]]:
    again = Retiming(forest, chains)
    cases = [(group, factor) for group in first for factor in (0.0, 0.5)]
    at_once = max(1, _NUMBERS // len(forest))
    saved: list[float] = []
    for begin in range(0, len(cases), at_once):
        some = cases[begin : begin + at_once]
        scale = np.ones((len(forest), len(some)))
        for column, (group, factor) in enumerate(some):
            scale[groups.codes == group, column] = factor
        saved += again.saved(scale).sum(axis=0).tolist()
    zero, half = (pd.Series(saved[which::2], index=first, dtype=float) for which in (0, 1))
    return zero, half
