"""Compare dora.measure with the same definitions in SQL on DuckDB, side by side.

    python tests/benchmarks/bench_dora.py

100,000 deployments of 50 services, 1,000,000 changes, 20,000 incidents, three years. Both sides
compute the six metrics with what they left out, and the weekly and monthly series; intervals are
off. Both start from loaded tables: DuckDB's native ones, once with text and once with integers
for ids, and Events. What measure gives beyond that (gaps, downtime, the Kaplan-Meier median) is
in its time and not in DuckDB's.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from devops_workbook import dora

DEPLOYMENTS, CHANGES, INCIDENTS, SERVICES = 100_000, 1_000_000, 20_000, 50
REPEATS = 9
START = pd.Timestamp("2023-01-01", tz="UTC")
YEARS = 3

SQL = Path(__file__).with_name("dora_metrics.sql").read_text()


def build() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return seeded tables in which every rule has something to do."""
    random = np.random.default_rng(20260105)
    finished = np.sort(random.integers(0, YEARS * 365 * 86400, DEPLOYMENTS))
    ids = np.array([f"deploy-{number:06d}" for number in range(DEPLOYMENTS)], dtype=object)
    kinds = random.choice(["planned", "hotfix", "rollback"], DEPLOYMENTS, p=[0.9, 0.06, 0.04])
    names_target = (kinds != "planned") & (random.random(DEPLOYMENTS) < 0.3)
    target = np.maximum(np.arange(DEPLOYMENTS) - random.integers(1, 90, DEPLOYMENTS), 0)
    names_target &= target < np.arange(DEPLOYMENTS)
    versions = np.array([f"v{n}" for n in random.integers(0, 400, DEPLOYMENTS)], dtype=object)
    deployments = pd.DataFrame(
        {
            "deployment_id": ids,
            "service": [f"service-{n:02d}" for n in random.integers(0, SERVICES, DEPLOYMENTS)],
            "finished_at": _at(finished),
            "started_at": _at(finished - random.integers(60, 1800, DEPLOYMENTS)),
            "status": np.where(random.random(DEPLOYMENTS) < 0.05, "failed", "succeeded"),
            "kind": kinds,
            "version": np.where(random.random(DEPLOYMENTS) < 0.5, versions, None),
            "repairs": np.where(names_target, ids[target], None),
        }
    )
    return deployments, _changes(random, ids, finished), _incidents(random, ids, finished)


def _changes(random: np.random.Generator, ids: np.ndarray, finished: np.ndarray) -> pd.DataFrame:
    # A twentieth of the rows are a change's second deployment, a hundredth is not deployed.
    n = CHANGES * 19 // 20
    first = random.integers(0, DEPLOYMENTS, n)
    committed = finished[first] - random.exponential(2 * 86400, n).astype(int) + 300
    again = random.choice(n, CHANGES - n, replace=False)
    rows = np.concatenate([np.arange(n), again])
    later = np.minimum(first[again] + random.integers(1, 500, len(again)), DEPLOYMENTS - 1)
    deployed = ids[np.concatenate([first, later])]
    deployed[random.random(CHANGES) < 0.01] = None
    names = np.array([f"{number * 2654435761 % 2**64:040x}" for number in range(n)], dtype=object)
    order = random.permutation(CHANGES)
    return pd.DataFrame(
        {
            "change_id": names[rows][order],
            "deployment_id": deployed[order],
            "committed_at": _at(committed[rows][order]),
        }
    )


def _incidents(random: np.random.Generator, ids: np.ndarray, finished: np.ndarray) -> pd.DataFrame:
    cause = random.integers(0, DEPLOYMENTS, INCIDENTS)
    started = finished[cause] + random.integers(0, 7200, INCIDENTS)
    resolved = pd.Series(_at(started + random.exponential(7200, INCIDENTS).astype(int)))
    return pd.DataFrame(
        {
            "incident_id": [f"incident-{number:05d}" for number in range(INCIDENTS)],
            "deployment_id": np.where(random.random(INCIDENTS) < 0.2, None, ids[cause]),
            "started_at": _at(started),
            "resolved_at": resolved.where(random.random(INCIDENTS) > 0.02),
        }
    )


def _at(seconds: np.ndarray) -> pd.DatetimeIndex:
    return (START + pd.to_timedelta(seconds, unit="s")).as_unit("us")


