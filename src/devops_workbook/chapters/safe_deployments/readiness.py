"""The exercise on health checks: alive is not ready."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.safe_deployments.account import chapter, customers, the_shop
from devops_workbook.chapters.safe_deployments.operate import (
    deployments,
    version_before,
    version_deployed,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop.processes import LIVENESS, READINESS
from offline_aws import clients

#: Waits for a table that does not exist: alive for ever, ready never.
NEVER_READY = "1.7.0"
#: What the readiness of a task answers that cannot serve.
_NOT_READY = 503
#: Minutes in which tasks start and the load balancer has asked often enough.
PATIENCE = 5


def arrange_liveness(lab: Lab) -> None:
    """A colleague has pointed the health checks at liveness."""
    elbv2 = clients.client("elbv2", REGION)
    for group in the_shop().groups:
        elbv2.modify_target_group(TargetGroupArn=group, HealthCheckPath=LIVENESS)
    lab.clock.advance(minutes=2)


@chapter.exercise(
    "readiness",
    title="Alive is not ready",
    minutes=7,
    hints=(
        "Which of the two endpoints says that a task can serve customers? Ask for the path in "
        "both target groups: the next release is in the other one.",
        f'elbv2.modify_target_group(TargetGroupArn=…, HealthCheckPath="{READINESS}").',
        f"Then deploy {NEVER_READY} once more, let ten minutes pass, and end it with "
        "codedeploy.stop_deployment(deploymentId=…).",
    ),
    arrange=arrange_liveness,
)
def check_readiness(lab: Lab, answer: Any) -> str:
    """Both groups ask for readiness, and a version that is never ready harmed nobody."""
    found = clients.client("elbv2", REGION).describe_target_groups(
        TargetGroupArns=list(the_shop().groups)
    )["TargetGroups"]
    paths = {each["TargetGroupName"]: each.get("HealthCheckPath", "/") for each in found}
    matchers = {each["TargetGroupName"]: each["Matcher"]["HttpCode"] for each in found}
    tried = [each for each in deployments() if version_deployed(each) == NEVER_READY]
    if set(paths.values()) == {LIVENESS} and len(tried) < 2:
        raise NotStarted(f"Both target groups still ask for {LIVENESS}.")
    wrong = {name: path for name, path in paths.items() if path != READINESS}
    for name, path in wrong.items():
        require(
            path != LIVENESS,
            f"{name} still asks for {LIVENESS}. One release in two is new there.",
        )
        require(
            False,
            f"{name} asks for {path}, which says something, but not that the task can serve.",
        )
    for name, codes in matchers.items():
        require(
            not _takes(codes, _NOT_READY),
            f"{name} takes the answers {codes} for healthy, and a task that is not ready answers "
            f"{_NOT_READY}. Set its Matcher to 200.",
        )
    return _harmless(lab, tried)


def _takes(codes: str, code: int) -> bool:
    """Return whether a matcher, such as ``200,202`` or ``200-299``, takes a code for healthy."""
    ranges = [each.partition("-") for each in codes.split(",")]
    return any(int(low) <= code <= int(high or low) for low, _, high in ranges)


def _harmless(lab: Lab, tried: list[dict[str, Any]]) -> str:
    require(
        tried,
        f"Both target groups ask for {READINESS}. Deploy {NEVER_READY} and see what comes of it.",
    )
    last = tried[-1]
    require(
        last["status"] in ("Failed", "Stopped"),
        f"The last deployment of {NEVER_READY}, {last['deploymentId']}, is {last['status']}. With "
        "the health checks as they are now it cannot succeed: stop it once you have seen that, or "
        "deploy it again if it was made before.",
    )
    require(
        version_before(last) != NEVER_READY,
        f"{NEVER_READY} was in production already when {last['deploymentId']} was made, and "
        'customers went on meeting it. Bring back 1.4.0, `finish(lab.clock, deploy("1.4.0"))`, and '
        f"then deploy {NEVER_READY} again.",
    )
    table = customers(lab).table(since=last["createTime"])
    met = int(table[table.version == NEVER_READY].requests.sum())
    require(
        not met,
        f"{met} requests went to {NEVER_READY} during the last deployment, "
        f"{last['deploymentId']}. It was made before the health checks asked for readiness.",
    )
    minutes = (last["completeTime"] - last["createTime"]).total_seconds() / 60
    require(
        minutes >= PATIENCE,
        f"Deployment {last['deploymentId']} was ended after {minutes:.0f} minutes, before anybody "
        "could have found its tasks healthy. Let ten pass.",
    )
    return (
        f"Deployment {last['deploymentId']} never got to the customers: the load balancer "
        f"never took a task of {NEVER_READY} for healthy, so no request went there."
    )
