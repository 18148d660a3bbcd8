"""A blue/green deployment to instances: others are made ready and take over the traffic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.codedeploy import copied_fleet, durations, ending
from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.deployments import READY, TERMINATION
from offline_aws.codedeploy.fleet import Host, find_fleet
from offline_aws.codedeploy.healthy_hosts import Rollout, minimum_healthy
from offline_aws.codedeploy.host_run import ALLOW, BLOCK, INSTALL, HostRun
from offline_aws.codedeploy.making import COURSES
from offline_aws.codedeploy.server_course import NO_INSTANCES, TOO_FEW, candidate
from offline_aws.codedeploy.shapes import Shape

Runs = dict[str, HostRun]


class ServerBlueGreen(Course):
    """Install on green, wait, shift the traffic, block blue, terminate it; each calls the next.

    Undone by sending the traffic back to blue; green stays, for whoever wants to look at it.
    """

    copied = ""
    can_roll_back = False

    def run(self) -> None:
        """Find or make the instances of green."""
        self.blue: Runs = {}
        self.green: Runs = {}
        if self.deployment.undoes is not None:
            self._run_back(self.deployment.undoes.course)
            return
        self._blue_hosts = find_fleet(self.call, self.group.settings)
        if self._option("greenFleetProvisioningOption").get("action") == "COPY_AUTO_SCALING_GROUP":
            try:
                original = self.group.settings["autoScalingGroups"][0]
                name = f"CodeDeploy_{self.group.name}_{self.deployment.id}"
                copied_fleet.copy(self.call, original, name)
            except (ClientError, BotoCoreError, LookupError) as error:
                self.fail("AUTO_SCALING_CONFIGURATION", f"It could not be copied: {error}")
                return
            self.copied = name
            settings = {"autoScalingGroups": [name]}
            self.after(durations.PROVISION, lambda: self._install(find_fleet(self.call, settings)))
        else:
            given = self.deployment.settings.get("targetInstances") or {}
            self._install(find_fleet(self.call, given))

    def _install(self, hosts: list[Host]) -> None:
        blue = {host.id for host in self._blue_hosts}
        hosts = [host for host in hosts if host.id not in blue]
        if not hosts:
            self.fail("NO_INSTANCES", NO_INSTANCES)
            return
        allow, block = (ALLOW, BLOCK) if self._controlled else ((), ())
        balancers = self.deployment.settings.get("loadBalancerInfo") or {}
        self.green = {h.id: HostRun(self, h, (*INSTALL, *allow), balancers, "Green") for h in hosts}
        self.blue = {h.id: HostRun(self, h, block, balancers, "Blue") for h in self._blue_hosts}
        self._roll(self.green, INSTALL, self._installed, self._ready)

    def _installed(self, run: HostRun, succeeded: bool) -> None:
        run.work.keep(succeeded)
        if succeeded:
            run.target.status = "Ready"
        else:
            self.finish(run.target, "Failed")

    def _ready(self) -> None:
        """Go on at once, or wait for ContinueDeployment as the group says."""
        option = self._option("deploymentReadyOption")
        if option.get("actionOnTimeout") != "STOP_DEPLOYMENT":
            self._shift()
            return
        self.ready("Ready")
        self.wait(READY, option.get("waitTimeInMinutes", 0), self._not_continued, self._continued)

    def _not_continued(self) -> None:
        text = "The deployment was stopped: its traffic was not rerouted within the wait time."
        ending.end(self, "Stopped", "TIMEOUT", text, "DEPLOYMENT_STOP_ON_REQUEST")

    def _continued(self) -> None:
        self.ready("InProgress")
        self._shift()

    def _shift(self) -> None:
        """Send the traffic to those of green that are ready, then none to blue."""
        runs = {i: run for i, run in self.green.items() if run.target.status == "Ready"}
        self.can_roll_back = True
        events = ALLOW if self._controlled else ()
        self._roll(runs, events, self._shifted, self._block)

    def _shifted(self, run: HostRun, succeeded: bool) -> None:
        self.finish(run.target, "Succeeded" if succeeded else "Failed")

    def _block(self) -> None:
        events = BLOCK if self._controlled else ()
        left = dict(self.blue)

        def blocked(run: HostRun, _: bool) -> None:
            del left[run.host.id]
            if not left:
                self._wait_for_termination()

        if not left:
            self._wait_for_termination()
        for run in list(self.blue.values()):
            run.go(events, blocked)

    def _wait_for_termination(self) -> None:
        option = self._option("terminateBlueInstancesOnDeploymentSuccess")
        if option.get("action", "TERMINATE") == "KEEP_ALIVE":
            self._finish()
            return
        self.deployment.termination_wait_started = True
        minutes = option.get("terminationWaitTimeInMinutes", 0)
        if minutes:
            self.wait(TERMINATION, minutes, self._terminate, self._terminate)
        else:
            self._terminate()

    def _terminate(self) -> None:
        try:
            copied_fleet.terminate(self.call, [run.host for run in self.blue.values()])
        except (ClientError, BotoCoreError) as error:
            text = f"Instances of the original environment were not terminated: {error}"
            self.deployment.messages.append(text)
        self._finish()

    def _finish(self) -> None:
        for run in self.blue.values():
            self.finish(run.target, "Succeeded")
        if self.copied:
            # From now on the group's instances are those of the copy.
            self.group.settings = self.group.settings | {"autoScalingGroups": [self.copied]}
        self.succeed()

    def _run_back(self, undone: Any) -> None:
        """Send the traffic to blue again, and none to green."""
        balancers = self.deployment.settings.get("loadBalancerInfo") or {}
        allow, block = (ALLOW[1:2], BLOCK[1:2]) if self._controlled else ((), ())
        blue = [run.host for run in undone.blue.values()]
        green = [run.host for run in undone.green.values()]
        self.blue = {h.id: HostRun(self, h, allow, balancers, "Blue") for h in blue}
        self.green = {h.id: HostRun(self, h, block, balancers, "Green") for h in green}
        left = [
            *((r, allow) for r in self.blue.values()),
            *((r, block) for r in self.green.values()),
        ]
        waiting = len(left)

        def back(run: HostRun, succeeded: bool) -> None:
            nonlocal waiting
            waiting -= 1
            self.finish(run.target, "Succeeded" if succeeded else "Failed")
            if waiting == 0:
                self.succeed()

        for run, events in left:
            run.go(events, back)

    def _roll(
        self,
        runs: Runs,
        events: Sequence[str],
        ended: Callable[[HostRun, bool], None],
        then: Callable[[], None],
    ) -> None:
        """Take instances through events, as many at a time as the configuration allows."""
        hosts = self.deployment.config["minimumHealthyHosts"]
        candidates = [candidate(self, run.host) for run in runs.values()]
        rollout = Rollout(candidates, minimum_healthy(hosts, len(runs)))
        self._next(rollout, runs, events, ended, then)

    def _next(
        self,
        rollout: Rollout,
        runs: Runs,
        events: Sequence[str],
        ended: Callable[[HostRun, bool], None],
        then: Callable[[], None],
    ) -> None:
        def one(run: HostRun, succeeded: bool) -> None:
            ended(run, succeeded)
            rollout.ended(run.host.id, succeeded)
            self.after(0, partial(self._next, rollout, runs, events, ended, then))

        for identifier in rollout.next():
            runs[identifier].go(events, one)
        verdict = rollout.verdict
        if rollout.decided:
            return
        rollout.decided = bool(verdict)
        if verdict == "Succeeded":
            then()
        elif verdict:
            self.fail(verdict, TOO_FEW[verdict])

    @property
    def _controlled(self) -> bool:
        style: Shape = self.deployment.settings["deploymentStyle"]
        return bool(style["deploymentOption"] == "WITH_TRAFFIC_CONTROL")

    def _option(self, name: str) -> Shape:
        given = self.deployment.settings.get("blueGreenDeploymentConfiguration") or {}
        found: Shape = given.get(name) or {}
        return found


COURSES["Server", "BLUE_GREEN"] = ServerBlueGreen
