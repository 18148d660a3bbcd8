"""Everything that the report and the command say about a set of traces, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from devops_workbook.tracing.bottlenecks import bottlenecks
from devops_workbook.tracing.critical_path import notes
from devops_workbook.tracing.exemplars import exemplars
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.service_map import ServiceMap, service_map
from devops_workbook.tracing.statements import repeated_calls, statements
from devops_workbook.tracing.wording import count, duration, percent

_NOTABLE = 0.005  # of all requests, from which share on faults are in the headlines


@dataclass(frozen=True, eq=False)
class Survey:
    """The analyses of one table of spans; ``about`` says where they are from, in sentences."""

    forest: Forest
    about: tuple[str, ...] = ()

    @cached_property
    def map(self) -> ServiceMap:
        """The service map."""
        return service_map(self.forest)

    @cached_property
    def bottlenecks(self) -> pd.DataFrame:
        """The operations, the one that was waited for longest first."""
        return bottlenecks(self.forest)

    @cached_property
    def statements(self) -> pd.DataFrame:
        """The database statements."""
        return statements(self.forest)

    @cached_property
    def loops(self) -> pd.DataFrame:
        """What is called again and again."""
        return repeated_calls(self.forest)

    @cached_property
    def exemplars(self) -> pd.DataFrame:
        """The traces to open."""
        return exemplars(self.forest)

    @cached_property
    def notes(self) -> list[str]:
        """What had to be adjusted."""
        return notes(self.forest)

    def headlines(self) -> list[str]:
        """Return what to know first, in sentences."""
        return [*self.about, *self._requests(), *self._longest(), *self._looped(), *self._failed()]

    def _requests(self) -> list[str]:
        rows = self.forest.roots
        p50, p95 = (duration(float(np.quantile(self.forest.seconds[rows], q))) for q in (0.5, 0.95))
        spans = count(int((~self.forest.inferred).sum()), "span")
        return [
            f"{count(len(rows), 'request')} of {spans}: half took up to {p50}, 95% up to {p95}."
        ]

    def _longest(self) -> list[str]:
        first = self.bottlenecks.iloc[0]
        if not first["path_seconds"]:
            return []
        whole = first["path_seconds"] / first["path_share"]
        return [
            f"Requests waited longest for {first['operation']} in {first['service']}: "
            f"{percent(first['path_share'])} of their time. Were its own work to take half as long,"
            f" they would be {percent(first['saved_if_half'] / whole)} shorter."
        ]

    def _looped(self) -> list[str]:
        if self.loops.empty:
            return []
        first = self.loops.iloc[0]
        return [
            f"{first['operation']} in {first['service']} sends {first['call']} one after the other,"
            f" {first['calls_p50']:.0f} times in the middle and up to {first['calls_most']:.0f}:"
            f" {percent(first['share'])} of the time of {count(int(first['requests']), 'request')}."
        ]

    def _failed(self) -> list[str]:
        status = self.forest.spans["status"].to_numpy(object)[self.forest.roots]
        faults = float((status == "fault").mean())
        return [f"{percent(faults)} of the requests ended in a fault."] if faults > _NOTABLE else []
