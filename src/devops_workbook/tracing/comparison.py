"""Two periods, or two versions, compared operation by operation, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.groups import Groups

Floats = npt.NDArray[np.float64]

_FEWEST = 5  # requests of either side, below which nothing is claimed
OPERATION = ("service", "operation")


def compare(
    before: pd.DataFrame | Forest,
    after: pd.DataFrame | Forest,
    by: Sequence[str] = OPERATION,
    *,
    quantile: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 4000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return what each operation takes of a request before and after, the greatest change first.

    The unit is a request: of each, the seconds of all calls of an operation together. So one that
    is called once instead of twenty times shows as quicker, though no call is; and the calls of
    one request, which depend on each other, are not taken for independent observations.

    Columns, after those of ``by``: ``requests_before`` and ``_after`` (that have the operation),
    ``calls_before`` and ``_after`` (in such a request, on average), ``before`` and ``after`` (the
    quantile of the seconds in a request), ``change`` (after minus before), ``low`` and ``high``
    of its interval, and ``verdict``: slower, faster, no difference seen, too few, new or gone.

    The interval is a percentile bootstrap's. It is one of as many as there are operations to
    judge, so each is widened until **all of them together** hold with ``confidence``
    (Bonferroni): twenty operations that nobody touched do not yield a slower one by chance.
    """
    sides = [_in_requests(Forest.of(side), by) for side in (before, after)]
    return _compared(sides, list(by), quantile, confidence, resamples, seed)


def compare_requests(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    quantile: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 4000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare tables with a row for each request and a column of numbers for each operation.

    Returns what ``compare`` does, with the column ``operation``, in the unit of the tables.
    """
    sides = []
    for side in (before, after):
        long = side.melt(var_name="operation", value_name="value").dropna()
        values = long["value"].to_numpy(float)
        sides.append(long[["operation"]].assign(value=values, calls=1).reset_index(drop=True))
    return _compared(sides, ["operation"], quantile, confidence, resamples, seed)


def _in_requests(forest: Forest, by: Sequence[str]) -> pd.DataFrame:
    """Return a row for each trace and operation: its seconds and its calls."""
    rows = np.flatnonzero(~forest.inferred)
    table = forest.spans.iloc[rows][list(by)].reset_index(drop=True)
    groups = Groups.by(table.assign(trace=forest.trace[rows]), ("trace", *by))
    return groups.keys[list(by)].assign(
        value=groups.sum(forest.seconds[rows]), calls=groups.count()
    )


def _compared(
    sides: list[pd.DataFrame],
    by: list[str],
    quantile: float,
    confidence: float,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    if not 0 < confidence < 1 or not 0 <= quantile <= 1:
        raise TracesError("confidence and quantile are shares, between 0 and 1")
    both = pd.concat(sides, keys=["before", "after"], names=["side", None]).reset_index("side")
    groups = Groups.by(both, by)
    is_before = (both["side"] == "before").to_numpy()
    values = both["value"].to_numpy(float)
    samples = [_split(groups, values, which) for which in (is_before, ~is_before)]
    sizes = [groups.count(which) for which in (is_before, ~is_before)]
    judged = (sizes[0] >= _FEWEST) & (sizes[1] >= _FEWEST)
    tail = (1 - confidence) / 2 / max(int(judged.sum()), 1)
    random = np.random.default_rng(seed)
    bounds = np.full((len(groups), 2), np.nan)
    middles = np.full((len(groups), 2), np.nan)
    for group, pair in enumerate(zip(*samples, strict=True)):
        middles[group] = [np.quantile(each, quantile) if len(each) else np.nan for each in pair]
        if judged[group]:
            drawn = [_quantiles(each, quantile, resamples, random) for each in pair]
            bounds[group] = np.quantile(drawn[1] - drawn[0], [tail, 1 - tail])
    calls = both["calls"].to_numpy(float)
    table = groups.keys.assign(requests_before=sizes[0], requests_after=sizes[1])
    for name, which, size in zip(("before", "after"), (is_before, ~is_before), sizes, strict=True):
        table[f"calls_{name}"] = groups.sum(np.where(which, calls, 0)) / np.maximum(size, 1)
    table = table.assign(
        before=middles[:, 0],
        after=middles[:, 1],
        change=middles[:, 1] - middles[:, 0],
        low=bounds[:, 0],
        high=bounds[:, 1],
        verdict=_verdicts(sizes, bounds),
    )
    order = np.argsort(-table["change"].abs().fillna(-1).to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _split(groups: Groups, values: Floats, which: npt.NDArray[np.bool_]) -> list[Floats]:
    """Return the sorted values of each group among ``which``."""
    codes, values = groups.codes[which], values[which]
    order = np.lexsort((values, codes))
    sizes = np.bincount(codes, minlength=len(groups))
    return np.split(values[order], np.cumsum(sizes)[:-1])


def _quantiles(ranked: Floats, share: float, resamples: int, random: np.random.Generator) -> Floats:
    """Return a quantile of each of many resamples of sorted values, without drawing them.

    A resample is n draws of a place floor(n U) with U uniform. Its k-th smallest value stands
    at the place of the k-th smallest U, and that has the distribution Beta(k, n - k + 1).
    """
    n = len(ranked)
    rank = round(share * (n - 1)) + 1
    places = np.floor(n * random.beta(rank, n - rank + 1, resamples)).astype(np.int64)
    drawn: Floats = ranked[np.minimum(places, n - 1)]
    return drawn


def _verdicts(sizes: list[npt.NDArray[np.int64]], bounds: Floats) -> list[str]:
    verdicts = []
    for before, after, (low, high) in zip(*sizes, bounds, strict=True):
        if not before or not after:
            verdicts.append("gone" if before else "new")
        elif np.isnan(low):
            verdicts.append("too few")
        elif low > 0 or high < 0:
            verdicts.append("slower" if low > 0 else "faster")
        else:
            verdicts.append("no difference seen")
    return verdicts
