"""Gather spans one by one into the columns of the table, for the formats that carry attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from devops_workbook.tracing.attributes import Described
from devops_workbook.tracing.spans import table

MISSING = np.iinfo(np.int64).min


class Gathered:
    """Columns that grow by a row at a time."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._described: list[Described] = []

    def add(
        self,
        trace_id: str,
        span_id: str,
        parent_id: str | None,
        service: str,
        kind: str,
        start: int,
        end: int,
        about: Described,
        version: str | None = None,
        asynchronous: bool = False,
    ) -> None:
        """Add a span; ``start`` and ``end`` in nanoseconds since 1970, MISSING for no end."""
        row = (trace_id, span_id, parent_id or None, service or "unknown", kind, start, end)
        self._rows.append((*row, version or None, asynchronous))
        self._described.append(about)

    def table(self, notes: Sequence[str] = ()) -> pd.DataFrame:
        """Return the table of all spans that were added."""
        names = ["trace_id", "span_id", "parent_id", "service", "kind", "start", "end"]
        names += ["version", "asynchronous"]
        columns: dict[str, Any] = (
            dict(zip(names, zip(*self._rows, strict=True), strict=True))
            if self._rows
            else {name: [] for name in names}
        )
        for name in ("operation", "status", "remote", "remote_type", "statement"):
            columns[name] = [getattr(about, name) for about in self._described]
        statuses = [about.http_status for about in self._described]
        columns["http_status"] = np.array(statuses, dtype=float)
        return table(columns, notes)
