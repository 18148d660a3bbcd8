"""The course of a task: PROVISIONING, PENDING, ACTIVATING, RUNNING, and back to STOPPED."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from botocore.exceptions import ClientError

from offline_aws.ecs import durations, notices, placement
from offline_aws.ecs.container_health import healths_of
from offline_aws.ecs.images import pull
from offline_aws.ecs.store import Run, Store, Task
from offline_aws.ecs.targets import deregister, register
from offline_aws.operations import Call
from offline_aws.workloads import workloads_of

_SIGTERM = 143
#: Called when a task of a service is another than before.
Changed = Callable[[Call, Task], None]
_EXITED = "Essential container in task exited"


class Course:
    """One task on its way; ``changed`` hears of every step."""

    def __init__(self, call: Call, task: Task, changed: Changed) -> None:
        self._call, self._task, self._changed = call, task, changed

    def begin(self) -> None:
        """Start the task, which has its place."""
        task = self._task
        self._call.state(Store).tasks[task.arn] = task
        task.times["connectivityAt"] = self._call.clock.now()
        own_interface = bool(task.attachments)
        task.last_status = "PROVISIONING" if own_interface else "PENDING"
        notices.task_changed(self._call, task)
        self._after(durations.PROVISIONING if own_interface else timedelta(0), self._pull)

    def stop(self, code: str, reason: str, drain: bool = True) -> None:
        """Stop the task, if it is not on its way to its end already.

        Its targets drain first, unless ``drain`` is off: then nobody is there to be waited for.
        """
        task = self._task
        if not task.live or task.gone:
            return
        was = task.last_status
        task.desired, task.stop_code, task.stopped_reason = "STOPPED", code, reason
        if was in ("PROVISIONING", "PENDING"):
            self._enter("DEPROVISIONING")
            self._later(durations.DEPROVISIONING, self._end)
            return
        self._enter("DEACTIVATING")
        wait = deregister(self._call, task)
        self._later(wait if drain else timedelta(0), self._terminate)

    def _after(self, delay: timedelta, step: Callable[[], None]) -> None:
        """Take a step later, unless the task is told to stop in the meantime."""

        def unless_stopped() -> None:
            if self._task.live:
                step()

        self._call.clock.call_later(delay, unless_stopped)

    def _later(self, delay: timedelta, step: Callable[[], None]) -> None:
        self._call.clock.call_later(delay, step)

    def _enter(self, status: str) -> None:
        self._task.last_status = status
        self._task.version += 1
        notices.task_changed(self._call, self._task)
        self._changed(self._call, self._task)

    def _pull(self) -> None:
        task = self._task
        task.times["pullStartedAt"] = self._call.clock.now()
        if task.last_status != "PENDING":
            self._enter("PENDING")
        failures = {run.name: pull(self._call, task, run) for run in task.runs}
        failed = [text for text in failures.values() if text]
        if failed:
            for run in task.runs:
                run.reason = failures[run.name]
            self._after(durations.FAILED_PULL, partial(self._give_up, failed[0]))
        else:
            self._after(durations.PENDING, self._activate)

    def _give_up(self, reason: str) -> None:
        for run in self._task.runs:
            run.status = "STOPPED"
        self.stop("TaskFailedToStart", reason)

    def _activate(self) -> None:
        """Start the containers, and register the task as a target."""
        task, now = self._task, self._call.clock.now()
        task.times["pullStoppedAt"] = now
        for run in task.runs:
            run.status = "RUNNING"
            run.healths = healths_of(run, now)
            self._listen(run)
            if run.behaviour.exits_after is not None:
                self._after(run.behaviour.exits_after, partial(self._exit, run))
            for when, _ in run.healths[1:]:
                self._after(when - now, partial(self._changed, self._call, task))
        try:
            register(self._call, task)
        except ClientError as error:
            self.stop("TaskFailedToStart", error.response["Error"]["Message"])
            return
        self._enter("ACTIVATING")
        self._after(durations.ACTIVATING, self._run)

    def _listen(self, run: Run) -> None:
        """Let the program be found where requests reach it."""
        ports = {each["hostPort"] for each in run.bindings} or {
            each["containerPort"] for each in run.definition.get("portMappings", [])
        }
        for port in sorted(ports):
            if self._task.host:
                workloads_of(self._call).at(self._task.host, run.behaviour, port)

    def _run(self) -> None:
        self._task.times["startedAt"] = self._call.clock.now()
        self._enter("RUNNING")

    def _exit(self, run: Run) -> None:
        """End a container by itself; the task ends with one that is essential."""
        run.status, run.exit_code = "STOPPED", run.behaviour.exit_code
        if run.definition.get("essential", True):
            self.stop("EssentialContainerExited", _EXITED, drain=False)

    def _terminate(self) -> None:
        self._task.times["stoppingAt"] = self._call.clock.now()
        self._enter("STOPPING")
        self._later(durations.STOPPING, self._deprovision)

    def _deprovision(self) -> None:
        task = self._task
        task.times["executionStoppedAt"] = self._call.clock.now()
        for run in task.runs:
            if run.status != "STOPPED":
                run.status, run.exit_code = "STOPPED", _SIGTERM
        self._be_gone()
        self._enter("DEPROVISIONING")
        self._later(durations.DEPROVISIONING, self._end)

    def _be_gone(self) -> None:
        """Let nothing answer any more where the containers were."""
        workloads = workloads_of(self._call)
        for run in self._task.runs:
            mappings = run.bindings or run.definition.get("portMappings", [])
            for each in mappings:
                if self._task.host:
                    port = each["hostPort"] if run.bindings else each["containerPort"]
                    workloads.at(self._task.host, None, port)

    def _end(self) -> None:
        task = self._task
        for run in task.runs:
            run.status = "STOPPED"
        task.times.setdefault("stoppingAt", self._call.clock.now())
        task.times["stoppedAt"] = self._call.clock.now()
        placement.detach(self._call, task)
        self._enter("STOPPED")
