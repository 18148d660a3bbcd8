"""What commands that really run on the learner's machine are given, and how long they take.

They run as the user who runs the lab, with an environment of their own: no credentials of the
machine, a home in a scratch directory, the machine's PATH. They take the same lab time on every
machine: ``sleep 90`` costs 90 s of lab time and at most one second of the learner's.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

_LONGEST_REAL_SLEEP = 1
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_A_YEAR = 365 * 86400.0
# Waits for real as well, but never long: a server that was started just before may need it.
_SLEEP = """#!/bin/sh
echo "$*" >> {record}
PATH={path}
case "$*" in
    0|0.*|.*|1) exec sleep "$@" ;;
    *) exec sleep {longest} ;;
esac
"""
# What another day is asked of, or set, is the machine's own affair.
_DATE = """#!/bin/sh
PATH={path}
for each in "$@"; do
    case "$each" in -d*|--d*|-f*|--f*|-r*|--r*|-s*|--s*|-v*|-j*) exec date "$@" ;; esac
done
now=$(cat {moment})
if date --version >/dev/null 2>&1; then exec date -d "@$now" "$@"; fi
exec date -r "$now" "$@"
"""


def scrubbed_environment(programs: Path, home: Path, temporary: Path) -> dict[str, str]:
    """Return the environment: the machine's languages, PATH with the lab's Python, UTC."""
    # The interpreter of the lab, so that python and pytest are the lab's in a command too.
    path = os.pathsep.join(
        [str(programs), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
    languages = {n: v for n, v in os.environ.items() if n == "LANG" or n.startswith("LC_")}
    folders = {"HOME": str(home), "TMPDIR": str(temporary)}
    return {**languages, **folders, "PATH": path, "TZ": "UTC"}


def write_sleep(folder: Path, record: Path, path: str) -> None:
    """Put a ``sleep`` into a folder that notes what was asked and returns within a second."""
    text = _SLEEP.format(
        record=shlex.quote(str(record)), path=shlex.quote(path), longest=_LONGEST_REAL_SLEEP
    )
    _write(folder / "sleep", text)


def write_date(folder: Path, moment: Path, path: str) -> None:
    """Put a ``date`` into a folder that tells the time of a file, in seconds since 1970.

    A program that asks the machine itself gets the machine's.
    """
    text = _DATE.format(moment=shlex.quote(str(moment)), path=shlex.quote(path))
    _write(folder / "date", text)


def _write(program: Path, text: str) -> None:
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)


def slept(record: Path) -> float:
    """Return the seconds asked for since the last call, and forget them."""
    if not record.exists():
        return 0.0
    amounts = record.read_text(encoding="utf-8", errors="replace").split()
    record.unlink()
    return sum(_seconds(amount) for amount in amounts)


def _seconds(amount: str) -> float:
    if amount == "infinity":
        return _A_YEAR
    number, unit = (amount[:-1], amount[-1]) if amount[-1] in _UNITS else (amount, "s")
    # What sleep itself refuses takes no time.
    try:
        return min(max(float(number), 0.0) * _UNITS[unit], _A_YEAR)
    except ValueError:
        return 0.0
