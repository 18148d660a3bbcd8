"""The part of the events that falls in the period, and what was found out about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from devops_workbook.dora.bootstrap import Bootstrap
from devops_workbook.dora.codes import NEVER, ROLLBACK, Bools, Codes, Ints
from devops_workbook.dora.events import Events
from devops_workbook.dora.linking import Links
from devops_workbook.dora.period import Buckets, Period


@dataclass(frozen=True, eq=False)
class Sample:
    """Everything that a metric is calculated from.

    Counted are the deployments that finished in the period and reached production, rollbacks
    only if ``rollbacks``.
    """

    events: Events
    links: Links
    period: Period
    rollbacks: bool
    bootstrap: Bootstrap

    @property
    def codes(self) -> Codes:
        """The events as arrays."""
        return self.events.codes

    @cached_property
    def rows(self) -> slice:
        """The deployments that finished in the period."""
        first, last = np.searchsorted(self.codes.finished, self.period.bounds)
        return slice(int(first), int(last))

    @cached_property
    def counted(self) -> Ints:
        """Rows of the deployments that count, in order."""
        counts = self.codes.succeeded[self.rows]
        if not self.rollbacks:
            counts = counts & (self.codes.kind[self.rows] != ROLLBACK)
        return np.flatnonzero(counts) + int(self.rows.start)

    @cached_property
    def failed(self) -> Bools:
        """Which of the counted deployments failed."""
        return self.links.failed[self.counted]

    @cached_property
    def attempts(self) -> Ints:
        """Rows of the deployments that never reached production."""
        return np.flatnonzero(~self.codes.succeeded[self.rows]) + int(self.rows.start)

    @cached_property
    def rollbacks_left_out(self) -> int:
        """How many deployments reached production and still do not count."""
        finished = self.codes.finished[self.rows]
        return len(finished) - len(self.counted) - len(self.attempts)

    @property
    def failures_known(self) -> bool:
        """Whether the log could say of a deployment that it failed."""
        return self.events.incidents is not None or bool(self.codes.kind.any())

    @cached_property
    def recovered(self) -> tuple[Ints, Ints]:
        """The failed deployments that were recovered after they finished; how long it took."""
        rows = self.counted[self.failed]
        recovered = self.links.recovered[rows]
        took = recovered - self.codes.finished[rows]
        valid = (recovered != NEVER) & (took >= 0)
        return rows[valid], took[valid]

    @cached_property
    def incidents(self) -> slice:
        """The incidents that started in the period."""
        first, last = np.searchsorted(self.codes.incident_started, self.period.bounds)
        return slice(int(first), int(last))

    @cached_property
    def resolved(self) -> tuple[Ints, Ints]:
        """When the resolved incidents of the period started, and how long each lasted."""
        started = self.codes.incident_started[self.incidents]
        resolved = self.codes.incident_resolved[self.incidents]
        valid = (resolved != NEVER) & (resolved >= started)
        return started[valid], (resolved - started)[valid]

    def deployments_by(self, buckets: Buckets) -> Ints:
        """Return how many counted deployments finished in each bucket."""
        return np.diff(np.searchsorted(self.codes.finished[self.counted], buckets.edges))
