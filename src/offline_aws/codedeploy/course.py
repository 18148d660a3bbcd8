"""The course of a deployment on the lab's clock: what all compute platforms have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from offline_aws.codedeploy import alarms, durations, ending
from offline_aws.codedeploy.deployment import Deployment, LifecycleEvent, Target
from offline_aws.codedeploy.notifications import tell_deployment, tell_target
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Group
from offline_aws.operations import Call

Step = Callable[[], object]


class Course:
    """One deployment on its way: every step schedules the next.

    A compute platform says in ``run`` what comes first. ``can_roll_back`` says whether there is
    anything to be undone.
    """

    #: Whether a failure now can be undone by a rollback.
    can_roll_back = True

    def __init__(self, call: Call, group: Group, deployment: Deployment) -> None:
        self.call, self.group, self.deployment = call, group, deployment
        self._continue: dict[str, Step] = {}

    @property
    def now(self) -> datetime:
        """The lab's time."""
        return self.call.clock.now()

    def begin(self) -> None:
        """Start after a moment, as AWS does."""
        self.after(durations.CREATED, self._start)

    def run(self) -> None:
        """Do the first step of the platform."""
        raise NotImplementedError

    def halt(self) -> None:
        """Do what a platform does when it is stopped or has failed, before it is said."""

    def after(self, seconds: float, step: Step) -> None:
        """Do a step later, unless the deployment has come to its end by then."""
        self.call.clock.call_later(timedelta(seconds=seconds), partial(self._unless_over, step))

    def wait(self, kind: str, minutes: float, timeout: Step, proceed: Step) -> None:
        """Wait until ContinueDeployment says to proceed, or until the time is over."""
        self._continue[kind] = proceed

        def unless_continued() -> None:
            if self._continue.pop(kind, None):
                timeout()

        self.after(minutes * 60, unless_continued)

    def waits(self, kind: str) -> bool:
        """Whether it waits for ContinueDeployment with a type of wait."""
        return kind in self._continue

    def proceed(self, kind: str) -> None:
        """Go on at once from a wait."""
        self._continue.pop(kind)()

    def enter(self, target: Target, event: str) -> LifecycleEvent:
        """Begin a lifecycle event."""
        found = target.event(event)
        found.status, found.start = "InProgress", self.now
        if target.status == "Pending":
            target.status = "InProgress"
            tell_target(self.call, self.group, self.deployment, target)
        target.updated = self.now
        return found

    def leave(
        self, target: Target, event: str, status: str, diagnostics: Shape | None = None
    ) -> None:
        """End a lifecycle event."""
        found = target.event(event)
        found.status, found.end, found.diagnostics = status, self.now, diagnostics
        target.updated = self.now

    def finish(self, target: Target, status: str) -> None:
        """End the deployment to one target."""
        target.skip_rest(self.now)
        target.status, target.updated = status, self.now
        tell_target(self.call, self.group, self.deployment, target)

    def ready(self, status: str) -> None:
        """Show that the deployment waits, or that it goes on."""
        self.deployment.status = status
        tell_deployment(self.call, self.group, self.deployment)

    def succeed(self) -> None:
        """Come to a good end."""
        ending.succeed(self)

    def fail(self, code: str, message: str) -> None:
        """Come to a bad end, and roll back where that is asked for."""
        ending.end(self, "Failed", code, message, "DEPLOYMENT_FAILURE")

    def stop_on_alarm(self, names: list[str]) -> None:
        """Stop since alarms are active."""
        text = (
            "One or more alarms have been activated according to the Amazon CloudWatch metrics "
            "you selected, and the affected deployments have been stopped. Activated alarms: "
            f"<{', '.join(names)}>"
        )
        ending.end(self, "Stopped", "ALARM_ACTIVE", text, "DEPLOYMENT_STOP_ON_ALARM")

    def _start(self) -> None:
        deployment = self.deployment
        deployment.status, deployment.started = "InProgress", self.now
        tell_deployment(self.call, self.group, deployment)
        if alarms.let_start(self):
            self.run()

    def _unless_over(self, step: Step) -> None:
        if self.deployment.active:
            step()
