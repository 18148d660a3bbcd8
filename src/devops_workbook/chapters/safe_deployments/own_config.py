"""The exercise on a deployment configuration of one's own: small enough, long enough."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.safe_deployments.account import APPLICATION, GROUP, chapter
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

#: The plan: requests a minute, the worst error rate that is feared, minutes until the alarm.
WORST_RATE, WORST_ERRORS, ALARM_AFTER = 600, 0.5, 3
MOST_HARMED, MOST_MINUTES = 50, 10
_FORMER = "CodeDeployDefault.ECSAllAtOnce"


@chapter.exercise(
    "canary-config",
    title="A configuration of your own",
    minutes=6,
    hints=(
        "How many requests does a version that fails half of them fail in three minutes, if one "
        "percent of the customers have it? Your expected_harm knows.",
        'create_deployment_config(computePlatform="ECS", trafficRoutingConfig={"type": '
        '"TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": …, '
        '"canaryInterval": …}}).',
        "The interval has to leave the alarm its three minutes, with one to spare. Then "
        "update_deployment_group(..., deploymentConfigName=…).",
    ),
)
def check_canary_config(lab: Lab, answer: Any) -> str:
    """The group's configuration is a canary that harms few and leaves the alarm time."""
    codedeploy = clients.client("codedeploy", REGION)
    group = codedeploy.get_deployment_group(applicationName=APPLICATION, deploymentGroupName=GROUP)[
        "deploymentGroupInfo"
    ]
    name = group["deploymentConfigName"]
    own = [
        each
        for each in codedeploy.list_deployment_configs()["deploymentConfigsList"]
        if not each.startswith("CodeDeployDefault.")
    ]
    if name == _FORMER and not own:
        raise NotStarted(f"The group {GROUP} still deploys by {name}.")
    require(
        name != _FORMER,
        f"There is a configuration {own[0] if own else ''}, but the group {GROUP} still deploys "
        f"by {name}.",
    )
    found = codedeploy.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
    routing = found.get("trafficRoutingConfig", {})
    canary = routing.get("timeBasedCanary")
    require(
        routing.get("type") == "TimeBasedCanary" and canary,
        f"{name} is of type {routing.get('type')}. A canary has two steps: few, then all.",
    )
    percent, minutes = canary["canaryPercentage"], canary["canaryInterval"]
    harmed = WORST_RATE * percent / 100 * WORST_ERRORS * ALARM_AFTER
    require(
        harmed <= MOST_HARMED,
        f"{name} gives {percent} % of the customers the new version. One that fails half of its "
        f"requests would fail {harmed:.0f} in {ALARM_AFTER} minutes, more than {MOST_HARMED}.",
    )
    require(
        minutes > ALARM_AFTER,
        f"{name} sends everybody to the new version after {minutes} minutes. The alarm needs "
        f"{ALARM_AFTER}, and CodeDeploy a moment to hear of it.",
    )
    require(
        minutes <= MOST_MINUTES,
        f"{name} waits for {minutes} minutes. Nobody keeps watching for longer than "
        f"{MOST_MINUTES}, and all that time two versions run.",
    )
    seen = WORST_RATE * percent / 100
    return (
        f"{percent} % for {minutes} minutes: at worst {harmed:.0f} requests fail before the alarm. "
        f"The canary sees {seen:.0f} requests a minute, which is what the alarm has to judge by."
    )
