"""Critical paths: at each moment of a request, the one span that everything waited for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.chains import Chains
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.forest import Forest

_DESCRIBED = ("trace_id", "span_id", "service", "operation", "kind")


def critical_path(spans: pd.DataFrame | Forest, trace_id: str | None = None) -> pd.DataFrame:
    """Return the critical path of one trace: sections that follow each other without a gap.

    From the end of the request back to its start: the child that ended last, what that one
    waited for, then the child that ended last before it started. What is left between children
    is the parent's own work. Only times are known, not why a span waited.

    Columns: ``trace_id``, ``span_id``, ``service``, ``operation``, ``kind``, ``start`` and
    ``end`` of the section (UTC), ``seconds``, ``share`` of the request. The seconds add up to
    the duration of the request, which is the first span of the trace without a parent. Spans
    nobody waited for are not on it. ``attrs["notes"]`` says what had to be adjusted.

    Raises TracesError if there is no such trace, or several and ``trace_id`` is None.
    """
    forest = Forest.of(spans)
    ids = forest.traces
    if trace_id is None and len(ids) > 1:
        raise TracesError(f"there are {len(ids):,} traces: say which one, by its trace_id")
    if trace_id is not None:
        wanted = forest.spans["trace_id"] == trace_id
        if not wanted.any():
            raise TracesError(f"there is no trace {trace_id!r} among the {len(ids):,} traces")
        if len(ids) > 1:
            forest = Forest.of(forest.spans[wanted])
    path = critical_paths(forest)
    path["share"] = path["seconds"] / max(path["seconds"].sum(), 1e-9)
    path.attrs["notes"] = tuple(notes(forest))
    return path


def critical_paths(spans: pd.DataFrame | Forest) -> pd.DataFrame:
    """Return the critical paths of all traces, one after the other: columns as critical_path's.

    Without ``share``.
    """
    forest = Forest.of(spans)
    rows, start, end = sections(forest, Chains.of(forest))
    described = forest.spans.loc[rows, list(_DESCRIBED)].reset_index(drop=True)
    for name, moments in (("start", start), ("end", end)):
        described[name] = pd.DatetimeIndex(moments.view("datetime64[ns]")).tz_localize("UTC")
    described["seconds"] = (end - start) / 1e9
    return described


def sections(
    forest: Forest, chains: Chains
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return row, start and end of each section of every critical path, by trace and time.

    Times are in nanoseconds since 1970. A request without a duration has one empty section.
    """
    on = np.flatnonzero(chains.on_path)
    inner = np.flatnonzero(chains.on_path & forest.waited)
    above, before = forest.parent[inner], chains.before[inner]
    # A span's own work lies before the first child of its chain, after each of them, or is all.
    first_child, next_start = forest.end.copy(), np.empty(len(forest), dtype=np.int64)
    opens = before < 0
    first_child[above[opens]] = forest.start[inner[opens]]
    next_start[inner] = forest.end[above]
    next_start[before[~opens]] = forest.start[inner[~opens]]
    rows = np.concatenate([on, above])
    start = np.concatenate([forest.start[on], forest.end[inner]])
    end = np.concatenate([first_child[on], next_start[inner]])
    kept = end > start
    kept[: len(on)] |= np.isin(on, forest.roots) & (forest.start[on] == forest.end[on])
    rows, start, end = rows[kept], start[kept], end[kept]
    order = np.lexsort((start, forest.trace[rows]))
    return rows[order], start[order], end[order]


def own_time_on_path(forest: Forest, chains: Chains) -> npt.NDArray[np.int64]:
    """Return the nanoseconds of each span that are its own on the critical path."""
    rows, start, end = sections(forest, chains)
    own = np.zeros(len(forest), dtype=np.int64)
    np.add.at(own, rows, end - start)
    return own


def notes(spans: pd.DataFrame | Forest) -> list[str]:
    """Return a sentence for each adjustment that the reading or the trees needed."""
    forest = Forest.of(spans)
    read = list(forest.spans.attrs.get("notes", ()))
    return read + [
        f"{count:,} span{'' if count == 1 else 's'}: {what}."
        for what, count in forest.adjustments.items()
    ]
