"""Run commands for real, in a scratch directory and a process group of their own.

What lasts from command to command, by the rule of buildspec 0.2, is the working directory and the
variables, exported or not. Functions, aliases and shell options such as ``set -e`` do not last.
In version 0.1 nothing lasts.

The commands run as the user who runs the lab, with an environment of their own (no credentials of
the machine, a home inside the scratch directory, the machine's PATH) and without a container.
"""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import shutil
import signal

# The learner's own commands are what a build is; each runs in a shell by design.
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from offline_aws.codebuild import durations
from offline_aws.real_commands import scrubbed_environment, slept, write_date, write_sleep
from offline_aws.strays import end_strays

#: What the scratch directory is called in logs, as in CodeBuild's containers.
SHOWN_AS = "/codebuild/output"
_LEFT_OUT = "\n[what the command wrote after this is left out]\n"
_END = "END_OF_TEXT_TO_EXPAND"
_MOST_OUTPUT = 1_000_000
_MOST_LINES = 20_000
_ENDED_ABRUPTLY = 137
# Stays the leader of the process group for the whole build, so that the group can be ended. Output
# is appended, so that what runs in the background goes on where the file ends. No file of a build
# may grow above 1 GiB (in blocks of 512 bytes): a loop without an end would fill the disk.
_LEADER = """ulimit -f 2097152 2>/dev/null
while IFS= read -r script; do "$0" "$script" >>"$1" 2>&1 </dev/null; echo "$?"; done
"""
_SCRIPT = """\
if [ -f {state} ]; then . {state}; fi
cd "$(cat {directory})" || exit
export CODEBUILD_BUILD_SUCCEEDING={succeeding}
{save}
set -a
{command}
"""
_SAVE = "trap 'export -p > {state}; pwd > {directory}' EXIT"
_machine_s_now = partial(datetime.now, UTC)


@dataclass(frozen=True)
class CommandResult:
    """How a command ended: its exit status, or None when it was out of time; what it wrote."""

    status: int | None
    output: str
    lab_seconds: float


