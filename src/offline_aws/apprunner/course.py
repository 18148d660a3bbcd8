"""The course of a long operation on a service, on the clock: from its start to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from offline_aws.apprunner import artifact, durations, health, notices
from offline_aws.apprunner.artifact import NotFetchedError
from offline_aws.apprunner.health import Verdict
from offline_aws.apprunner.names import new_id, new_uuid
from offline_aws.apprunner.store import Artifact, Operation, Service
from offline_aws.operations import Call
from offline_aws.workloads import workloads_of

_HTTPS = 443
#: Called with a service whose operation has ended.
Ended = Callable[[Call, Service], object]


class Course:
    """One operation on its way; ``ended`` hears of its end."""

    def __init__(self, call: Call, service: Service, kind: str, ended: Ended) -> None:
        now = call.clock.now()
        self._call, self._service, self._ended = call, service, ended
        self.operation = Operation(new_uuid(call), kind, now, now)
        #: The status to go back to when it fails.
        self._was = service.status

    def begin(self, step: Callable[[], None]) -> str:
        """Begin the operation with a step of its own; return its id."""
        self._service.operations.append(self.operation)
        notices.operation_started(self._call, self._service, self.operation)
        self._set_status("OPERATION_IN_PROGRESS")
        self._later(durations.PENDING, partial(self._start, step))
        return self.operation.id

    def _start(self, step: Callable[[], None]) -> None:
        self._mark("IN_PROGRESS")
        step()

    def deploy(self) -> None:
        """Fetch the newest version of the source, and let it run."""
        self._log("Starting to pull your application image.", code="Starting to pull source code.")
        try:
            made = artifact.fetch(self._call, self._service)
        except NotFetchedError as error:
            self._service.seen = artifact.newest(self._call, self._service) or self._service.seen
            pulling = str(error) == artifact.NOT_PULLED
            wait = durations.FAILED_PULL if pulling else durations.COPYING
            self._later(wait, partial(self._fail, str(error)))
            return
        self._service.seen = made.version
        self._later(durations.COPYING, partial(self._fetched, made))

    def _fetched(self, made: Artifact) -> None:
        self._log(
            "Successfully copied the image from ECR.", code="Successfully pulled source code."
        )
        if self._from_code:
            self._log("", code="Starting source code build.")
            self._later(durations.BUILDING, partial(self._built, made))
        else:
            self.provision(made)

    def _built(self, made: Artifact) -> None:
        self._log("", code="Successfully built source code.")
        self.provision(made)

    def provision(self, made: Artifact) -> None:
        """Make instances for a version and start it there."""
        network = self._service.settings["NetworkConfiguration"]
        public = network["IngressConfiguration"]["IsPubliclyAccessible"]
        kind = "publicly" if public else "privately"
        self._log(f"Provisioning instances and deploying image for {kind} accessible service.")
        self._later(durations.PROVISIONING, partial(self._check, made))

    def _check(self, made: Artifact) -> None:
        stream = f"instance/{new_id(self._call)}"
        notices.make_stream(self._call, self._service, "application", stream)
        check = self._service.settings["HealthCheckConfiguration"]
        started = self._call.clock.now()
        self._log(f"Performing health check on {health.where(made, check)}.")
        verdict = health.judge(made, check)
        self._later(verdict.after, partial(self._checked, made, started, verdict))

    def _checked(self, made: Artifact, started: datetime, verdict: Verdict) -> None:
        if verdict.failure:
            self._fail(verdict.failure)
            return
        self._log("Health check is successful. Routing traffic to application.")
        self._later(durations.ROUTING, partial(self._routed, made, started))

    def _routed(self, made: Artifact, started: datetime) -> None:
        service = self._service
        service.running, service.before = made, None
        workloads_of(self._call).at(service.url, made.behaviour, _HTTPS, started)
        self._log("Successfully routed incoming traffic to application.")
        self._end("SUCCEEDED", "RUNNING")

    def resume(self) -> None:
        """Let the version run again that ran before the pause."""
        if self._service.running is not None:
            self.provision(self._service.running)

    def pause(self) -> None:
        """Take the instances away."""
        self._later(durations.PAUSING, partial(self._stopped, "PAUSED"))

    def delete(self) -> None:
        """Take the service away."""
        self._later(durations.DELETING, partial(self._stopped, "DELETED"))

    def _stopped(self, status: str) -> None:
        service = self._service
        workloads_of(self._call).at(service.url, None, _HTTPS)
        if status == "DELETED":
            service.deleted, service.running = self._call.clock.now(), None
        self._end("SUCCEEDED", status)

    def _fail(self, reason: str) -> None:
        operation, service = self.operation, self._service
        self._log(reason)
        self._log(f"Deployment with ID : {operation.id.replace('-', '')} failed.")
        if operation.type in ("UPDATE_SERVICE", "START_DEPLOYMENT") and service.running is not None:
            self._mark("ROLLBACK_IN_PROGRESS")
            self._later(durations.ROLLING_BACK, self._rolled_back)
            return
        failed = "PAUSED" if operation.type == "RESUME_SERVICE" else "CREATE_FAILED"
        self._end("FAILED", failed)

    def _rolled_back(self) -> None:
        service, before = self._service, self._service.before
        if before is not None:
            if before.settings["SourceConfiguration"] != service.settings["SourceConfiguration"]:
                service.seen = before.seen
            service.settings, service.before = before.settings, None
            service.scaling, service.scaled_by = before.scaling, before.scaled_by
        self._end("ROLLBACK_SUCCEEDED", self._was)

    def _end(self, operation_status: str, status: str) -> None:
        service = self._service
        self._mark(operation_status)
        self.operation.ended = service.updated = self._call.clock.now()
        succeeded = operation_status == "SUCCEEDED"
        tell = notices.operation_succeeded if succeeded else notices.operation_failed
        tell(self._call, service, self.operation)
        self._set_status(status)
        self._ended(self._call, service)

    def _mark(self, status: str) -> None:
        self.operation.status, self.operation.updated = status, self._call.clock.now()

    def _set_status(self, status: str) -> None:
        before, self._service.status = self._service.status, status
        notices.status_changed(self._call, self._service, before)

    @property
    def _from_code(self) -> bool:
        return "CodeRepository" in self._service.settings["SourceConfiguration"]

    def _log(self, text: str, code: str = "") -> None:
        """Write to the log of the deployment; ``code`` is what is said of source code instead."""
        said = code if code and self._from_code else text
        notices.deployment(self._call, self._service, self.operation, said)

    def _later(self, delay: timedelta, step: Callable[[], None]) -> None:
        self._call.clock.call_later(delay, step)
