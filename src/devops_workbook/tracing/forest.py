"""Traces as trees: who caused whom, and from when until when each was waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.fitting import MOVED_UP, Fitted, fit
from devops_workbook.tracing.spans import COLUMNS, KINDS, times

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SERVER, _PRODUCER, _CONSUMER = map(KINDS.index, ("server", "producer", "consumer"))
_AT_ONCE = 50_000  # spans whose parents are looked up together


@dataclass(frozen=True, eq=False)
class Forest:
    """The spans of a table as trees; every array has an element for each of its rows.

    Every analysis takes a Forest instead of the table, so that several of them need to work it
    out once only: ``forest = tracing.Forest.of(spans)``.

    ``trace`` numbers the traces from 0; ``parent`` is the row of the parent, -1 for none,
    and ``recorded`` the one that was recorded, before adjustments; ``depth`` counts the spans
    above each. ``start`` and ``end`` (nanoseconds since
    1970) are those of the table, but adjusted so that what is waited for lies within its parent.
    ``waited`` says whether the parent waited for it; it is False for the first span of each tree.
    ``roots`` holds a row for each trace: the request, by whose duration the trace is measured.
    ``adjustments`` counts the spans that had to be adjusted, by what was done.
    """

    spans: pd.DataFrame
    trace: Ints
    parent: Ints
    recorded: Ints
    depth: Ints
    start: Ints
    end: Ints
    waited: Flags
    roots: Ints
    adjustments: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, spans: pd.DataFrame | Forest) -> Forest:
        """Return the spans as trees. Raises TracesError for a table with columns missing."""
        if isinstance(spans, Forest):
            return spans
        missing = [name for name in COLUMNS if name not in spans.columns]
        if missing:
            raise TracesError(
                f"found no column {missing[0]}, expected a table of spans as the readers and"
                " tracing.spans return it"
            )
        if not len(spans):
            raise TracesError("found no spans, expected at least one")
        return _grown(spans.reset_index(drop=True))

    def __len__(self) -> int:
        return len(self.parent)

    @cached_property
    def order(self) -> Ints:
        """All rows, parents before children."""
        return np.argsort(self.depth, kind="stable")

    @property
    def seconds(self) -> npt.NDArray[np.float64]:
        """How long each span was waited for."""
        return (self.end - self.start) / 1e9

    @cached_property
    def inferred(self) -> Flags:
        """The spans that X-Ray derived from others: they repeat them."""
        return self.spans["inferred"].to_numpy(bool)

    @cached_property
    def request(self) -> Ints:
        """The row of the request that each span is part of, -1 where none waited for it."""
        first = np.zeros(len(self), dtype=bool)
        first[self.roots] = True
        return self._above(np.where(self.waited, self.parent, -1), first)

    @cached_property
    def entry(self) -> Ints:
        """The row of the span by which the service was entered that did the work."""
        kind = _kinds(self.spans)
        service = self.spans["service"].cat.codes.to_numpy()
        other = (self.recorded < 0) | (service != service[self.recorded])
        return self._above(self.recorded, other | (kind == _SERVER) | (kind == _CONSUMER))

    @cached_property
    def traces(self) -> pd.Index[str]:
        """The id of each trace, in the order of their numbers."""
        ids: pd.Index[str] = pd.Index(self.spans["trace_id"].to_numpy(object)[self.roots])
        return ids

    def _above(self, parent: Ints, stop: Flags) -> Ints:
        """Return the nearest row at or above each at which to stop, -1 where there is none."""
        jump = np.where(stop, np.arange(len(parent)), parent)
        while True:
            further = np.where(jump >= 0, jump[jump], -1)
            if np.array_equal(further, jump):
                return jump
            jump = further


def _grown(spans: pd.DataFrame) -> Forest:
    trace = pd.factorize(spans["trace_id"])[0].astype(np.int64)
    inferred = spans["inferred"].to_numpy(bool)
    parent = _parents(spans, trace)
    given = spans["parent_id"].notna().to_numpy(bool)
    lost = int((given & (parent < 0) & ~inferred).sum())
    depth, circular = _depths(parent)
    order = np.argsort(depth, kind="stable")
    kind = _kinds(spans)
    own_clock = (parent >= 0) & ((kind == _SERVER) | (kind == _CONSUMER))
    sent = own_clock & (kind[parent] == _PRODUCER)
    waited = (parent >= 0) & ~inferred & ~sent
    waited &= ~spans["asynchronous"].to_numpy(bool)
    given_times = Fitted(parent, times(spans, "start"), times(spans, "end"), waited)
    fitted = fit(given_times, order, own_clock, trace)
    if fitted.counts.get(MOVED_UP):
        depth, _ = _depths(fitted.parent)
    roots = _roots(trace, inferred, given, fitted)
    counts = {
        "parent not among the spans; taken as a beginning": lost,
        "its own ancestor; taken as a beginning": circular,
        **fitted.counts,
    }
    return Forest(
        spans,
        trace,
        fitted.parent,
        parent,
        depth,
        fitted.start,
        fitted.end,
        fitted.waited,
        roots,
        {what: count for what, count in counts.items() if count},
    )


def _kinds(spans: pd.DataFrame) -> Ints:
    """Return the place of each span's kind among KINDS."""
    kind = spans["kind"]
    if tuple(kind.cat.categories) != KINDS:
        kind = kind.cat.set_categories(list(KINDS))
    return kind.cat.codes.to_numpy().astype(np.int64)


