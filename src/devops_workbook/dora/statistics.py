"""The statistics behind the metrics, on whole arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from devops_workbook.dora.codes import Bools, Floats, Ints, Rows

NAN = math.nan


def quantiles(values: Ints | Floats, shares: Sequence[float]) -> list[float]:
    """Return quantiles, interpolated linearly between neighbours; NaN without values."""
    if not len(values):
        return [NAN] * len(shares)
    places = [share * (len(values) - 1) for share in shares]
    neighbours = {index for place in places for index in (math.floor(place), math.ceil(place))}
    ordered = np.partition(values, sorted(neighbours))
    return [
        float(ordered[math.floor(place)]) * (1 - place % 1)
        + float(ordered[math.ceil(place)]) * (place % 1)
        for place in places
    ]


def median(values: Ints | Floats) -> float:
    """Return the median; NaN without values."""
    return quantiles(values, [0.5])[0]


def mean(values: Ints | Floats) -> float:
    """Return the mean; NaN without values."""
    return float(values.mean()) if len(values) else NAN


def medians_between(values: Ints, borders: Ints) -> Floats:
    """Return the median of each slice of ``values``; ``borders`` has one item more."""
    return np.array([median(values[first:last]) for first, last in pairwise(borders)])


def medians_of_sorted_groups(values: Ints, groups: Rows) -> Floats:
    """Return the median of each run of equal ``groups``; each run's values are sorted."""
    if not len(values):
        return np.empty(0)
    starts = np.flatnonzero(np.diff(groups, prepend=groups[0] - 1))
    sizes = np.diff(starts, append=len(groups))
    middle = values[starts + (sizes - 1) // 2] + values[starts + sizes // 2]
    return np.asarray(middle / 2, dtype=np.float64)


def union_length(starts: Ints, ends: Ints) -> int:
    """Return how long at least one of the intervals lasts; ``starts`` are sorted."""
    if not len(starts):
        return 0
    reached = np.maximum.accumulate(ends)
    before = np.concatenate([starts[:1], reached[:-1]])
    return int(np.maximum(reached - np.maximum(starts, before), 0).sum())


def kaplan_meier_median(lengths: Ints, ended: Bools) -> float:
    """Return the median length where some have not ended yet; NaN if that is out of reach.

    The estimate of Kaplan and Meier (1958). Where the curve is level at one half, the middle
    of that stretch is taken, which makes it the ordinary median when all have ended.
    """
    steps, deaths = np.unique(lengths[ended], return_counts=True)
    if not len(steps):
        return NAN
    at_risk = len(lengths) - np.searchsorted(np.sort(lengths), steps)
    surviving = np.cumprod(1 - deaths / at_risk)
    reached = np.flatnonzero(surviving <= 0.5 + 1e-9)
    if not len(reached):
        return NAN
    first = reached[0]
    level = surviving[first] > 0.5 - 1e-9 and first + 1 < len(steps)
    return float((steps[first] + steps[first + 1]) / 2 if level else steps[first])
