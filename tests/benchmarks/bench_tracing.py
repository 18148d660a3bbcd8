"""Compare tracing with CRISP's published implementation and with orjson, and see how it grows.

    python tests/benchmarks/bench_tracing.py

CRISP (https://github.com/uber-research/CRISP) is compared when a checkout is at build/CRISP or
where the variable CRISP says. CRISP goes from a parsed Jaeger trace to its critical path, by Graph
and findCriticalPath. Ours is given twice: from the table of spans, and from the same parsed trace.
orjson alone is given twice too: keeping what it gives, as the table does, and dropping each
document at once.

The least CPU time of some calls, because whatever else the machine does only adds to it.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd

from devops_workbook import tracing
from devops_workbook.tracing.chains import Chains
from devops_workbook.tracing.critical_path import sections
from devops_workbook.tracing.spans import table

ROOT = Path(__file__).parents[2]
CRISP = Path(os.environ.get("CRISP", ROOT / "build" / "CRISP"))
SAMPLE = (
    ROOT / "data" / "xray_sample" / "xray-api-gettingdata__04__example_batchgettraces_output.json"
)
START = 1_767_603_600_000_000  # microseconds since 1970: 2026-01-05 09:00 UTC
REPEATS = 7
_ID = re.compile('"([0-9a-f]{8})([0-9a-f]{8})"')


def cpu(function: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the least of the CPU seconds of some calls, after one that does not count."""
    function()
    took = []
    for _ in range(repeats):
        began = time.process_time()
        function()
        took.append(time.process_time() - began)
    return min(took)


def tree(spans: int, children: int) -> dict[str, Any]:
    """Return a Jaeger trace: every span has so many children, one after the other in pairs."""
    start, end, parent = [0], [spans * 1000], [-1]
    for row in range(1, spans):
        above = (row - 1) // children
        place = (row - 1) % children
        length = (end[above] - start[above]) // (children + 1)
        begin = start[above] + length * (place - place % 2) + place % 2
        start.append(begin)
        end.append(begin + max(length - 2, 0))
        parent.append(above)
    return jaeger(start, end, parent)


def jaeger(start: list[int], end: list[int], parent: list[int]) -> dict[str, Any]:
    """Return a trace as Jaeger's JSON from times in microseconds and places of parents."""
    spans = [
        {
            "traceID": "A",
            "spanID": f"{row:016x}",
            "operationName": f"op-{row % 50}" if row else "root",
            "references": []
            if parent[row] < 0
            else [{"refType": "CHILD_OF", "traceID": "A", "spanID": f"{parent[row]:016x}"}],
            "startTime": START + start[row],
            "duration": end[row] - start[row],
            "processID": f"p{row % 10}" if row else "p0",
            "tags": [],
            "logs": [],
        }
        for row in range(len(start))
    ]
    processes = {f"p{n}": {"serviceName": f"service-{n}", "tags": []} for n in range(10)}
    return {"data": [{"traceID": "A", "spans": spans, "processes": processes}]}


def ours(trace: dict[str, Any]) -> float:
    """Return the seconds on the critical path."""
    forest = tracing.Forest.of(tracing.read_jaeger(trace))
    _, start, end = sections(forest, Chains.of(forest))
    return float((end - start).sum() / 1e9)


def crisp() -> Callable[[dict[str, Any]], object] | None:
    """Return CRISP's way to the critical path, or None where there is no checkout."""
    if not (CRISP / "crisp" / "graph.py").is_file():
        return None
    sys.path.insert(0, str(CRISP))
    logging.disable(logging.INFO)
    with contextlib.redirect_stdout(io.StringIO()):
        from crisp.graph import Graph

    def theirs(trace: dict[str, Any]) -> object:
        graph = Graph(trace, "service-0", "root", __file__)
        return graph.findCriticalPath()

    return theirs


def compare_with_crisp() -> bool:
    """Print both times for both traces; return whether the targets are met."""
    theirs = crisp()
    met = True
    for name, trace, wanted in (
        ("10,000 spans", tree(10_000, 10), 1.0),
        ("one parent with 5,000 children", tree(5_001, 5_000), 100.0),
    ):
        spans = tracing.read_jaeger(trace)
        whole = cpu(lambda trace=trace: ours(trace))
        alone = cpu(lambda spans=spans: path_of(spans))
        if theirs is None:
            print(f"critical path, {name}: {alone * 1000:.1f} ms (no CRISP at {CRISP})")
            continue
        other = cpu(lambda trace=trace: theirs(trace), 3)
        print(
            f"critical path, {name}: CRISP / ours {other / alone:.1f} from the spans (target: at "
            f"least {wanted:g}; {other * 1000:.1f} ms / {alone * 1000:.1f} ms), "
            f"{other / whole:.1f} with the reading of the parsed JSON ({whole * 1000:.1f} ms)"
        )
        met &= other / alone >= wanted
    return met


