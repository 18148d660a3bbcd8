"""Most spans look like another one but for ids and times: make out once what each look means."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.spans import category

Rows = npt.NDArray[np.intp]


class Looks:
    """Values of which many are equal: ``codes`` says which of the ``distinct`` each is."""

    def __init__(self, values: Sequence[tuple[Hashable, ...]]) -> None:
        numbers: dict[tuple[Hashable, ...], int] = {}
        found = numbers.setdefault
        self.codes: Rows = np.array([found(value, len(numbers)) for value in values], dtype=np.intp)
        self.distinct: list[tuple[Any, ...]] = list(numbers)

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
