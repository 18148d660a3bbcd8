"""One column of an input table, checked and converted: ids, words of a list, or times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.dora.errors import EventsError

Bools = npt.NDArray[np.bool_]

_TIME = "a time with its zone, such as 2026-01-05T09:00:00Z"
#: An offset ends a time of day, so that the day of "2026-01-05" is not taken for one.
_OFFSET = r"[Tt ].*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"


@dataclass(frozen=True)
class Column:
    """The values of a column and its place, for the sentence that says what is wrong."""

    table: str
    name: str
    values: pd.Series

    def refuse(self, bad: Bools, expected: str) -> None:
        """Raise EventsError about the first row for which ``bad`` is true, if there is one."""
        if not bad.any():
            return
        row = int(bad.argmax())
        more = f" (and {bad.sum() - 1} more such rows)" if bad.sum() > 1 else ""
        value = self.values.iloc[row]
        found = "nothing" if pd.isna(value) else repr(_plain(value))
        raise self.error(f"found {found}, expected {expected}{more}", row)

    def error(self, problem: str, row: int) -> EventsError:
        """Return an EventsError about the row at this position."""
        label = self.values.index[row]
        place = label if isinstance(label, str) else int(label)
        return EventsError(problem, table=self.table, row=place, column=self.name)

    def missing(self) -> Bools:
        """Return where there is no value."""
        return self.values.isna().to_numpy(dtype=bool)


def text(column: Column) -> pd.Series:
    """Return ids as strings, NaN where missing or empty; whole numbers are written out."""
    values = column.values
    if pd.api.types.is_float_dtype(values.dtype):
        whole = values.isna() | (values % 1 == 0)
        column.refuse(~whole.to_numpy(dtype=bool), "a text or a whole number")
        values = values.astype("Int64")
    elif not pd.api.types.is_integer_dtype(values.dtype):
        values = values.astype(object)
        if pd.api.types.infer_dtype(values) not in ("string", "empty"):
            column.refuse(_neither(values, (str, int)), "a text or a whole number")
    strings = values.astype("str")
    return strings.mask(strings == "")


def words(column: Column, allowed: Sequence[str], default: str | None = None) -> pd.Series:
    """Return the values in lower case, each one of ``allowed``; ``default`` where missing."""
    strings = text(column).str.lower()
    if default is not None:
        strings = strings.fillna(default)
    expected = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
    column.refuse(~strings.isin(allowed).to_numpy(dtype=bool), expected)
    return strings


def times(column: Column, tz: str | None) -> pd.Series:
    """Return times as ``datetime64[us, UTC]``; those without a zone are in ``tz``.

    Takes times, dates and ISO 8601 texts. Raises EventsError for anything else, for a time
    without a zone while ``tz`` is None, and for one that ``tz`` skips or has twice.
    """
    values = column.values
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.astype("datetime64[us, UTC]")
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return _localised(column, values, tz)
    values = values.astype(object)
    values = values.mask(values == "")
    column.refuse(_neither(values, (str, date)), _TIME)
    return _parsed(column, values.map(str, na_action="ignore").astype("str"), tz)


def _parsed(column: Column, strings: pd.Series, tz: str | None) -> pd.Series:
    zoned = strings.str.contains(_OFFSET, na=True).to_numpy(dtype=bool)
    moments = pd.to_datetime(strings.where(zoned), utc=True, format="ISO8601", errors="coerce")
    local = pd.to_datetime(strings.mask(zoned), format="ISO8601", errors="coerce")
    unread = moments.isna() & local.isna() & strings.notna()
    column.refuse(unread.to_numpy(dtype=bool), _TIME)
    return moments.astype("datetime64[us, UTC]").fillna(_localised(column, local, tz))


def _localised(column: Column, values: pd.Series, tz: str | None) -> pd.Series:
    present = values.notna().to_numpy(dtype=bool)
    if tz is None:
        column.refuse(present, f"{_TIME}; or name the zone of all such times with tz=")
        return pd.Series(pd.NaT, index=values.index, dtype="datetime64[us, UTC]")
    local = values.dt.tz_localize(tz, ambiguous="NaT", nonexistent="NaT")
    lost = present & local.isna().to_numpy(dtype=bool)
    column.refuse(lost, f"a time that {tz} has exactly once: write it with its offset")
    moments: pd.Series = local.astype("datetime64[us, UTC]")
    return moments


def _neither(values: pd.Series, kinds: tuple[type, ...]) -> Bools:
    """Return where a value is present and of none of these kinds; True is not a number."""
    return np.fromiter(
        (
            value is not None
            and (isinstance(value, bool) or not (isinstance(value, kinds) or pd.isna(value)))
            for value in values
        ),
        dtype=bool,
        count=len(values),
    )


def _plain(value: object) -> object:
    if isinstance(value, date):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value
