"""``workbook doctor --report``: a short text to send to whoever teaches a workshop.

It holds what a trainer needs to know of a computer: the operating system, versions, memory and
disk, what each check found, how long a small lab took. No name: a path in the learner's home
begins with ``~``.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from devops_workbook.doctor import Check, Diagnosis, Status, diagnose

_TITLE = "Set-up check, DevOps on AWS: the workbook"
_NAMED = ("boto3", "jupyterlab", "moto")


def run(checks: Iterable[Check] | None = None) -> int:
    """Make every check and trial, print the report; return 1 if something is wrong, else 0."""
    print("Checking this computer: up to a minute.", file=sys.stderr)
    if checks is None:
        from devops_workbook.doctor_checks import CHECKS
        from devops_workbook.doctor_trials import TRIALS

        checks = (*CHECKS, *TRIALS)
    diagnoses = [diagnose(check) for check in checks]
    print(without_names(report(diagnoses)))
    print("\nCopy these lines, and send them to whoever teaches you.", file=sys.stderr)
    return 1 if any(found.status is Status.WRONG for found in diagnoses) else 0


def report(diagnoses: Iterable[Diagnosis]) -> str:
    """Return the report on what was found, with the verdict in its second line."""
    diagnoses = list(diagnoses)
    # A report of last week says nothing of what was installed since.
    when = datetime.now().astimezone()
    lines = [
        f"{_TITLE}, {when:%Y-%m-%d %H:%M %z}",
        f"Verdict: {verdict(diagnoses)}",
        f"Machine: {machine()}",
        _versions(),
    ]
    for found in diagnoses:
        lines.append(
            f"{found.status.symbol} {found.status.word:7} {found.subject}: {found.sentence}"
        )
        lines += [f"{'':10}To mend it: {found.fix}"] if found.fix else []
    return "\n".join(lines)


def verdict(diagnoses: Iterable[Diagnosis]) -> str:
    """Return in one line whether the workbook can run, and what stands in its way."""
    diagnoses = list(diagnoses)
    wrong = _subjects(diagnoses, Status.WRONG)
    warnings = _subjects(diagnoses, Status.WARNING)
    if wrong:
        return f"NOT ready, something is wrong with: {', '.join([*wrong, *warnings])}."
    return f"ready, but look at: {', '.join(warnings)}." if warnings else "ready."


def _subjects(diagnoses: Iterable[Diagnosis], status: Status) -> list[str]:
    return [found.subject for found in diagnoses if found.status is status]


def machine() -> str:
    """Return the operating system, the processors, the memory and the room on the disk."""
    from devops_workbook import paths

    free = shutil.disk_usage(paths.COURSE).free
    return (
        f"{platform.platform()}, {os.cpu_count()} processors, {_memory()}, "
        f"{free / 1e9:.1f} GB free on the disk"
    )


def _memory() -> str:
    try:
        import psutil

        memory = psutil.virtual_memory()
    except Exception:  # the report is made where things are broken
        return "memory unknown"
    return f"{memory.total / 1e9:.1f} GB of memory ({memory.available / 1e9:.1f} GB free)"


def _versions() -> str:
    from importlib.metadata import PackageNotFoundError, version

    found = [f"Python {platform.python_version()}"]
    for name in ("devops-workbook", *_NAMED):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return f"Versions: {', '.join(found)}"


def without_names(text: str) -> str:
    """Return a text in which the home folder is ``~``, and its name is in no other path either."""
    home = Path.home()
    if home == Path(home.anchor):  # as in a container: it says nothing of anybody
        return text
    for each in (str(home.resolve()), str(home)):
        text = text.replace(each, "~")
    inside = re.compile(rf"(?<=[/\\]){re.escape(home.name)}(?=[/\\])")
    return inside.sub("…", text)
