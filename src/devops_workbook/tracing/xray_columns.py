"""The columns of the spans table out of X-Ray's segments, column by column for speed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, compress, count
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec.structs import astuple

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.ids import Rows, Texts
from devops_workbook.tracing.looks import Looks
from devops_workbook.tracing.spans import category
from devops_workbook.tracing.xray_documents import Segment, Subsegment
from devops_workbook.tracing.xray_look import Look

_MISSING = np.iinfo(np.int64).min
_UNKNOWN = "unknown"
_SUBSEGMENTS = attrgetter("subsegments")
_PLACES = {name: place for place, name in enumerate(Segment.__struct_fields__)}
_ID, _START, _END, _TRACE, _PARENT = (
    itemgetter(_PLACES[name]) for name in ("id", "start_time", "end_time", "trace_id", "parent_id")
)
# A subsegment has no more fields than up to "sql", and so a shorter look than a document.
_LOOK = itemgetter(slice(_PLACES["name"], _PLACES["inferred"] + 1))


class Gathered:
    """The columns of segments and all that is inside of them, gathered some segments at a time.

    A row is a segment or subsegment: of the documents that came together first all of them, then
    all that is directly inside of one, and so on. Most spans look like another one but for ids
    and times, so what they look like is made out once for each look.
    """

    def __init__(self) -> None:
        self._looks, self._traces = Looks(), Looks()
        self._ids: list[str] = []
        self._start: list[npt.NDArray[np.float64]] = []
        self._end: list[npt.NDArray[np.float64]] = []
        # The rows that are documents, and their parents' ids.
        self._documents: list[int] = []
        self._parents: list[str | None] = []
        # The rows that have subsegments, and how many.
        self._holders: list[int] = []
        self._lengths: list[int] = []

    def add(self, documents: list[Segment]) -> None:
        """Add documents. Raises TracesError for one that has no trace id.

        Functions in C do all of it, a column at a time: no line of Python runs once for a span.
        """
        if not documents:
            return
        number = len(documents)
        first = len(self._ids)
        self._documents += range(first, first + number)
        fields = list(map(astuple, self._flat(documents)))
        traces = list(map(_TRACE, fields[:number]))
        if None in traces:
            raise TracesError(_without_trace(documents[traces.index(None)]))
        self._traces.add(traces)
        self._parents += map(_PARENT, fields[:number])
        self._ids += map(_ID, fields)
        self._start.append(_floats(_START, fields))
        self._end.append(_floats(_END, fields))
        self._looks.add(map(_LOOK, fields))

    def _flat(self, documents: list[Segment]) -> list[Subsegment]:
        """Return documents and all that is inside of them, level by level; note what holds what."""
        first = len(self._ids)
        flat: list[Subsegment] = [*documents]
        level: list[Subsegment] = [*documents]
        while level:
            inside = list(map(_SUBSEGMENTS, level))
            self._holders += compress(count(first), inside)
            held = list(filter(None, inside))
            self._lengths += map(len, held)
            first += len(level)
            level = list(chain.from_iterable(held))
            flat += level
        return flat

    def columns(self) -> dict[str, Any]:
        """Return the columns for ``spans.table``."""
        looks = self._looks
        meant = looks.meant(Look.of)
        documents = [look.document for look in meant]
        names = [look.name if look.document else None for look in meant]
        inferred = np.array([bool(each and each.inferred) for each in documents], dtype=bool)
        apart = np.array([bool(each and each.apart) for each in documents], dtype=bool)
        above, parents = self._above()
        owner = _topmost(above)
        trace = Texts(np.array(self._traces.distinct, dtype=object), self._trace(owner))
        services = looks.column(names, owner)
        if apart.any():
            rows = np.flatnonzero(apart[looks.codes])
            services = _adopted(services, rows, owner, trace.numbers, parents)
        return {
            "trace_id": trace,
            "span_id": Texts(parents.values[: len(owner)]),
            "parent_id": parents,
            "service": services,
            **looks.columns(meant),
            "start": _nanoseconds(self._start),
            "end": _nanoseconds(self._end),
            "type": looks.column([each and each.origin for each in documents], owner),
            "version": looks.column([each and each.version for each in documents], owner),
            "inferred": inferred[looks.codes[owner]],
        }

    def _above(self) -> tuple[Rows, Texts]:
        """Return the row that each is inside of, a document its own, and the ids of the parents."""
        documents = np.array(self._documents, dtype=np.int64)
        inside = np.ones(len(self._ids), dtype=bool)
        inside[documents] = False
        above = np.arange(len(self._ids))
        above[inside] = np.repeat(np.array(self._holders, dtype=np.int64), self._lengths)
        places = above.copy()
        places[documents] = len(self._ids) + np.arange(len(documents))
        every = chain(self._ids, self._parents)
        values = np.fromiter(every, dtype=object, count=len(self._ids) + len(self._parents))
        return above, Texts(values, places)

    def _trace(self, owner: Rows) -> Rows:
        """Return the place of the trace id of each among the distinct ones."""
        trace = np.empty(len(owner), dtype=np.int64)
        trace[self._documents] = self._traces.codes
        return trace[owner]


def _topmost(above: Rows) -> Rows:
    """Return the row of the document that each is in; the one that each is in leads there."""
    while True:
        further = above[above]
        if np.array_equal(further, above):
            return above
        above = further


def _adopted(
    names: pd.Categorical, rows: Rows, owner: Rows, trace: Rows, parents: Texts
) -> pd.Categorical:
    """Return names in which the rows, subsegments sent by themselves, have their segment's.

    ``owner``, ``trace`` and ``parents`` hold for every row the row of its document, the number of
    its trace and its parent's id; the ids of the rows are the first of the values of ``parents``.
    """
    ids = parents.values[: len(owner)].tolist()
    above = parents.all.tolist()
    numbers = trace.tolist()
    holds = dict(zip(zip(numbers, ids, strict=True), owner.tolist(), strict=True))
    texts = np.array(names, dtype=object)
    apart = set(rows.tolist())
    for row in apart:
        at: int | None = row
        seen: set[int] = set()
        while at is not None and at not in seen and at in apart:
            seen.add(at)
            at = holds.get((numbers[row], above[at] or ""))
        texts[row] = _UNKNOWN if at is None or at in seen else texts[at]
    return category(texts[owner], len(texts))


def _without_trace(document: Segment) -> str:
    return (
        f"the segment {document.id} ({document.name}) has no trace_id: only a subsegment inside"
        " of its segment does without"
    )


def _floats(field: Callable[[Any], Any], rows: list[Any]) -> npt.NDArray[np.float64]:
    try:
        return np.fromiter(map(field, rows), float, len(rows))
    except TypeError:  # None among them; this takes longer
        return np.array(list(map(field, rows)), dtype=float)


def _nanoseconds(parts: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.int64]:
    seconds = np.concatenate([*parts, np.empty(0)])
    missing = np.isnan(seconds)
    # Microseconds are what a float holds of a present time, and what X-Ray keeps.
    whole = np.round(np.where(missing, 0, seconds) * 1e6).astype(np.int64) * 1000
    return np.where(missing, _MISSING, whole)
