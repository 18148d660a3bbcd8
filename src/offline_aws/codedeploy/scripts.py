"""Run the scripts of a hook for real, each in a process group of its own.

They run as the user who runs the lab, whatever ``runas`` says, in the folder of the bundle and
without a container: an absolute path is the learner's own machine. ``INSTANCE_ROOT`` is where the
instance's file system is.
"""

from __future__ import annotations

import contextlib
import os
import signal

# The scripts of a bundle are what a deployment is; each runs by design.
import subprocess
from dataclasses import dataclass
from pathlib import Path

from offline_aws.codedeploy import durations
from offline_aws.codedeploy.server_spec import Script
from offline_aws.codedeploy.shapes import Shape
from offline_aws.real_commands import scrubbed_environment, slept, write_sleep
from offline_aws.strays import end_strays

_REAL_SECONDS = 20.0
_TAIL = 4096
_MOST_OUTPUT = 1_000_000


@dataclass(frozen=True)
class Outcome:
    """How a lifecycle event went on an instance, and the lab seconds that it took."""

    succeeded: bool
    seconds: float
    diagnostics: Shape


def passed(seconds: float = durations.AGENT) -> Outcome:
    """Return the outcome of an event that no script is for."""
    return Outcome(True, seconds, _diagnostics("Success", "Succeeded"))


def failed(message: str, seconds: float = durations.AGENT) -> Outcome:
    """Return the outcome of an event that failed without a script."""
    return Outcome(False, seconds, _diagnostics("UnknownError", message))


def run_scripts(
    event: str, scripts: tuple[Script, ...], bundle: Path, root: Path, variables: dict[str, str]
) -> Outcome:
    """Run the scripts of an event, one after the other, until one fails."""
    taken, log, name = 0.0, f"LifecycleEvent - {event}\n", ""
    for script in scripts:
        name = script.location
        code, message, output, seconds = _run(script, bundle, root, variables)
        taken += seconds
        log += f"Script - {name}\n{output}"
        if code != "Success":
            return Outcome(False, taken, _diagnostics(code, message, name, log))
    return Outcome(True, taken, _diagnostics("Success", "Succeeded", name, log))


def _run(
    script: Script, bundle: Path, root: Path, variables: dict[str, str]
) -> tuple[str, str, str, float]:
    """Return AWS's code, the message, what was written and the lab seconds of one script."""
    path = (bundle / script.location).resolve()
    if not path.is_relative_to(bundle.resolve()) or not path.is_file():
        text = f"Script does not exist at specified location: {script.location}"
        return "ScriptMissing", text, "", 0.0
    path.chmod(path.stat().st_mode | 0o700)  # the agent makes them executable too
    own = root.parent / "agent"
    for name in ("bin", "home", "tmp"):
        (own / name).mkdir(parents=True, exist_ok=True)
    record = own / "slept"
    write_sleep(own / "bin", record, os.environ.get("PATH", os.defpath))
    environment = scrubbed_environment(own / "bin", own / "home", own / "tmp") | variables
    environment["INSTANCE_ROOT"] = str(root)
    limit = min(float(script.timeout), _REAL_SECONDS)
    where = f"Script at specified location: {script.location}"
    try:
        status, output = _finished(path, bundle, environment, limit, own / "written")
    except OSError as error:
        return "ScriptNotExecutable", f"{where} is not executable: {error}", "", durations.SCRIPT
    seconds = durations.SCRIPT + slept(record)
    if status is None or seconds > script.timeout:
        text = f"{where} failed to complete in {script.timeout} seconds"
        return "ScriptTimedOut", text, output, float(script.timeout)
    if status:
        return "ScriptFailed", f"{where} failed with exit code {status}", output, seconds
    return "Success", "Succeeded", output, seconds


def _finished(
    path: Path, bundle: Path, environment: dict[str, str], limit: float, written: Path
) -> tuple[int | None, str]:
    """Return the exit status, None for one that was ended, and what was written."""
    with written.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the learner's own script
            [str(path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=bundle,
            env=environment,
            start_new_session=True,
        )
        status: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(limit)
        # What it left running in its group ends with it: an instance here is no machine.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        end_strays(f"HOME={environment['HOME']}")
    with written.open("rb") as file:
        text = file.read(_MOST_OUTPUT).decode("utf-8", errors="replace")
    lines = "".join(f"[stdout]{line}\n" for line in text.splitlines())
    return status, lines


def _diagnostics(code: str, message: str, script: str = "", log: str = "") -> Shape:
    return {"errorCode": code, "scriptName": script, "message": message, "logTail": log[-_TAIL:]}
