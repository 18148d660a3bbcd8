"""What came of it: both quarters side by side, as a table, as pictures, and as a page to keep."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from devops_workbook import dora
from devops_workbook.chapters.capstone.account import scene
from devops_workbook.chapters.capstone.before import log_of_orders
from devops_workbook.chapters.capstone.the_quarter import events_of
from devops_workbook.display import Note
from devops_workbook.lab import Lab

_NAMES = ("by hand", "by pipeline")


class Results:
    """Two quarters compared. ``before`` and ``after`` are what the exercises have measured.

    While one of them is missing, everything says so instead.
    """

    def __init__(self, lab: Lab, before: Any, after: Any) -> None:
        self._ready = isinstance(before, dora.Metrics) and isinstance(after, dora.Metrics)
        self._before, self._after = before, after
        self._quarter = scene(lab).quarter

    def __repr__(self) -> str:
        """Return the comparison in plain text."""
        return repr(self._comparison if self._ready else _MISSING)

    def _repr_html_(self) -> str:
        return str((self._comparison if self._ready else _MISSING)._repr_html_())

    @cached_property
    def _comparison(self) -> dora.Comparison:
        return dora.compare(self._before, self._after, names=_NAMES)

    @cached_property
    def _events(self) -> dora.Events:
        return events_of(self._quarter)

    def chart(self) -> Any:
        """Return both quarters as a figure."""
        return dora.charts.comparison(self._comparison) if self._ready else _MISSING

    def timeline(self) -> Any:
        """Return the quarter after as a figure, release by release."""
        if not (self._ready and self._quarter):
            return _MISSING
        return dora.charts.quarter(self._events, self._quarter.start, self._quarter.end)

    def page(self, path: str | Path) -> Note:
        """Write all of it as one HTML page."""
        if not (self._ready and self._quarter):
            return _MISSING
        dora.report_comparison(
            self._comparison,
            path,
            title="orders, before and after",
            events=(log_of_orders(), self._events),
            extra_tables=[self._quarter.table()],
        )
        return Note("Written.", f"{path} is a page of its own, which needs no network.")


_MISSING = Note("Nothing to compare yet.", "Measure both quarters first: `before` and `after`.")
