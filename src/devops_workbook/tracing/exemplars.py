"""Which traces to open: a typical one, slow ones, failed ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.forest import Forest

_SHARES = {"typical (p50)": 0.5, "slow (p95)": 0.95, "slower (p99)": 0.99, "slowest": 1.0}


def exemplars(
    spans: pd.DataFrame | Forest, service: str | None = None, operation: str | None = None
) -> pd.DataFrame:
    """Return traces worth a look, each with the reason why.

    Of the requests; with ``service`` or ``operation``, of its spans. A row for the one nearest
    below the p50, p95 and p99 of the durations, the slowest, and the slowest of each status that
    is not ok. Columns: ``why``, ``trace_id``, ``seconds``, ``status``, ``start``.

    Raises TracesError if there is no such span.
    """
    forest = Forest.of(spans)
    table = forest.spans
    if service is None and operation is None:
        rows = forest.roots
    else:
        fits = ~forest.inferred
        for name, wanted in (("service", service), ("operation", operation)):
            if wanted is not None:
                fits &= (table[name] == wanted).to_numpy()
        rows = np.flatnonzero(fits)
    if not len(rows):
        raise TracesError(f"there is no span of {service or operation!r}")
    rows = rows[np.argsort(forest.seconds[rows], kind="stable")]
    chosen = {why: rows[int((len(rows) - 1) * share)] for why, share in _SHARES.items()}
    status = table["status"].to_numpy(object)[rows]
    for bad in ("error", "throttle", "fault"):
        if (status == bad).any():
            chosen[f"slowest {bad}"] = rows[np.flatnonzero(status == bad)[-1]]
    reasons: dict[int, list[str]] = {}
    for why, row in chosen.items():
        reasons.setdefault(int(row), []).append(why)
    found = table.iloc[list(reasons)][["trace_id", "seconds", "status", "start"]]
    found = found.astype({"status": "str"}).reset_index(drop=True)
    found.insert(0, "why", [", ".join(why) for why in reasons.values()])
    return found
