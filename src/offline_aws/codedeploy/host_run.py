"""One instance on its way through lifecycle events, each as long as its work takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from offline_aws.codedeploy.agent_work import PREVIOUS, AgentWork
from offline_aws.codedeploy.balancing import BalancingError, allow, block
from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.deployment import LifecycleEvent, Target
from offline_aws.codedeploy.fleet import Host
from offline_aws.codedeploy.scripts import Outcome, failed, passed
from offline_aws.codedeploy.shapes import Shape

BLOCK = ("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic")
INSTALL = (
    *("ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall"),
    *("ApplicationStart", "ValidateService"),
)
RESTART = ("ApplicationStop", "ApplicationStart", "ValidateService")
ALLOW = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
Done = Callable[["HostRun", bool], object]


class HostRun:
    """The deployment to one instance. ``balancers`` is AWS's ``LoadBalancerInfo``."""

    def __init__(
        self,
        course: Course,
        host: Host,
        events: Sequence[str],
        balancers: Shape,
        label: str = "",
    ) -> None:
        self.course, self.host, self._balancers = course, host, balancers
        self.work = AgentWork(course.call, course.deployment, host)
        made = [LifecycleEvent(event) for event in events]
        self.target = Target(host.id, host.arn, course.now, made, label=label)
        course.deployment.targets[host.id] = self.target
        self._ignores = course.deployment.settings["ignoreApplicationStopFailures"]

    def go(self, events: Sequence[str], done: Done) -> None:
        """Go through some of the events, one after the other; tell ``done`` how it ended."""
        if not events:
            done(self, True)
            return
        event = events[0]
        self.course.enter(self.target, event)
        outcome = self._outcome(event)
        self.course.after(outcome.seconds, partial(self._ended, events, outcome, done))

    def _ended(self, events: Sequence[str], outcome: Outcome, done: Done) -> None:
        status = "Succeeded" if outcome.succeeded else "Failed"
        self.course.leave(self.target, events[0], status, outcome.diagnostics)
        if outcome.succeeded or (self._ignores and events[0] in PREVIOUS):
            self.go(events[1:], done)
        else:
            done(self, False)

    def _outcome(self, event: str) -> Outcome:
        change = {"BlockTraffic": block, "AllowTraffic": allow}.get(event)
        if change is None:
            return self.work.do(event)
        try:
            change(self.course.call, self._balancers, self.host.id)
        except BalancingError as error:
            return failed(str(error))
        return passed()
