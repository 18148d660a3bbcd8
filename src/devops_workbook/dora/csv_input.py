"""Read deployments, changes and incidents from CSV files."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd

from devops_workbook.dora.columns import Column
from devops_workbook.dora.csv_columns import CsvTable, Field, located
from devops_workbook.dora.csv_table import Source, read_text_table
from devops_workbook.dora.csv_times import time_zone
from devops_workbook.dora.events import Events

_STATUSES = {
    **dict.fromkeys(
        ("success", "successful", "ok", "passed", "complete", "completed"), "succeeded"
    ),
    **dict.fromkeys(("failure", "fail", "error", "errored"), "failed"),
}
_KINDS = {
    **dict.fromkeys(("normal", "regular", "standard", "release", "feature"), "planned"),
    **dict.fromkeys(("fix", "hot fix", "hot-fix", "hot_fix", "emergency"), "hotfix"),
    **dict.fromkeys(("roll back", "roll-back", "roll_back", "revert"), "rollback"),
}
_DEPLOYMENT = "deploy deployid deployment release releaseid"
_NO_CAUSE = "; leave its cells empty for what no deployment caused, but have the column"
_NOT_YET = "; leave its cells empty for what is not deployed yet, but have the column"
_OPEN = "; leave its cells empty for what is still open, but have the column"

#: The fields of each table, by its name.
FIELDS = {
    "deployments": {
        "deployment_id": Field(f"id {_DEPLOYMENT}", required=True),
        "service": Field("servicename app application repo repository component project"),
        "finished_at": Field(
            "finished finishtime deployedat deployed deploytime end endtime endedat completedat"
            " completed timestamp time date",
            required=True,
            time=True,
        ),
        "started_at": Field("started start starttime createdat created", time=True),
        "status": Field("state result outcome", words=_STATUSES),
        "kind": Field("type category", words=_KINDS),
        "version": Field("sha commit commitid commitsha tag revision"),
        "repairs": Field("repaired fixes repairsdeployment repairsdeploymentid"),
    },
    "changes": {
        "change_id": Field("id change sha commit commitid commitsha revision", required=True),
        "deployment_id": Field(_DEPLOYMENT, required=True, hint=_NOT_YET),
        "committed_at": Field(
            "committed committime commitdate committs authoredat authortime authordate authorts"
            " createdat created timestamp time date",
            required=True,
            time=True,
        ),
    },
    "incidents": {
        "incident_id": Field("id incident ticket ticketid issue issueid", required=True),
        "deployment_id": Field(f"{_DEPLOYMENT} causedby", required=True, hint=_NO_CAUSE),
        "started_at": Field(
            "started start starttime createdat created openedat opened timestamp",
            required=True,
            time=True,
        ),
        "resolved_at": Field(
            "resolved resolvetime restoredat restored closedat closed end endtime endedat",
            required=True,
            time=True,
            hint=_OPEN,
        ),
    },
}


def read_csv(
    deployments: Source,
    changes: Source | None = None,
    incidents: Source | None = None,
    *,
    tz: str | ZoneInfo | None = None,
) -> Events:
    """Read events from CSV files: paths, or files that are open.

    The columns are those of `Events`. Capitals, spaces, hyphens and underscores in their names
    do not matter, and common other names are understood (``deployed_at``, ``sha``,
    ``closed_at``); so are other words for a status or kind (``SUCCESS``, ``roll-back``). Further
    columns stay, as text. A file that is not given is a table that was never recorded.

    A time is ISO 8601 with its offset from UTC, or seconds since 1970, or a local time: that
    needs ``tz``, the zone on whose clock it was read; a date alone is then its midnight. Cells
    that are empty, a dash, NULL, None, NaN, NaT, NA, N/A or \\N are missing values.

    Raises EventsError, with the file, the line of the file (as ``row``) and the column, for a
    file that cannot be read, a column that is missing or there twice, and a cell that is not
    what it should be.
    """
    zone = time_zone(tz)
    sources = {"deployments": deployments, "changes": changes, "incidents": incidents}
    tables = {
        name: CsvTable(name, read_text_table(source, name), FIELDS[name])
        for name, source in sources.items()
        if source is not None
    }
    with located(tables):
        frames = {name: table.frame(zone) for name, table in tables.items()}
        if "incidents" in frames:
            check_order(frames["incidents"])
        return Events(frames["deployments"], frames.get("changes"), frames.get("incidents"))


def check_order(incidents: pd.DataFrame) -> None:
    """Refuse an incident that was resolved before it began: its columns are swapped, say."""
    backwards = incidents["resolved_at"] < incidents["started_at"]
    column = Column("incidents", "resolved_at", incidents["resolved_at"])
    column.refuse(backwards.to_numpy(dtype=bool), "a time not before that of started_at")
