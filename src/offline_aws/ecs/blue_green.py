"""Blue/green, linear and canary deployments: two revisions, and the traffic between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from offline_aws.ecs import deployments, group_tasks, notices, traffic
from offline_aws.ecs.group_tasks import Look
from offline_aws.ecs.lifecycle_hooks import Hooks
from offline_aws.ecs.outcomes import task_changed, wake
from offline_aws.ecs.store import Deployment, Service, ServiceDeployment, Shape
from offline_aws.operations import Call

_LINEAR, _CANARY = (10.0, 6), (5.0, 10)
_DEFAULT_BAKE = 15


def shifts(service: Service) -> bool:
    """Return whether deployments of a service shift traffic."""
    return bool(service.settings["deploymentConfiguration"]["strategy"] != "ROLLING")


class Course:
    """One deployment that shifts traffic; ``blue`` is what was there before, None for nothing.

    ``waits`` is what has to be seen of the tasks before it goes on: SCALE_UP, CLEAN_UP, or "".
    """

    def __init__(self, call: Call, service: Service, green: Deployment) -> None:
        self._call, self.service, self.green = call, service, green
        self.blue = service.completed if service.completed in service.groups else None
        self.of: ServiceDeployment = service.deployments[-1]
        self.waits, self.back, self.ended = "", False, False
        self.hooks: Hooks | None = None
        self._steps: list[tuple[float, int]] = []
        wanted: list[Shape] = service.settings.get("loadBalancers", [])
        before = self.blue.settings.get("loadBalancers", []) if self.blue else []
        taken = traffic.groups_of(before)
        green.settings["loadBalancers"] = traffic.placed(wanted, taken) if wanted else []
        self._balancers = green.settings["loadBalancers"]

    def begin(self) -> None:
        """Begin: with what another deployment left behind, or else with the first hooks."""
        self.green.desired = 0
        self._weigh(0.0, 0.0)
        if any(group.there for group in self._leftovers()):
            self._stage("RECONCILE_SERVICE")
            self._ask("RECONCILE_SERVICE", self._reconcile)
        else:
            self._pre_scale_up()

    def fail(self, reason: str, event: str) -> None:
        """Give the deployment up, and the traffic back to what was there before."""
        if self.back or self.ended:
            return
        deployments.note_failure(self._call, self.service, self.green, reason, event)
        if self.blue is None:
            self.ended, self.service.course = True, None
            deployments.finish(self._call, self.of, "STOPPED", reason)
            return
        self.back, self.hooks = True, None
        self._shift(0.0)
        if traffic.has_test_traffic(self._balancers):
            self._shift_test(0.0)
        deployments.return_to(self._call, self.service, self.green, self.blue, reason)
        self.green.desired, self.waits = 0, "CLEAN_UP"
        wake(self._call, self.service)

    def supersede(self) -> None:
        """Make way for a newer deployment: the traffic goes back, and the tasks go."""
        self.ended, self.hooks = True, None
        if self.blue is not None:
            self._shift(0.0)
        self.green.desired, self.green.frozen = 0, True

    def look(self, seen: Look) -> None:
        """Start and stop tasks, and go on if what was waited for is there."""
        if self.waits == "SCALE_UP":
            self.green.desired = self.service.desired
        if self.blue is not None and self.of.stage != "CLEAN_UP":
            self.blue.desired = self.service.desired
        for group in self.service.groups:
            missing = group.desired - len(group.live)
            group_tasks.start(self._call, self.service, group, missing, task_changed)
            excess = group_tasks.to_stop_first(group, seen, -missing)
            group_tasks.stop(self._call, self.service, group, excess, task_changed)
        self._breaker()
        healthy = sum(seen.healthy(task) for task in self.green.live)
        if self.waits == "RECONCILE" and not any(g.there for g in self._leftovers()):
            self._go(self._pre_scale_up)
        elif self.waits == "SCALE_UP" and healthy == self.green.desired:
            self._go(self._scaled_up)
        elif self.waits == "CLEAN_UP" and not any(g.there for g in self._leaving()):
            self._go(self._finish)

    def _breaker(self) -> None:
        if self.waits == "SCALE_UP" and deployments.breaker_opens(self.service, self.green):
            self.of.breaker["status"] = "TRIGGERED"
            reason = "ECS deployment circuit breaker: tasks failed to start."
            self.fail(reason, "tasks failed to start.")

    def _leftovers(self) -> list[Deployment]:
        keep = (self.green, self.blue)
        return [group for group in self.service.groups if not any(group is k for k in keep)]

    def _leaving(self) -> list[Deployment]:
        stays = self.blue if self.back else self.green
        return [group for group in self.service.groups if group is not stays]

    def _go(self, step: Callable[[], None]) -> None:
        self.waits = ""
        step()

    def _stage(self, name: str) -> None:
        self.of.stage, self.of.updated = name, self._call.clock.now()

    def _ask(self, stage: str, then: Callable[[], None]) -> None:
        """Ask the hooks of a stage; go on, or back. A first deployment has nothing to ask."""
        if self.blue is None:
            then()
            return

        def outcome(reason: str) -> None:
            if self.back or self.ended:
                return
            if reason:
                text = f"{stage} {reason}"
                self.fail(f"Service deployment rolled back because {text}", text)
            else:
                then()

        self.hooks = Hooks(self._call, self.of, stage, self.service.arn, outcome)
        self.hooks.begin()

    def _later(self, minutes: float, then: Callable[[], None]) -> None:
        def unless_over() -> None:
            if not (self.back or self.ended):
                then()

        self._call.clock.call_later(timedelta(minutes=minutes), unless_over)

    def _reconcile(self) -> None:
        self.waits = "RECONCILE"
        wake(self._call, self.service)

    def _pre_scale_up(self) -> None:
        self._stage("PRE_SCALE_UP")
        self._ask("PRE_SCALE_UP", self._scale_up)

    def _scale_up(self) -> None:
        self._stage("SCALE_UP")
        self.waits = "SCALE_UP"
        wake(self._call, self.service)

    def _scaled_up(self) -> None:
        self._stage("POST_SCALE_UP")
        self._ask("POST_SCALE_UP", self._test)

    def _test(self) -> None:
        self._stage("TEST_TRAFFIC_SHIFT")
        if traffic.has_test_traffic(self._balancers):
            self._shift_test(100.0)
        self._ask("TEST_TRAFFIC_SHIFT", self._tested)

    def _tested(self) -> None:
        self._stage("POST_TEST_TRAFFIC_SHIFT")
        self._steps = _steps(self.of.configuration) if self.blue else [(100.0, 0)]
        self._ask("POST_TEST_TRAFFIC_SHIFT", self._before_shift)

    def _before_shift(self) -> None:
        self._ask("PRE_PRODUCTION_TRAFFIC_SHIFT", self._take_step)

    def _take_step(self) -> None:
        self._stage("PRODUCTION_TRAFFIC_SHIFT")
        percent, minutes = self._steps.pop(0)
        self._shift(percent)

        def go_on() -> None:
            if self._steps:
                self._later(minutes, self._before_shift)
            else:
                self._shifted()

        self._ask("PRODUCTION_TRAFFIC_SHIFT", go_on)

    def _shifted(self) -> None:
        self._stage("POST_PRODUCTION_TRAFFIC_SHIFT")
        self._ask("POST_PRODUCTION_TRAFFIC_SHIFT", self._bake)

    def _bake(self) -> None:
        self._stage("BAKE_TIME")
        minutes = self.of.configuration.get("bakeTimeInMinutes", _DEFAULT_BAKE)
        self._later(minutes if self.blue is not None else 0, self._clean_up)

    def _clean_up(self) -> None:
        self._stage("CLEAN_UP")
        for group in self._leaving():
            group.desired = 0
        self.waits = "CLEAN_UP"
        wake(self._call, self.service)

    def _finish(self) -> None:
        """End with one revision: the new one, or after a failure the one before."""
        self.ended, self.service.course = True, None
        stays = self.blue if self.back and self.blue is not None else self.green
        self.service.groups = [stays]
        deployments.complete(self._call, self.service, stays, self.of if self.back else None)
        notices.note(self._call, self.service, "has reached a steady state.")
        notices.service_action(self._call, self.service, "INFO", "SERVICE_STEADY_STATE")
        self.service.steady = True

    def _shift(self, percent: float) -> None:
        traffic.shift(self._call, self._balancers, self._balancers, percent)
        self._weigh(percent, self.of.weights[self.green.revision][1])

    def _shift_test(self, percent: float) -> None:
        traffic.shift(self._call, self._balancers, self._balancers, percent, test=True)
        self._weigh(self.of.weights[self.green.revision][0], percent)

    def _weigh(self, production: float, test: float) -> None:
        self.of.weights = {self.green.revision: (production, test)}
        if self.blue is not None:
            self.of.weights[self.blue.revision] = (100 - production, 100 - test)


def begin(call: Call, service: Service, deployment: Deployment) -> None:
    """Let a deployment take the course of its strategy, in place of one that is under way."""
    if service.course is not None:
        service.course.supersede()
    service.course = Course(call, service, deployment)
    service.course.begin()


def _steps(configuration: Shape) -> list[tuple[float, int]]:
    """Return the shares of the traffic that the new revision gets, with minutes in between."""
    strategy = configuration["strategy"]
    if strategy == "CANARY":
        given = configuration.get("canaryConfiguration", {})
        percent = float(given.get("canaryPercent", _CANARY[0]))
        minutes = int(given.get("canaryBakeTimeInMinutes", _CANARY[1]))
        return [(percent, minutes)] * (percent < 100) + [(100.0, 0)]
    if strategy == "LINEAR":
        given = configuration.get("linearConfiguration", {})
        percent = float(given.get("stepPercent", _LINEAR[0]))
        minutes = int(given.get("stepBakeTimeInMinutes", _LINEAR[1]))
        shares = [round(percent * n, 1) for n in range(1, int(1000 // percent) + 1)]
        return [(share, minutes) for share in shares if share < 100] + [(100.0, 0)]
    return [(100.0, 0)]
