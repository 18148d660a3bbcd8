"""A quarter that was played, to be measured with ``dora``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from devops_workbook.display import Table


@dataclass(frozen=True)
class Quarter:
    """A quarter that was played, for ``dora``: its period, UTC, and the incidents in it.

    ``incidents`` has the columns of ``dora.Events.incidents``, read from CloudWatch release by
    release, because CloudWatch keeps minutes for fifteen days. ``called`` is how often an alarm
    called somebody. ``requests`` and ``harmed`` are the customers' of the times played.
    """

    start: datetime
    end: datetime
    incidents: pd.DataFrame
    called: int
    requests: int
    harmed: int

    def __repr__(self) -> str:
        """Return it as a table in plain text."""
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def table(self) -> Table:
        """Return the quarter in four lines."""
        rows = [
            ("Incidents in CloudWatch", str(len(self.incidents))),
            ("Times that somebody was called", str(self.called)),
            ("Requests of customers that were played", f"{self.requests:,}"),
            ("Harmed: failed, or longer than a second", f"{self.harmed:,}"),
        ]
        return Table(f"{self.start:%d %b %Y} until {self.end:%d %b %Y}", ("What", "Count"), rows)
