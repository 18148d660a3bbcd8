"""Most spans look like another one but for ids and times: make out once what each look means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from devops_workbook.tracing.ids import Rows, Texts
from devops_workbook.tracing.spans import NO_TEXTS

T = TypeVar("T")


class Looks:
    """Values of which many are equal: ``codes`` says which of the ``distinct`` each is."""

    def __init__(self, values: Iterable[Hashable] = ()) -> None:
        # A value that is not known yet gets the next number. Neither this nor what is done in
        # ``add`` runs any Python for a value.
        self._numbers: defaultdict[Hashable, int] = defaultdict(count().__next__)
        self._codes: list[int] = []
        self.add(values)

    def add(self, values: Iterable[Hashable]) -> None:
        """Add values after those that there are."""
        self._codes += map(self._numbers.__getitem__, values)

    @cached_property
    def codes(self) -> Rows:
        """The place of each value among the distinct ones, once all are added."""
        return np.array(self._codes, dtype=np.int64)

    @cached_property
    def distinct(self) -> list[Any]:
        """Each value once, in the order in which they came, once all are added."""
        return list(self._numbers)

    def column(self, texts: Sequence[str | None], rows: Rows | None = None) -> pd.Categorical:
        """Return a text of each of the distinct values as a column, at ``rows`` where given."""
        # There are few looks: Python's dict has put them in order before pandas has begun.
        found = sorted({text for text in texts if text is not None})
        numbers: dict[str | None, int] = {text: n for n, text in enumerate(found)}
        places = np.array([numbers.get(text, -1) for text in texts], dtype=np.int64)
        codes = places[self.codes if rows is None else self.codes[rows]]
        dtype = pd.CategoricalDtype(pd.Index(found, dtype="str")) if found else NO_TEXTS
        return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)

    def texts(self, values: Sequence[str | None]) -> Texts:
        """Return a text of each of the distinct values as a column of ids."""
        return Texts(np.array(values, dtype=object), self.codes)

    def meant(self, meaning: Callable[..., T]) -> list[T]:
        """Return what each of the distinct values means, which are tuples."""
        return [meaning(*value) for value in self.distinct]

    def columns(self, meant: Sequence[Any]) -> dict[str, Any]:
        """Return the columns that follow from what the looks mean, objects with their names."""
        names = ("operation", "kind", "status", "remote", "remote_type", "statement")
        statuses = np.array([each.http_status for each in meant], dtype=float)
        return {
            **{name: self.column([getattr(each, name) for each in meant]) for name in names},
            "http_status": statuses[self.codes],
        }
