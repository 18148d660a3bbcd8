"""Add a team's own log of incidents, a CSV file, to events that were read from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import pandas as pd

from devops_workbook.dora.columns import Column
from devops_workbook.dora.csv_columns import CsvTable, located
from devops_workbook.dora.csv_input import FIELDS, check_order
from devops_workbook.dora.csv_table import Source, read_text_table
from devops_workbook.dora.csv_times import time_zone
from devops_workbook.dora.events import Events
from devops_workbook.dora.incidents import with_incidents

_CAUSE = FIELDS["incidents"]["deployment_id"]
_CAUSE_BY_NAME = replace(
    _CAUSE, required=False, aliases=f"{_CAUSE.aliases} tag execution executionid"
)
_FIELDS = {**FIELDS["incidents"], "deployment_id": _CAUSE_BY_NAME}


def with_incident_log(
    events: Events,
    source: Source,
    names: Mapping[str, str],
    expected: str,
    *,
    tz: str | ZoneInfo | None = None,
) -> Events:
    """Return the events with the incidents of a CSV file, each with the deployment it belongs to.

    The file is read as ``read_csv`` reads it, but need not have a column for the deployment: an
    incident that names none is given one by ``with_incidents``. ``names`` has the id of the
    deployment by each name that the file may use for it, ``expected`` what these are called.

    Raises EventsError, with the file, the line of the file (as ``row``) and the column.
    """
    table = CsvTable("incidents", read_text_table(source, "incidents"), _FIELDS)
    with located({"incidents": table}):
        incidents = table.frame(time_zone(tz))
        check_order(incidents)
        if "deployment_id" in incidents:
            incidents = incidents.assign(deployment_id=_ids(incidents, names, expected))
        return with_incidents(events, incidents)


def _ids(incidents: pd.DataFrame, names: Mapping[str, str], expected: str) -> pd.Series:
    named = incidents["deployment_id"]
    ids = named.map(names)
    unknown = named.notna() & ids.isna()
    column = Column("incidents", "deployment_id", named)
    column.refuse(unknown.to_numpy(dtype=bool), expected)
    return ids.astype("str")
