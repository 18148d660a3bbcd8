"""Short ways to write down events in a test. Times are of January 2026; the 5th is a Monday."""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook.dora import Events

Row = dict[str, Any]


def at(text: str) -> str:
    """Return the time of ``"07 10:30"``, the 7th at half past ten, UTC."""
    day, _, time = text.partition(" ")
    return f"2026-01-{day}T{time or '00:00'}Z"


def deployment(name: str, finished: str, **columns: Any) -> Row:
    usual = {"status": "succeeded", "kind": "planned"}
    return {"deployment_id": name, "finished_at": at(finished), **usual, **columns}


def change(name: str, deployed: str | None, committed: str) -> Row:
    return {"change_id": name, "deployment_id": deployed, "committed_at": at(committed)}


def incident(name: str, cause: str | None, started: str, resolved: str | None) -> Row:
    return {
        "incident_id": name,
        "deployment_id": cause,
        "started_at": at(started),
        "resolved_at": resolved and at(resolved),
    }


_COLUMNS = {
    "deployments": ["deployment_id", "finished_at", "kind"],
    "changes": ["change_id", "deployment_id", "committed_at"],
    "incidents": ["incident_id", "deployment_id", "started_at", "resolved_at"],
}


def frame(table: str, rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=_COLUMNS[table])


def log(
    deployments: list[Row], changes: list[Row] | None = None, incidents: list[Row] | None = None
) -> Events:
    """Return the events of these rows; a table left out was never recorded."""
    return Events(
        frame("deployments", deployments),
        None if changes is None else frame("changes", changes),
        None if incidents is None else frame("incidents", incidents),
    )
