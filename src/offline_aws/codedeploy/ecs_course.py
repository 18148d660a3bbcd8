"""A blue/green deployment to ECS: a replacement task set takes over from the original one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from offline_aws.codedeploy import durations, ending
from offline_aws.codedeploy.appspec import AppSpecError, EcsSpec, read_ecs_spec
from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.deployment import LifecycleEvent, Target
from offline_aws.codedeploy.deployments import READY, TERMINATION
from offline_aws.codedeploy.ecs_service import EcsProblem, EcsService
from offline_aws.codedeploy.ecs_task_sets import TaskSets
from offline_aws.codedeploy.hooks import run_event
from offline_aws.codedeploy.making import COURSES
from offline_aws.codedeploy.revision_text import RevisionError, appspec_text
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.traffic import shift

_INSTALL = ("BeforeInstall", "Install", "AfterInstall")
_TEST = ("AllowTestTraffic", "AfterAllowTestTraffic")
_ALLOW = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
_ALL = 100
_TIMEOUT = (
    "The deployment timed out while waiting for the replacement task set to become healthy. "
    "This time out period is 60 minutes."
)


class EcsCourse(Course):
    """Install green, test it, shift the traffic, terminate blue; each step calls the next.

    Undone by sending the traffic back to blue, which is there until the end, and deleting green.
    """

    service: EcsService
    spec: EcsSpec
    sets: TaskSets
    # Nothing has changed before the replacement task set is there.
    can_roll_back = False

    def run(self) -> None:
        """Read the AppSpec and look at the service; then BeforeInstall, or the way back."""
        undone = self.deployment.undoes
        if undone is not None:
            self._run_back(undone.course)
            return
        try:
            self.spec = read_ecs_spec(appspec_text(self.deployment.revision, self.call.region))
            balancer = self.deployment.settings["loadBalancerInfo"]
            pair = balancer["targetGroupPairInfoList"][0]
            self.service = EcsService(self.call, self.group.settings["ecsServices"][0], pair)
            self.service.look()
        except RevisionError as error:
            self.fail(error.code, error.message)
            return
        except AppSpecError as error:
            self.fail("INVALID_REVISION", str(error))
            return
        except EcsProblem as error:
            self.fail(error.code, error.message)
            return
        tests = _TEST if self.service.test else ()
        self._begin_target((*_INSTALL, *tests, *_ALLOW))
        self._event("BeforeInstall", self._install)

    def halt(self) -> None:
        """Keep what the task sets were when the deployment came to its end."""
        if self.deployment.targets:
            self.sets.refresh()

    def _begin_target(self, events: tuple[str, ...]) -> None:
        self.sets = TaskSets(self.service)
        name = f"{self.service.cluster.rpartition('/')[2]}:{self.service.name}"
        made = [LifecycleEvent(event) for event in events]
        self._target = Target(name, self.service.arn, self.now, made, details=self._details)
        self.deployment.targets[name] = self._target

    def _event(self, name: str, then: Callable[[], object]) -> None:
        run_event(self, self._target, name, self.spec.hooks, then)

    def _install(self) -> None:
        self.enter(self._target, "Install")
        if self._try("Install", self.service.create_green, self.spec, self.deployment.id):
            self.can_roll_back = True
            self.sets.refresh()
            self.after(durations.EVENT, partial(self._watch_install, durations.EVENT))

    def _watch_install(self, waited: float) -> None:
        """Look again and again whether the replacement is stable, for an hour."""
        try:
            stable = self.service.green_is_stable()
        except EcsProblem as error:
            self._fail("Install", error)
            return
        if stable:
            self.leave(self._target, "Install", "Succeeded")
            self._event("AfterInstall", self._test if self.service.test else self._ready)
        elif waited >= durations.STABLE:
            self.leave(self._target, "Install", "Failed")
            self.fail("TIMEOUT", _TIMEOUT)
        else:
            again = partial(self._watch_install, waited + durations.POLL)
            self.after(durations.POLL, again)

    def _test(self) -> None:
        """Send the traffic of the test listener to green."""
        self.enter(self._target, "AllowTestTraffic")
        if self._try("AllowTestTraffic", self.service.shift, _ALL, self.service.test):
            self.after(durations.EVENT, self._tested)

    def _tested(self) -> None:
        self.leave(self._target, "AllowTestTraffic", "Succeeded")
        self._event("AfterAllowTestTraffic", self._ready)

    def _ready(self) -> None:
        """Go on at once, or wait for ContinueDeployment as the group says."""
        option = self._blue_green("deploymentReadyOption")
        if option.get("actionOnTimeout") != "STOP_DEPLOYMENT":
            self._before_traffic()
            return
        self.ready("Ready")
        self.wait(READY, option.get("waitTimeInMinutes", 0), self._not_continued, self._continued)

    def _not_continued(self) -> None:
        text = "The deployment was stopped: its traffic was not rerouted within the wait time."
        ending.end(self, "Stopped", "TIMEOUT", text, "DEPLOYMENT_STOP_ON_REQUEST")

    def _continued(self) -> None:
        self.ready("InProgress")
        self._before_traffic()

    def _before_traffic(self) -> None:
        self._event("BeforeAllowTraffic", self._allow_traffic)

    def _allow_traffic(self) -> None:
        self.enter(self._target, "AllowTraffic")
        routing = self.deployment.config["trafficRoutingConfig"]
        shift(self, routing, self._move, lambda: self.after(durations.EVENT, self._allowed))

    def _move(self, percent: int) -> None:
        if self._try("AllowTraffic", self.service.shift, percent):
            self.sets.weight = percent
            self._target.updated = self.now

    def _allowed(self) -> None:
        if self._try("AllowTraffic", self.service.make_primary, self.service.green):
            self.sets.refresh()
            self.leave(self._target, "AllowTraffic", "Succeeded")
            self._event("AfterAllowTraffic", self._wait_for_termination)

    def _wait_for_termination(self) -> None:
        option = self._blue_green("terminateBlueInstancesOnDeploymentSuccess")
        minutes = option.get("terminationWaitTimeInMinutes", 0)
        self.deployment.termination_wait_started = True
        if minutes:
            self.wait(TERMINATION, minutes, self._terminate, self._terminate)
        else:
            self._terminate()

    def _terminate(self) -> None:
        try:
            self.service.delete(self.service.blue)
        except EcsProblem as error:
            # The traffic has moved: what is left behind does not make it a failure.
            self.deployment.messages.append(f"The original task set is still there: {error}")
        self._finish()

    def _finish(self) -> None:
        self.sets.refresh()
        self.finish(self._target, "Succeeded")
        self.succeed()

    def _run_back(self, undone: EcsCourse) -> None:
        """Send all traffic to the original task set, and delete the replacement."""
        self.service, self.spec = undone.service, undone.spec
        tests = _TEST if self.service.test else ()
        self._begin_target((*_INSTALL, *tests, *_ALLOW))
        self.sets.weight = undone.sets.weight
        self.sets.refresh()
        for event in self._target.events:
            event.status = "Skipped"
        self.enter(self._target, "AllowTraffic")
        listeners = [each for each in (self.service.production, self.service.test) if each]
        moved = all(self._try("AllowTraffic", self.service.shift, 0, each) for each in listeners)
        if moved and self._try("AllowTraffic", self.service.make_primary, self.service.blue):
            self.sets.weight = 0
            self.after(durations.EVENT, self._back)

    def _back(self) -> None:
        if self._try("AllowTraffic", self.service.delete, self.service.green):
            self.leave(self._target, "AllowTraffic", "Succeeded")
            self._finish()

    def _blue_green(self, member: str) -> Shape:
        found: Shape = self.deployment.settings["blueGreenDeploymentConfiguration"].get(member, {})
        return found

    def _try(self, event: str, step: Callable[..., None], *arguments: object) -> bool:
        """Do a step that may fail; return whether it has not."""
        try:
            step(*arguments)
        except EcsProblem as error:
            self._fail(event, error)
            return False
        return True

    def _fail(self, event: str, error: EcsProblem) -> None:
        self.leave(self._target, event, "Failed")
        self.fail(error.code, error.message)

    def _details(self) -> Shape:
        if self.deployment.active:
            self.sets.refresh()
        return {"taskSetsInfo": self.sets.shown()}


COURSES["ECS", "BLUE_GREEN"] = EcsCourse