def load(*tables: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory that holds the tables natively."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for name, table in zip(("deployments", "changes", "incidents"), tables, strict=True):
        connection.register("frame", table)
        connection.execute(f"create table {name} as select * from frame")
        connection.unregister("frame")
    return connection


def numbered(*tables: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the tables with integers for ids and versions, as Events holds them inside."""
    columns = {
        "change_id": ["change_id"],
        "deployment_id": ["deployment_id", "repairs"],
        "version": ["version"],
    }
    copies = [table.copy() for table in tables]
    for same in columns.values():
        places = [(copy, name) for copy in copies for name in same if name in copy]
        codes, _ = pd.factorize(pd.concat([copy[name] for copy, name in places]))
        borders = np.cumsum([len(copy) for copy, _ in places])[:-1]
        for (copy, name), part in zip(places, np.split(codes, borders), strict=True):
            copy[name] = pd.Series(part, dtype="Int64").mask(part < 0)
    return copies


def by_measure(events: dora.Events) -> dora.Metrics:
    """Measure everything that the SQL computes."""
    metrics = dora.measure(events, resamples=0)
    _ = metrics.weekly, metrics.monthly
    return metrics


def check(metrics: dora.Metrics, connection: duckdb.DuckDBPyConnection) -> None:
    """Assert that both sides say the same."""
    lead, fails = metrics.change_lead_time, metrics.change_fail_rate
    recovery, restore = metrics.failed_deployment_recovery_time, metrics.mttr
    reasons = (
        "in the first deployment of their service",
        "committed after their deployment",
        "only in failed deployments",
        "not deployed",
    )
    details = ("p90", "mean", "median_of_deployments")
    ours = {
        "lead_time": [
            lead.n,
            lead.value,
            *(lead.detail[name] for name in details),
            *(lead.excluded[reason] for reason in reasons),
        ],
        "deployment": [
            metrics.deployment_frequency.n,
            fails.value,
            metrics.deployment_rework_rate.value,
            recovery.value,
            recovery.detail["n_open"],
        ],
        "incident": [restore.value, restore.detail["median"], restore.detail["n_open"]],
    }
    for table, values in ours.items():
        theirs = connection.execute(f"from {table}").fetchone()
        np.testing.assert_allclose(values, theirs, rtol=1e-9, err_msg=table)
    for table, series in (("weekly", metrics.weekly), ("monthly", metrics.monthly)):
        _check_series(series, connection.execute(f"from {table}").fetchnumpy())


def _check_series(ours: pd.DataFrame, theirs: dict[str, np.ndarray]) -> None:
    names = {
        "deployments": "deployments",
        "change_fail_rate": "fail_rate",
        "deployment_rework_rate": "rework_rate",
        "failed_deployment_recovery_hours": "recovery",
        "change_lead_time_hours": "lead_time",
        "mttr_hours": "mttr",
        "failed_attempts": "attempts",
    }
    for our_name, their_name in names.items():
        np.testing.assert_allclose(ours[our_name], theirs[their_name], rtol=1e-9, err_msg=our_name)


def timed(function: Callable[[], object]) -> float:
    """Return how many seconds one call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def compare(events: dora.Events, connection: duckdb.DuckDBPyConnection, how: str) -> float:
    """Print and return the time of measure as a share of DuckDB's, turn by turn."""
    connection.execute(SQL)
    check(by_measure(events), connection)
    pairs = [
        (timed(lambda: by_measure(events)), timed(lambda: connection.execute(SQL)))
        for _ in range(REPEATS)
    ]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(
        f"time of measure / time of DuckDB ({how}): {ours / theirs:.2f} (target: at most 1; "
        f"{ours * 1000:.0f} ms / {theirs * 1000:.0f} ms, median of {REPEATS}, same results)"
    )
    return ours / theirs


def peak_memory(events: dora.Events) -> int:
    """Return the bytes that measuring allocates at most, its result with every table included."""
    tracemalloc.start()
    metrics = by_measure(events)
    _ = metrics.deployments, metrics.lead_times
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> int:
    """Print one line a figure; return 1 if a target is missed."""
    tables = build()
    began = time.perf_counter()
    events = dora.Events(*tables)
    print(f"building Events: {time.perf_counter() - began:.2f} s")
    slowest = max(
        compare(events, load(*tables), "ids as text"),
        compare(events, load(*numbered(*tables)), "ids as integers"),
    )
    held = (events.deployments, events.changes, events.incidents)
    size = sum(table.memory_usage(deep=True).sum() for table in held if table is not None)
    memory = peak_memory(events) / size
    print(
        f"peak memory of measure (tracemalloc) / size of the tables ({size / 1e6:.0f} MB): "
        f"{memory:.2f} (target: at most 3)"
    )
    return int(slowest > 1 or memory > 3)


if __name__ == "__main__":
    sys.exit(main())
