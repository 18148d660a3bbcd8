"""The course of a build on the lab's clock, from SUBMITTED to COMPLETED."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from offline_aws.codebuild import artifacts, durations
from offline_aws.codebuild.build_log import BuildLog, log_location, put_events
from offline_aws.codebuild.cache import put_cache
from offline_aws.codebuild.execution import Execution, execute
from offline_aws.codebuild.phase_error import PhaseError
from offline_aws.codebuild.reports import record_report
from offline_aws.codebuild.runner import PhaseOutcome
from offline_aws.codebuild.store import Build, Shape, Store
from offline_aws.operations import Call

_WITHOUT_CONTEXT = ("SUBMITTED", "QUEUED")
_ORDER = ("FAULT", "TIMED_OUT", "STOPPED", "FAILED")


@dataclass
class Course:
    """One build on its way: every step schedules the next."""

    call: Call
    build: Build

    def begin(self) -> None:
        """Submit the build and queue it."""
        self.build.logs = self._logs(begun=False)
        self._enter("SUBMITTED")
        self._leave("SUCCEEDED")
        self._enter("QUEUED")
        self._after(durations.QUEUED, self._provision)

    def stop(self) -> None:
        """Stop the build where it is; what is scheduled finds it complete."""
        self._write_log()
        self._break_off("STOPPED")

    def _after(self, seconds: float, step: Callable[[], None]) -> None:
        self.call.clock.call_later(timedelta(seconds=seconds), partial(self._unless_complete, step))

    def _unless_complete(self, step: Callable[[], None]) -> None:
        if not self.build.complete:
            step()

    def _provision(self) -> None:
        self._leave("SUCCEEDED")
        self._enter("PROVISIONING")
        self._after(durations.PROVISIONING, self._run)

    def _run(self) -> None:
        """Run the build for real, and schedule what came of it."""
        self._leave("SUCCEEDED")
        self._enter("DOWNLOAD_SOURCE")
        self.build.logs = self._logs(begun=True)
        log = BuildLog(self.call.clock.now())
        self.build.write_log = partial(self._put_log, log)
        local = self.call.state(Store).local_caches
        try:
            done = execute(self.build, log, self.call.region, local)
        except OSError as error:
            # A full disk, for example, which is no reason for the clock to stop.
            self._break_off("FAULT", ("INTERNAL_SERVICE_ERROR", f"This machine refused: {error}"))
            return
        except BaseException as error:
            # Whoever interrupts a notebook ends the build, or it would be in progress for ever.
            self._break_off("STOPPED" if isinstance(error, KeyboardInterrupt) else "FAULT")
            raise
        for i, outcome in enumerate(done.phases):
            following = done.phases[i + 1].name if i + 1 < len(done.phases) else ""
            self._after(outcome.end, partial(self._complete, done, outcome, following))

    def _break_off(self, status: str, *contexts: tuple[str, str]) -> None:
        self._leave(status, list(contexts))
        self._end()

    def _complete(self, done: Execution, outcome: PhaseOutcome, following: str) -> None:
        """Show the end of a phase and the beginning of the next."""
        if outcome.name == "DOWNLOAD_SOURCE":
            self.build.resolved_version = done.resolved_version or self.build.resolved_version
        if outcome.name == "UPLOAD_ARTIFACTS":
            self._upload(done, outcome)
        self._write_log()
        self._leave(outcome.status, outcome.contexts)
        if following:
            self._enter(following)
        else:
            self.build.exported = done.exported
            self._end()

    def _logs(self, begun: bool) -> Shape:
        return log_location(self.build, self.call.region, self.call.account, begun)

    def _write_log(self) -> None:
        if self.build.write_log is not None:
            self.build.write_log(self.call.clock.now())

    def _put_log(self, log: BuildLog, until: datetime) -> None:
        put_events(self.build.logs, log.take(until), self.call.region)

    def _upload(self, done: Execution, outcome: PhaseOutcome) -> None:
        self.build.report_arns = [
            arn for report in done.reports if (arn := record_report(self.call, self.build, report))
        ]
        if done.cache is not None:
            local = self.call.state(Store).local_caches
            put_cache(done.cache, self.build.project, local, self.call.region)
        try:
            for upload in done.uploads:
                artifacts.put(upload, self.call.region)
                identifier = upload.described.get("artifactIdentifier")
                if identifier is None:
                    self.build.artifacts = upload.described
                else:
                    self.build.secondary_artifacts[identifier] = upload.described
        except PhaseError as error:
            outcome.status = "FAILED"
            outcome.contexts.append((error.code, error.message))

    def _enter(self, name: str) -> None:
        self.build.phases.append({"phaseType": name, "startTime": self.call.clock.now()})

    def _leave(self, status: str, contexts: list[tuple[str, str]] | None = None) -> None:
        phase, now = self.build.phases[-1], self.call.clock.now()
        phase["phaseStatus"] = status
        phase["endTime"] = now
        phase["durationInSeconds"] = int((now - phase["startTime"]).total_seconds())
        if phase["phaseType"] not in _WITHOUT_CONTEXT:
            phase["contexts"] = [
                {"statusCode": code, "message": message} for code, message in contexts or [("", "")]
            ]

    def _end(self) -> None:
        statuses = {phase["phaseStatus"] for phase in self.build.phases}
        self.build.status = next((s for s in _ORDER if s in statuses), "SUCCEEDED")
        self._enter("COMPLETED")
        self.build.end = self.call.clock.now()
