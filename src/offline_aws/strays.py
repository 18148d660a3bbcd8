"""End the processes of a build or a script that left its process group, as a daemon does."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

_PROCESSES = Path("/proc")


def end_strays(variable: str) -> None:
    """End every process that has an environment variable, such as ``HOME=/tmp/x``.

    Linux shows the environment of the learner's own processes; where there is no ``/proc``, a
    process that made a group of its own goes on.
    """
    wanted = variable.encode()
    for environment in _PROCESSES.glob("[0-9]*/environ"):
        # It has ended meanwhile, or is somebody else's.
        with contextlib.suppress(OSError):
            if wanted in environment.read_bytes().split(b"\0"):
                os.kill(int(environment.parent.name), signal.SIGKILL)
