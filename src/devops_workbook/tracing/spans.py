"""The one table that every reader returns and every analysis takes: a row for each span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.errors import TracesError

KINDS = ("internal", "server", "client", "producer", "consumer")
STATUSES = ("ok", "error", "throttle", "fault")

#: Column -> what it holds.
COLUMNS: Mapping[str, str] = {
    "trace_id": "the request that the span belongs to",
    "span_id": "unique within its trace",
    "parent_id": "span_id of the span that caused it; missing for the first one",
    "service": "who did the work",
    "operation": "what was done, without ids and literals, so that equal work has equal names",
    "kind": "server, client, producer, consumer, or internal: no other service is involved",
    "start": "when it began, UTC",
    "end": "when it ended, UTC; missing while it is in progress",
    "seconds": "end minus start",
    "status": "ok, error (the caller's mistake, 4xx), throttle (429), fault (5xx, exception)",
    "http_status": "status of the HTTP response, missing where there is none",
    "type": "what kind of thing the service is, such as AWS::Lambda::Function",
    "remote": "whom a client or producer called, such as the name of a table",
    "remote_type": "what kind of thing that is, such as AWS::DynamoDB::Table",
    "statement": "the database statement as it was recorded",
    "version": "the version of the service",
    "asynchronous": "whether the caller is known not to have waited for it",
    "inferred": "whether X-Ray derived it from its caller's span, which it repeats",
}
REQUIRED = ("trace_id", "span_id", "service", "operation", "start")
_IDS = ("trace_id", "span_id", "parent_id")
_CATEGORIES = ("service", "operation", "type", "remote", "remote_type", "statement", "version")
_FLAGS = ("asynchronous", "inferred")
_MISSING = np.iinfo(np.int64).min  # what NumPy and pandas take for NaT

Times = npt.NDArray[np.int64]


def spans(frame: pd.DataFrame) -> pd.DataFrame:
    """Check and complete a table of spans of one's own; return it as a reader would.

    ``trace_id``, ``span_id``, ``service``, ``operation`` and ``start`` are needed; further
    columns of ``COLUMNS`` may be left out, and ``seconds`` may stand for ``end``. ``start`` and
    ``end`` are aware datetimes, or numbers of seconds since 1970.

    Raises TracesError, which names the column and the row.
    """
    for name in REQUIRED:
        if name not in frame.columns:
            found = ", ".join(map(str, frame.columns)) or "no columns"
            raise TracesError(f"this column is missing, found {found}", place=f"column {name}")
        _refuse(frame, name, frame[name].isna(), "a value")
    columns: dict[str, Any] = {name: frame[name] for name in COLUMNS if name in frame.columns}
    for name, allowed in (("kind", KINDS), ("status", STATUSES)):
        if name in columns:
            wrong = ~frame[name].isin(allowed) & frame[name].notna()
            _refuse(frame, name, wrong, f"one of {', '.join(allowed)}")
    columns["start"] = _nanoseconds(frame, "start")
    if "end" in frame.columns:
        columns["end"] = _nanoseconds(frame, "end")
    elif "seconds" in frame.columns:
        lasted = np.round(frame["seconds"].to_numpy(float) * 1e9).astype(np.int64)
        columns["end"] = columns["start"] + lasted
    return table(columns)


def table(columns: Mapping[str, Any], notes: Sequence[str] = ()) -> pd.DataFrame:
    """Return the table of columns that a reader has gathered, sorted by trace and start.

    ``start`` and ``end`` are nanoseconds since 1970. A span that was sent twice is kept once, in
    progress gives way to finished; one that ends before it starts gets no duration. Both are
    told in ``attrs["notes"]`` of the table, after ``notes``.
    """
    said = list(notes)
    start = np.asarray(columns["start"], dtype=np.int64)
    end = np.asarray(columns.get("end", np.full(len(start), _MISSING)), dtype=np.int64)
    backwards = (end < start) & (end != _MISSING)
    if backwards.any():
        said.append(f"{_count(int(backwards.sum()))} ended before the start: taken as instants.")
        end = np.where(backwards, start, end)
    frame = pd.DataFrame({name: _column(name, columns, start, end) for name in COLUMNS}, copy=False)
    kept = _once(frame, end)
    if len(kept) < len(frame):
        said.append(f"{_count(len(frame) - len(kept))} came more than once: kept once.")
    frame = frame.iloc[kept].reset_index(drop=True)
    frame.attrs["notes"] = tuple(said)
    return frame


def times(frame: pd.DataFrame, name: str) -> Times:
    """Return a column of times as nanoseconds since 1970, UTC; the least number is missing."""
    return frame[name].to_numpy(dtype="datetime64[ns]").astype(np.int64)


def _column(name: str, columns: Mapping[str, Any], start: Times, end: Times) -> Any:
    n = len(start)
    if name in ("start", "end"):
        moments = (start if name == "start" else end).view("datetime64[ns]")
        return pd.DatetimeIndex(moments).tz_localize("UTC")
    if name == "seconds":
        return np.where(end == _MISSING, np.nan, (end - start) / 1e9)
    values = columns.get(name)
    if name in _IDS:
        return pd.array(values if values is not None else [None] * n, dtype="str")
    if name in _FLAGS:
        return np.zeros(n, dtype=bool) if values is None else np.asarray(values, dtype=bool)
    if name == "http_status":
        numbers = np.full(n, np.nan) if values is None else np.asarray(values, dtype=float)
        return pd.array(numbers, dtype="Int16")
    if name in ("kind", "status"):
        allowed = KINDS if name == "kind" else STATUSES
        if values is None:
            return pd.Categorical.from_codes(
                np.zeros(n, dtype=np.int8), categories=pd.Index(allowed)
            )
        given = category(values, n)
        return given.set_categories(list(allowed)).fillna(allowed[0])
    return category(values, n)


def category(values: Any, n: int) -> pd.Categorical:
    """Return texts as a categorical with its categories in order; all missing for None."""
    if isinstance(values, pd.Categorical):
        return values
    if values is None:
        return pd.Categorical.from_codes(np.full(n, -1), categories=pd.Index([], dtype="str"))
    codes, found = pd.factorize(np.asarray(values, dtype=object), sort=False)
    order = np.argsort(found)
    ranks = np.empty(len(order) + 1, dtype=np.int64)
    ranks[order], ranks[-1] = np.arange(len(order)), -1
    return pd.Categorical.from_codes(ranks[codes], categories=pd.Index(found[order], dtype="str"))


def _once(frame: pd.DataFrame, end: Times) -> npt.NDArray[np.intp]:
    """Return the rows to keep, sorted by trace, start and, of equal starts, the longer one."""
    trace = pd.factorize(frame["trace_id"])[0]
    start = times(frame, "start")
    first = np.full(trace.max() + 1 if len(trace) else 0, np.iinfo(np.int64).max)
    np.minimum.at(first, trace, start)
    inferred = frame["inferred"].to_numpy(bool)
    order = np.lexsort((inferred, -end, start, trace, first[trace]))
    if frame["span_id"].nunique() == len(frame):
        return order
    keys = frame[["trace_id", "span_id"]]
    if not keys.duplicated().any():
        return order
    # The finished one, and of several the one that came last.
    rank = np.lexsort((np.arange(len(end)), end != _MISSING))
    kept = keys.iloc[rank[::-1]].drop_duplicates().index.to_numpy()
    return order[np.isin(order, kept)]


def _nanoseconds(frame: pd.DataFrame, name: str) -> Times:
    column = frame[name]
    if pd.api.types.is_numeric_dtype(column):
        seconds = column.to_numpy(float)
        whole = np.round(np.nan_to_num(seconds) * 1e6).astype(np.int64) * 1000
        return np.where(np.isnan(seconds), _MISSING, whole)
    try:
        moments = pd.to_datetime(column)
    except ValueError as error:
        raise TracesError(f"{error}", place=f"column {name}") from error
    if moments.dt.tz is None and moments.notna().any():
        raise TracesError("the times have no time zone, expected UTC", place=f"column {name}")
    return moments.dt.tz_convert("UTC").to_numpy(dtype="datetime64[ns]").astype(np.int64)


def _refuse(frame: pd.DataFrame, name: str, wrong: pd.Series[bool], expected: str) -> None:
    if wrong.any():
        row = wrong.index[wrong.to_numpy()][0]
        raise TracesError(
            f"found {frame.loc[row, name]!r}, expected {expected}",
            place=f"row {row}, column {name}",
        )


def _count(number: int) -> str:
    return f"{number:,} span{'' if number == 1 else 's'}"
