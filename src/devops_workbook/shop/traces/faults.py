"""What can go wrong on the way of a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

#: ``n-plus-one``: orders reads the lines of each order of a customer with a query of its own.
#: ``missing-index``: finding the orders of a customer reads the whole table.
#: ``lock``: keeping an order waits for a lock; one in eight gives up after five seconds.
#: ``retry-storm``: the bank refuses seven calls in ten, and payments calls again, up to four times.
#: ``cold-start``: one call of payments in six waits until a new container of it is ready.
#: ``slow-third-party``: the bank takes one and a half to four seconds.
#: ``dropped-header``: storefront calls orders without the trace header.
TraceFaultKind = Literal[
    "n-plus-one",
    "missing-index",
    "lock",
    "retry-storm",
    "cold-start",
    "slow-third-party",
    "dropped-header",
]
FAULTS: tuple[TraceFaultKind, ...] = get_args(TraceFaultKind)


@dataclass(frozen=True)
class TraceFault:
    """A fault that lasts ``since`` a time ``until`` another, or for good."""

    kind: TraceFaultKind
    since: datetime
    until: datetime | None = None

    def lasts_at(self, time: datetime) -> bool:
        """Return whether it lasts at a time."""
        return self.since <= time and (self.until is None or time < self.until)


def checked(kind: str) -> TraceFaultKind:
    """Return a kind of fault. Raises ``ValueError`` with those that there are."""
    for known in FAULTS:
        if kind == known:
            return known
    raise ValueError(f"There is no fault {kind!r}. There are: {', '.join(FAULTS)}.")