def _parents(spans: pd.DataFrame, trace: Ints) -> Ints:
    """Return the row of each span's parent, -1 where it has none or it is not there."""
    own, asked = (spans[name].to_numpy(object) for name in ("span_id", "parent_id"))
    by_trace = np.argsort(trace, kind="stable")
    starts = np.flatnonzero(np.diff(trace[by_trace], prepend=-1))
    # Whole traces, but few at a time: a look-up that fits into the cache is three times as fast.
    cuts = starts[np.unique(np.searchsorted(starts, np.arange(0, len(trace), _AT_ONCE)))[1:] - 1]
    parent = np.empty(len(trace), dtype=np.int64)
    for rows in np.split(by_trace, np.unique(cuts[cuts > 0])):
        places = _found(own[rows], asked[rows], trace[rows])
        parent[rows] = np.where(places >= 0, rows[places], -1)
    return parent


def _found(own: npt.NDArray[Any], asked: npt.NDArray[Any], trace: Ints) -> Ints:
    """Return the place among ``own`` of each id that is ``asked`` for, in its trace, or -1."""
    n = len(own)
    codes, found = pd.factorize(np.concatenate([own, asked]))
    keys = trace * len(found) + codes[:n]
    wanted = np.where(codes[n:] >= 0, trace * len(found) + codes[n:], -1)
    by_key = np.argsort(keys, kind="stable")
    places = by_key[np.minimum(np.searchsorted(keys, wanted, sorter=by_key), n - 1)]
    return np.where(keys[places] == wanted, places, -1)


def _depths(parent: Ints) -> tuple[Ints, int]:
    """Return how many spans are above each, and how many circles had to be opened."""
    depth, unfinished = _climb(parent)
    circles = np.unique(unfinished)
    if len(circles):
        # After that many steps every row that is left points into a circle.
        parent[circles] = -1
        depth, _ = _climb(parent)
    return depth, len(circles)


def _climb(parent: Ints) -> tuple[Ints, Ints]:
    depth = (parent >= 0).astype(np.int64)
    jump = parent.copy()
    for _ in range(len(parent).bit_length() + 1):
        rows = np.flatnonzero(jump >= 0)
        if not len(rows):
            break
        depth[rows] += depth[jump[rows]]
        jump[rows] = jump[jump[rows]]
    return depth, jump[jump >= 0]


def _roots(trace: Ints, inferred: Flags, given: Flags, fitted: Fitted) -> Ints:
    """Return the request of each trace: of the spans without a parent the first one.

    One whose parent was lost, and one that X-Ray inferred, only where there is no other.
    """
    free = np.flatnonzero(fitted.parent < 0)
    order = np.lexsort(
        (-fitted.end[free], fitted.start[free], given[free], inferred[free], trace[free])
    )
    free = free[order]
    first = np.ones(len(free), dtype=bool)
    first[1:] = trace[free][1:] != trace[free][:-1]
    return free[first]
