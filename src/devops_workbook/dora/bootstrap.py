"""Intervals: how far a figure might be off, had the same team been watched another time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from devops_workbook.dora.codes import Floats, Ints
from devops_workbook.dora.statistics import NAN

Interval = tuple[float, float]

NO_INTERVAL: Interval = (NAN, NAN)
#: How many numbers are drawn at once, to bound the memory.
_DRAWS = 2_000_000
#: Standard errors around the median outside which no resample's median is expected.
_WINDOW = 8


@dataclass(frozen=True)
class Bootstrap:
    """Percentile bootstrap intervals; the same seed gives the same bounds.

    ``resamples`` of 0 switches every interval off. Each interval needs two observations. The
    percentile method holds for medians of tied samples, where the BCa method gives nothing.
    """

    confidence: float
    resamples: int
    seed: int

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence: found {self.confidence}, expected between 0 and 1")
        if self.resamples < 0:
            raise ValueError(f"resamples: found {self.resamples}, expected 0 or more")

    def share(self, part: int, whole: int) -> Interval:
        """Return Wilson's score interval of a share.

        Not a bootstrap: resamples of 20 successes all say 0 failures, and so would the
        interval. Wilson (1927) says 0 to 16%.
        """
        if not self.resamples or whole < 2:
            return NO_INTERVAL
        z = NormalDist().inv_cdf((1 + self.confidence) / 2)
        share, spread = part / whole, z * z / whole
        middle = (share + spread / 2) / (1 + spread)
        half = (spread * share * (1 - share) + spread**2 / 4) ** 0.5 / (1 + spread)
        return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)

    def ratio(self, numerators: Ints | Floats, denominators: Ints | Floats) -> Interval:
        """Return the interval of a ratio of sums; the pairs are what is resampled."""
        if not self.resamples or len(numerators) < 2:
            return NO_INTERVAL
        drawn = [
            numerators[rows].sum(axis=1) / denominators[rows].sum(axis=1)
            for rows in self._draws(len(numerators), len(numerators))
        ]
        return self._bounds(np.concatenate(drawn))

    def median(self, values: Ints, clusters: Ints) -> Interval:
        """Return the interval of a median of values; whole clusters are resampled.

        ``clusters`` numbers the cluster of each value from 0. Values of one cluster, such as
        the commits of one deployment, go together: they say less than as many independent ones.
        """
        sizes = np.bincount(clusters)
        if not self.resamples or len(sizes) < 2:
            return NO_INTERVAL
        window = _Window.around_median(values, clusters, sizes)
        width = max(len(sizes), len(window.values))
        drawn = [window.medians(_counts(rows)) for rows in self._draws(len(sizes), width)]
        return self._bounds(np.concatenate(drawn))

    def _draws(self, n: int, width: int) -> Iterator[Ints]:
        """Yield resamples in blocks: one row each, of ``n`` positions below ``n``.

        ``width`` is how many numbers the caller holds for each resample.
        """
        random = np.random.default_rng(self.seed)
        step = max(1, _DRAWS // width)
        for done in range(0, self.resamples, step):
            yield random.integers(0, n, size=(min(step, self.resamples - done), n))

    def _bounds(self, values: Floats) -> Interval:
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(values, [tail, 1 - tail])
        return float(low), float(high)


@dataclass(frozen=True, eq=False)
class _Window:
    """The sorted values among which the median of any likely resample lies.

    Only they have to be looked at one by one; of what is below, a count per cluster will do.
    """

    values: Ints
    clusters: Ints
    below: Ints
    sizes: Ints

    @classmethod
    def around_median(cls, values: Ints, clusters: Ints, sizes: Ints) -> _Window:
        order = np.argsort(values, kind="stable")
        values, clusters = values[order], clusters[order]
        middle = len(values) // 2
        lower_half = np.bincount(clusters[:middle], minlength=len(sizes))
        error = float(np.sqrt(((lower_half - sizes / 2) ** 2).sum()))
        reach = int(_WINDOW * error) + 1
        first, last = max(middle - reach, 0), middle + reach + 1
        below = np.bincount(clusters[:first], minlength=len(sizes))
        return cls(values[first:last], clusters[first:last], below, sizes)

    def medians(self, counts: Ints) -> Floats:
        """Return the median of each resample; ``counts`` says how often it has each cluster."""
        totals = counts @ self.sizes
        reached = (counts @ self.below)[:, np.newaxis] + np.cumsum(counts[:, self.clusters], axis=1)
        lower = self._value_at(reached, (totals - 1) // 2)
        upper = self._value_at(reached, totals // 2)
        return (lower + upper) / 2

    def _value_at(self, reached: Ints, rank: Ints) -> Floats:
        places = (reached <= rank[:, np.newaxis]).sum(axis=1)
        values: Floats = self.values[np.minimum(places, len(self.values) - 1)].astype(np.float64)
        return values


def _counts(rows: Ints) -> Ints:
    """Return how often each resample drew each position."""
    resamples, n = rows.shape
    numbered = rows + n * np.arange(resamples)[:, np.newaxis]
    return np.bincount(numbered.ravel(), minlength=resamples * n).reshape(resamples, n)
