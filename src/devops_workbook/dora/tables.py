"""Check and complete the three tables of events, and put them in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.dora import columns
from devops_workbook.dora.columns import Column
from devops_workbook.dora.errors import EventsError

STATUSES = ("succeeded", "failed")
KINDS = ("planned", "hotfix", "rollback")

#: Row positions in the deployments; -1 where there is none.
Positions = npt.NDArray[np.int64]


def deployments(frame: pd.DataFrame, tz: str | None) -> pd.DataFrame:
    """Return the deployments with every column, sorted by when they finished.

    Those that finished at the same moment are in the order of their start, then of their id,
    so that the order of the input means nothing.
    """
    table = _Table.of("deployments", frame, tz)
    checked = pd.DataFrame(
        {
            "deployment_id": table.key("deployment_id"),
            "service": table.text("service").fillna(""),
            "finished_at": table.times("finished_at", required=True),
            "started_at": table.times("started_at"),
            "status": table.words("status", STATUSES),
            "kind": table.words("kind", KINDS, blank_is_default=True),
            "version": table.text("version"),
            "repairs": table.text("repairs"),
        }
    )
    _check_repairs(table, checked)
    order = _order(checked, ["finished_at", "started_at", "deployment_id"])
    return table.complete(checked, order)


def changes(
    frame: pd.DataFrame, known: pd.Series, tz: str | None
) -> tuple[pd.DataFrame, Positions]:
    """Return the changes sorted by deployment, then commit time, and their deployments' rows.

    ``known`` holds the ids of the deployments in order. Changes not deployed yet come last.
    """
    table = _Table.of("changes", frame, tz)
    checked = pd.DataFrame(
        {
            "change_id": table.text("change_id", required=True),
            "deployment_id": table.text("deployment_id"),
            "committed_at": table.times("committed_at", required=True),
        }
    )
    positions = table.positions("deployment_id", checked["deployment_id"], known)
    place = np.where(positions < 0, len(known), positions)
    order = np.lexsort((checked["committed_at"].astype("int64").to_numpy(), place))
    return table.complete(checked, order), positions[order]


def incidents(
    frame: pd.DataFrame, known: pd.Series, tz: str | None
) -> tuple[pd.DataFrame, Positions]:
    """Return the incidents sorted by when they started, and their deployments' rows."""
    table = _Table.of("incidents", frame, tz)
    checked = pd.DataFrame(
        {
            "incident_id": table.key("incident_id"),
            "deployment_id": table.text("deployment_id"),
            "started_at": table.times("started_at", required=True),
            "resolved_at": table.times("resolved_at"),
        }
    )
    positions = table.positions("deployment_id", checked["deployment_id"], known)
    order = _order(checked, ["started_at", "incident_id"])
    return table.complete(checked, order), positions[order]


@dataclass(frozen=True)
class _Table:
    """An input table whose columns are taken one by one, each checked."""

    name: str
    frame: pd.DataFrame
    tz: str | None

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame, tz: str | None) -> _Table:
        if not isinstance(frame, pd.DataFrame):
            problem = f"found a {type(frame).__name__}, expected a pandas DataFrame"
            raise EventsError(problem, table=name)
        twice = frame.columns[frame.columns.duplicated()]
        if len(twice):
            problem = "found two columns of this name, expected one"
            raise EventsError(problem, table=name, column=str(twice[0]))
        return cls(name, frame, tz)

    def column(self, name: str, required: bool = False) -> Column:
        if name in self.frame.columns:
            return Column(self.name, name, self.frame[name])
        if required:
            found = ", ".join(map(str, self.frame.columns)) or "no columns"
            problem = f"this column is missing, found {found}"
            raise EventsError(problem, table=self.name, column=name)
        return Column(self.name, name, pd.Series(None, self.frame.index, dtype="str"))

    def text(self, name: str, required: bool = False) -> pd.Series:
        column = self.column(name, required)
        strings = columns.text(column)
        if required:
            column.refuse(strings.isna().to_numpy(dtype=bool), "an id")
        return strings

    def key(self, name: str) -> pd.Series:
        """Return ids, each of which is there once."""
        strings = self.text(name, required=True)
        repeats = strings.duplicated().to_numpy(dtype=bool)
        self.column(name).refuse(repeats, "an id that no earlier row has")
        return strings

    def times(self, name: str, required: bool = False) -> pd.Series:
        column = self.column(name, required)
        moments = columns.times(column, self.tz)
        if required:
            column.refuse(moments.isna().to_numpy(dtype=bool), "a time")
        return moments

    def words(self, name: str, allowed: Sequence[str], blank_is_default: bool = False) -> pd.Series:
        """Return words of ``allowed``, the first of which stands for a column left out."""
        absent = name not in self.frame.columns
        default = allowed[0] if absent or blank_is_default else None
        return columns.words(self.column(name), allowed, default)

    def positions(self, name: str, ids: pd.Series, known: pd.Series) -> Positions:
        """Return the row of each id among the ``known`` ones, -1 where there is no id."""
        found: Positions = pd.Index(known).get_indexer(pd.Index(ids)).astype(np.int64)
        unknown = (found < 0) & ids.notna().to_numpy(dtype=bool)
        self.column(name).refuse(unknown, "the deployment_id of a row of the table deployments")
        return found

    def complete(self, checked: pd.DataFrame, order: npt.NDArray[np.intp]) -> pd.DataFrame:
        """Return the checked columns and any further ones of the input, in this order."""
        further = self.frame.drop(columns=checked.columns, errors="ignore")
        whole = pd.concat([checked, further], axis="columns") if further.size else checked
        return whole.iloc[order].reset_index(drop=True)


def _order(checked: pd.DataFrame, by: list[str]) -> npt.NDArray[np.intp]:
    numbered = checked.reset_index(drop=True)
    return np.asarray(numbered.sort_values(by, kind="stable").index, dtype=np.intp)


def _check_repairs(table: _Table, checked: pd.DataFrame) -> None:
    column = table.column("repairs")
    ids, repairs = checked["deployment_id"], checked["repairs"]
    column.refuse((repairs == ids).to_numpy(dtype=bool), "another deployment than the row's own")
    table.positions("repairs", repairs, ids)
    planned = repairs.notna() & (checked["kind"] == "planned")
    column.refuse(
        planned.to_numpy(dtype=bool), "nothing: only a row of kind hotfix or rollback repairs"
    )
