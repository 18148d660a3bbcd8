"""Run the phases of a buildspec: which commands, in which order, and what a failure leads to.

Which phase follows a failure (AWS CodeBuild User Guide, "Build phase transitions"): after a
failure of INSTALL or PRE_BUILD none does; after one of BUILD, POST_BUILD and UPLOAD_ARTIFACTS do;
after one of POST_BUILD, UPLOAD_ARTIFACTS does. ``on-failure: CONTINUE`` goes on to the next phase
in each case and ``ABORT`` to none; the build has failed either way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from offline_aws.codebuild.buildspec import PHASES, Buildspec, Phase
from offline_aws.codebuild.shell import CommandResult, ShellSession

#: Writes a line to the build's log, with the lab seconds that have passed in the run.
WriteLine = Callable[[float, str], None]


@dataclass
class PhaseOutcome:
    """One phase as it went: AWS's name, status, contexts, and its beginning and end in seconds.

    Seconds are of lab time, from the beginning of the run. A context is a pair of AWS's status
    code and message.
    """

    name: str
    begin: float
    end: float = 0.0
    status: str = "SUCCEEDED"
    contexts: list[tuple[str, str]] = field(default_factory=list)


class PhaseRunner:
    """Runs phases one after the other, within a limit of lab time.

    ``now`` is where the run begins and ``limit`` where it is out of time, both in lab seconds.
    Afterwards ``goes_on`` says whether UPLOAD_ARTIFACTS follows.
    """

    def __init__(self, session: ShellSession, write: WriteLine, now: float, limit: float) -> None:
        self._session = session
        self._write = write
        self._limit = limit
        self._output = ""
        self._succeeding_before = True
        self.goes_on = True
        self.now = now

    def run(self, spec: Buildspec) -> list[PhaseOutcome]:
        """Run the phases of a buildspec; return those that were entered."""
        outcomes: list[PhaseOutcome] = []
        for name in PHASES:
            phase = spec.phases.get(name, Phase())
            outcome = self._phase(name.upper(), phase)
            outcomes.append(outcome)
            self.goes_on = goes_on(outcome, phase)
            if not self.goes_on:
                break
        return outcomes

    def _phase(self, name: str, phase: Phase) -> PhaseOutcome:
        outcome = PhaseOutcome(name, self.now)
        self.say(f"Entering phase {name}")
        self._attempt(phase, outcome)
        retries = 0
        while outcome.status == "FAILED" and phase.on_failure.retries(retries, self._output):
            retries += 1
            self.say(f"Retrying phase {name}: retry {retries} of {phase.on_failure.attempts}")
            self._session.succeeding = self._succeeding_before
            self._attempt(phase, outcome)
        self.complete(outcome)
        return outcome

    def complete(self, outcome: PhaseOutcome) -> None:
        """End a phase now and say so in the log."""
        outcome.end = self.now
        self.say(f"Phase complete: {outcome.name} State: {outcome.status}")
        for code, message in outcome.contexts or [("", "")]:
            self.say(f"Phase context status code: {code} Message: {message}")

    def _attempt(self, phase: Phase, outcome: PhaseOutcome) -> None:
        self._succeeding_before = self._session.succeeding
        self._output = ""
        outcome.status, outcome.contexts = "SUCCEEDED", []
        self._commands(phase.commands, outcome)
        if outcome.status != "TIMED_OUT":
            self._commands(phase.finally_commands, outcome)

    def _commands(self, commands: tuple[str, ...], outcome: PhaseOutcome) -> None:
        """Run commands up to the first that fails."""
        for command in commands:
            self.say(f"Running command {command}")
            result = self._session.run(command)
            self._take(result)
            if result.status is None or self.now >= self._limit:
                self.now = min(self.now, self._limit)
                self._time_out(outcome, result)
                return
            if result.status:
                self._fail(outcome, command, result.status)
                return

    def _take(self, result: CommandResult) -> None:
        self.now += result.lab_seconds
        self._output += result.output
        for line in result.output.splitlines():
            self._write(self.now, line)

    def _fail(self, outcome: PhaseOutcome, command: str, status: int) -> None:
        reason = f"exit status {status}"
        self.say(f"Command did not exit successfully {command} {reason}")
        message = f"Error while executing command: {command}. Reason: {reason}"
        outcome.contexts.append(("COMMAND_EXECUTION_ERROR", message))
        outcome.status = "FAILED"
        self._session.succeeding = False

    def _time_out(self, outcome: PhaseOutcome, result: CommandResult) -> None:
        if result.status is None:
            self.say("The commands took longer than a build may on this machine and were ended.")
        outcome.contexts.append(("BUILD_TIMED_OUT", "Build has timed out."))
        outcome.status = "TIMED_OUT"
        self._session.succeeding = False

    def say(self, text: str) -> None:
        """Write a line of CodeBuild's own."""
        self._write(self.now, f"[Container] {text}")


def goes_on(outcome: PhaseOutcome, phase: Phase) -> bool:
    """Return whether another phase follows."""
    if outcome.status == "SUCCEEDED":
        return True
    if outcome.status == "TIMED_OUT" or phase.on_failure.action == "ABORT":
        return False
    return phase.on_failure.action == "CONTINUE" or outcome.name in ("BUILD", "POST_BUILD")