class ShellSession:
    """The commands of one build.

    Used with ``with``: at the end every process that the commands left behind is ended and the
    scratch directory is gone. ``source`` is where the commands begin; ``real_seconds`` is what
    they may take together, measured on the real clock.
    Not for Windows, which has no process groups of this kind; ``builds.py`` refuses there.
    """

    def __init__(self, real_seconds: float) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="codebuild-")
        # What belongs to the session itself lies beside the scratch directory, out of its files.
        whole = Path(self._folder.name).resolve()
        self.scratch, own = whole / "output", whole / "session"
        self.source = self.scratch / "src"
        self.home = self.scratch / "home"
        self._tmp, self._bin = self.scratch / "tmp", self.scratch / "bin"
        for folder in (own, self.scratch, self.source, self.home, self._tmp, self._bin):
            folder.mkdir()
        self._record, self._output = own / "slept", own / "written"
        self._state, self._directory = own / "variables", own / "directory"
        self._moment, self._script = own / "moment", self._tmp / "script.sh"
        self._read = 0
        self._left = real_seconds
        self._leader: subprocess.Popen[str] | None = None
        self._lasting = True
        self.succeeding = True

    def __enter__(self) -> Self:
        return self

    def start(
        self,
        variables: dict[str, str],
        shell: str = "/bin/sh",
        lasting: bool = True,
        now: Callable[[], datetime] = _machine_s_now,
    ) -> None:
        """Start the shell with the build's variables, which replace the machine's own.

        ``lasting`` is False for buildspec 0.1; ``now`` returns the time that ``date`` tells.
        Raises ``OSError`` when there is no such shell.
        """
        path = os.environ.get("PATH", os.defpath)
        write_sleep(self._bin, self._record, path)
        write_date(self._bin, self._moment, path)
        self._now = now
        program = shutil.which(shell)
        if program is None:
            raise OSError(f"This machine has no {shell}, which the buildspec asks for.")
        self._lasting = lasting
        self._directory.write_text(str(self.source), encoding="utf-8")
        self._leader = subprocess.Popen(  # noqa: S603 - the buildspec's own commands
            ["/bin/sh", "-c", _LEADER, program, str(self._output)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.source,
            env={**scrubbed_environment(self._bin, self.home, self._tmp), **variables},
            start_new_session=True,
            text=True,
        )

    def run(self, command: str) -> CommandResult:
        """Run a command. After one that was out of time, nothing runs any more."""
        try:
            self._script.write_text(self._wrapped(command), encoding="utf-8")
            self._moment.write_text(str(int(self._now().timestamp())), encoding="utf-8")
            status = self._ask()
            if not self._lasting:
                self._directory.write_text(str(self.source), encoding="utf-8")
            seconds = durations.COMMAND + slept(self._record)
            return CommandResult(status, self._read_output(), seconds)
        except FileNotFoundError:
            lost = f"A command removed {SHOWN_AS}, without which nothing runs.\n"
            return CommandResult(_ENDED_ABRUPTLY, lost, durations.COMMAND)

    def expand(self, text: str) -> str:
        """Return what the shell makes of a text with variables and ``$(commands)`` in it."""
        # In a here-document quotation marks are plain text, except inside $(commands).
        return self.run(f"set +a; cat <<{_END}\n{text}\n{_END}").output.removesuffix("\n")

    def values(self, names: tuple[str, ...]) -> dict[str, str]:
        """Return the variables of these names that are set."""
        found = {name: self.run(f'printf %s "${{{name}+=}}${{{name}-}}"').output for name in names}
        return {name: value[1:] for name, value in found.items() if value}

    def shown(self, text: str) -> str:
        """Return a text with the scratch directory called as in CodeBuild."""
        return text.replace(str(self.scratch), SHOWN_AS)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()
        # A process that ignored the end of its group may still be writing.
        shutil.rmtree(self._folder.name, ignore_errors=True)
        self._folder.cleanup()

    def _end(self) -> None:
        if self._leader is not None and self._leader.returncode is None:
            # The leader has not been waited for, so its id, the group's id, is still its own.
            # macOS does not permit it when only the leader is left, and that has ended.
            with contextlib.suppress(PermissionError):
                os.killpg(self._leader.pid, signal.SIGKILL)
            self._leader.communicate()
            end_strays(f"HOME={self.home}")

    def _wrapped(self, command: str) -> str:
        state, directory = shlex.quote(str(self._state)), shlex.quote(str(self._directory))
        save = _SAVE.format(state=state, directory=directory) if self._lasting else ":"
        return _SCRIPT.format(
            state=state,
            directory=directory,
            succeeding=int(self.succeeding),
            save=save,
            command=command,
        )

    def _ask(self) -> int | None:
        """Have the leader run the script; return its exit status, or None when out of time."""
        leader = self._leader
        if leader is None or leader.stdin is None or leader.stdout is None:
            raise RuntimeError("The session is not started.")
        if leader.returncode is not None:
            return _ENDED_ABRUPTLY if self._left else None
        leader.stdin.write(f"{self._script}\n")
        leader.stdin.flush()
        # select is real time, whatever the lab's clock is made to say.
        before = time.perf_counter()
        ready, _, _ = select.select([leader.stdout], [], [], self._left)
        self._left = max(0.0, self._left - (time.perf_counter() - before))
        if not ready:
            self._left = 0.0
            self._end()
            return None
        answer = leader.stdout.readline().strip()
        if not answer:
            self._end()
            return _ENDED_ABRUPTLY
        return int(answer)

    def _read_output(self) -> str:
        """Return what was written since the last look, as far as there is room for it."""
        with self._output.open("r+b") as file:
            file.seek(self._read)
            data = file.read(_MOST_OUTPUT + 1)
            self._read = file.tell()
            if len(data) > _MOST_OUTPUT:
                file.truncate(0)
                self._read = 0
        text = data[:_MOST_OUTPUT].decode("utf-8", errors="replace")
        lines = text.splitlines(keepends=True)
        if len(data) <= _MOST_OUTPUT and len(lines) <= _MOST_LINES:
            return text
        return "".join(lines[:_MOST_LINES]) + _LEFT_OUT
