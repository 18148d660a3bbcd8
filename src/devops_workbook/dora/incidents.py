"""Find the deployments that incidents belong to, by the time at which they began."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from devops_workbook.dora import tables
from devops_workbook.dora.codes import Ints
from devops_workbook.dora.events import Events
from devops_workbook.dora.notes import counted

_HOUR = timedelta(hours=1)
_MINUTE = 60_000_000  # microseconds


def with_incidents(events: Events, incidents: pd.DataFrame, *, within: timedelta = _HOUR) -> Events:
    """Return the events with these incidents added, each with the deployment it belongs to.

    ``incidents`` is a table such as ``incidents_from_cloudwatch`` returns, or any that ``Events``
    takes. An incident that names its deployment keeps it. Any other belongs to the deployment,
    of whichever service, that was the last to start before the incident began, of those that had
    not finished by then or had finished at most ``within`` before; if there is none, to no
    deployment. Where no start is known, a deployment started when it finished. An incident that
    began on the full minute is taken to be known by the minute only: a deployment that started
    in the course of that minute had started before it.

    A deployment that was undone has the status failed: it never reached production. If one of
    these incidents belongs to it, customers did have it: then it becomes succeeded, finished when
    the first of its incidents began (not before its own start, nor after its end), so that
    recovery is counted from when customers had it. No other deployment is changed.

    The incidents that the events had are kept as they are. ``notes`` of the result say how many
    incidents were given a deployment, and how many deployments became succeeded. That an incident
    follows a deployment is no proof that it was caused by it: where somebody knows, name it.

    Raises EventsError for incidents that are malformed, whose id is there twice or that name an
    unknown deployment, and ValueError for a ``within`` less than nothing.
    """
    if within < timedelta():
        raise ValueError(f"within: found {within}, expected a time, 0 or more")
    known = events.deployments["deployment_id"]
    checked, _ = tables.incidents(incidents, known, tz=None)
    unnamed = checked["deployment_id"].isna()
    causes = _causes(events.deployments, checked.loc[unnamed, "started_at"], within)
    named = checked.assign(deployment_id=checked["deployment_id"].where(~unnamed, causes))
    deployments, n_reached = _reached(events.deployments, named)
    if not events.kinds_recorded:
        deployments = deployments.drop(columns="kind")
    before = [] if events.incidents is None else [events.incidents]
    return Events(
        deployments,
        events.changes,
        pd.concat([*before, named], ignore_index=True),
        notes=(*events.notes, *_notes(int(unnamed.sum()), int(causes.count()), n_reached, within)),
    )


def _causes(deployments: pd.DataFrame, began: pd.Series, within: timedelta) -> pd.Series:
    """Return the id of the deployment that each incident belongs to, missing for none."""
    finished = _microseconds(deployments["finished_at"])
    started = _microseconds(deployments["started_at"].fillna(deployments["finished_at"]))
    order = np.lexsort((finished, started))
    started, until = started[order], finished[order] + within // timedelta(microseconds=1)
    ids = deployments["deployment_id"].to_numpy()[order]
    causes = []
    for moment in _microseconds(began):
        latest = moment if moment % _MINUTE else moment + _MINUTE - 1
        candidates = until[: np.searchsorted(started, latest, side="right")] >= moment
        places = np.flatnonzero(candidates)
        causes.append(ids[places[-1]] if len(places) else None)
    return pd.Series(causes, index=began.index, dtype="str")


def _reached(deployments: pd.DataFrame, incidents: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the deployments, those undone after customers had them as succeeded; and how many."""
    first = incidents.groupby("deployment_id")["started_at"].min()
    began = first.reindex(deployments["deployment_id"]).set_axis(deployments.index)
    undone = (deployments["status"] == "failed") & began.notna()
    # In this order: a deployment without a known start has none that it could not be before.
    had = began.clip(lower=deployments["started_at"]).clip(upper=deployments["finished_at"])
    changed = deployments.assign(
        status=deployments["status"].mask(undone, "succeeded"),
        finished_at=deployments["finished_at"].mask(undone, had),
    )
    return changed, int(undone.sum())


def _microseconds(times: pd.Series) -> Ints:
    return np.asarray(times.astype("datetime64[us, UTC]").astype("int64"), dtype=np.int64)


def _notes(n_unnamed: int, n_found: int, n_reached: int, within: timedelta) -> list[str]:
    notes = []
    minutes = f"{within / timedelta(minutes=1):g} minutes"
    if n_found:
        notes.append(
            f"{counted(n_found, 'incident')} given a deployment by the time it began: the last to"
            f" start, still running or finished at most {minutes} before"
        )
    if n_unnamed > n_found:
        notes.append(
            f"{counted(n_unnamed - n_found, 'incident')} without a deployment: none was running"
            f" when it began, or had finished at most {minutes} before"
        )
    if n_reached:
        notes.append(
            f"{counted(n_reached, 'failed deployment')} taken as succeeded from the begin of its"
            " incident: customers had it before it was undone"
        )
    return notes
