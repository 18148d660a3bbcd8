"""Columns of ids: texts that are looked at and moved about as little as can be."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Rows = npt.NDArray[np.int64]


class Texts(NamedTuple):
    """A column of texts: that of a row is the value at its place, or at the row without places.

    A text is then found once for all its rows, and moved only when the rows have their order.
    """

    values: npt.NDArray[np.object_]
    places: Rows | None = None

    @property
    def all(self) -> npt.NDArray[np.object_]:
        """The text of each row."""
        return self.values if self.places is None else self.values[self.places]

    @property
    def numbers(self) -> Rows:
        """A number for each row: of equal texts the same one, where the values differ."""
        return np.arange(len(self.values)) if self.places is None else self.places

    def column(self, rows: Rows) -> Any:
        """Return rows of the column for a table."""
        places = rows if self.places is None else self.places[rows]
        return pd.array(self.values[places], dtype="str", copy=False)


def texts(given: Any, n: int) -> Texts:
    """Return what a reader gives for n rows, Texts or any sequence or None, as Texts."""
    if isinstance(given, Texts):
        return given
    column = pd.array([None] * n if given is None else given, dtype="str")
    return Texts(column.to_numpy(object))


def distinct_texts(given: Any, n: int) -> Texts:
    """Return the same with values that differ, in the order of their first rows.

    Of Texts the values must do so already.
    """
    if isinstance(given, Texts):
        return given
    places, found = pd.factorize(texts(given, n).values)
    return Texts(found, places)


def repeated(given: Texts) -> bool:
    """Return whether two rows might have the same text; False is certain.

    Hashes are compared, because numbers are sorted several times faster than texts are looked up.
    """
    every = given.all
    hashes = np.fromiter(map(hash, every), np.int64, len(every))
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())
