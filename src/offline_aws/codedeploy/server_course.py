"""An in-place deployment to instances: from one to the next, with enough of them healthy."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.fleet import Agents, Host, find_fleet
from offline_aws.codedeploy.healthy_hosts import Candidate, Rollout, minimum_healthy
from offline_aws.codedeploy.host_run import ALLOW, BLOCK, INSTALL, RESTART, HostRun
from offline_aws.codedeploy.making import COURSES, make
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.zones import ZonedRollout

TOO_FEW = {
    "HEALTH_CONSTRAINTS": (
        "The overall deployment failed because too many individual instances failed deployment, "
        "too few healthy instances are available for deployment, or some instances in your "
        "deployment group are experiencing problems."
    ),
    "HEALTH_CONSTRAINTS_INVALID": (
        "The deployment cannot start because the minimum number of healthy instances, as defined "
        "by your deployment configuration, is not available."
    ),
}
NO_INSTANCES = (
    "The deployment failed because no instances were found for your deployment group. Check your "
    "deployment group settings to make sure the tags for your EC2 instances or Auto Scaling "
    "groups correctly identify the instances you want to deploy to, and then try again."
)


class ServerCourse(Course):
    """Deploy to the instances of the group, as many at a time as its configuration allows."""

    def run(self) -> None:
        """Find the instances and begin with the first."""
        fleet = find_fleet(self.call, self.group.settings)
        if self.deployment.settings["updateOutdatedInstancesOnly"]:
            fleet = [host for host in fleet if self._outdated(host)]
        if not fleet:
            self.fail("NO_INSTANCES", NO_INSTANCES)
            return
        self._processes = self._groups_and_processes(fleet)
        if not self._change_processes("suspend_processes"):
            return
        self._events = self._all_events()
        balancers = self.deployment.settings.get("loadBalancerInfo") or {}
        self._runs = {host.id: HostRun(self, host, self._events, balancers) for host in fleet}
        hosts = self.deployment.config["minimumHealthyHosts"]
        candidates = [candidate(self, host) for host in fleet]
        rollout = Rollout(candidates, minimum_healthy(hosts, len(fleet)))
        self._rollout = ZonedRollout(rollout, self.deployment.config.get("zonalConfig"))
        self._go()

    def halt(self) -> None:
        """Note that what was being deployed to is neither old nor new."""
        for run in getattr(self, "_runs", {}).values():
            if run.target.status == "InProgress":
                run.work.agent.healthy = False
        self._change_processes("resume_processes")

    def succeed(self) -> None:
        """Come to a good end, and bring the revision to instances that have come meanwhile."""
        self._change_processes("resume_processes")
        super().succeed()
        self._update_newcomers()

    def _go(self) -> None:
        """Begin with as many as are allowed now; see whether that was all."""
        for identifier in self._rollout.next():
            self._runs[identifier].go(self._events, self._ended)
        verdict = self._rollout.verdict
        if verdict == "Succeeded":
            self.succeed()
        elif verdict:
            self.fail(verdict, TOO_FEW[verdict])

    def _ended(self, run: HostRun, succeeded: bool) -> None:
        run.work.keep(succeeded)
        self.finish(run.target, "Succeeded" if succeeded else "Failed")
        pause = self._rollout.ended(run.host.id, succeeded)
        if pause:
            self.after(pause, self._go_on)
        else:
            self._go()

    def _go_on(self) -> None:
        self._rollout.paused = False
        self._go()

    def _all_events(self) -> tuple[str, ...]:
        settings = self.deployment.settings
        middle = RESTART if settings.get("deploymentMode") == "RESTART" else INSTALL
        if settings["deploymentStyle"]["deploymentOption"] == "WITH_TRAFFIC_CONTROL":
            return (*BLOCK, *middle, *ALLOW)
        return middle

    def _outdated(self, host: Host) -> bool:
        agent = self.call.state(Agents).of(host.id, self.group.id)
        return agent.revision != self.deployment.revision

    def _update_newcomers(self) -> None:
        """Deploy to instances that were launched while the deployment went on."""
        deployment = self.deployment
        if self.group.settings.get("outdatedInstancesStrategy") != "UPDATE":
            return
        fleet = find_fleet(self.call, self.group.settings)
        if all(host.id in deployment.targets or not self._outdated(host) for host in fleet):
            return
        settings = deployment.settings | {"updateOutdatedInstancesOnly": True}
        made = make(
            self.call,
            self.group,
            deployment.revision,
            deployment.config,
            settings,
            "CodeDeployAutoUpdate",
        )
        made.root = deployment.root or deployment.id
        deployment.updates.append(made.id)
        made.course.begin()

    def _groups_and_processes(self, fleet: list[Host]) -> tuple[list[str], list[str]]:
        options = self.deployment.settings.get("ec2DeploymentOptions") or {}
        groups = sorted({host.auto_scaling for host in fleet} - {""})
        return groups, options.get("autoScalingGroupProcessesToSuspend", [])

    def _change_processes(self, operation: str) -> bool:
        """Suspend or resume processes of the Auto Scaling groups; whether that was possible."""
        groups, processes = getattr(self, "_processes", ([], []))
        client = clients.client("autoscaling", self.call.region, self.call.account)
        try:
            for name in groups if processes else ():
                change = getattr(client, operation)
                change(AutoScalingGroupName=name, ScalingProcesses=processes)
        except (ClientError, BotoCoreError) as error:
            self._processes = ([], [])
            self.fail("AUTO_SCALING_CONFIGURATION", f"{operation} was not possible: {error}")
            return False
        return True


def candidate(course: Course, host: Host) -> Candidate:
    """Return an instance with its health and its place: Unknown revision first, then Old, Current.

    A stopped instance counts as one that has failed.
    """
    agent = course.call.state(Agents).of(host.id, course.group.id)
    revision: Shape | None = agent.revision
    rank = 0 if revision is None else 1 + (revision == course.group.target_revision)
    return Candidate(host.id, agent.healthy and host.running, rank, host.zone)


COURSES["Server", "IN_PLACE"] = ServerCourse