def many(spans: int) -> pd.DataFrame:
    """Return a seeded table of traces of about 20 spans each."""
    random = np.random.default_rng(20260105)
    trace = np.sort(random.integers(0, spans // 20, spans))
    first = np.searchsorted(trace, trace)
    place = np.arange(spans) - first
    parent = np.where(place > 0, first + (place * random.random(spans)).astype(int), -1)
    start, end = np.zeros((2, spans), dtype=np.int64)
    parts = np.sort(random.random((spans, 2)), axis=1)
    lengths = random.integers(50_000, 500_000, spans)
    for row in range(spans):
        above = parent[row]
        if above < 0:
            start[row], end[row] = trace[row] * 10_000, trace[row] * 10_000 + lengths[row]
        else:
            length = end[above] - start[above]
            start[row] = start[above] + int(length * parts[row, 0])
            end[row] = start[above] + int(length * parts[row, 1])
    ids = np.array([f"{row:016x}" for row in range(spans)], dtype=object)
    kinds = np.array(["client", "internal", "server"], dtype=object)[random.integers(0, 3, spans)]
    texts = np.array([f"select * from orders where id = {n}" for n in range(200)], dtype=object)
    return table(
        {
            "trace_id": np.array([f"{n:032x}" for n in range(spans // 20)], dtype=object)[trace],
            "span_id": ids,
            "parent_id": np.where(parent >= 0, ids[parent], None),
            "service": np.array([f"s-{n}" for n in range(12)], dtype=object)[trace % 12],
            "operation": np.array([f"op-{n}" for n in range(50)], dtype=object)[place % 50],
            "kind": np.where(parent < 0, "server", kinds),
            "start": (START + start) * 1000,
            "end": (START + end) * 1000,
            "statement": np.where(kinds == "client", texts[random.integers(0, 200, spans)], None),
            "remote": np.where(kinds == "client", "database", None),
        }
    )


def path_of(spans: pd.DataFrame) -> None:
    """Find all critical paths of a table."""
    forest = tracing.Forest.of(spans)
    sections(forest, Chains.of(forest))


def everything(spans: pd.DataFrame) -> None:
    """Run every analysis."""
    forest = tracing.Forest.of(spans)
    tracing.critical_paths(forest)
    tracing.self_seconds(forest)
    tracing.service_map(forest)
    tracing.bottlenecks(forest)
    tracing.statements(forest)
    tracing.repeated_calls(forest)
    tracing.exemplars(forest)


def growth() -> bool:
    """Print how the time grows from 10,000 to 1,000,000 spans, and the memory of all analyses."""
    small, large = many(10_000), many(1_000_000)
    quick, slow = cpu(lambda: path_of(small), 15), cpu(lambda: path_of(large), 3)
    ratio = slow / quick / 100
    print(
        f"critical paths, time for a span at 1,000,000 / at 10,000: {ratio:.2f} (target: at most "
        f"1.2; {slow:.2f} s / {quick * 1000:.1f} ms)"
    )
    whole = cpu(lambda: everything(large), 1)
    size = large.memory_usage(deep=True).sum()
    tracemalloc.start()
    everything(large)
    peak = tracemalloc.get_traced_memory()[1] / size
    tracemalloc.stop()
    print(f"all analyses of 1,000,000 spans: {whole:.1f} s")
    print(f"peak memory of them (tracemalloc) / table ({size / 1e6:.0f} MB): {peak:.1f}")
    return ratio <= 1.2


def reading() -> bool:
    """Print the time to parse segment documents by orjson alone / to read them as a table."""
    stored = orjson.loads(SAMPLE.read_bytes())["Traces"][0]
    texts = [part["Document"] for part in stored["Segments"]]
    # Ids of their own, as real ones have: the last eight digits stay, the first count the traces.
    documents = [
        _ID.sub(rf'"{n:08x}\2"', text).replace(stored["Id"], f"1-59602603-{n:024x}")
        for n in range(20_000)
        for text in texts
    ]
    alone = cpu(lambda: [orjson.loads(each) for each in documents], 3)
    dropped = cpu(lambda: [orjson.loads(each) and None for each in documents], 3)
    whole = cpu(lambda: tracing.read_segments(documents), 3)
    size = sum(map(len, documents)) / 1e6
    print(
        f"reading {len(documents):,} segment documents ({size:.0f} MB): orjson / table "
        f"{alone / whole:.2f} (target: at least 0.5; {alone:.2f} s to keep what orjson gives, "
        f"{whole:.2f} s for the table); {dropped / whole:.2f} where orjson's is dropped at once "
        f"({dropped:.2f} s)"
    )
    return alone / whole >= 0.5


def main() -> int:
    """Print one line a figure; return 1 if a target is missed."""
    met = [compare_with_crisp(), growth(), reading()]
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
