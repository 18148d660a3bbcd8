"""The tables of events as arrays of integers, which is what ``measure`` calculates with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.dora.tables import KINDS, Positions

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: Row positions where there are so many that their size counts.
Rows = npt.NDArray[np.int32]

PLANNED, HOTFIX, ROLLBACK = range(len(KINDS))
#: The integer that numpy holds for a missing time.
NEVER = np.iinfo(np.int64).min
MICROSECONDS_PER_HOUR = 3.6e9


@dataclass(frozen=True, eq=False)
class Codes:
    """Times are microseconds since 1970 UTC (``NEVER`` if missing), ids are row positions."""

    finished: Ints
    succeeded: Bools
    service: Ints
    kind: npt.NDArray[np.int8]
    version: Ints
    repairs: Positions

    change: Rows
    change_deployment: Rows
    committed: Ints

    incident_deployment: Positions
    incident_started: Ints
    incident_resolved: Ints

    @property
    def last_time(self) -> int:
        """The latest moment that the events know of."""
        times = (self.finished, self.committed, self.incident_started, self.incident_resolved)
        return max(int(array.max(initial=NEVER)) for array in times)


def encode(
    deployments: pd.DataFrame,
    changes: tuple[pd.DataFrame, Positions] | None,
    incidents: tuple[pd.DataFrame, Positions] | None,
) -> Codes:
    """Return the codes of checked tables and the deployments' rows that go with them."""
    known = pd.Index(deployments["deployment_id"])
    kinds = pd.Categorical(deployments["kind"], categories=list(KINDS))
    change_rows, change_deployment = changes or _nothing("change_id", "committed_at")
    incident_rows, incident_deployment = incidents or _nothing("started_at", "resolved_at")
    return Codes(
        finished=_microseconds(deployments["finished_at"]),
        succeeded=(deployments["status"] == "succeeded").to_numpy(dtype=bool),
        service=_numbered(deployments["service"]),
        kind=kinds.codes.astype(np.int8),
        version=_numbered(deployments["version"]),
        repairs=known.get_indexer(pd.Index(deployments["repairs"])).astype(np.int64),
        change=_numbered(change_rows["change_id"]).astype(np.int32),
        change_deployment=change_deployment.astype(np.int32),
        committed=_microseconds(change_rows["committed_at"]),
        incident_deployment=incident_deployment,
        incident_started=_microseconds(incident_rows["started_at"]),
        incident_resolved=_microseconds(incident_rows["resolved_at"]),
    )


def _nothing(*columns: str) -> tuple[pd.DataFrame, Positions]:
    empty = pd.DataFrame({name: pd.Series(dtype="datetime64[us, UTC]") for name in columns})
    return empty, np.empty(0, dtype=np.int64)


def _microseconds(times: pd.Series) -> Ints:
    return np.asarray(times.dt.tz_localize(None), dtype="datetime64[us]").view(np.int64)


def _numbered(ids: pd.Series) -> Ints:
    """Number ids in the order in which they first appear; -1 where missing."""
    numbers, _ = pd.factorize(ids)
    return numbers.astype(np.int64)
