"""Figures of groups of spans, all groups at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Groups:
    """Rows in groups: ``codes`` numbers the group of each from 0, ``keys`` has a row for each."""

    codes: Ints
    keys: pd.DataFrame

    @classmethod
    def by(cls, table: pd.DataFrame, names: Sequence[str]) -> Groups:
        """Group rows of which these columns are equal; a missing value is a value of its own."""
        together = np.zeros(len(table), dtype=np.int64)
        for name in names:
            codes, found = pd.factorize(table[name], use_na_sentinel=False)
            together = together * max(len(found), 1) + codes
        codes, _ = pd.factorize(together)
        _, rows = np.unique(codes, return_index=True)
        keys = table.iloc[rows][list(names)].reset_index(drop=True)
        for name in names:
            if isinstance(keys[name].dtype, pd.CategoricalDtype):
                keys[name] = keys[name].astype("str")
        return cls(codes.astype(np.int64), keys)

    def __len__(self) -> int:
        return len(self.keys)

    def count(self, which: npt.NDArray[np.bool_] | None = None) -> Ints:
        """Return how many rows of each group there are, or how many of ``which``."""
        codes = self.codes if which is None else self.codes[which]
        return np.bincount(codes, minlength=len(self)).astype(np.int64)

    def sum(self, values: Floats | Ints) -> Floats:
        """Return the sum of each group."""
        return np.bincount(self.codes, weights=values, minlength=len(self)).astype(float)

    def distinct(self, values: Ints) -> Ints:
        """Return how many different values each group has."""
        pairs = np.unique(self.codes * (int(values.max(initial=0)) + 1) + values)
        return np.bincount(pairs // (int(values.max(initial=0)) + 1), minlength=len(self))

    def quantiles(self, values: Floats, shares: Sequence[float]) -> list[Floats]:
        """Return quantiles of each group, between two values as ``numpy.quantile`` does."""
        order = np.lexsort((values, self.codes))
        ranked = values[order]
        sizes = self.count()
        first = np.cumsum(sizes) - sizes
        found = []
        for share in shares:
            place = (sizes - 1) * share
            low = np.floor(place).astype(np.int64)
            high = np.minimum(low + 1, sizes - 1)
            weight = place - low
            found.append(ranked[first + low] * (1 - weight) + ranked[first + high] * weight)
        return found
