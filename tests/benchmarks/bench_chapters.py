"""Time and memory of each solved chapter: all of it, its set-up, and its slowest cell.

Each chapter runs in a process of its own, as in a notebook's kernel but without one.

    python tests/benchmarks/bench_chapters.py [KEY ...]
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from devops_workbook import chapters

#: Seconds after which a learner should see that something goes on.
PATIENCE = 5.0


def main(keys: list[str]) -> None:
    """Print a line for each chapter."""
    print(f"{'chapter':<28}{'all s':>8}{'CPU s':>8}{'open s':>8}{'MB':>7}  slowest cell")
    for key in keys or chapters.COURSE:
        print(_line(key, _measured(key)), flush=True)


def _measured(key: str) -> dict[str, float | str]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "WORKBOOK_HOME": folder}
        ran = subprocess.run(
            [sys.executable, str(Path(__file__).resolve()), "--one", key],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    measured: dict[str, float | str] = json.loads(ran.stdout.splitlines()[-1])
    return measured


def _line(key: str, of: dict[str, float | str]) -> str:
    mark = " (!)" if float(of["slowest"]) > PATIENCE else ""
    numbers = f"{of['all']:8.1f}{of['cpu']:8.1f}{of['open']:8.2f}{of['mb']:7.0f}"
    return f"{key:<28}{numbers}  {of['slowest']:.1f} s{mark}: {of['cell']}"


def _run(key: str) -> None:
    """Run one chapter's solved cells here, and print what they took as JSON."""
    from devops_workbook.notebooks import read_source
    from devops_workbook.notebooks.build import kept_cells
    from devops_workbook.notebooks.rehearsal import Rehearsal

    source = read_source(key)
    times: list[tuple[float, str]] = []
    begun, cpu = time.perf_counter(), time.process_time()
    with Rehearsal(source) as rehearsal, contextlib.redirect_stdout(io.StringIO()):
        for cell in kept_cells(source, "solutions"):
            started = time.perf_counter()
            rehearsal.run(cell)
            times.append((time.perf_counter() - started, cell.text))
    slowest, text = max(times)
    opening = sum(took for took, text in times if "open_lab(" in text)
    print(
        json.dumps(
            {
                "all": time.perf_counter() - begun,
                "cpu": time.process_time() - cpu,
                "open": opening,
                "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "slowest": slowest,
                "cell": next(line for line in text.splitlines() if line.strip())[:60],
            }
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _run(sys.argv[2])
    else:
        main(sys.argv[1:])
