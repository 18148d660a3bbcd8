"""Times as people write them into a CSV file: ISO 8601, seconds since 1970, or a local clock."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.dora.columns import Column
from devops_workbook.dora.errors import EventsError

_LOCAL = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"
_WITH_OFFSET = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Z| UTC| ?[+-]\d\d(?::?\d\d)?)"
#: 1973 to 2286: shorter numbers are dates such as 20250103, longer ones are milliseconds.
_SECONDS = r"\d{9,10}(?:\.\d+)?"
_EXPECTED = (
    "a time with its offset from UTC, such as 2025-01-03T21:30:00+01:00, or seconds since 1970"
)

_Floats = npt.NDArray[np.float64]


def time_zone(tz: str | ZoneInfo | None) -> ZoneInfo | None:
    """Return the time zone of this name; raise EventsError if there is none."""
    if tz is None or isinstance(tz, ZoneInfo):
        return tz
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError) as error:
        problem = f"tz={tz!r} is not a time zone: expected a name such as 'Europe/Berlin' or 'UTC'"
        raise EventsError(problem) from error


def read_times(column: Column, zone: ZoneInfo | None) -> pd.Series:
    """Return the times as ``datetime64[us, UTC]``, NaT where the text is missing.

    Times without an offset are on the clock of ``zone``; a date alone is its midnight. Raises
    EventsError for anything else, and for a local time that the clock skips or shows twice.
    """
    moments = _with_one_offset(column.values)
    return _of_several_forms(column, zone) if moments is None else moments


def _with_one_offset(values: pd.Series) -> pd.Series | None:
    """Return the times of a column that is all of one kind, which takes a third of the time."""
    if values.str.len().min() < len("2025-01-03T21:30Z"):
        return None  # pandas takes "now" for a time
    try:
        moments = pd.to_datetime(values, format="ISO8601")
    except ValueError:
        return None
    if not isinstance(moments.dtype, pd.DatetimeTZDtype):
        return None
    return moments.astype("datetime64[us, UTC]")


def _of_several_forms(column: Column, zone: ZoneInfo | None) -> pd.Series:
    moments = _iso(_matching(column.values, _WITH_OFFSET))
    rest = column.values.mask(moments.notna())
    seconds = pd.to_numeric(_matching(rest, _SECONDS)).to_numpy(dtype="float64")
    moments = moments.fillna(_epoch(seconds, rest.index))
    rest = rest.mask(moments.notna())
    if rest.isna().all():
        return moments
    return moments.fillna(_on_the_clock_of(zone, rest, column))


def _matching(values: pd.Series, pattern: str) -> pd.Series:
    return values.where(values.str.fullmatch(pattern, na=False).astype(bool))


def _iso(values: pd.Series) -> pd.Series:
    ending_in_z = values.str.replace(" UTC", "Z", regex=False)
    moments = pd.to_datetime(ending_in_z, format="ISO8601", utc=True, errors="coerce")
    return moments.astype("datetime64[us, UTC]")


def _epoch(seconds: _Floats, index: pd.Index) -> pd.Series:
    missing = np.isnan(seconds)
    microseconds = np.where(missing, 0, np.round(seconds * 1e6)).astype("int64")
    moments = pd.Series(microseconds.astype("datetime64[us]"), index=index)
    return moments.mask(missing).dt.tz_localize("UTC")


def _on_the_clock_of(zone: ZoneInfo | None, values: pd.Series, column: Column) -> pd.Series:
    local = pd.to_datetime(_matching(values, _LOCAL), format="ISO8601", errors="coerce")
    _refuse(column, values.notna() & local.isna(), _EXPECTED)
    if zone is None:
        fix = "or say on which clock all such times are, for example tz='Europe/Berlin'"
        _refuse(column, local.notna(), f"{_EXPECTED}; {fix}")
    once = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    exists = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward")
    skipped = once.isna() & exists.notna()
    _refuse(column, skipped, f"a time that exists: the clocks of {zone} go forward over this one")
    twice = local.notna() & once.isna()
    _refuse(
        column,
        twice,
        f"which of two: the clocks of {zone} go back and show this time twice, so write it with"
        " its offset from UTC",
    )
    return once.astype("datetime64[us, UTC]")


def _refuse(column: Column, bad: pd.Series, expected: str) -> None:
    column.refuse(bad.to_numpy(dtype=bool), expected)
