"""The exercise on a real table: which calls were slowed down, and which only seem to be?"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from devops_workbook import tracing
from devops_workbook.chapters.tracing.account import chapter
from devops_workbook.checks import require, require_entries
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab
from devops_workbook.paths import DATA

WHOLE = "Latency"
_FILE = DATA / "rpc_latency" / "trainticket_008.csv"


def latencies() -> pd.DataFrame:
    """Return the table: a row for each request, milliseconds in each column but ``anomaly``."""
    return pd.read_csv(_FILE)


@cache
def slower(anomaly: int) -> frozenset[str]:
    """Return the calls that are slower in the requests of an anomaly, by the interval."""
    found = compared(anomaly)
    calls = found.loc[found["verdict"] == "slower", "operation"]
    return frozenset(calls) - {WHOLE}


@cache
def compared(anomaly: int) -> pd.DataFrame:
    """Return the comparison of the ordinary requests with those of an anomaly."""
    table = latencies()
    sides = [table[table["anomaly"] == n].drop(columns="anomaly") for n in (0, anomaly)]
    return tracing.compare_requests(*sides)


@chapter.exercise(
    "slow-calls",
    title="Which calls were slowed down?",
    minutes=6,
    answer="slowed",
    hints=(
        "table[table['anomaly'] == 0].drop(columns='anomaly') are the ordinary requests. Compare "
        "them with those of each anomaly: tracing.compare_requests(before, after).",
        "Take the rows whose verdict is slower. Latency is the whole request, not a call.",
        "set(found.loc[found['verdict'] == 'slower', 'operation']) - {'Latency'}",
    ),
)
def check_slow_calls(lab: Lab, answer: Any) -> str:
    """For each anomaly, the calls whose interval lies above zero."""
    require_entries(answer, "slowed", (1, 2))
    for anomaly in (1, 2):
        _compare(anomaly, _names(anomaly, answer[anomaly]))
    return (
        f"{len(slower(1))} calls in the one and {len(slower(2))} in the other, out of "
        f"{len(latencies().columns) - 2}."
    )


def _names(anomaly: int, said: Any) -> set[Any]:
    # One name alone would be taken for the set of its letters.
    try:
        return {said} if isinstance(said, str) else set(said)
    except TypeError:
        raise NotYet(f"slowed[{anomaly}] should be a set of names of columns.") from None


def _compare(anomaly: int, named: set[Any]) -> None:
    require(... not in named, f"slowed[{anomaly}] still holds `...`.")
    unknown = named - set(latencies().columns)
    if unknown:
        raise NotYet(f"slowed[{anomaly}]: there is no column {_any(unknown)!r}.")
    require(
        "anomaly" not in named,
        f"slowed[{anomaly}]: anomaly says of which kind a request is. Which of its calls?",
    )
    require(
        WHOLE not in named, f"slowed[{anomaly}]: {WHOLE} is the whole request. Which of its calls?"
    )
    right = slower(anomaly)
    if extra := named - right:
        row = compared(anomaly).set_index("operation").loc[_any(extra)]
        raise NotYet(
            f"slowed[{anomaly}]: {_any(extra)} changed by {row['change']:+.0f} ms, and the interval"
            f" reaches from {row['low']:+.0f} to {row['high']:+.0f} ms: that may be chance."
        )
    if missing := right - named:
        raise NotYet(f"slowed[{anomaly}]: calls became slower that are not in it: {len(missing)}.")


def _any(names: set[Any]) -> Any:
    return sorted(names, key=str)[0]
