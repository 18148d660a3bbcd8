"""Most spans look like another one but for ids and times: make out once what each look means."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.spans import category

Rows = npt.NDArray[np.intp]


class Looks:
    """Values of which many are equal: ``codes`` says which of the ``distinct`` each is."""

    def __init__(self, values: Iterable[tuple[Hashable, ...]] = ()) -> None:
        self._numbers: dict[tuple[Hashable, ...], int] = {}
        self._codes: list[int] = []
        self.add(values)

    def add(self, values: Iterable[tuple[Hashable, ...]]) -> None:
        """Add values after those that there are."""
        numbers = self._numbers
        found = numbers.setdefault
        self._codes += [found(value, len(numbers)) for value in values]

    @cached_property
    def codes(self) -> Rows:
        """The place of each value among the distinct ones, once all are added."""
        return np.array(self._codes, dtype=np.intp)

    @property
    def distinct(self) -> list[tuple[Any, ...]]:
        """Each value once, in the order in which they came."""
        return list(self._numbers)

    def column(self, texts: Sequence[str | None], rows: Rows | None = None) -> pd.Categorical:
        """Return a text of each of the distinct values as a column, at ``rows`` where given."""
        whole = category(texts, len(texts))
        codes = self.codes if rows is None else self.codes[rows]
        return pd.Categorical.from_codes(whole.codes[codes], dtype=whole.dtype)

    def columns(self, meaning: Callable[..., Any]) -> dict[str, Any]:
        """Return the columns that follow from what a look means, an object with their names."""
        meant = [meaning(*value) for value in self.distinct]
        names = ("operation", "kind", "status", "remote", "remote_type", "statement")
        statuses = np.array([each.http_status for each in meant], dtype=float)
        return {
            **{name: self.column([getattr(each, name) for each in meant]) for name in names},
            "http_status": statuses[self.codes],
        }
