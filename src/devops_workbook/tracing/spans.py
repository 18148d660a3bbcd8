"""The one table that every reader returns and every analysis takes: a row for each span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.ids import Rows, distinct_texts, repeated, texts

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
_CATEGORIES = ("service", "operation", "type", "remote", "remote_type", "statement", "version")
#: The type of a column in which every text is missing; made once, for many are.
NO_TEXTS = pd.CategoricalDtype(pd.Index([], dtype="str"))
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
    told in ``attrs["notes"]`` of the table, after ``notes``. Ids may be Texts; the values of
    those of ``trace_id`` differ from each other, in the order in which they come first.
    """
    said = list(notes)
    start = np.asarray(columns["start"], dtype=np.int64)
    end = np.asarray(columns.get("end", np.full(len(start), _MISSING)), dtype=np.int64)
    backwards = (end < start) & (end != _MISSING)
    if backwards.any():
        said.append(f"{_count(int(backwards.sum()))} ended before the start: taken as instants.")
        end = np.where(backwards, start, end)
    n = len(start)
    given = {**columns, "start": start, "end": end}
    given["inferred"] = _flags(columns.get("inferred"), n)
    given["trace_id"] = distinct_texts(columns.get("trace_id"), n)
    for name in ("span_id", "parent_id"):
        given[name] = texts(columns.get(name), n)
    kept = _once(given)
    if len(kept) < n:
        said.append(f"{_count(n - len(kept))} came more than once: kept once.")
    # Each column is sorted as it is made: sorting a table would copy every text once more.
    frame = pd.DataFrame({name: _column(name, given, kept) for name in COLUMNS}, copy=False)
    frame.attrs["notes"] = tuple(said)
    return frame


def times(frame: pd.DataFrame, name: str) -> Times:
    """Return a column of times as nanoseconds since 1970, UTC; the least number is missing."""
    return frame[name].to_numpy(dtype="datetime64[ns]").astype(np.int64)


def _column(name: str, given: Mapping[str, Any], rows: Rows) -> Any:
    """Return the rows of a column."""
    values = given.get(name)
    start, end = given["start"], given["end"]
    n = len(start)
    match name:
        case "start" | "end":
            return pd.DatetimeIndex(given[name][rows].view("datetime64[ns]")).tz_localize("UTC")
        case "seconds":
            return np.where(end == _MISSING, np.nan, (end - start) / 1e9)[rows]
        case "trace_id" | "span_id" | "parent_id":
            return given[name].column(rows)
        case "asynchronous" | "inferred":
            return _flags(values, n)[rows]
        case "http_status":
            numbers = np.full(n, np.nan) if values is None else np.asarray(values, dtype=float)
            return pd.array(numbers[rows], dtype="Int16")
        case "kind":
            return _one_of(KINDS, values, n).take(rows)
        case "status":
            return _one_of(STATUSES, values, n).take(rows)
        case _:
            return category(values, n).take(rows)


def _flags(values: Any, n: int) -> npt.NDArray[np.bool_]:
    return np.zeros(n, dtype=bool) if values is None else np.asarray(values, dtype=bool)


def _one_of(allowed: Sequence[str], values: Any, n: int) -> pd.Categorical[Any]:
    """Return texts as a categorical of what is allowed, the first of which is the default."""
    dtype = pd.CategoricalDtype(list(allowed))
    if values is None:
        return pd.Categorical.from_codes(np.zeros(n, dtype=np.int8), dtype=dtype)
    given = category(values, n)
    # What each of its categories is among the allowed ones; the last place is that of missing.
    places = np.append(np.maximum(dtype.categories.get_indexer(given.categories), 0), 0)
    return pd.Categorical.from_codes(places[given.codes], dtype=dtype)


def category(values: Any, n: int) -> pd.Categorical:
    """Return texts as a categorical with its categories in order; all missing for None."""
    if isinstance(values, pd.Categorical):
        return values
    if values is None:
        missing = np.full(n, -1, dtype=np.int8)
        return pd.Categorical.from_codes(missing, dtype=NO_TEXTS, validate=False)
    codes, found = pd.factorize(np.asarray(values, dtype=object), sort=False)
    order = np.argsort(found)
    ranks = np.empty(len(order) + 1, dtype=np.int64)
    ranks[order], ranks[-1] = np.arange(len(order)), -1
    return pd.Categorical.from_codes(ranks[codes], categories=pd.Index(found[order], dtype="str"))


def _once(given: Mapping[str, Any]) -> Rows:
    """Return the rows to keep, sorted by trace, start and, of equal starts, the longer one."""
    trace, ids, end = given["trace_id"].numbers, given["span_id"], given["end"]
    order = _sorted(trace, given["start"], end, given["inferred"])
    if not repeated(ids):
        return order
    keys = pd.DataFrame({"trace": trace, "span": ids.all})
    if not keys.duplicated().any():
        return order
    # The finished one, and of several the one that came last.
    rank = np.lexsort((np.arange(len(end)), end != _MISSING))
    kept = keys.iloc[rank[::-1]].drop_duplicates().index.to_numpy()
    return order[np.isin(order, kept)]


def _sorted(trace: Rows, start: Times, end: Times, inferred: npt.NDArray[np.bool_]) -> Rows:
    """Return all rows, the trace that began first before the others."""
    order = np.lexsort((inferred, -end, start, trace))
    of_row = trace[order]
    begins = start[order[np.flatnonzero(np.diff(of_row, prepend=-1))]]
    if (begins[1:] >= begins[:-1]).all():
        return order
    rank = np.empty(len(begins), dtype=np.int64)
    rank[np.argsort(begins, kind="stable")] = np.arange(len(begins))
    return order[np.argsort(rank[of_row], kind="stable")]


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
