"""What happened, as three validated tables: deployments, changes, incidents."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field

import pandas as pd

from devops_workbook.dora import tables
from devops_workbook.dora.codes import Codes, encode
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.period import zone


@dataclass(frozen=True, eq=False, repr=False)
class Events:
    """Deployments, changes and incidents of one or more services.

    All times are ``datetime64[us, UTC]``. Ids are strings. Missing values are ``NaT`` / ``NA``.

    ``deployments``, one row per deployment to an environment, sorted by ``finished_at``:

    ================== =========================================================================
    ``deployment_id``  unique
    ``service``        what was deployed; "the previous deployment" is per service (default "")
    ``finished_at``    when it reached production
    ``started_at``     when it began; may be missing
    ``status``         ``succeeded`` or ``failed`` (never reached production)
    ``kind``           ``planned``, ``hotfix`` or ``rollback``
    ``version``        what was deployed; may be missing
    ``repairs``        the ``deployment_id`` that a hotfix or rollback repairs; may be missing
    ================== =========================================================================

    ``changes``, one row per (commit, deployment that contained it), sorted by deployment:

    ================== =========================================================================
    ``change_id``      commit id; may appear in several deployments
    ``deployment_id``  missing while the change has not been deployed
    ``committed_at``   when it was committed
    ================== =========================================================================

    ``incidents``, one row per incident, sorted by ``started_at``:

    ================== =========================================================================
    ``incident_id``    unique
    ``deployment_id``  the deployment that caused it; missing when no deployment did
    ``started_at``     when users began to be affected
    ``resolved_at``    missing while it is open
    ================== =========================================================================

    A table that was never recorded is ``None``, not empty: no incident log is not the same as
    no incidents.

    The tables given are copied, checked and completed: of ``deployments`` only
    ``deployment_id`` and ``finished_at`` are required, of ``changes`` ``change_id`` and
    ``committed_at``, of ``incidents`` ``incident_id`` and ``started_at``. A status left out is
    ``succeeded``, a kind left out is ``planned``. Times may also be ISO 8601 texts. Times
    without a zone are refused unless ``tz`` names theirs. Further columns are kept.

    Raises EventsError for a column that is missing or of the wrong type, an id given twice, a
    status or kind that is none, and a reference to a deployment that is not there.
    """

    deployments: pd.DataFrame
    changes: pd.DataFrame | None = None
    incidents: pd.DataFrame | None = None
    tz: InitVar[str | None] = None
    #: What was left out or merged while the events were read, in sentences.
    notes: tuple[str, ...] = ()
    #: Whether the input said of any deployment what kind it was.
    kinds_recorded: bool = field(init=False)
    #: The same tables as arrays of integers, for ``measure``.
    codes: Codes = field(init=False)

    def __post_init__(self, tz: str | None) -> None:
        _check_zone(tz)
        deployments = tables.deployments(self.deployments, tz)
        known = deployments["deployment_id"]
        changes = None if self.changes is None else tables.changes(self.changes, known, tz)
        incidents = None if self.incidents is None else tables.incidents(self.incidents, known, tz)
        kinds = self.deployments.get("kind")
        checked = {
            "deployments": deployments,
            "changes": changes and changes[0],
            "incidents": incidents and incidents[0],
            "kinds_recorded": kinds is not None and bool(kinds.notna().any()),
            "codes": encode(deployments, changes, incidents),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def services(self) -> list[str]:
        """The names of the services, sorted."""
        return sorted(self.deployments["service"].unique())

    def only(self, service: str) -> Events:
        """Return the events of one service.

        Changes and incidents belong to the service of their deployment. Those that name no
        deployment belong to none and are left out, unless there is only this service. Raises
        EventsError for a service that is not in the events.
        """
        if service not in self.services:
            there = ", ".join(map(repr, self.services)) or "none"
            raise EventsError(f"found no service {service!r}, expected one of: {there}")
        if len(self.services) == 1:
            return self
        rows = self.deployments[self.deployments["service"] == service]
        ids = rows["deployment_id"]
        rows = rows.assign(repairs=rows["repairs"].where(rows["repairs"].isin(ids)))
        if not self.kinds_recorded:
            rows = rows.drop(columns="kind")
        changes, incidents = _of(ids, self.changes), _of(ids, self.incidents)
        return Events(rows, changes, incidents, notes=self.notes)

    def __repr__(self) -> str:
        days = self.deployments["finished_at"].dt.date
        period = f", {days.iloc[0]} to {days.iloc[-1]} (UTC)" if len(days) else ""
        deployments = _counted(len(days), "deployment")
        services = _counted(len(self.services), "service")
        changes = _unique(self.changes, "change")
        incidents = _unique(self.incidents, "incident")
        return f"Events: {deployments} of {services}, {changes}, {incidents}{period}"


def _check_zone(tz: str | None) -> None:
    if tz is None:
        return
    try:
        zone(tz)
    except ValueError as error:
        raise EventsError(str(error)) from error


def _of(ids: pd.Series, table: pd.DataFrame | None) -> pd.DataFrame | None:
    return None if table is None else table[table["deployment_id"].isin(ids)]


def _unique(table: pd.DataFrame | None, noun: str) -> str:
    if table is None:
        return f"no record of {noun}s"
    return _counted(table[f"{noun}_id"].nunique(), noun)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
